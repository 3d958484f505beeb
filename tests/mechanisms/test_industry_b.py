"""Industry and people: what must hold for every value, not only for those that a scenario names."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

import gongzhi.mechanisms
from gongzhi.engine.cases import SYSTEM, Actor, Case, Choose, Happened, Open, PlainWorld, apply, decide
from gongzhi.engine.cases.errors import CaseRefused
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.mechanisms import compile_all, load

FOLDER = Path(gongzhi.mechanisms.__path__[0])
NAMES = (
    "financing_desk",
    "instrument_sharing",
    "open_bounty",
    "result_transfer",
    "school_evaluation",
    "secondment",
    "talent_ladder",
    "talent_posts",
    "training_industry",
)
LOADED = {name: load(FOLDER / name) for name in NAMES}
TYPES = {f"{name}/{id_}": each for name, held in LOADED.items() for id_, each in compile_all(held).items()}
OFFICER = Actor(person="承办", role="officer", office="科技局")


class Play:
    """One case, moved by whoever's turn it is."""

    def __init__(self, name: str, form: dict[str, Any], world: PlainWorld, at: str, role: str) -> None:
        self.type, self.world, self.at = TYPES[name], world, parse_instant(at)
        self.case: Case | None = None
        office = "" if role == "resident" else "科技局"
        self.do(Open(form=form), Actor(person="开的人", role=role, office=office))

    def do(self, command: Any, by: Actor) -> None:
        for fact in decide(self.type, self.case, command, at=self.at, by=by, world=self.world):
            self.case = apply(self.type, self.case, fact)

    def act(self, step: str, choice: str, **values: Any) -> Play:
        assert self.case is not None
        task = next(each for each in self.case.tasks if each.step == step)
        person = "开的人" if task.role == "resident" else f"{step}{task.office}"
        by = Actor(person=person, role=task.role, office=task.office)
        self.do(Choose(step=step, choice=choice, values=values, task=task.id), by)
        return self

    @property
    def data(self) -> Any:
        assert self.case is not None
        return self.case.data


def bid(scores: list[int], panel: list[str]) -> Play:
    listed = {"title": "难题", "firm": "某公司", "need": "做成", "until": "2022-04-14", "lead": "科技局"}
    world = PlainWorld(records={"bounties": {"J1": listed}})
    form = {
        "bounty": "J1",
        "team_unit": "某大学",
        "team_leader": "周立新",
        "phone": "13907230001",
        "plan": "涂层",
    }
    play = Play(
        "open_bounty/bid", {**form, "price": "1.00", "months": 6}, world, "2022-04-01 09:00", "resident"
    )
    play.act("check", "pass", alias="甲").act("draw", "send", panel=panel)
    assert play.case is not None
    for token, score in zip(list(play.case.flow.tokens), scores, strict=False):
        told = {"token": token.id, "outcome": "scored", "total": score}
        play.do(Happened(fact="child_ended", values=told), SYSTEM)
    for token in list(play.case.flow.tokens)[: len(panel) - len(scores)]:
        if not any(task.token == token.id for task in play.case.tasks):
            play.do(Happened(fact="child_ended", values={"token": token.id, "outcome": "recused"}), SYSTEM)
    return play


@given(scores=st.lists(st.integers(0, 100), min_size=3, max_size=11))
@settings(max_examples=40)
def test_it_drops_as_many_high_as_low_scores_and_averages_the_rest(scores: list[int]) -> None:
    panel = [f"所{number}" for number in range(max(5, len(scores)))]
    if len(scores) < len(panel) * 0.6:
        return
    play = bid(scores, panel).act("sum_up", "done")
    cut = 0 if len(scores) < 5 else 1 if len(scores) < 9 else 2
    kept = sorted(scores)[cut : len(scores) - cut]
    exact = (Decimal(sum(kept)) / len(kept)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(str(play.data["score"])) == exact
    assert min(scores) <= exact <= max(scores)


@given(cents=st.integers(100, 2_000_000_00), need=st.integers(1, 100_000_00))
@settings(max_examples=60)
def test_it_never_lets_a_fund_give_more_than_its_cap(cents: int, need: int) -> None:
    need_sum, asked = Decimal(need), Decimal(cents) / 100
    world = PlainWorld(
        records={"industry_funds": {"F": {"title": "基金", "keeper": "产投", "size": "1000000000"}}}
    )
    form = {"firm": "某公司", "credit": "91350100M000100Y43", "size_kind": "小型", "need_sum": str(need_sum)}
    more = {"purpose": "扩产", "months": 12, "phone": "13907230001", "lead": "金融局"}
    play = Play("financing_desk/financing", form | more, world, "2022-03-01 09:00", "resident")
    play.act("vet", "send", fund="F", loan_at="银行", guarantee_at="担保", grant_at="财政")
    cap = min(need_sum * 30 / 100, Decimal(5_000_000))
    if asked > cap:
        with pytest.raises(CaseRefused):
            play.act("invest", "offer", invest_sum=str(asked), invest_terms="占股")
        return
    play.act("invest", "offer", invest_sum=str(asked), invest_terms="占股")
    assert Decimal(str(play.data["invest_sum"])) == asked


WISHES = st.lists(
    st.tuples(st.integers(0, 100), st.permutations(["G1", "G2", "G3"]), st.integers(1, 3)),
    min_size=1,
    max_size=7,
)


@given(people=WISHES, seats=st.tuples(*[st.integers(1, 2)] * 3))
@settings(max_examples=40)
def test_it_matches_people_and_posts_so_that_no_two_would_rather_have_each_other(
    people: list[tuple[int, list[str], int]], seats: tuple[int, int, int]
) -> None:
    """Stable: whoever misses a post they would rather have was passed only by people with a better score."""
    posts = {
        f"G{n}": {
            "title": f"G{n}",
            "unit": "财政局",
            "seats": seats[n - 1],
            "round": "R",
            "closes_on": "2016-04-10",
        }
        for n in (1, 2, 3)
    }
    wishes = {
        f"W{n}": {
            "person": f"p{n:02}", "wish_round": "R", "score": score,
            **{f"wish{k + 1}": want for k, want in enumerate(order[:length])},
        }
        for n, (score, order, length) in enumerate(people)
    }  # fmt: skip
    got = {key: _matched(row, posts, wishes) for key, row in wishes.items()}
    for post, held in posts.items():
        assert sum(each == post for each in got.values()) <= held["seats"]
    rank = {key: (-row["score"], row["person"]) for key, row in wishes.items()}
    for key, row in wishes.items():
        wanted = [row[f"wish{k}"] for k in (1, 2, 3) if f"wish{k}" in row]
        better = wanted[: wanted.index(got[key])] if got[key] else wanted
        for post in better:
            holders = [other for other, each in got.items() if each == post]
            assert len(holders) == posts[post]["seats"]
            assert all(rank[other] < rank[key] for other in holders)


def _matched(row: dict[str, Any], posts: dict[str, Any], wishes: dict[str, Any]) -> str | None:
    world = PlainWorld(records={"open_posts": posts, "job_wishes": wishes})
    form = {
        "person": row["person"],
        "name": "某人",
        "now_at": "统计局",
        "lead": "组织部",
        "strengths": "写材料",
    }
    asked = {
        name: row[f"wish{k}"] for k, name in ((1, "first"), (2, "second"), (3, "third")) if f"wish{k}" in row
    }
    play = Play("secondment/job_wish", form | asked, world, "2016-04-01 09:00", "resident")
    play.act("vet", "fit", score=row["score"])
    play.at = parse_instant("2016-04-11 09:00")
    try:
        play.act("match", "matched")
    except CaseRefused:
        return None
    return str(play.data["matched"])


@given(days=st.integers(-3, 120), weekend=st.booleans())
@settings(max_examples=60)
def test_it_books_only_days_on_which_an_instrument_is_open(days: int, weekend: bool) -> None:
    today = date(2022, 6, 7)
    day = today + timedelta(days=days)
    told = {"title": "电镜", "manager": "检测中心", "price_hour": "1.00", "weekend": weekend}
    world = PlainWorld(records={"instruments": {"Y": told}})
    form = {
        "instrument": "Y",
        "slot_day": day.isoformat(),
        "slot": "上午",
        "user_kind": "企业",
        "test": "断口",
    }
    fits = 1 <= days <= 90 and (weekend or day.weekday() < 5)
    try:
        Play("instrument_sharing/booking", form, world, "2022-06-07 09:00", "resident")
    except CaseRefused:
        assert not fits
    else:
        assert fits


def test_it_says_who_reads_what_is_kept_about_people() -> None:
    closed = {
        register.id: register.read_by
        for held in LOADED.values()
        for register in held.registers.values()
        if register.read_by
    }
    assert set(closed) == {
        "secondments", "trainings", "awards", "job_wishes", "ladder_people", "political_reviews", "student_growth",
    }  # fmt: skip
    assert {role for roles in closed.values() for role in roles} == {"org_officer", "class_teacher"}
    for name in (
        "secondment/secondment",
        "secondment/job_wish",
        "secondment/training",
        "talent_ladder/ladder_step",
    ):
        assert TYPES[name].read_by == {"org_officer"} and TYPES[name].is_closed_to("leader")


def test_it_gives_the_scoring_expert_no_field_of_the_bidder() -> None:
    held = {field.id for field in TYPES["open_bounty/scoring"].form.fields}
    private = {
        field.id
        for field in TYPES["open_bounty/bid"].form.fields
        if field.privacy not in ("public", "internal")
    }
    assert private == {"team_unit", "team_leader", "phone", "conflict"} and not held & private
    written = YAML(typ="safe", pure=True).load((FOLDER / "open_bounty/cases/bid.yaml").read_text("utf-8"))
    passed = written["steps"]["score"]["calls"]["with"]
    assert set(passed) <= held and not set(passed.values()) & private


@pytest.mark.parametrize("name", NAMES)
def test_it_has_scenarios_enough_and_an_outcome_beside_every_output(name: str) -> None:
    held = LOADED[name]
    assert len(held.scenarios) >= 12
    kinds = {measure.kind for measure in held.measures}
    assert "count" in kinds and "rate" in kinds
