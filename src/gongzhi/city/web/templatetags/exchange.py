"""How a changed value is shown beside the one before."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from gongzhi.engine.mechanisms.adapting import Replaced

register = template.Library()


@register.filter
def sides(each: Replaced) -> list[tuple[str, dict[str, Any]]]:
    """(title, what stands there) of the package and of this city; a table's rows that the other side lacks are marked."""
    return [(_("来的包"), _side(each.was, each.value)), (_("本市"), _side(each.value, each.was))]


def _side(value: Any, other: Any) -> dict[str, Any]:
    if isinstance(value, list) and value and isinstance(value[0], list):
        return {"table": [{"cells": row, "other": row not in other} for row in value]}
    return {"text": "、".join(map(str, value)) if isinstance(value, list) else str(value)}
