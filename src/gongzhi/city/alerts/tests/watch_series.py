"""Random series for watches: a few meters over a few days, with holes, flat lines and values on both sides of every line."""

from __future__ import annotations

from hypothesis import strategies as st

from gongzhi.engine.watches import Period, Subject, Subjects, start_of

STEP = 3_600_000_000  # an hour: 24 points a day keep examples small
FIRST = 20_000
DAYS = 5
#: thousandths: off, idle, on, and the lines themselves
VALUES = (0, 499, 500, 501, 1000, 2000, None)


@st.composite
def readings(
    draw: st.DrawFn, series: tuple[str, ...] = ("P", "T"), days: int = DAYS
) -> dict[str, dict[int, int]]:
    """Series -> start of step -> thousandths; runs rather than noise, so that windows come about."""
    made: dict[str, dict[int, int]] = {}
    for name in series:
        runs = draw(st.lists(st.tuples(st.integers(1, 30), st.sampled_from(VALUES)), min_size=3, max_size=25))
        points = [value for times, value in runs for _ in range(times)][: days * 24]
        made[name] = {
            start_of(FIRST) + number * STEP: value for number, value in enumerate(points) if value is not None
        }
    return made


SUBJECTS = {
    "off_while_on": Subjects(
        subjects=(
            Subject(
                key="L1",
                name="一号线",
                series={"target": ("T",), "source": ("P",)},
                params={"points": 3, "on_above": 500, "off_below": 500},
            ),
        )
    ),
    "stop_order": Subjects(
        subjects=(
            Subject(key="D1", name="炉", series={"target": ("P",)}, params={"points": 2, "idle": 500}),
        ),
        periods=(
            Period(subject="D1", order="O1", since=start_of(FIRST + 1) + 7 * STEP, until=start_of(FIRST + 3)),
            Period(subject="D1", order="O2", since=start_of(FIRST + 2), until=start_of(FIRST + 4) + STEP),
        ),
    ),
    "silent": Subjects(
        subjects=(
            Subject(
                key="M1",
                name="表",
                series={"target": ("P",)},
                params={"missing": 5, "flat": 6, "flat_above": 499, "from": start_of(FIRST) + 3 * STEP},
            ),
        )
    ),
    "lead_lag": Subjects(
        subjects=(
            Subject(
                key="L1",
                name="一号线",
                series={"target": ("T",), "source": ("P",)},
                params={"lead": 120, "lag": 60, "points": 1, "on_above": 500, "off_below": 500},
            ),
        )
    ),
    "low_ratio": Subjects(
        subjects=(
            Subject(
                key="L1",
                name="一号线",
                series={"target": ("T", "U"), "source": ("P",)},
                params={"quantile": 0.25, "days": 3, "least": 2, "source_least": 1000, "margin": 0.9},
            ),
        )
    ),
    "night_ratio": Subjects(
        subjects=(
            Subject(
                key="F1",
                name="厂",
                series={"target": ("P", "T")},
                params={"above": 0.5, "night_from": 22, "night_to": 6, "least": 1000},
            ),
            Subject(
                key="F2",
                name="厂二",
                series={"target": ("P",)},
                params={"above": 1.5, "night_from": 0, "night_to": 12, "least": 0},
            ),
        )
    ),
    "limit_order": Subjects(
        subjects=(
            Subject(key="F1", name="厂", series={"target": ("P", "T")}, params={"weeks": 1, "least": 1}),
        ),
        periods=(
            Period(
                subject="F1", order="O1", since=start_of(FIRST + 7), until=start_of(FIRST + 9) + 5, cut=0.3
            ),
        ),
    ),
}
