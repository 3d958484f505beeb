"""Hot issues: the known ones are found and named, one loud person makes none."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.engine.texts import Message, assign
from gongzhi.engine.texts import hot_clusters as hot_clusters_of

START = datetime(2024, 3, 1, 8, tzinfo=timezone(timedelta(hours=8)))
NOISE = [
    ("新湖小区旁边搅拌站噪音扰民", "城北街道新湖小区旁边的搅拌站每天半夜施工,噪音很大,老人睡不着觉。"),
    ("投诉新湖小区附近的搅拌站", "新湖小区附近搅拌站粉尘和噪音严重,我们不敢开窗,请环保部门查处。"),
    ("城北街道新湖小区搅拌站粉尘噪音", "搅拌站就在新湖小区门口,大车进出,粉尘噪音天天有。"),
    ("搅拌站噪音扰民何时能解决", "家住新湖小区,搅拌站的噪音已经半年了,打过电话没有人管。"),
]
OTHER = [
    ("公交车能否开到柳林村", "柳林村的老人去医院要走五公里,希望公交车能延长一站。"),
    ("咨询居住证办理", "外地户口,想办居住证,需要哪些材料,去哪里办?"),
    ("路灯坏了", "人民路十字路口的路灯坏了三天,晚上很黑。"),
    ("教师编制考试时间", "请问今年的教师编制考试什么时候报名,有哪些岗位?"),
    ("自来水浑浊", "这几天家里的自来水发黄,有异味,不敢喝。"),
]


def messages(rows, *, user="u{}", days=1, likes=0, first=0):
    return [
        Message(
            id=f"m{first + i}",
            user=user.format(first + i),
            at=START + timedelta(days=i * days),
            subject=subject,
            text=text,
            likes=likes,
        )
        for i, (subject, text) in enumerate(rows)
    ]


QUIET = messages(OTHER, first=100)


def hot_clusters(given_messages, least_users=3):
    return hot_clusters_of(given_messages, least_users=least_users, window=timedelta(days=30))


def test_it_finds_and_names_an_issue():
    [cluster] = hot_clusters(messages(NOISE) + QUIET)
    assert set(cluster.ids) == {"m0", "m1", "m2", "m3"}
    assert cluster.users == 4
    assert "新湖小区" in cluster.place
    assert "搅拌站" in cluster.name
    assert cluster.period == (START, START + timedelta(days=3))
    assert cluster.because == "4人反映4次,最密集的30天内有4人;点赞0次,反对0次。"
    assert cluster.heat == 4


def test_one_person_makes_no_issue_however_often_they_write():
    assert hot_clusters(messages([NOISE[0]] * 54, user="loud") + QUIET) == []
    assert hot_clusters(messages(NOISE * 13, user="loud") + QUIET) == []


def test_one_loud_person_does_not_make_an_issue_hotter():
    loud = messages([NOISE[0]] * 20, user="u0", first=50)
    [alone] = hot_clusters(messages(NOISE) + QUIET)
    [with_loud] = hot_clusters(messages(NOISE) + loud + QUIET)
    assert with_loud.heat == alone.heat
    assert len(with_loud.ids) == len(alone.ids) + 20


@pytest.mark.parametrize(
    "days, likes, heat",
    [
        (1, 0, 4.0),  # four persons within 30 days
        (10, 0, 4.0),  # the fourth writes 30 days after the first: still inside
        (31, 0, 1.75),  # 1 + (4 - 1) / 4
        (1, 5, 10.09),  # 4 + 2 · ln(1 + 20)
    ],
)
def test_it_weighs_persons_density_and_likes(days, likes, heat):
    quiet = messages(OTHER, first=100)
    [cluster] = hot_clusters(messages(NOISE, days=days, likes=likes) + quiet)
    assert cluster.heat == heat


def test_more_persons_are_needed_where_the_city_says_so():
    assert hot_clusters(messages(NOISE) + QUIET, least_users=5) == []


@pytest.mark.parametrize(
    "given_messages", [[], messages(OTHER), messages([("", "")] * 5), messages([("!", "?")] * 5)]
)
def test_it_finds_nothing_where_nothing_is(given_messages):
    assert hot_clusters(given_messages) == []


@settings(max_examples=10, deadline=None)
@given(st.permutations(messages(NOISE) + QUIET))
def test_the_order_of_messages_does_not_matter(shuffled):
    assert hot_clusters(shuffled) == hot_clusters(messages(NOISE) + QUIET)


def test_the_window_of_the_heat_is_the_citys():
    [wide] = hot_clusters(messages(NOISE, days=31) + QUIET)
    [wider] = hot_clusters_of(messages(NOISE, days=31) + QUIET, least_users=3, window=timedelta(days=93))
    assert (wide.heat, wider.heat) == (1.75, 4.0) and "93天内有4人" in wider.because


def test_it_assigns_a_new_message():
    clusters = hot_clusters(messages(NOISE) + QUIET)
    new = Message(id="n", user="n", at=START, subject="新湖小区搅拌站太吵", text="搅拌站噪音扰民,受不了。")
    cluster, share = assign(new, clusters)
    assert cluster is clusters[0]
    assert 0.35 <= share <= 1
    assert assign(QUIET[0], clusters) is None
    assert assign(new, []) is None


def issue(clusters, *words):
    """Rank (from 1) and cluster of the first issue whose name holds all words."""
    return next((i, each) for i, each in enumerate(clusters, 1) if all(word in each.name for word in words))


@pytest.fixture(scope="module")
def clusters(hot):
    return hot_clusters(hot)


def test_it_finds_the_mixing_station_and_the_parking_spaces(clusters):
    rank, station = issue(clusters, "丽发新城", "搅拌站")
    assert rank <= 3
    assert station.users >= 40
    assert (station.period[0].year, station.period[0].month) == (2019, 11)
    rank, parking = issue(clusters, "伊景园", "车位")
    assert rank <= 3
    assert parking.users >= 40
    assert (parking.period[0].month, parking.period[1].month) == (7, 9)


def test_no_issue_of_the_real_messages_comes_from_fewer_than_three_persons(hot, clusters):
    users = {message.id: message.user for message in hot}
    assert all(len({users[id] for id in each.ids}) == each.users >= 3 for each in clusters)
    assert [each.heat for each in clusters] == sorted((each.heat for each in clusters), reverse=True)
    assert sum(len(each.ids) for each in clusters) == len({id for each in clusters for id in each.ids})


def test_it_finds_the_food_court_and_the_internships(sample30):
    found = hot_clusters(sample30)
    fumes, internships = found[:2]
    assert "魅力之城" in fumes.name
    assert "油烟" in fumes.name
    assert set(fumes.ids) >= {"360100", "360101", "360102", "360104", "360106", "360107"}
    assert "经济学院" in internships.name
    assert "实习" in internships.name
    assert set(internships.ids) == {"360110", "360111", "360112", "360113", "360114"}


def test_messages_of_an_issue_are_assigned_to_it(hot, clusters):
    by_id = {message.id: message for message in hot}
    for cluster in clusters[:2]:
        hits = [assign(by_id[id], clusters) for id in cluster.ids]
        assert sum(hit is not None and hit[0] is cluster for hit in hits) / len(hits) > 0.7
    outside = set(by_id) - {id for each in clusters for id in each.ids}
    wrong = sum(assign(by_id[id], clusters[:2]) is not None for id in sorted(outside))
    assert wrong / len(outside) < 0.02
