"""Texts: what kind of matter, who said the same, what is hot, what must be covered, what search sees.

Everything runs locally on texts handed in; nothing is read, written or sent. Models go in and out as bytes.
"""

from gongzhi.engine.texts.classifying import (
    BadModel,
    Classifier,
    Suggestion,
    TooFewTexts,
    dump,
    evaluate,
    load,
    train_classifier,
)
from gongzhi.engine.texts.hot import Cluster, Message, assign, hot_clusters
from gongzhi.engine.texts.redaction import Span, redact
from gongzhi.engine.texts.redaction import spans as personal_spans
from gongzhi.engine.texts.searching import bigrams, fts5_query, query_bigrams, tsquery
from gongzhi.engine.texts.similarity import Pair, Similar, SimilarIndex, duplicate_groups, near_duplicates

__all__ = [
    "BadModel",
    "Classifier",
    "Cluster",
    "Message",
    "Pair",
    "Similar",
    "SimilarIndex",
    "Span",
    "Suggestion",
    "TooFewTexts",
    "assign",
    "bigrams",
    "dump",
    "duplicate_groups",
    "evaluate",
    "fts5_query",
    "hot_clusters",
    "load",
    "near_duplicates",
    "personal_spans",
    "query_bigrams",
    "redact",
    "train_classifier",
    "tsquery",
]
