"""Appeals from files: streaming, resumable, repeatable, and every refused row with its reason."""

from gongzhi.city.cases.importing.reading import read_rows
from gongzhi.city.cases.importing.running import Progress, import_cases, refusals_csv

__all__ = ["Progress", "import_cases", "read_rows", "refusals_csv"]
