"""What can be wrong with an entered value: a stable code, the Chinese sentence, and the field it belongs to.

Problems are values, not exceptions: a form reports all of them at once, and nothing is stored until there are none.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final

from gongzhi.engine.errors import GongzhiError

#: code -> sentence; ``%(title)s`` is the label of the field. Other languages translate the sentence as a message id.
SENTENCES: Final[Mapping[str, str]] = {
    "F001": "请填写“%(title)s”。",
    "F002": "表单里没有“%(name)s”这一栏,请刷新页面后重填。",
    "F003": "“%(title)s”不在这一步填写。",
    "F004": "“%(title)s”不符合要求。%(hint)s",
    "F005": "“%(title)s”的内容格式不对,应为%(expected)s。",
    "F006": "“%(title)s”含有看不见的控制字符(第%(position)d个字),请删去后重填。",
    "F007": "“%(title)s”含有会颠倒文字顺序的隐藏字符(第%(position)d个字),请删去后重填。",
    "F008": "“%(title)s”含有无法保存的字符(第%(position)d个字),请删去后重填。",
    "F009": "“%(title)s”含有堆叠过多的附加符号(第%(position)d个字),请删去后重填。",
    "F010": "“%(title)s”最多%(max)d个字,您填了%(count)d个。",
    "F011": "“%(title)s”至少%(min)d个字,您填了%(count)d个。",
    "F012": "“%(title)s”应为数字,您填的是“%(value)s”。",
    "F013": "“%(title)s”不能大于%(max)s。",
    "F014": "“%(title)s”不能小于%(min)s。",
    "F015": "“%(title)s”最多保留%(places)d位小数。",
    "F016": "“%(title)s”应为金额,如 1234.50,您填的是“%(value)s”。",
    "F017": "“%(title)s”应为日期,如 2024-10-12,您填的是“%(value)s”。",
    "F018": "“%(title)s”这一天不存在:%(value)s。",
    "F019": "“%(title)s”不能晚于%(max)s。",
    "F020": "“%(title)s”不能早于%(min)s。",
    "F021": "“%(title)s”没有“%(value)s”这个选项。",
    "F022": "“%(title)s”最多选%(max)d项,您选了%(count)d项。",
    "F023": "“%(title)s”至少选%(min)d项,您选了%(count)d项。",
    "F024": "“%(title)s”应选“是”或“否”。",
    "F030": "手机号应为11位数字,您填了%(count)d位。",
    "F031": "“%(value)s”不是有效的手机号,手机号以13至19开头。",
    "F032": "座机号码请加区号,如 0714-8723456。",
    "F033": "“%(title)s”应为手机号或带区号的座机号,只能有数字。",
    "F034": "座机号码“%(value)s”的位数不对,应为区号加7或8位号码。",
    "F040": "身份证号应为18位,您填了%(count)d位。",
    "F041": "身份证号只能有数字,最后一位可以是X。",
    "F042": "身份证号中的出生日期不存在,请核对第7至14位。",
    "F043": "身份证号的最后一位对不上,请核对是否有一位填错。",
    "F044": "身份证号开头的地区码不存在,请核对前两位。",
    "F045": "15位身份证号已经停用,请填写18位身份证号。",
    "F050": "统一社会信用代码应为18位,您填了%(count)d位。",
    "F051": "统一社会信用代码只能有数字和大写字母,不用I、O、S、V、Z。",
    "F052": "统一社会信用代码的最后一位对不上,请核对是否有一位填错。",
    "F053": "统一社会信用代码的第一位“%(value)s”不是登记管理部门代码。",
    "F060": "“%(title)s”应为编号,只能有文字、字母、数字和短横线,不超过64个字。",
    "F061": "“%(title)s”的经纬度不对:经度在-180至180之间,纬度在-90至90之间,两个都要有。",
    "F070": "“%(title)s”最多%(max)d个附件,您放了%(count)d个。",
    "F071": "“%(title)s”至少%(min)d个附件,您放了%(count)d个。",
    "F072": "“%(title)s”第%(position)d个附件的信息不完整,请重新上传。",
    "F073": "“%(title)s”第%(position)d个附件的文件名不能用。",
    "F074": "“%(title)s”不收这种文件(%(value)s),可以收:%(options)s。",
    "F080": "“%(title)s”最多%(max)d行,您填了%(count)d行。",
    "F081": "“%(title)s”至少%(min)d行,您填了%(count)d行。",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """One thing that is wrong with one field.

    >>> FieldProblem(field="phone", code="F030", data={"count": 10}).sentence
    '手机号应为11位数字,您填了10位。'
    """

    #: id of the field; of a table's cell: ``table[row].column``, rows from 0
    field: str
    code: str
    #: what fills the sentence
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def template(self) -> str:
        """The sentence before it is filled: the message id for translation."""
        return SENTENCES[self.code]

    @property
    def sentence(self) -> str:
        """The Chinese sentence for the person who filled the form in."""
        words = self.template % self.data
        return f"第{self.data['row']}行:{words}" if "row" in self.data else words

    @property
    def message(self) -> str:
        """The sentence, under the name that linters' problems use."""
        return self.sentence

    def dump(self) -> dict[str, str]:
        """``{"field", "code", "sentence"}``, JSON-ready."""
        return {"field": self.field, "code": self.code, "sentence": self.sentence}

    def __str__(self) -> str:
        return f"{self.field} {self.code} {self.sentence}"


class Wrong(Exception):
    """A value that cannot be taken; raised by the readers of kinds, caught by the check of the form."""

    def __init__(self, code: str, **data: Any) -> None:
        self.code = code
        self.data = data
        super().__init__(code)


class InvalidForm(GongzhiError):
    """A form with problems where only a valid one will do; carries all of them."""

    code = "F000"
    sentence = "填写的内容有%(count)d处需要改正：%(listing)s"
    remedy = "改正后再提交，已经填好的内容不会丢失。"
    status = 422

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(count=len(self.problems), listing="".join(each.sentence for each in self.problems))


__all__ = ["SENTENCES", "FieldProblem", "InvalidForm", "Wrong"]
