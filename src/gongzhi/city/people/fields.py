"""Columns that a thief of the database can't read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models import Lookup

from gongzhi.city.people import keys


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text sealed with AES-256-GCM under the current key; the place (``model.field``) is bound in as associated data,
    so a ciphertext copied to another column doesn't open.

    Empty text stays empty (nothing to hide, and forms compare it). It can't be searched or sorted: look for a keyed hash
    (``keys.keyed_hash``) instead. ``privacy`` is the privacy class by which it is masked and revealed.
    """

    def __init__(self, *args: Any, privacy: str = "contact", **kwargs: Any) -> None:
        self.privacy = privacy
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "privacy": self.privacy}

    @property
    def place(self) -> str:
        """What is bound into each ciphertext: ``people.user.phone``."""
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return keys.seal(value, self.place) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return keys.unseal(value, self.place) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name in ("isnull", "sealed_with", "blank"):
            return super().get_lookup(lookup_name)
        raise FieldError(
            f"{self.name} is encrypted: it can't be looked up by {lookup_name}; use its keyed hash"
        )


@EncryptedTextField.register_lookup
class SealedWith(Lookup):
    """``phone__sealed_with="k2"``: rows whose value is sealed under that key (key rotation)."""

    lookup_name = "sealed_with"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        prefix = f"{self.rhs}:"
        return f"substr({left}, 1, {len(prefix)}) = %s", (*left_params, prefix)


@EncryptedTextField.register_lookup
class Blank(Lookup):
    """``phone__blank=True``: whether there is nothing to hide."""

    lookup_name = "blank"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        return f"{left} {'=' if self.rhs else '<>'} ''", tuple(left_params)
