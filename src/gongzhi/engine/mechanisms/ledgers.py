"""``ledgers.yaml`` and the deeds ``do: post``, ``do: reverse`` and ``do: close``: books in double entry that cases post to.

    # ledgers.yaml: one book of this kind per village; each household of the register has an account in it
    - id: points
      title: 文明积分账
      unit: 分
      per: village
      holder: households
      holder_word: 户
      accounts:
        issued: {title: 发放}                 # what stands on the other side of every point
        shop: {title: 兑换}
      season: {every: year, close: carry}

    # reactions.yaml
    do:
      post:
        ledger: points                        # or another_mechanism.points
        from: issued
        to: holder
        holder: household                     # FEEL: key of the record whose account is meant
        amount: points                        # FEEL: a number above zero
        words: rule_title                     # FEEL: what for, as the household reads it
        tells: posted                         # the case that waits for this fact goes on

Several movements under one ``post`` are made together or not at all. The same fact posts once, however often it is read. What
the book refuses (too little there, season closed) is noted on the case, as every refused reaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, RootModel, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.cases.spec import CaseRef, Feel, Id, Names, Spec, Title

#: what ``from`` and ``to`` say for the account of a record of the ledger's register
HOLDER = "holder"
#: the name that ``each`` adds to the expressions of a movement
ITEM = "item"


class AccountSpec(Spec):
    """One of the book's own accounts: where points come from, where money lies."""

    title: Title
    #: the balance never falls below it; absent: it may (a source of points, income of a year)
    floor: StrictInt | None = None


class SeasonSpec(Spec):
    """How long a season runs and what its close does with what the holders have."""

    #: how long a season lasts
    every: Literal["year", "half_year", "quarter"] = "year"
    #: ``carry``: balances go on; ``expire``: they go back to an account of the book
    close: Literal["carry", "expire"] = "carry"
    #: the account to which what expires goes
    to: Id | Literal[""] = ""

    @model_validator(mode="after")
    def _expires_somewhere(self) -> SeasonSpec:
        if (self.close == "expire") != bool(self.to):
            raise PydanticCustomError("season", "close: expire 要写 to（清零的归到哪个科目），carry 不写")
        return self


class LedgerSpec(Spec):
    """One row of ``ledgers.yaml``: a kind of book."""

    id: Id
    title: Title
    #: what is counted: 分, 元, 件, 股
    unit: Annotated[str, Field(min_length=1, max_length=8)]
    #: places behind the point: 2 for money
    decimals: Annotated[StrictInt, Field(ge=0, le=2)] = 0
    #: one book for each area of this level, or one for the city
    per: Literal["unit", "village", "town", "city"] = "village"
    #: register whose records have an account each; empty: only the book's own accounts
    holder: Id | Literal[""] = ""
    #: what such a record is called in a sentence: 户
    holder_word: Annotated[str, Field(max_length=8)] = ""
    #: the balance of a holder never falls below it; null: it may
    floor: StrictInt | None = 0
    #: the book's own accounts
    accounts: Annotated[Mapping[Id, AccountSpec], Field(min_length=1)]
    #: absent: the book runs without seasons
    season: SeasonSpec | None = None
    #: whether the sum of each holder may be shown to the whole village (a red list): off unless the village voted for it
    open_sums: StrictBool = False
    #: roles that may look through the books at all, each as far as its rights reach (points of children); empty: everybody
    #: whose rights reach them
    read_by: Names = ()

    @model_validator(mode="after")
    def _holder_is_no_account(self) -> LedgerSpec:
        if HOLDER in self.accounts:
            raise PydanticCustomError("ledger", "科目不能叫 holder")
        if self.season and self.season.to and self.season.to not in self.accounts:
            raise PydanticCustomError("ledger", "season.to 应是本账的一个科目")
        return self


class LedgersSpec(RootModel[tuple[LedgerSpec, ...]]):
    """``ledgers.yaml``: a list."""


class PostSpec(Spec):
    """One movement from one account to another of the same book."""

    #: ledger of this mechanism, or ``mechanism.ledger``
    ledger: CaseRef
    #: account of the book, or ``holder``
    from_: Id = Field(alias="from")
    #: account of the book, or ``holder``
    to: Id
    #: FEEL: key of the record whose account ``holder`` means
    holder: Feel = ""
    #: FEEL: key of the record at the other end, where both ends are holders (``from`` is ``holder``, ``to`` this one)
    to_holder: Feel = ""
    #: FEEL: how much, above zero; null or zero: nothing is posted
    amount: Feel
    #: FEEL: what for, in words
    words: Feel
    #: FEEL: code of an area of the book; empty: the area of the case, or of the holder's record
    book: Feel = ""
    #: FEEL: a list; the movement is made for each, and the other expressions see ``item``
    each: Feel = ""
    #: FEEL: what it is counted by within a season (``times_posted``), e.g. the code of a rule
    tag: Feel = ""
    #: where less is there than the amount, what is there is posted
    partial: StrictBool = False
    #: fact that the case is told when it is posted: a step that waits for it goes on
    tells: str = ""

    @model_validator(mode="after")
    def _ends_differ(self) -> PostSpec:
        if (HOLDER in (self.from_, self.to)) != bool(self.holder):
            raise PydanticCustomError("post", "from 或 to 写 holder 时要写 holder（哪一户），否则不写")
        if self.from_ == self.to and not (self.from_ == HOLDER and self.to_holder):
            raise PydanticCustomError("post", "from 与 to 不能是同一个科目")
        return self

    def expressions(self) -> Iterator[tuple[str, str]]:
        """Every expression with its key."""
        for key in ("holder", "to_holder", "amount", "words", "book", "each", "tag"):
            if text := getattr(self, key):
                yield key, text


class ReverseSpec(Spec):
    """Posts the opposite of what was posted: nothing is ever taken out of a book."""

    #: FEEL: number of the posting, or of the case whose postings are all reversed
    of: Feel
    #: FEEL: why, in words
    words: Feel
    #: fact that the case is told when it is done
    tells: str = ""


class CloseSpec(Spec):
    """Closes the season that runs in a book and begins the next."""

    #: ledger of this mechanism
    ledger: Id
    #: FEEL: code of an area of the book
    book: Feel
    #: fact that the case is told when it is done
    tells: str = ""


def smallest(spec: LedgerSpec) -> Decimal:
    """The smallest amount that the ledger counts: 1, 0.1 or 0.01."""
    return Decimal(1).scaleb(-spec.decimals)


__all__ = [
    "HOLDER",
    "ITEM",
    "AccountSpec",
    "CloseSpec",
    "LedgerSpec",
    "LedgersSpec",
    "PostSpec",
    "ReverseSpec",
    "SeasonSpec",
    "smallest",
]
