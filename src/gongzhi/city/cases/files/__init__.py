"""Files of cases: looked into before they are believed, kept once per content under their hash."""

from gongzhi.city.cases.files.inspection import Inspected, inspect
from gongzhi.city.cases.files.store import open_file, path_of, put, remove

__all__ = ["Inspected", "inspect", "open_file", "path_of", "put", "remove"]
