from gongzhi.engine.tables import read_csv


def test_it_decides_and_says_because_of_which_row() -> None:
    table = read_csv("F,类型,天数,→ 灯\n1,投诉,> 5,红\n2,-,-,绿", id="lights")
    decision = table.decide({"类型": "投诉", "天数": 6})
    assert (decision.value, str(decision.because), decision.matched) == ({"灯": "红"}, "lights 第1行", True)
