"""What a person said about an import, and an overlay, as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from gongzhi.engine.mechanisms.adapting import Accepted, Overlay, Replaced, SetAside


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Everything that was said in the wizard so far."""

    #: adaptation point -> value
    values: Mapping[str, Any] = field(default_factory=dict)
    #: role of the package -> role of the city; the same, or one that is not listed: added as it is
    roles: Mapping[str, str] = field(default_factory=dict)
    #: key of a conflict -> ``ours`` or ``theirs``
    decided: Mapping[str, str] = field(default_factory=dict)
    #: accepted results of scenarios (``adapting.Accepted``), and scenarios set aside
    accepted: tuple[Mapping[str, Any], ...] = ()
    set_aside: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def load(cls, said: Mapping[str, Any]) -> Answers:
        """From the column ``Import.answers``."""
        return cls(
            values=said.get("values", {}),
            roles=said.get("roles", {}),
            decided=said.get("decided", {}),
            accepted=tuple(said.get("accepted", ())),
            set_aside=tuple(said.get("set_aside", ())),
        )

    def dump(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)


def dump_overlay(overlay: Overlay) -> dict[str, Any]:
    """JSON-ready."""
    return asdict(overlay)


def load_overlay(said: Mapping[str, Any]) -> Overlay:
    """From the column ``Provenance.overlay``."""
    return Overlay(
        values=tuple(Replaced(**each) for each in said.get("values", ())),
        roles=dict(said.get("roles", {})),
        accepted=tuple(Accepted(**each) for each in said.get("accepted", ())),
        set_aside=tuple(SetAside(**each) for each in said.get("set_aside", ())),
    )
