"""Three months of wages: told at the centre, mediated by the person chosen, signed, confirmed by the court, paid."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from playwright.sync_api import expect

from tests.doors import stories
from tests.doors.people import Browsing
from tests.doors.stories import DESK, PHONE

#: another firm each time: the same two people have one code while it is open
FIRM = f"宏达建筑公司{secrets.token_hex(2)}"
WHAT = f"{FIRM}三个月工资没有发"
TOLD = {
    "为什么事": WHAT,
    "哪一类": "劳动人事",
    "经过和想要的结果": "说好月底发，拖了三个月，想要回一万八千元。",
    "在哪个村": "新冶社区",
    "您的姓名": "李小工",
    "您的电话": "13872007001",
    "和谁有纠纷": FIRM,
}
DECLARED = ["我不是当事人也不是当事人的近亲属", "我和处理结果没有利害关系", "我不收钱不收礼"]
SIGNED = ["申请人签名盖章或按指印", "被申请人签名盖章或按指印", "调解员签名", "调委会盖章"]
PAPERS = ["司法确认申请书", "调解协议", "双方身份证明", "调委会主体证明"]


def at_the_centre(person: Browsing, section: str, what: str = WHAT) -> None:
    """Open the matter from the page of the centre, as soon as it stands there."""
    person.go("/order/centre/")
    row = person.page.locator(f"section#{section} a.title", has_text=what)
    for _ in range(40):
        if row.count():
            break
        person.page.wait_for_timeout(500)
        person.page.reload()
    with person.page.expect_navigation():
        row.first.click()


def own_step(worker: Browsing, code: str, choice: str) -> None:
    """From the one code to the mediation that is a part of it, and there to what waits for the worker."""
    stories.follow(worker, code)
    stories.until(worker, "等您：")
    worker.follow("人民调解")
    stories.own_step(worker, choice)


def act(person: Browsing, section: str, choice: str, values: dict[str, object] | None = None) -> None:
    at_the_centre(person, section)
    person.choose(choice, values)
    person.sees("已办")


def test_wages_are_told_mediated_signed_confirmed_and_paid(walk: Callable[..., Browsing]) -> None:
    worker, clerk, mediator = walk("", PHONE), walk("zhongxin", DESK), walk("tiaojie", DESK)
    worker.go("/report/dispute_centre/dispute/")
    stories.write(worker, TOLD)
    stories.look(worker, "wages-told")
    code = stories.handed_in(worker, "提交")
    clerk.go("/order/centre/")
    stories.until(clerk, WHAT)
    stories.look(clerk, "wages-centre")
    act(clerk, "take", "收下、分级", {"有没有激化苗头": "没有", "涉及多少人": "1"})
    act(clerk, "sort", "调解", {"交给哪个调委会": "综治中心"})
    act(clerk, "mediation", "双方愿意", {"怎么问的双方": "电话"})
    # the pool is open: the worker chooses by himself, from the phone
    own_step(worker, code, "我想请这一位")
    stories.write(worker, {"请哪一位调解员": "田杰"})
    worker.press("我想请这一位")
    act(clerk, "mediation", "定下来", {"请哪一位调解员": "田杰", "怎么定的": "双方选的"})
    mediate(mediator, walk)
    own_step(worker, code, "双方一起申请")
    stories.write(worker, {"谁申请": ["申请人", "被申请人"]})
    worker.press("双方一起申请")
    confirmed(clerk)
    act(mediator, "mediation", "全部履行了", {"哪天履行完的": stories.today()})
    act(clerk, "mediation", "履行完了、结案", {"联系上了吗": "是", "双方怎么说": "满意"})
    act(clerk, "close", "解决了", {"双方现在怎么说": "钱拿到了"})
    act(clerk, "close", "没有反复、结案", {"联系上了吗": "是", "双方怎么说": "满意"})
    stories.follow(worker, code)
    stories.until(worker, "化解了")
    stories.look(worker, "wages-paid")


def mediate(mediator: Browsing, walk: Callable[..., Browsing]) -> None:
    """Two talks, an agreement; a colleague of the same committee does not even see it."""
    colleague = walk("tiaojie2", PHONE)
    colleague.go("/order/centre/")
    colleague.sees_not(WHAT)
    colleague.sees("调解员", "今天谁在")
    stories.look(colleague, "wages-colleague")
    mediator.expected.append(r"409 \(Conflict\)")
    at_the_centre(mediator, "mediation")
    mediator.choose("声明没有利害关系、接下来", {"调解员声明": DECLARED[:1]})
    mediator.sees("三条都要做到才能接")
    act(mediator, "mediation", "声明没有利害关系、接下来", {"调解员声明": DECLARED})
    sitting = {
        "哪天调的": stories.today(),
        "谁到场": "双方",
        "公开还是不公开": "不公开",
        "调解笔录": "对了账，说好分两次付",
    }
    act(mediator, "mediation", "记一次调解", sitting)
    agreed = {
        "纠纷的主要事实": "做了三个月工",
        "争议事项和各方责任": "哪天付",
        "协议内容": "公司分两次付清一万八千元",
        "怎么履行": "银行转账",
        "哪天前履行完": stories.today(),
    }
    act(mediator, "mediation", "谈成了、写协议书", agreed)
    stories.look(mediator, "wages-signing")
    act(mediator, "mediation", "都签了、协议生效", {"哪天生效": stories.today(), "谁签了字盖了章": SIGNED})


def confirmed(clerk: Browsing) -> None:
    """To the court with both; its number and its ruling come back, nothing else."""
    paper = {"谁来签的申请书": ["申请人", "被申请人"], "材料齐不齐": PAPERS, "送到哪个法院": "大冶市人民法院"}
    act(clerk, "outside", "已经交到法院", paper)
    act(clerk, "outside", "收了", {"法院的案号": "（2026）鄂0281民特9号"})
    act(clerk, "outside", "确认有效", {"裁定书的日期": stories.today(), "裁定书文号": "民特9号"})
    clerk.go("/order/centre/")
    expect(clerk.page.locator("section#outside")).to_have_count(0)
    clerk.go("/order/risks/")
    clerk.sees("可能性＼影响")
    stories.look(clerk, "risks")
