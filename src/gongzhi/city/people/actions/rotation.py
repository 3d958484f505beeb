"""Key rotation: seal everything again under the newest key, a batch at a time, while the city works on."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.db import transaction
from django.db.models import Model, Q

from gongzhi.city.people import keys
from gongzhi.city.people.fields import EncryptedTextField


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many rows were sealed again, and how many still wait."""

    rows: int
    left: int


def rotate_keys(batch: int = 500) -> Rotated:
    """Seal one batch of rows again under the current key; call until ``left`` is 0, then take the old key out of the ring.

    Resumable: a row that isn't under the current key is work to do, nothing else is remembered. Rows are locked, so a
    change by somebody else at the same time isn't lost. CannotUnseal when a key is missing: that batch is untouched.
    """
    done = 0
    for model, columns in encrypted_columns():
        if done < batch:
            done += _rotate(model, columns, batch - done)
    return Rotated(
        done,
        sum(model._default_manager.filter(stale(columns)).count() for model, columns in encrypted_columns()),
    )


def encrypted_columns() -> list[tuple[type[Model], list[str]]]:
    """Every model with encrypted columns, whatever room it is in."""
    found = []
    for model in apps.get_models():
        columns = [field.name for field in model._meta.local_fields if isinstance(field, EncryptedTextField)]
        if columns:
            found.append((model, columns))
    return found


def stale(columns: list[str]) -> Q:
    """Rows with a value that isn't under the current key."""
    current = keys.current_key()
    condition = Q()
    for column in columns:
        condition |= Q(**{f"{column}__blank": False}) & ~Q(**{f"{column}__sealed_with": current})
    return condition


@transaction.atomic
def _rotate(model: type[Model], columns: list[str], most: int) -> int:
    rows = list(model._default_manager.select_for_update().filter(stale(columns)).order_by("pk")[:most])
    for row in rows:
        row.save(update_fields=columns)
    return len(rows)
