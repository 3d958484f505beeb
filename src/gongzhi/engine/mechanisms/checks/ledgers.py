"""Ledgers: registers and accounts that are named exist, movements go between accounts of one book, and points stay points.

Points are a thank-you of the neighbours. So a mechanism asks for balances of points only in the mechanism that keeps them: what
somebody has there is never a condition for welfare, a licence or a certificate (domain.md Part 3, row 17).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.errors import Problem
from gongzhi.engine.mechanisms.checks.consequences import BESIDE
from gongzhi.engine.mechanisms.checks.finding import Path, case_file, finding, unknown
from gongzhi.engine.mechanisms.checks.records import register_of
from gongzhi.engine.mechanisms.checks.wording import expression, texts_of
from gongzhi.engine.mechanisms.ledgers import HOLDER, ITEM, CloseSpec, LedgerSpec, PostSpec, ReverseSpec
from gongzhi.engine.mechanisms.loader import Draft

FILE, REACTIONS = "ledgers.yaml", "reactions.yaml"
#: what counts as points and not as money, goods or shares
POINTS = "分"
_ASKED = re.compile(r"\b(?:book_)?balance\s*\(\s*(?:\"([^\"]*)\"|([^,)]*))")


def validate(draft: Draft) -> Iterator[Problem]:
    """Everything that ``ledgers.yaml`` says, every deed that posts, and every expression that asks for a balance."""
    for number, ledger in enumerate(draft.ledgers.values()):
        away = f"registers/{ledger.holder}.yaml" not in draft.files and register_of(draft, ledger.holder)
        if ledger.holder and not away and ledger.holder not in draft.registers and not _trusted(draft):
            words = unknown("登记簿", ledger.holder, draft.registers)
            yield finding(draft, FILE, (number, "holder"), "M221", *words)
        for place, role in enumerate(ledger.read_by):
            roles = draft.manifest.roles if draft.manifest else {}
            if role not in roles:
                yield finding(draft, FILE, (number, "read_by", place), "M040", *unknown("角色", role, roles))
    for number, reaction in enumerate(draft.reactions.root if draft.reactions else ()):
        spec = draft.case_types.get(reaction.on.case)
        names = {field.id for field in spec.fields} | BESIDE if spec else set(BESIDE)
        path: Path = (number, "do")
        for place, movement in enumerate(reaction.do.post):
            yield from _movement(draft, (*path, "post", place), movement, names, spec)
        if reaction.do.reverse:
            yield from _reversal(draft, (*path, "reverse"), reaction.do.reverse, names, spec)
        if close := reaction.do.close:
            yield from _close(draft, (*path, "close"), close, names, spec)
    for spec in draft.case_types.values():
        for place_, text in texts_of(spec):
            yield from _asked(draft, case_file(spec), place_, text)


def ledger_of(draft: Draft, name: str) -> LedgerSpec | None:
    """The ledger of that name, of this mechanism or of one that it needs and is at hand."""
    mechanism, dot, id_ = name.partition(".")
    if not dot or (draft.manifest is not None and mechanism == draft.manifest.id):
        return draft.ledgers.get(id_ or mechanism)
    other = draft.others.get(mechanism)
    return other.ledgers.get(id_) if other else None


def _trusted(draft: Draft) -> bool:
    """Whether a mechanism that this one needs is not at hand: then what it declares is taken on trust."""
    needs = draft.manifest.needs if draft.manifest else ()
    return any(each not in draft.others for each in needs)


def _movement(
    draft: Draft, path: Path, movement: PostSpec, names: set[str], spec: CaseTypeSpec | None
) -> Iterator[Problem]:
    ledger = ledger_of(draft, movement.ledger)
    mechanism, dot, _ = movement.ledger.partition(".")
    needed = draft.manifest is not None and mechanism in draft.manifest.needs
    if ledger is None and not (dot and needed and mechanism not in draft.others):
        words = unknown("账簿", movement.ledger, draft.ledgers)
        yield finding(draft, REACTIONS, (*path, "ledger"), "M221", *words)
    elif ledger is not None:
        if mechanism != (draft.manifest.id if draft.manifest else "") and dot and not needed:
            message, remedy = f"账簿“{movement.ledger}”是别的机制的", f"请在 needs 里写上 {mechanism}。"
            yield finding(draft, REACTIONS, (*path, "ledger"), "M221", message, remedy)
        for key, account in (("from", movement.from_), ("to", movement.to)):
            if account != HOLDER and account not in ledger.accounts:
                words = unknown("科目", account, [*ledger.accounts, *([HOLDER] if ledger.holder else [])])
                yield finding(draft, REACTIONS, (*path, key), "M222", *words)
            elif account == HOLDER and not ledger.holder:
                message = f"账簿“{ledger.title}”没有户头"
                yield finding(
                    draft, REACTIONS, (*path, key), "M222", message, "请在账簿里写 holder: 登记簿。"
                )
    known = names | {ITEM} if movement.each else names
    for key, text in movement.expressions() if spec else ():
        yield from expression(draft, REACTIONS, (*path, key), text, names if key == "each" else known)
    yield from _told(draft, path, movement.tells, spec)


def _reversal(
    draft: Draft, path: Path, deed: ReverseSpec, names: set[str], spec: CaseTypeSpec | None
) -> Iterator[Problem]:
    for key, text in (("of", deed.of), ("words", deed.words)) if spec else ():
        yield from expression(draft, REACTIONS, (*path, key), text, names)
    yield from _told(draft, path, deed.tells, spec)


def _close(
    draft: Draft, path: Path, deed: CloseSpec, names: set[str], spec: CaseTypeSpec | None
) -> Iterator[Problem]:
    ledger = draft.ledgers.get(deed.ledger)
    if ledger is None or ledger.season is None:
        known = [each.id for each in draft.ledgers.values() if each.season]
        yield finding(draft, REACTIONS, (*path, "ledger"), "M221", *unknown("分季的账簿", deed.ledger, known))
    if spec:
        yield from expression(draft, REACTIONS, (*path, "book"), deed.book, names)
    yield from _told(draft, path, deed.tells, spec)


def _told(draft: Draft, path: Path, fact: str, spec: CaseTypeSpec | None) -> Iterator[Problem]:
    awaited = [step.waits_for.fact for step in spec.steps.values() if step.waits_for] if spec else []
    if spec and fact and fact not in awaited:
        yield finding(draft, REACTIONS, (*path, "tells"), "M090", *unknown("等待的事实", fact, awaited))


def _asked(draft: Draft, file: str, path: Path, text: str) -> Iterator[Problem]:
    """Balances that an expression asks for: of a ledger that is there, and of points only at home."""
    for found in _ASKED.finditer(text):
        name = found[1]
        if name is None or "." not in name:
            message = f"“{text}”没有写明是哪本账"
            remedy = '请用引号写“机制.账簿”，例如 balance("household_points.points", household)。'
            yield finding(draft, file, path, "M223", message, remedy)
            continue
        mechanism = name.partition(".")[0]
        mine = draft.manifest is not None and mechanism == draft.manifest.id
        ledger = ledger_of(draft, name)
        if ledger is None and (mine or mechanism in draft.others):
            yield finding(draft, file, path, "M221", *unknown("账簿", name, draft.ledgers))
        if not mine and (ledger is None or ledger.unit == POINTS):
            message = f"“{text}”拿积分当办事的条件"
            remedy = "积分只在记积分的机制里用：福利、证照和办事不看积分。请去掉这个条件。"
            yield finding(draft, file, path, "M224", message, remedy)


__all__ = ["POINTS", "ledger_of", "validate"]
