"""Phone numbers as they are compared and kept."""

from __future__ import annotations

from gongzhi.city.people.errors import PhoneInvalid
from gongzhi.engine.forms import codes
from gongzhi.engine.forms.problems import Wrong


def normal_phone(text: str) -> str:
    """The one form of a number however it was typed, e.g. ``13800138000``. PhoneInvalid otherwise."""
    try:
        return codes.phone(text)
    except Wrong as error:
        raise PhoneInvalid from error
