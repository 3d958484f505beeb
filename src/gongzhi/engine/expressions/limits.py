"""Limits against hostile input; each is far above what a mechanism needs."""

from __future__ import annotations

#: characters of one expression
MAX_TEXT = 20_000
#: open brackets and constructs at one point of an expression
MAX_NESTING = 64
#: depth of the syntax tree (a sum of 200 terms is 200 deep)
MAX_DEPTH = 220
#: items of a list that an expression may produce
MAX_LIST = 100_000
#: rounds of all iterations of one ``for``, ``some`` or ``every``
MAX_ROUNDS = 1_000_000
#: calls, rounds and filtered items of one evaluation together
MAX_STEPS = 2_000_000
#: characters of a string that an expression may produce
MAX_STRING = 1_000_000
#: characters of a regular expression, and seconds that one match may take
MAX_PATTERN = 1_000
PATTERN_SECONDS = 0.25
