"""Category suggestion: a linear model over runs of one and two characters, with probabilities and reasons.

A support vector machine whose features are scaled by naive-Bayes log-count ratios (Wang and Manning 2012, "NB-SVM"), for
each label against the rest. It is linear, so a trained model is one matrix. Probabilities come from a logistic regression
on held-out scores (as Platt 1999, for several classes at once). What was tried, with figures:
docs/reference/algorithms/texts.md.

scikit-learn is imported by the functions that learn: it costs a process 75 MB and a second, and a web worker that only
suggests never needs it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.texts.features import Floats, Vocabulary, counted, folded, keyed, matrix, vocabulary

FORMAT: Final = 1
_ALPHA: Final = 0.1
_C: Final = 3.0
_HELD_OUT_FOLDS: Final = 3
_SEED: Final = 0
#: reasons are runs of at least two characters that together explain a suggestion
_REASONS: Final = 4
_CANDIDATES: Final = 12


class TooFewTexts(GongzhiError):
    """Nothing can be learned from so little: two labels with three texts each are the least."""

    code = "S001"
    sentence = "只有%(texts)d条、%(labels)d类可以学习的文本，还不能训练分类。"
    remedy = "至少要有两类，每类至少3条。"


class BadModel(GongzhiError):
    """Bytes that are not a model of this version."""

    code = "S002"
    sentence = "这不是可以使用的分类模型：%(reason)s。"
    remedy = "请重新训练。"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A label, how probable it is (0-1), and the words of the text that weighed most for it."""

    label: str
    probability: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Classifier:
    """A trained model; ``dump`` makes bytes of it, ``load`` a model of bytes."""

    labels: tuple[str, ...]
    words: Vocabulary
    #: one row per word, one column per label
    weights: Floats
    intercept: Floats
    #: what turns scores into logits: logits = scores @ slope + offset
    slope: Floats
    offset: Floats

    def probabilities(self, text: str) -> Floats:
        """The probability of every label, in the order of ``labels``."""
        columns, values = self.words.row(text)
        logits = (values @ self.weights[columns] + self.intercept) @ self.slope + self.offset
        powers = np.exp(logits - logits.max())
        shares: Floats = (powers / powers.sum()).astype(np.float32)
        return shares

    def suggest(self, text: str, n: int = 3) -> list[Suggestion]:
        """The ``n`` most probable labels with reasons, the best first."""
        shares = self.probabilities(text)
        best = np.argsort(-shares, kind="stable")[:n].tolist()
        return [Suggestion(self.labels[i], round(float(shares[i]), 4), self._reasons(text, i)) for i in best]

    def _reasons(self, text: str, label: int) -> tuple[str, ...]:
        """The parts of the text whose characters carry most of the label's lead over the mean of all labels."""
        text = folded(text)
        columns, values = self.words.row(text)
        if not len(columns):
            return ()
        lead = values * (self.weights[columns, label] - self.weights[columns].mean(axis=1))
        scored: dict[str, float] = {}
        size = min(2, len(text))
        runs = keyed(text, size)
        places = np.minimum(np.searchsorted(self.words.keys[columns], runs), len(columns) - 1)
        gains = np.where(self.words.keys[columns][places] == runs, lead[places], 0.0)
        for at in np.argsort(-gains, kind="stable")[: 2 * _CANDIDATES].tolist():
            if gains[at] > 0 and text[at : at + size].isalnum():
                scored.setdefault(text[at : at + size], float(gains[at]))
        bar = max(scored.values(), default=0.0) * 0.4
        ranked = sorted((run for run in scored if scored[run] >= bar), key=lambda run: (-scored[run], run))
        return _joined(ranked[:_CANDIDATES], text)[:_REASONS]


def _joined(runs: Sequence[str], text: str) -> tuple[str, ...]:
    """Runs that overlap in the text, joined to the words that they are parts of; the best first."""
    covered = bytearray(len(text))
    for run in runs:
        at = text.find(run)
        covered[at : at + len(run)] = b"\x01" * len(run)
    words: list[str] = []
    for run in runs:
        start = stop = text.find(run)
        while start > 0 and covered[start - 1]:
            start -= 1
        while stop < len(text) and covered[stop]:
            stop += 1
        word = text[start:stop][:8]
        if word not in words:
            words.append(word)
    return tuple(words)


def _trained(rows: csr_matrix, labels: NDArray[Any], names: NDArray[Any]) -> tuple[Floats, Floats]:
    """Weights (words × labels) and intercepts: for each label against the rest, features scaled by log-count ratios."""
    from sklearn.svm import LinearSVC

    weights = np.zeros((rows.shape[1], len(names)), dtype=np.float32)
    intercept = np.zeros(len(names), dtype=np.float32)
    for column, name in enumerate(names):
        mine = labels == name
        inside = np.asarray(rows[mine].sum(axis=0)).ravel() + _ALPHA
        outside = np.asarray(rows[~mine].sum(axis=0)).ravel() + _ALPHA
        ratio = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
        machine = LinearSVC(C=_C, random_state=_SEED).fit(rows.multiply(ratio).tocsr(), mine)
        weights[:, column], intercept[column] = machine.coef_[0] * ratio, machine.intercept_[0]
    return weights, intercept


def train_classifier(texts: Sequence[str], labels: Sequence[str]) -> Classifier:
    """A classifier from texts and their labels; labels with fewer than three texts are left out.

    Deterministic. Raises ``TooFewTexts`` (S001). Some 5,000 texts of 400 characters take about half a minute on one core.
    """
    counts = Counter(labels)
    kept = [
        place
        for place, label in enumerate(labels)
        if counts[label] >= _HELD_OUT_FOLDS and texts[place].strip()
    ]
    names = np.array(sorted({labels[place] for place in kept}))
    if len(names) < 2:
        raise TooFewTexts(texts=len(kept), labels=len(names))
    found = [counted(folded(texts[place])) for place in kept]
    wanted = np.array([labels[place] for place in kept])
    words = vocabulary(found, least=2 if len(kept) > 200 else 1)
    rows = matrix(words, found)
    slope, offset = _calibrated(rows, wanted, names)
    weights, intercept = _trained(rows, wanted, names)
    return Classifier(tuple(names.tolist()), words, weights, intercept, slope, offset)


def _calibrated(rows: csr_matrix, labels: NDArray[Any], names: NDArray[Any]) -> tuple[Floats, Floats]:
    """The logistic regression from held-out scores to labels."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    scores = np.zeros((rows.shape[0], len(names)))
    for seen, held in StratifiedKFold(_HELD_OUT_FOLDS, shuffle=True, random_state=_SEED).split(
        scores, labels
    ):
        weights, intercept = _trained(rows[seen], labels[seen], names)
        scores[held] = rows[held] @ weights + intercept
    fitted = LogisticRegression(C=0.3, max_iter=500).fit(scores, labels)
    slope, offset = fitted.coef_.T, fitted.intercept_
    if len(names) == 2:  # scikit-learn keeps one column for two labels
        slope, offset = np.hstack([-slope, slope]) / 2, np.concatenate([-offset, offset]) / 2
    return slope.astype(np.float32), offset.astype(np.float32)


def evaluate(
    texts: Sequence[str],
    labels: Sequence[str],
    folds: int = 5,
    seed: int = 0,
    *,
    groups: Sequence[int] | None = None,
) -> list[float]:
    """Macro-F1 of each fold of a stratified cross-validation, every fold trained from nothing.

    ``groups`` keeps texts of one group in one fold (near-duplicates must not stand on both sides).
    """
    from sklearn.metrics import f1_score
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    wanted = np.array(labels)
    if groups is None:
        splits = StratifiedKFold(folds, shuffle=True, random_state=seed).split(wanted, wanted)
    else:
        splits = StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(wanted, wanted, groups)
    scores = []
    for seen, held in splits:
        model = train_classifier([texts[i] for i in seen], [labels[i] for i in seen])
        said = [model.labels[int(model.probabilities(texts[i]).argmax())] for i in held]
        scores.append(float(f1_score(wanted[held], said, average="macro")))
    return scores


def dump(model: Classifier) -> bytes:
    """The model as the bytes of an .npz archive (no pickle); half precision for the weights."""
    head = json.dumps({"format": FORMAT, "labels": model.labels}, ensure_ascii=False).encode()
    out = BytesIO()
    np.savez_compressed(
        out,
        head=np.frombuffer(head, dtype=np.uint8),
        keys=model.words.keys,
        rarity=model.words.rarity,
        weights=model.weights.astype(np.float16),
        intercept=model.intercept,
        slope=model.slope,
        offset=model.offset,
    )
    return out.getvalue()


def load(data: bytes) -> Classifier:
    """The model that ``dump`` wrote. Raises ``BadModel`` (S002) for anything else; runs nothing of what it reads."""
    try:
        with np.load(BytesIO(data), allow_pickle=False) as parts:
            head = json.loads(parts["head"].tobytes())
            if head["format"] != FORMAT:
                raise BadModel(reason=f"版本是{head['format']},应为{FORMAT}")
            words = Vocabulary(parts["keys"].astype(np.uint64), parts["rarity"].astype(np.float32))
            floats = {
                name: parts[name].astype(np.float32) for name in ("weights", "intercept", "slope", "offset")
            }
    except (ValueError, KeyError, OSError, TypeError, EOFError, BadZipFile) as error:
        raise BadModel(reason=type(error).__name__) from error
    labels = tuple(str(label) for label in head["labels"])
    if floats["weights"].shape != (len(words.keys), len(labels)):
        raise BadModel(reason="大小不一致")
    return Classifier(labels, words, **floats)


__all__ = [
    "BadModel",
    "Classifier",
    "Suggestion",
    "TooFewTexts",
    "dump",
    "evaluate",
    "load",
    "train_classifier",
]
