"""Cases: a case type compiled from its file, and a case folded from its facts."""

from gongzhi.engine.cases.applying import apply, replay_facts
from gongzhi.engine.cases.casetypes import (
    CaseType,
    ChoiceRule,
    ClockRule,
    StepRule,
    case_number,
    compile_case_type,
)
from gongzhi.engine.cases.deciding import allowed, decide, now_open
from gongzhi.engine.cases.model import (
    SYSTEM,
    Actor,
    Case,
    Choose,
    Command,
    Common,
    Fact,
    Happened,
    Limit,
    Open,
    Task,
    Tick,
)
from gongzhi.engine.cases.moving import move
from gongzhi.engine.cases.readings import hands, reading
from gongzhi.engine.cases.states import dump_case, dump_fact, load_case, load_fact
from gongzhi.engine.cases.world import PlainWorld, World

__all__ = [
    "SYSTEM", "Actor", "Case", "CaseType", "ChoiceRule", "Choose", "ClockRule", "Command", "Common", "Fact", "Happened",
    "Limit", "Open", "PlainWorld", "StepRule", "Task", "Tick", "World", "allowed", "apply", "case_number",
    "compile_case_type", "decide", "dump_case", "dump_fact", "hands", "load_case", "load_fact", "move", "now_open", "reading",
    "replay_facts",
]  # fmt: skip
