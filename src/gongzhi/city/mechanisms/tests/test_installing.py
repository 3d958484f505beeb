"""Installing a mechanism, another version of it, and what running cases notice of that: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongzhi.city.cases import actions, catalogue, queries
from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import dispatched, reported, solved
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import checks, library
from gongzhi.city.mechanisms.actions import activate, install, preview, withdraw
from gongzhi.city.mechanisms.errors import NeedsAnother, NotInstalled, ScenariosFailed, VersionTaken
from gongzhi.city.mechanisms.models import Installed
from gongzhi.engine.mechanisms import MechanismRefused, UnsafeArchive, load, pack

pytestmark = pytest.mark.django_db
DAYE = Path(__file__).parents[3] / "mechanisms" / "daye_minqing"


def changed(files, path, old, new, version="1.1.0"):
    """The same folder with one change and a new version."""
    made = dict(files)
    assert old.encode() in made[path]
    made[path] = made[path].replace(old.encode(), new.encode())
    made["mechanism.yaml"] = made["mechanism.yaml"].replace(b"1.0.0", version.encode())
    return made


def test_it_installs_and_opens_cases(cast, monday, files):
    done = install(files, by=SYSTEM)
    assert (done.version, done.before, done.scenarios, done.unchanged) == ("1.0.0", "", 1, False)
    receipt = reported(cast)
    solved(cast, receipt.case)
    assert Case.objects.get(pk=receipt.case).ended == "solved"
    assert library.titles() == [("mini", "小民情")] and library.one("mini").report.passed
    assert checks.check_installed(True).ok


def test_it_is_the_same_from_folder_archive_and_bytes(files, tmp_path):
    packed = pack(load(files))
    (tmp_path / "mini.zip").write_bytes(packed)
    install(packed, by=SYSTEM)
    assert install(tmp_path / "mini.zip", by=SYSTEM).unchanged and install(files, by=SYSTEM).unchanged
    assert Installed.objects.count() == 1 and Entry.objects.filter(kind="installed").count() == 1


def test_it_follows_a_database_that_holds_another_folder_under_the_same_version(cast, monday, files):
    """A restored backup, or the next test: what was compiled is not what is there."""
    install(files, by=SYSTEM)
    before = library.one("mini").mechanism.files["tables/limits.csv"]
    other = changed(files, "tables/limits.csv", "5 working days", "3 working days", version="1.0.0")
    Installed.objects.all().delete()
    install(other, by=SYSTEM)
    library.LIBRARY.forget()
    assert library.one("mini").mechanism.files["tables/limits.csv"] != before


def test_it_keeps_running_cases_on_their_version(cast, monday, files):
    install(files, by=SYSTEM)
    old = reported(cast)
    newer = changed(files, "tables/limits.csv", "5 working days", "3 working days")
    _, before, changes = preview(newer)
    assert before == "1.0.0" and any("limits" in change.key for change in changes)
    assert install(newer, by=SYSTEM).changes == changes
    new = reported(cast)
    for receipt in (old, new):
        dispatched(cast, receipt.case)
    rows = {str(row.pk): row for row in Case.objects.all()}
    assert (rows[old.case].version, rows[new.case].version) == ("1.0.0", "1.1.0")
    assert (
        rows[old.case].unit_due - rows[new.case].unit_due
    ).days == 4  # five and three working days, a weekend
    activate("mini", "1.0.0", by=SYSTEM)
    assert catalogue.current("mini", "appeal").version == "1.0.0"


def test_it_refuses_a_taken_version(files):
    install(files, by=SYSTEM)
    with pytest.raises(VersionTaken):
        install(changed(files, "tables/limits.csv", "5 working", "6 working", version="1.0.0"), by=SYSTEM)


def test_it_refuses_what_the_linter_refuses(files):
    broken = changed(files, "cases/appeal.yaml", "to: callback", "to: nowhere")
    with pytest.raises(MechanismRefused) as caught:
        install(broken, by=SYSTEM)
    assert "nowhere" in caught.value.message and not Installed.objects.exists()


def test_it_refuses_failing_scenarios(files):
    broken = changed(files, "scenarios/loop.yaml", "ended: solved", "ended: unsolved")
    with pytest.raises(ScenariosFailed) as caught:
        install(broken, by=SYSTEM)
    assert "路灯不亮" in caught.value.message


def test_it_refuses_what_needs_another(files):
    with pytest.raises(NeedsAnother):
        install(changed(files, "mechanism.yaml", "roles:", "needs: [other_one]\nroles:"), by=SYSTEM)


def test_it_refuses_rubbish(tmp_path):
    with pytest.raises(UnsafeArchive):
        install(b"not a zip", by=SYSTEM)


def test_it_is_for_administrators(cast, files):
    for who in (cast.li, cast.wu, cast.he):
        with pytest.raises(NotAllowed):
            install(files, by=who)


def test_it_opens_nothing_after_it_was_withdrawn(cast, monday, files):
    install(files, by=SYSTEM)
    receipt = reported(cast)
    withdraw("mini", by=SYSTEM, reason="试点结束")
    with pytest.raises(NoSuchCaseType):
        reported(cast)
    dispatched(cast, receipt.case)  # what runs goes on
    with pytest.raises(NotInstalled):
        library.one("mini")


def test_it_finds_a_changed_archive(cast, monday, files):
    install(files, by=SYSTEM)
    Installed.objects.update(digest="0" * 64)
    assert not checks.check_installed(False).ok


def test_it_runs_the_first_mechanism_of_the_house(cast, monday):
    install(DAYE, by=SYSTEM)
    form = {"subject": "路灯不亮", "text": "村口路灯三天不亮", "place": "上冯村口"}
    receipt = actions.open_case("daye_minqing", "appeal", form, by=cast.wang)
    page = queries.case_page(cast.li, receipt.case)
    assert any(holding.choices for holding in page.holdings)
