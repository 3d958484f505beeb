"""Questions to the registers."""

from gongzhi.city.records.queries.lists import Filter, counts, records, search
from gongzhi.city.records.queries.lookups import (
    FEW,
    choices,
    is_about_people,
    is_open,
    key_of,
    lookup,
    may_name,
    names,
)
from gongzhi.city.records.queries.open import Open, opened_to_all, public_one, public_search
from gongzhi.city.records.queries.pages import (
    Relation,
    Shown,
    Step,
    compare,
    derived_of,
    history,
    one,
    record_page,
    relations,
    shower,
    used_by,
)
from gongzhi.city.records.queries.published import Published, Renewed, public_versions, renewed
from gongzhi.city.records.queries.shelves import SHELF

__all__ = [
    "FEW",
    "SHELF",
    "Filter",
    "Open",
    "Published",
    "Relation",
    "Renewed",
    "Shown",
    "Step",
    "choices",
    "compare",
    "counts",
    "derived_of",
    "history",
    "is_about_people",
    "is_open",
    "key_of",
    "lookup",
    "may_name",
    "names",
    "one",
    "opened_to_all",
    "public_one",
    "public_search",
    "public_versions",
    "record_page",
    "records",
    "relations",
    "renewed",
    "search",
    "shower",
    "used_by",
]
