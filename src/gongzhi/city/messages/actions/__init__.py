"""What is done with messages: one verb, one function."""

from gongzhi.city.messages.actions.calling import (
    Rung,
    Somebody,
    call,
    check_plain,
    climb,
    climb_due,
    ladder,
)
from gongzhi.city.messages.actions.delivering import (
    BACKOFF,
    deliver,
    deliver_due,
    forget_numbers,
    send_again,
)
from gongzhi.city.messages.actions.reading import answered, read

__all__ = [
    "BACKOFF",
    "Rung",
    "Somebody",
    "answered",
    "call",
    "check_plain",
    "climb",
    "climb_due",
    "deliver",
    "deliver_due",
    "forget_numbers",
    "ladder",
    "read",
    "send_again",
]
