"""What can be done to records: one verb, one function. Doors, imports and reactions all call these.

Each checks the right, asks the engine, writes rows, version and journal in one transaction, and gives the record.
"""

from gongzhi.city.records.actions.changing import change, correct, move, put
from gongzhi.city.records.actions.creating import create
from gongzhi.city.records.actions.erasing import sweep_kept
from gongzhi.city.records.actions.exporting import Export, export_records
from gongzhi.city.records.actions.importing import ImportReport, RowReport, import_records
from gongzhi.city.records.actions.moving import move_record, move_records
from gongzhi.city.records.actions.revealing import reveal

__all__ = [
    "Export",
    "ImportReport",
    "RowReport",
    "change",
    "correct",
    "create",
    "export_records",
    "import_records",
    "move",
    "move_record",
    "move_records",
    "put",
    "reveal",
    "sweep_kept",
]
