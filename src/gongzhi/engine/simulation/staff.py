"""The people of a model: which pool does which step, with what hours."""

from __future__ import annotations

from gongzhi.engine.calendars import Calendar, Hours
from gongzhi.engine.simulation.axis import Axis, always, axis_of
from gongzhi.engine.simulation.errors import BadAssumption
from gongzhi.engine.simulation.model import PoolModel, ScopeModel, Shift
from gongzhi.engine.simulation.spec import SimulationSpec, StaffSpec


class Staffing:
    """Makes the pools as the steps ask for them; ``axes`` grows by the hours that are new."""

    def __init__(
        self,
        given: SimulationSpec,
        office: Calendar,
        axes: list[Axis],
        length: int,
        scopes: tuple[ScopeModel, ...],
        roles: dict[str, str],
    ) -> None:
        self.given = given
        self.office = office
        self.axes = axes
        self.length = length
        self.scopes = scopes
        self.roles = roles
        self.pools: list[PoolModel] = []
        self.known: dict[str, int] = {}
        self.hours: dict[tuple[object, ...], int] = {("office", None, ()): 0}

    def pools_of(self, role: str, scope: str) -> tuple[tuple[int, ...], int]:
        """Pools by office of a step's scope, and which scope it is; no pools where nobody counts the people."""
        for number, each in enumerate(self.scopes):
            if each.id == scope:
                pools = [self.pool(role, office) for office in each.offices]
                if all(pool is None for pool in pools):
                    return (), -1
                missing = [office for office, pool in zip(each.offices, pools, strict=True) if pool is None]
                if missing:
                    raise BadAssumption(what=f"staff.{role}", why=f"“{missing[0]}”没有填人数")
                return tuple(pool for pool in pools if pool is not None), number
        pool = self.pool(role, "")
        return ((pool,), -1) if pool is not None else ((), -1)

    def pool(self, role: str, office: str) -> int | None:
        """Index of the pool of a role in an office; None where no number was given."""
        name = f"{role}@{office}" if office else role
        given = self.given.staff.get(name) or self.given.staff.get(role)
        if given is None:
            return None
        if name not in self.known:
            self.known[name] = len(self.pools)
            self.pools.append(self._made(name, role, office, given))
        return self.known[name]

    def _made(self, name: str, role: str, office: str, given: StaffSpec) -> PoolModel:
        if given.people == 0:
            raise BadAssumption(what=f"staff.{name}", why="一个人也没有，办不了")
        title = self.roles.get(role, role)
        shifts = [
            Shift(people=shift.people, axis=self._axis(given, shift.hours or given.hours, shift.weekdays))
            for shift in given.shifts
        ] or [Shift(people=given.people or 0, axis=self._axis(given, given.hours, given.weekdays))]
        return PoolModel(
            id=name,
            title=f"{title}（{office}）" if office else title,
            role=role,
            office=office,
            shifts=tuple(
                Shift(people=shift.people, axis=shift.axis, other=self._other(name, given, shift.axis))
                for shift in shifts
            ),
            cost_per_hour=given.cost_per_hour,
        )

    def _other(self, name: str, given: StaffSpec, axis: int) -> float:
        """Share of the hours that other duties take."""
        if not given.other_minutes:
            return 0.0
        hours = self.axes[axis]
        total = hours.worked[-1] + hours.closes[-1] - hours.opens[-1]
        share = given.other_minutes * len(hours.days) / total
        if share >= 0.98:
            raise BadAssumption(what=f"staff.{name}.other_minutes", why="别的事占满了全天")
        return share

    def _axis(self, given: StaffSpec, hours: tuple[str, ...] | None, weekdays: tuple[int, ...]) -> int:
        key = (given.calendar, hours, weekdays)
        if key not in self.hours:
            self.hours[key] = len(self.axes)
            self.axes.append(self._new_axis(given, hours, weekdays))
        return self.hours[key]

    def _new_axis(self, given: StaffSpec, hours: tuple[str, ...] | None, weekdays: tuple[int, ...]) -> Axis:
        if given.calendar == "always" and not hours and not weekdays:
            return always(self.length)
        days = self.office.evolve(hours=Hours.read(hours)) if hours else self.office
        if weekdays:
            # people with weekdays of their own follow these, not holidays: a duty roster
            spared = frozenset(range(7)) - {day - 1 for day in weekdays}
            plain = Calendar(
                days.name, days={}, announced=(), hours=days.hours, rest_weekdays=(), unannounced="weekends"
            )
            return axis_of(plain, self.given.start, self.length, spared)
        if given.calendar == "always":
            plain = Calendar(
                days.name, days={}, announced=(), hours=days.hours, rest_weekdays=(), unannounced="weekends"
            )
            return axis_of(plain, self.given.start, self.length)
        return axis_of(days, self.given.start, self.length)


__all__ = ["Staffing"]
