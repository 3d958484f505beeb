"""Layout and SVG: nothing overlaps, nothing is cut, nothing a strict content security policy would refuse."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gongzhi.engine.flows import Choice, FlowSpec, Step, Timer, compile_flow, svg
from gongzhi.engine.flows.layout import arrange
from gongzhi.engine.flows.lettering import width, wrap
from gongzhi.engine.flows.picture import picture
from gongzhi.engine.flows.ranking import Box, Link


def rects(diagram):
    """Everything that must not overlap: shapes, labels of ends, labels of lines."""
    for shape in diagram.shapes:
        if not shape.attached:
            yield shape.id, (shape.x, shape.y, shape.w, shape.h)
            if shape.label_at:
                yield f"label of {shape.id}", shape.label_at
    for edge in diagram.edges:
        if edge.label_at and edge.label:
            wide, high = max(map(width, edge.label)) * 12, 15.0 * len(edge.label)
            yield (
                f"label of {edge.id}",
                (edge.label_at[0] - wide / 2, edge.label_at[1] - high / 2, wide, high),
            )


def apart(one, two, slack=0.5):
    return (
        one[0] + one[2] <= two[0] + slack
        or two[0] + two[2] <= one[0] + slack
        or one[1] + one[3] <= two[1] + slack
        or two[1] + two[3] <= one[1] + slack
    )


def check(diagram):
    for (name, one), (other, two) in itertools.combinations(rects(diagram), 2):
        assert apart(one, two), (name, one, other, two)
    for _, (x, y, w, h) in rects(diagram):
        assert x >= -0.5
        assert y >= -0.5
        assert x + w <= diagram.width + 0.5
        assert y + h <= diagram.height + 0.5
    boxes = {shape.id: shape for shape in diagram.shapes if not shape.attached}
    for edge in diagram.edges:
        for (ax, ay), (bx, by) in itertools.pairwise(edge.points):
            assert abs(ax - bx) < 0.6 or abs(ay - by) < 0.6, edge  # only level and upright
            run = (min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by))
            for shape in boxes.values():
                if shape.id not in (edge.source, edge.target):
                    assert apart(run, (shape.x, shape.y, shape.w, shape.h), 1.0), (edge.id, shape.id)


@pytest.mark.parametrize("vertical", [False, True])
def test_it_draws_the_appeal_without_overlaps(appeal, vertical):
    check(picture(appeal, vertical=vertical))


@settings(max_examples=80, deadline=None)
@given(
    vertical=st.booleans(),
    count=st.integers(1, 9),
    data=st.data(),
)
def test_it_draws_any_flow_without_overlaps(vertical, count, data):
    names = [f"s{number}" for number in range(count)]
    titles = st.sampled_from(
        ["受理", "主办单位办理并反馈", "转派单", "领导督办", "OK", "不予受理(理由须写明依据)"]
    )
    steps = []
    for name in names:
        targets = data.draw(st.lists(st.sampled_from([*names, "end.a", "end.b"]), max_size=4, unique=True))
        choices = tuple(
            Choice(id=f"c{n}", title=data.draw(titles), to=target) for n, target in enumerate(targets)
        )
        timers = tuple(
            Timer(id=f"t{n}", title="逾期", after="1 day", to=data.draw(st.sampled_from(names)))
            for n in range(data.draw(st.integers(0, 2)))
        )
        steps.append(Step(id=name, title=data.draw(titles), choices=choices, timers=timers))
    spec = FlowSpec(steps=tuple(steps), ends={"a": "已解决", "b": "不予受理"})
    diagram = picture(spec, vertical=vertical)
    check(diagram)
    assert diagram == picture(spec, vertical=vertical)


def test_it_draws_labels_of_loops_in_their_own_lanes():
    boxes = [Box(id=name, main=100, cross=50) for name in "abc"]
    links = [
        Link(id=f"{n}", source=s, target=t, main=40, cross=18)
        for n, (s, t) in enumerate(["ab", "bc", "ca", "ba", "bb"])
    ]
    layout = arrange(boxes, links)
    assert len({layout.labels[key] for key in layout.labels}) == 5
    assert all(layout.labels[key][1] > 60 for key in "234")


def drawn(*args, **keys):
    return etree.fromstring(svg.draw(*args, **keys).encode())


def test_it_carries_no_scripts_and_no_styles(appeal):
    text = svg.draw(compile_flow(appeal), marks={"handle": svg.Overlay(text="1", light="red")})
    root = etree.fromstring(text.encode())
    for element in root.iter():
        assert etree.QName(element).localname in {
            "svg", "title", "desc", "path", "rect", "circle", "polygon", "polyline", "text", "tspan", "g"
        }  # fmt: skip
        assert not [
            name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name
        ]


def test_it_escapes_what_people_wrote():
    spec = FlowSpec(
        steps=(
            Step(id="a", title='<script>"&', choices=(Choice(id="x", title="</text><b>", to="end.done"),)),
        ),
        ends={"done": "<i>"},
    )
    text = svg.draw(spec, title='"><script>', key='"x')
    assert "<script" not in text
    assert "<b>" not in text
    etree.fromstring(text.encode())


def test_it_says_in_words_what_it_shows(appeal):
    root = drawn(compile_flow(appeal), title="群众诉求", marks={"handle": "还剩2天"}, key="case7")
    names = {each.get("id"): each.text for each in root.iter("{*}title", "{*}desc")}
    assert names["case7-title"] == "群众诉求"
    assert names["case7-desc"].startswith("现在:主办单位办理 还剩2天")
    assert "受理:当场答复→独立回访" in names["case7-desc"]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "case7-title case7-desc"


def test_it_lays_counts_over_nodes_and_arcs(appeal):
    text = svg.draw(
        appeal, marks={"handle": 12, "register.answer->callback": 30, "register.dispatch->dispatch": 90}
    )
    assert "当场答复 · 30" in text
    assert "转派单 · 90" in text
    assert ">12<" in text


@pytest.mark.parametrize(("light", "sign"), [("green", "✓"), ("yellow", "△"), ("red", "!"), ("", "")])
def test_it_shows_a_light_by_colour_sign_and_word(appeal, light, sign):
    text = svg.draw(appeal, marks={"handle": svg.Overlay(text="今天到期", light=light)})
    assert f">{sign} 今天到期".replace("> ", ">") in text


def test_it_draws_english_words_on_request(appeal):
    assert "等齐" in svg.draw(appeal)
    assert "等齐" not in svg.draw(appeal, lang="en")


@pytest.mark.parametrize(
    ("text", "most", "lines"),
    [
        ("受理", 8, ["受理"]),
        ("承办单位办理并反馈结果", 6, ["承办单位办理", "并反馈结果"]),
        ("不予受理(理由)", 6, ["不予受理", "(理由)"]),
        ("完成,然后", 2, ["完", "成,", "然后"]),
        ("Check application automatically", 8, ["Check", "application", "automatically"]),
        ("", 8, []),
    ],
)
def test_it_breaks_lines_where_a_reader_would(text, most, lines):
    assert wrap(text, most) == lines


def test_it_cuts_what_is_far_too_long():
    lines = wrap("很" * 100, 8, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
