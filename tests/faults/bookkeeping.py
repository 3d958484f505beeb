"""Somebody who keeps books without a pause and says what was acknowledged: to be killed by ``test_books``.

python -m tests.faults.bookkeeping <name> <file>
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import django


def main() -> None:
    """Award, exchange and reverse at random until killed; one line of the file for each award that was committed."""
    django.setup()
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.ledgers import actions, catalogue
    from gongzhi.city.ledgers.errors import NothingToReverse, TooLittle
    from gongzhi.city.ledgers.models import Posting
    from gongzhi.city.ledgers.tests.village import POINTS, STOCK, Kinds, award

    catalogue.register(Kinds())
    name, said = sys.argv[1], Path(sys.argv[2])
    chance, turn = random.Random(name), 0
    with said.open("a", encoding="utf-8") as out:
        while True:
            turn += 1
            home, key = f"H{chance.randrange(5)}", f"{name}-{turn}"
            award(home, chance.randint(1, 9), once=key)
            award(home, 9, once=key)  # told twice, as after a lost answer
            print(key, file=out, flush=True)
            try:
                if turn % 2:
                    soap = {
                        "points": (POINTS, home),
                        "goods": (STOCK, "soap"),
                        "title": "肥皂",
                        "count": 1,
                        "price": 3,
                    }
                    made = actions.order(SYSTEM, **soap, once=f"o-{key}")  # type: ignore[arg-type]
                    (actions.cancel if turn % 4 == 1 else actions.hand_over)(SYSTEM, made)
                elif posting := Posting.objects.filter(once=f"{key}#0").first():
                    actions.reverse(SYSTEM, [posting], "试", once=f"r-{key}")
            except (TooLittle, NothingToReverse):
                pass


if __name__ == "__main__":
    main()
