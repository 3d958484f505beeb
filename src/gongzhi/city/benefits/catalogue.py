"""The programmes of the mechanisms that run here, compiled, with the values of parameters that the city has set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gongzhi.city.benefits.errors import NoSuchProgramme
from gongzhi.city.benefits.models import ParameterValue
from gongzhi.city.cases.world import WORLD, office_path
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.library import Held
from gongzhi.city.territory.models import Post, valid
from gongzhi.engine.benefits import Programme, ProgrammeSpec, ValueSpec, compile_programme

#: (mechanism, version, digest, programme) -> compiled: a version never changes
_compiled: dict[tuple[str, str, str, str], Programme] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A programme of a mechanism that runs here."""

    held: Held
    programme: Programme

    @property
    def spec(self) -> ProgrammeSpec:
        """What its file says."""
        return self.programme.spec

    @property
    def name(self) -> str:
        """``mechanism.programme``."""
        return self.programme.name

    @property
    def mechanism(self) -> str:
        """Id of the mechanism."""
        return self.held.mechanism.id

    @property
    def version(self) -> str:
        """Version of the mechanism."""
        return self.held.mechanism.version

    @property
    def rows(self) -> dict[str, str]:
        """The columns by which its rows are found."""
        return {"mechanism": self.mechanism, "programme": self.spec.id}


def programmes() -> Iterator[Known]:
    """All of them, in order of mechanism. One query for the city's values."""
    values: dict[tuple[str, str], dict[str, dict[object, ValueSpec]]] = {}
    for row in ParameterValue.objects.order_by("id"):
        named = values.setdefault((row.mechanism, row.programme), {}).setdefault(row.name, {})
        told = {
            "from": row.starts,
            "value": None if row.value is None else row.value.normalize(),
            "basis": row.basis,
        }
        named[row.starts] = ValueSpec.model_validate(told)
    for held in library.active():
        for id_, spec in held.mechanism.programmes.items():
            mechanism = held.mechanism
            key = (mechanism.id, mechanism.version, mechanism.digest, id_)
            if key not in _compiled:
                _compiled[key] = compile_programme(spec, mechanism.tables, mechanism.id)
            more = values.get((mechanism.id, id_), {})
            set_here = {name: tuple(by_day.values()) for name, by_day in more.items()}
            programme = _compiled[key].with_parameters(set_here) if set_here else _compiled[key]
            yield Known(held=held, programme=programme)


def one(name: str) -> Known:
    """A programme by ``mechanism.programme``. Raises NoSuchProgramme."""
    found = known(name)
    if found is None:
        raise NoSuchProgramme()
    return found


def known(name: str) -> Known | None:
    """The same, or None."""
    return next((each for each in programmes() if each.name == name), None)


def overlapping(programme: Programme) -> list[str]:
    """Names of the programmes that can't be had together with it: it says so, or they do."""
    named = {_full(each, programme.mechanism) for each in programme.spec.overlaps}
    for other in programmes():
        if programme.name in (_full(each, other.mechanism) for each in other.spec.overlaps):
            named.add(other.name)
    return sorted(named - {programme.name})


def _full(name: str, mechanism: str) -> str:
    return name if "." in name else f"{mechanism}.{name}"


def provider(spec: ProgrammeSpec) -> tuple[str, str]:
    """Code and path of the office that decides and pays."""
    role = spec.provider.partition("@")[0].strip()
    if spec.office:
        held = Post.objects.filter(valid(), role=role, office__name__contains=spec.office)
        found = held.order_by("office__path").values_list("office__code", "office__path").first()
        if found:
            return str(found[0]), str(found[1])
    code = WORLD.office_for(role, "county", "")
    return code, office_path(code)
