# LEAD to the helper of this room: at 11:13 I overwrote this file by mistake while you were writing yours. Put YOUR version back (delete mine and this line).
# The web door needs these names, please provide them: library.one(id, version="") -> object with .mechanism (engine Mechanism), .case_types {id: CaseType}, .report (scenario Report, lazy);
# library.active() -> list of the same; library.titles() -> [(id, title)]; suggestions.for_step(row, case_type, case_state, step) -> {field id: Suggestion(value, title, because)} (office fields: value = office code; 属地 = town of the place);
# figures.measured(by, mechanism) (figures.py is mine, keep it); cases.queries.file_of(by, sha256) -> (Attachment, Path), living_calls(by), waiting_calls(by) -> int;
# compile with calendar("china", unannounced="weekends") (2027 is not announced; a doctor notice says so). Notices/papers/children: good, go on.
"""Training a field's classifier from closed cases, or from rows that somebody labelled."""

from __future__ import annotations

from collections.abc import Iterable

from gongzhi.city.cases.models import Case
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.errors import NothingToLearnFrom
from gongzhi.city.mechanisms.models import TrainedModel
from gongzhi.engine import texts

#: newest closed cases that are learnt from
MOST = 20_000
LEAST = 50


def train(
    mechanism: str, field: str, *, by: Standing, examples: Iterable[tuple[str, str]] | None = None
) -> TrainedModel:
    """Train and keep a model for a field; (text, value) pairs, or the closed cases when none are given.

    Nothing leaves the machine. Raises NotInstalled, NothingToLearnFrom, NotAllowed.
    """
    check(by, "mechanism.install")
    library.one(mechanism)
    pairs = list(examples if examples is not None else closed_cases(mechanism, field))
    if len(pairs) < LEAST or len({label for _text, label in pairs}) < 2:
        raise NothingToLearnFrom(count=len(pairs))
    model = texts.train_classifier([text for text, _label in pairs], [label for _text, label in pairs])
    return TrainedModel.objects.create(
        mechanism=mechanism,
        field=field,
        content=texts.dump(model),
        examples=len(pairs),
        trained_at=clock.now(),
    )


def closed_cases(mechanism: str, field: str) -> Iterable[tuple[str, str]]:
    """(text, value) of closed cases whose value somebody entered."""
    rows = Case.objects.filter(mechanism=mechanism, ended_at__isnull=False).exclude(category="")
    for state in rows.order_by("-opened_at", "-id").values_list("state", flat=True)[:MOST].iterator(500):
        data = state["data"]
        if data.get(field):
            yield f"{data.get('subject', '')} {data.get('text', '')}", str(data[field])
