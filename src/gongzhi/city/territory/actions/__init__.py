"""What changes the territory: one verb, one function. All of them check rights and write the journal."""

from gongzhi.city.territory.actions.areas import add_area, divide_village, free_codes, merge_areas, split_area
from gongzhi.city.territory.actions.boundaries import Drawn, load_boundaries
from gongzhi.city.territory.actions.directory import enter_duty, learn_from_ruling
from gongzhi.city.territory.actions.divisions import Loaded, load_divisions
from gongzhi.city.territory.actions.offices import add_office, link_offices, succeed_office
from gongzhi.city.territory.actions.posts import appoint, end_post

__all__ = [
    "Drawn",
    "Loaded",
    "add_area",
    "add_office",
    "appoint",
    "divide_village",
    "end_post",
    "enter_duty",
    "free_codes",
    "learn_from_ruling",
    "link_offices",
    "load_boundaries",
    "load_divisions",
    "merge_areas",
    "split_area",
    "succeed_office",
]
