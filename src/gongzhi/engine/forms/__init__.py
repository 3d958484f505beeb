"""Forms: what is asked, who may see it, and whether what was entered can be taken.

    form = form_from([{"id": "phone", "title": "联系电话", "kind": "phone", "privacy": "contact"}])
    checked = form.validate({"phone": "１３８ 0013 8000"})
    checked.values      # {"phone": "13800138000"}
    checked.problems    # () or FieldProblem(field, code, sentence) in Chinese

Pure: no clock (``today`` comes in the context), no lookup of codes in any register (the city does that).
"""

from gongzhi.engine.forms.checking import Checked
from gongzhi.engine.forms.fields import KINDS, PRIVACY, Field
from gongzhi.engine.forms.form import Form, form_from, merged
from gongzhi.engine.forms.masking import HIDDEN, mask
from gongzhi.engine.forms.problems import FieldProblem, InvalidForm
from gongzhi.engine.forms.schema import json_schema

__all__ = [
    "HIDDEN",
    "KINDS",
    "PRIVACY",
    "Checked",
    "Field",
    "FieldProblem",
    "Form",
    "InvalidForm",
    "form_from",
    "json_schema",
    "mask",
    "merged",
]
