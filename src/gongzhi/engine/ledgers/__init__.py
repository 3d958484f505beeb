"""Double entry: accounts, postings, reversals, seasons; balances are sums.

    movements -> lines(movements)         signed lines whose sum is zero
              -> overdrawn(lines, ...)    the accounts that would fall below their floor
    reversed_lines(lines)                 the opposite, posted later; nothing is ever taken out
    season_of(day, "quarter")             the season to which a day belongs
    unlawful(text, points)                why a rule of points can't be saved (``lawfulness``)

Pure values: the city keeps the rows (``city.ledgers``) and asks here what they mean.
"""

from gongzhi.engine.ledgers.errors import BadAmount, Unbalanced, UnlawfulRule
from gongzhi.engine.ledgers.lawfulness import Finding, require_lawful, unlawful
from gongzhi.engine.ledgers.postings import Line, Movement, lines, overdrawn, require_balanced, reversed_lines
from gongzhi.engine.ledgers.seasons import Season, season_of

__all__ = [
    "BadAmount",
    "Finding",
    "Line",
    "Movement",
    "Season",
    "Unbalanced",
    "UnlawfulRule",
    "lines",
    "overdrawn",
    "require_balanced",
    "require_lawful",
    "reversed_lines",
    "season_of",
    "unlawful",
]
