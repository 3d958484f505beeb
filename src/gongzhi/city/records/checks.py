"""What the records room can prove about itself."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef

from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.kernel.references import subject
from gongzhi.city.records import catalogue, rows
from gongzhi.city.records.models import Record, RecordLink, Version

#: versions that a quick check recomputes: the newest
SAMPLE = 300
CHUNK = 200
KINDS = tuple(f"record_{cause}" for cause in Version.Cause.values)


@checks.register("record links")
def check_links(full: bool) -> Finding:
    """Every link points to a record that is there."""
    there = Record.objects.filter(register=OuterRef("register"), key=OuterRef("key"))
    lost = RecordLink.objects.filter(~Exists(there)).select_related("record").first()
    remedy = (
        f"{lost.record}的“{lost.field}”指向{lost.register}的“{lost.key}”,那里没有这一条。请补登或改正。"
        if lost
        else ""
    )
    return Finding(ok=lost is None, title="登记之间的关联", remedy=remedy)


@checks.register("record versions")
def check_versions(full: bool) -> Finding:
    """The newest version is what the row shows, and the version in force is one of the record's own."""
    newest = Version.objects.filter(
        record=OuterRef("pk"), number=OuterRef("version"), state=OuterRef("state")
    )
    headless = Record.objects.filter(~Exists(newest)).first()
    foreign = Record.objects.filter(published__isnull=False).exclude(published__record=F("pk")).first()
    unlike = (
        Record.objects.filter(published__isnull=False).exclude(published__state=F("published_state")).first()
    )
    wrong = [
        f"{headless}的最新版本不在" if headless else "",
        f"{foreign}的生效版本属于另一条登记" if foreign else "",
        f"{unlike}的生效状态与生效版本不符" if unlike else "",
    ]
    wrong = [each for each in wrong if each]
    remedy = f"{';'.join(wrong)}。请从备份核对。" if wrong else ""
    return Finding(ok=not wrong, title="登记的版本", remedy=remedy)


@checks.register("record contents")
def check_contents(full: bool) -> Finding:
    """Each version still has the hash that the journal wrote down when it was made."""
    looked = 0
    versions = Version.objects.order_by("-at", "-id").select_related("record")
    chunk: list[Version] = []
    for version in versions.iterator(chunk_size=CHUNK) if full else versions[:SAMPLE]:
        chunk.append(version)
        if len(chunk) == CHUNK:
            looked += len(chunk)
            if why := _wrong(chunk):
                return Finding(ok=False, title=f"登记与日志一致({looked}版)", remedy=why)
            chunk = []
    looked += len(chunk)
    why = _wrong(chunk)
    return Finding(ok=not why, title=f"登记与日志一致({looked}版)", remedy=why)


def _wrong(versions: list[Version]) -> str:
    """The first version that is not what the journal says; empty when all are."""
    subjects = {subject("record", each.record_id) for each in versions}
    told = {
        (entry.subject, entry.data.get("version")): entry.data.get("digest")
        for entry in Entry.objects.filter(subject__in=subjects, kind__in=KINDS)
    }
    for each in versions:
        made = rows.digest(each.number, each.state, each.data)
        if not (made == each.digest == told.get((subject("record", each.record_id), each.number))):
            return f"{each.record}第{each.number}版与日志不符。请从备份恢复这一版。"
    return ""


@checks.register("record registers")
def check_registers(full: bool) -> Finding:
    """Every record belongs to a register that an installed mechanism declares, in a state that it has."""
    for register, state in Record.objects.order_by().values_list("register", "state").distinct():
        declared = catalogue.known(register)
        if declared is None:
            remedy = f"登记簿“{register}”有内容,而没有机制声明它。请重新安装声明它的机制。"
            return Finding(ok=False, title="登记簿都有机制声明", remedy=remedy)
        if state not in declared.register.states:
            remedy = f"登记簿“{register}”有状态为“{state}”的内容,而现在没有这个状态。请在机制里保留它,或变更这些登记。"
            return Finding(ok=False, title="登记簿都有机制声明", remedy=remedy)
    return Finding(ok=True, title="登记簿都有机制声明")


__all__ = ["check_contents", "check_links", "check_registers", "check_versions"]
