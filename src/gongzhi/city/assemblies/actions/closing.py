"""Counting: paper by two, phone by the machine, both together; the result hangs out, then it stands."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from gongzhi.city.assemblies.actions.recording import held_topic, meeting_of, record
from gongzhi.city.assemblies.errors import CountsDiffer, WrongMoment
from gongzhi.city.assemblies.models import Ballot, Mark, Objection, PaperCount, Topic
from gongzhi.city.assemblies.queries.presence import quorum_of
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.engine.assemblies import CHOICES, Figures, conclude, figures_of, root_of, window_ends


@transaction.atomic
def enter_count(
    by: Standing, topic_id: int, *, agree: int, against: int, abstain: int, spoilt: int = 0
) -> PaperCount:
    """The paper ballots as this person counted them; counting again replaces the own count, never another's.

    Raises CountsDiffer for more ballots than were handed out, WrongMoment, NotAllowed.
    """
    topic = held_topic(topic_id)
    check(by, "assembly.count", topic)
    _must_be_voting(topic, _("录入纸质票"))
    handed_out = _handed_out(topic)
    total = agree + against + abstain + spoilt
    if min(agree, against, abstain, spoilt) < 0 or total > handed_out:
        told = {"total": total, "out": handed_out}
        raise CountsDiffer(why=_("数出%(total)d张，只发出%(out)d张") % told)
    counted = {"agree": agree, "against": against, "abstain": abstain, "spoilt": spoilt}
    row, _made = PaperCount.objects.update_or_create(
        topic=topic, person=by.person, defaults={**counted, "name": by.name[:40], "at": clock.now()}
    )
    record(by, "paper_counted", topic, **counted)
    return row


@transaction.atomic
def close_ballot(by: Standing, topic_id: int) -> Topic:
    """Stop the vote and count. With too few people there is no result, and no choice is counted.

    Raises CountsDiffer while two counts of paper don't agree, WrongMoment, NotAllowed.
    """
    topic = held_topic(topic_id)
    meeting = meeting_of(topic)
    check(by, "assembly.hold", topic)
    _must_be_voting(topic, _("停止表决"))
    there = quorum_of(meeting, topic)
    counted = _counted(topic) if there.enough else Counter[str]()
    people = meeting.rules.unit == "person"
    figures = Figures(
        entitled=there.entitled,
        present=there.present,
        **{name: counted[name] for name in ("agree", "against", "abstain", "spoilt")},
        persons=there.entitled if people else 0,
        persons_present=there.present if people else 0,
        households=there.households,
        households_present=there.households_present,
    )
    topic.root = seal_ballots(topic, publish=there.enough)
    topic.closed_at = clock.now()
    _conclude(topic, figures)
    if topic.rules.publish and topic.outcome in ("passed", "failed"):
        topic.state = Topic.State.PUBLISHED
        topic.open_until = window_ends(topic.closed_at, topic.rules.publish)
    topic.save()
    record(by, "ballot_closed", topic, outcome=topic.outcome, figures=topic.figures, root=topic.root)
    if topic.state == Topic.State.VOTING:
        _decide(topic)
    return topic


@transaction.atomic
def settle(topic_id: int) -> bool:
    """The window of a result is over and every objection answered: it stands, or falls. Gives whether it was settled."""
    topic = held_topic(topic_id)
    if topic.state != Topic.State.PUBLISHED or topic.open_until is None or clock.now() < topic.open_until:
        return False
    if topic.objections.filter(state=Objection.State.OPEN).exists():
        return False
    upheld = topic.objections.filter(state=Objection.State.UPHELD).count()
    _conclude(topic, figures_of({**topic.figures, "upheld": upheld}))
    _decide(topic)
    return True


def settle_due() -> int:
    """Settle all results whose window is over; for the periodic look. Gives how many."""
    due = Topic.objects.filter(state=Topic.State.PUBLISHED, open_until__lte=clock.now())
    return sum(settle(pk) for pk in due.order_by("open_until").values_list("pk", flat=True)[:500])


def _conclude(topic: Topic, figures: Figures) -> None:
    decision = conclude(topic.rules, figures)
    topic.outcome, topic.says, topic.because = decision.outcome, decision.says[:200], decision.because[:200]
    topic.figures = {name: getattr(figures, name) for name in Figures.__dataclass_fields__}


def _decide(topic: Topic) -> None:
    topic.state, topic.decided_at = Topic.State.DECIDED, clock.now()
    if topic.rules.file and topic.outcome == "passed":
        topic.file_by = localdate(topic.decided_at) + timedelta(days=topic.rules.file)
    topic.save()
    meeting = meeting_of(topic)
    told = {"asked_by": topic.asked_by, "token": topic.token, "meeting": meeting.number}
    record(SYSTEM, "topic_decided", topic, outcome=topic.outcome, figures=topic.figures, **told)


def _must_be_voting(topic: Topic, deed: str) -> None:
    if topic.state != Topic.State.VOTING:
        raise WrongMoment(deed=deed, why=_("这个议题不在表决"))


def _handed_out(topic: Topic) -> int:
    return Mark.objects.filter(topic=topic, channel=Mark.Channel.PAPER).count()


def _counted(topic: Topic) -> Counter[str]:
    """Phone, hands and paper together."""
    found: Counter[str] = Counter()
    for choice in CHOICES:
        rows = topic.ballots if topic.is_secret else topic.marks
        found[choice] = rows.filter(choice=choice).count()
    found.update(_paper(topic))
    return found


def _paper(topic: Topic) -> dict[str, int]:
    """What two people counted alike; nothing where no paper was handed out."""
    handed_out = _handed_out(topic)
    if not handed_out:
        return {}
    counts = list(topic.paper_counts.order_by("at"))
    if len(counts) < 2:
        raise CountsDiffer(why=_("发出%(out)d张纸质票，要两个人各数一遍，现在录了%(got)d遍") % {
            "out": handed_out, "got": len(counts)})  # fmt: skip
    if len({each.sums for each in counts}) > 1:
        names = "、".join(each.name for each in counts)
        raise CountsDiffer(why=_("%(names)s数的不一样") % {"names": names})
    if sum(counts[0].sums) > handed_out:
        raise CountsDiffer(why=_("数出的比发出的%(out)d张多") % {"out": handed_out})
    return dict(zip(("agree", "against", "abstain", "spoilt"), counts[0].sums, strict=True))


def seal_ballots(topic: Topic, *, publish: bool) -> str:
    """Write the ballots anew in the order of their numbers, and the marks, too: not even the order of changed rows is kept.

    Ballots that are not published (no quorum, withdrawn) are destroyed uncounted. Gives the root of the list; empty where none is published.
    """
    cast = sorted(topic.ballots.exclude(choice="").values_list("receipt", "choice"))
    topic.ballots.all().delete()
    topic.marks.filter(channel=Mark.Channel.NONE).update(channel=Mark.Channel.NONE)
    topic.marks.exclude(channel=Mark.Channel.NONE).update(topic=topic)
    if not topic.is_secret or not publish:
        return ""
    rows = [
        Ballot(key=secrets.token_hex(16), topic=topic, receipt=receipt, choice=choice)
        for receipt, choice in cast
    ]
    Ballot.objects.bulk_create(rows, batch_size=2000)
    return root_of(cast, topic.list_name)
