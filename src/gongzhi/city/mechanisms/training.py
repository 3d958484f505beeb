"""Teaching a mechanism its categories, from labelled texts or from its own closed cases. Nothing leaves the machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import BinaryIO

from django.db import transaction

from gongzhi.city.cases.importing import read_rows
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sealing import is_mark
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.errors import BadTraining
from gongzhi.city.mechanisms.models import TrainedModel
from gongzhi.engine.texts.classifying import Classifier, dump, load, train_classifier

FIELD = "category"
LABELS = ("category", "category_l1", "类别", "大类", "一级标签")
SUBJECTS = ("subject", "标题", "主题", "留言主题")
TEXTS = ("text", "诉求内容", "内容", "留言详情")
#: below this probability nobody is told a suggestion
SURE = 0.35
FRESH = 30.0
MOST = 50_000


def train_from_file(mechanism: str, stream: BinaryIO, name: str, *, by: Standing) -> TrainedModel:
    """Train from a CSV or XLSX with a column of labels and one or two of text. Raises BadTraining, NotAllowed."""
    texts: list[str] = []
    labels: list[str] = []
    for _, row in read_rows(stream, name):
        label = _first(row, LABELS)
        text = f"{_first(row, SUBJECTS)}\n{_first(row, TEXTS)}".strip()
        if label and text:
            texts.append(text)
            labels.append(label)
    if not texts:
        raise BadTraining(why=f"“{name}”里没有找到文字和类别两列")
    return train(mechanism, texts, labels, by=by, source=name)


def train_from_closed(mechanism: str, *, by: Standing) -> TrainedModel:
    """Train from the closed cases of a mechanism, whose category a person decided. Raises TooFewTexts, NotAllowed."""
    rows = Case.objects.filter(mechanism=mechanism, ended_at__isnull=False).exclude(category="")
    texts, labels = [], []
    for row in rows.order_by("-ended_at").only("subject", "state")[:MOST].iterator(chunk_size=1000):
        data = row.state["data"]
        if isinstance(data.get(FIELD), str) and not is_mark(data.get("text")):
            texts.append(f"{row.subject}\n{data.get('text') or ''}")
            labels.append(data[FIELD])
    return train(mechanism, texts, labels, by=by, source=f"{len(texts)}件办结事项")


def train(
    mechanism: str, texts: Sequence[str], labels: Sequence[str], *, by: Standing, source: str = ""
) -> TrainedModel:
    """Train and put into use. Raises TooFewTexts, NotAllowed."""
    check(by, "case.import")
    model = train_classifier(texts, labels)
    with transaction.atomic():
        TrainedModel.objects.filter(mechanism=mechanism, field=FIELD, active=True).update(active=False)
        row = TrainedModel.objects.create(
            mechanism=mechanism,
            field=FIELD,
            data=dump(model),
            texts=len(texts),
            labels=len(model.labels),
            source=source[:200],
            trained_at=clock.now(),
        )
    forget()
    return row


_models: dict[str, tuple[float, int, Classifier | None]] = {}


def classifier(mechanism: str) -> Classifier | None:
    """The model in use, read once; ``None`` where nothing was trained."""
    known = _models.get(mechanism)
    if known is not None and time.monotonic() - known[0] < FRESH:
        return known[2]
    newest = TrainedModel.objects.filter(mechanism=mechanism, field=FIELD, active=True)
    id_ = newest.values_list("id", flat=True).first() or 0
    if known is not None and known[1] == id_:
        model = known[2]
    else:
        row = TrainedModel.objects.filter(pk=id_).first() if id_ else None
        model = load(bytes(row.data)) if row else None
    _models[mechanism] = (time.monotonic(), id_, model)
    return model


def forget() -> None:
    """Read models again."""
    _models.clear()


def categoriser(mechanism: str) -> Callable[[Sequence[str]], list[str]] | None:
    """For imports: texts -> the most probable category of each, empty where none is sure enough."""
    model = classifier(mechanism)
    if model is None:
        return None

    def categorise(texts: Sequence[str]) -> list[str]:
        found = []
        for text in texts:
            shares = model.probabilities(text)
            best = int(shares.argmax())
            found.append(model.labels[best] if float(shares[best]) >= SURE else "")
        return found

    return categorise


def _first(row: dict[str, str], names: Sequence[str]) -> str:
    return next((row[name].strip() for name in names if row.get(name, "").strip()), "")
