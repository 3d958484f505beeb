"""Words and areas that must not be given away are taken out of a copy: text and PDF, no rows, no settings.

What is covered is not there any more: the copy of a PDF is made anew from pictures of its pages, the copy of a text is cut.
"""

from gongzhi.city.documents.redacting.grounds import GROUNDS, is_ground
from gongzhi.city.documents.redacting.marks import Box, Marks, Word
from gongzhi.city.documents.redacting.pdf import (
    find_words,
    page_count,
    picture,
    redact_pdf,
    text_of,
    words_under,
)
from gongzhi.city.documents.redacting.proof import leaks
from gongzhi.city.documents.redacting.text import find_spans, personal_numbers, read_text, redact_text

__all__ = [
    "GROUNDS",
    "Box",
    "Marks",
    "Word",
    "find_spans",
    "find_words",
    "is_ground",
    "leaks",
    "page_count",
    "personal_numbers",
    "picture",
    "read_text",
    "redact_pdf",
    "redact_text",
    "text_of",
    "words_under",
]
