"""What the alerts room asks of installed mechanisms and of registers: feeds, known series, and where extracts land."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gongzhi.city.alerts.catalogue import Declared, Landed
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.records.actions import import_records
from gongzhi.city.records.models import Record


class Feeds:
    """The feeds of active mechanisms (``alerts.catalogue.FeedSource``)."""

    def __init__(self) -> None:
        self._made: tuple[Mapping[str, str], dict[str, Declared]] | None = None

    def feeds(self) -> dict[str, Declared]:
        """See ``FeedSource``: made anew when other versions run."""
        versions = dict(library.LIBRARY.active_versions())
        if self._made is None or self._made[0] != versions:
            declared = (
                Declared(mechanism=held.mechanism.id, spec=spec)
                for held in library.active()
                for spec in held.mechanism.feeds.values()
            )
            self._made = (versions, {each.name: each for each in declared})
        return self._made[1]


FEEDS = Feeds()


def known_series(register: str) -> frozenset[str]:
    """The keys of a register, whatever state their records are in: a meter that was taken down may still send."""
    return frozenset(Record.objects.filter(register=register).values_list("key", flat=True))


def land(by: Standing, declared: Declared, path: Path, name: str) -> Landed:
    """The rows of an extract into its register, by the register's own import: keys, checks, rights and seals are its."""
    columns = dict(declared.spec.columns)
    with path.open("rb") as stream:
        report = import_records(stream, name, register=declared.spec.register_, by=by, mapping=columns)
    refused = {
        row.number: row.why or "；".join(row.fields.values())
        for row in report.rows
        if row.outcome == "refused"
    }
    taken = report.created + report.changed
    return Landed(rows=taken + report.same + report.refused, taken=taken, same=report.same, refused=refused)
