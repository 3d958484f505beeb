"""What an official writes as words comes out as written, with the marks of Chinese."""

from __future__ import annotations

import pytest

from gongzhi.engine.tables import read_csv


@pytest.mark.parametrize("words", ["别急，先交钱", "满20天—不含当天"])
def test_it_keeps_the_marks_of_words(words: str) -> None:
    table = read_csv(f"U,kind,→ said\n1,甲,{words}\n2,乙,别的\n", id="t")
    assert table.decide({"kind": "甲"}).value == {"said": words}
