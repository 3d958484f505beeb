"""Near-duplicates and similar past texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.engine.texts import SimilarIndex, duplicate_groups, near_duplicates

NOISE = "丽发新城小区旁边新建了一个搅拌站,每天凌晨施工,噪音和粉尘严重影响居民生活,请有关部门尽快处理。"
PARKING = "伊景园滨河苑开发商捆绑销售车位,不买车位就不能买房,这是霸王条款,希望政府查处。"
BUS = "请问公交车什么时候能开到我们村,老人进城看病很不方便。"


def test_it_pairs_texts_that_differ_in_punctuation_and_width():
    [pair] = near_duplicates([NOISE, BUS, NOISE.replace(",", ", ").replace("。", "!")])
    assert (pair.first, pair.second, pair.alike) == (0, 2, 1.0)


def test_it_pairs_texts_with_a_few_other_words():
    [pair] = near_duplicates([NOISE, PARKING, NOISE.replace("每天凌晨", "天天半夜")])
    assert (pair.first, pair.second) == (0, 2)
    assert 0.85 < pair.alike < 1


@pytest.mark.parametrize("texts", [[], [NOISE], ["", ""], ["!!", "??"], [NOISE, PARKING, BUS]])
def test_it_pairs_nothing(texts):
    assert near_duplicates(texts) == []
    assert duplicate_groups(texts) == []


def test_it_groups_what_is_linked_largest_first():
    texts = [BUS, NOISE, PARKING, NOISE + "谢谢", PARKING, NOISE]
    assert duplicate_groups(texts) == [(1, 3, 5), (2, 4)]


def test_a_text_sent_a_thousand_times_costs_a_thousand_pairs():
    assert len(near_duplicates([NOISE] * 1000)) == 999


def test_it_finds_planted_duplicates_among_real_messages(hot):
    texts = [message.text for message in hot[:1500] if len(message.text) > 60]
    planted = [text[: len(text) // 2] + text[len(text) // 2 + 3 :] for text in texts[::10]]
    pairs = {(pair.first, pair.second) for pair in near_duplicates(texts + planted)}
    hits = sum((i * 10, len(texts) + i) in pairs for i in range(len(planted)))
    linked = sum(
        any((other, len(texts) + i) in pairs for other in range(len(texts))) for i in range(len(planted))
    )
    assert hits / len(planted) > 0.9
    assert linked / len(planted) > 0.98


@settings(max_examples=30)
@given(st.lists(st.text("路灯不亮车位噪音搅拌", min_size=1, max_size=12), max_size=12))
def test_pairs_are_ordered_alike_and_groups_are_disjoint(texts):
    for pair in near_duplicates(texts, alike=0.7):
        assert pair.first < pair.second
        assert 0.7 <= pair.alike <= 1
    members = [place for group in duplicate_groups(texts) for place in group]
    assert len(members) == len(set(members))


def test_the_index_finds_similar_texts_and_takes_new_ones():
    index = SimilarIndex.of([("noise", NOISE), ("parking", PARKING)])
    assert index.similar("新建的搅拌站噪音和粉尘影响居民")[0].key == "noise"
    assert index.similar("村里的公交车") == []
    index.add("bus", BUS)
    assert [each.key for each in index.similar("村里的公交车什么时候开")] == ["bus"]
    assert len(index) == 3


def test_the_index_forgets_what_was_removed():
    index = SimilarIndex.of([("noise", NOISE), ("parking", PARKING)])
    index.remove("noise")
    assert len(index) == 1
    assert all(each.key != "noise" for each in index.similar(NOISE))


@pytest.mark.parametrize("text", ["", "!!", "🚗", "a", "\ud800"])
def test_the_index_answers_anything(text):
    index = SimilarIndex.of([(1, NOISE), (2, text)])
    assert isinstance(index.similar(text), list)
    assert SimilarIndex().similar(text) == []


def test_a_text_is_most_similar_to_itself(hot):
    index = SimilarIndex.of((message.id, message.text) for message in hot[:1000])
    texts = {message.id: message.text for message in hot[:1000]}
    for message in hot[:1000:50]:
        best = index.similar(message.text, 1)[0]
        assert best.score > 0.6  # an entry keeps its most telling terms only, so even its own text is not 1
        assert message.text == texts[best.key]
