"""BPMN 2.0 (ISO/IEC 19510) in and out."""

from gongzhi.engine.flows.bpmn.reader import Imported, NotExecuted, read
from gongzhi.engine.flows.bpmn.writer import write

__all__ = ["Imported", "NotExecuted", "read", "write"]
