"""``gongzhi new``: whatever the title, what is made passes check and test at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.engine.mechanisms import BadName, check, load, new, run_all

words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1, max_size=40)


@given(words)
@settings(max_examples=25)
def test_it_makes_a_mechanism_that_passes_for_any_title(title: str) -> None:
    files = new("my_thing", title)
    problems = [problem for problem in check(files) if problem.severity == "error"]
    assert problems == []
    assert run_all(load(files)).passed


@pytest.mark.parametrize(
    "title",
    ['引号"和\\反斜杠', "冒号: 空格", "- 横线", "#井号", "{花括号}", "换\n行", "'单引号'", "true", "052"],
)
def test_it_makes_a_sound_file_of_awkward_titles(title: str) -> None:
    assert load(new("my_thing", title)).title == " ".join(title.split())


@pytest.mark.parametrize("id", ["", "A", "1a", "a-b", "a b", "a/b", "../x", "民情", "a" * 61])
def test_it_refuses_ids_that_cannot_name_a_folder(id: str) -> None:
    with pytest.raises(BadName):
        new(id, "标题")


@pytest.mark.parametrize("id", ["a", "a1", "a_b", "a" * 60])
def test_it_takes_ids_that_can(id: str) -> None:
    assert load(new(id, "标题")).id == id
