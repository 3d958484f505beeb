"""``gongzhi demo``: a demonstration city, made once, opened on loopback in seconds ever after."""

from __future__ import annotations

import argparse
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from gongzhi.city.cli import folders, serve
from gongzhi.city.cli.errors import BadWord, InTheWay, NoSuchPath
from gongzhi.city.cli.starting import Bar, operator, start
from gongzhi.city.demo.cast import PASSWORD, cast

MECHANISM = "daye_minqing"
CITY_NAME = "大冶"
#: a reaction may have a job done whose fact is reacted to, and so on; nothing goes on for longer than this
MOST_ROUNDS = 8
DATABASE, DRAFT = "gongzhi.sqlite3", "filling.sqlite3"
#: the tables whose rows mean that somebody lives here
INHABITED = ("people_user", "cases_case", "territory_office")
#: what each door is called, and where it is
DOORS = (
    ("群众", "/"),
    ("办事", "/services/"),
    ("家门口服务点", "/points/"),
    ("好差评", "/ratings/"),
    ("核验文书", "/verify/"),
    ("工作台", "/desk/"),
    ("窗口", "/counter/"),
    ("项目", "/projects/"),
    ("土地码", "/land/"),
    ("职权清单", "/powers/"),
    ("登记簿", "/registers/"),
    ("指挥", "/command/"),
    ("大屏", "/wall/"),
    ("网格", "/grid/"),
    ("值班室", "/duty/"),
    ("单元", "/units/"),
    ("履职清单", "/lists/"),
    ("负担账", "/burden/"),
    ("督查日历", "/inspections/"),
    ("通报与调度", "/bulletins/"),
    ("改革", "/reform/"),
    ("村里的事", "/village/"),
    ("综治与执法", "/order/"),
    ("廉洁", "/clean/"),
    ("监测预警", "/warnings/"),
    ("民生保障", "/welfare/"),
    ("生态环境", "/green/"),
    ("机制", "/mechanisms/"),
    ("接口", "/api/"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    serve.add_arguments(parser)
    parser.add_argument("--appeals", type=int, default=0, metavar="件数", help="填多少件诉求，默认约 5000")
    parser.add_argument("--labelled", default="", metavar="文件", help="用这份标注过的 CSV 训练类别建议")
    parser.add_argument("--fill-only", action="store_true", help="只建好、填满，不开门")
    parser.add_argument("--again", action="store_true", help="丢掉演示数据，重新填")


def run(options: argparse.Namespace) -> int:
    """The database appears under its name only when it is whole: a killed fill begins anew and leaves nothing behind."""
    began = time.monotonic()
    home = Path(os.environ.setdefault("GONGZHI_HOME", "var")).expanduser().resolve()
    os.environ.setdefault("GONGZHI_CITY_NAME", CITY_NAME)
    if os.environ.get("DATABASE_URL"):
        raise BadWord(value="DATABASE_URL", why="演示只用自己的 SQLite 文件，请先取消这个变量")
    port = serve.port_of(options.port)
    if not options.fill_only:
        serve.refuse_taken(options.host, port)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _must_fill(home, options.again):
        _fill(home, options)
        print(f"演示城市填好了，用时 {time.monotonic() - began:.0f} 秒；下次几秒就开门。", flush=True)
    else:
        print("演示城市已经有了，直接开门。（重新填：gongzhi demo --again）", flush=True)
        if not serve.migrated():
            return 1
    if options.fill_only:
        return 0
    return serve.serve(
        options.host, port, options.workers, work=True, ticks=True, opened=lambda: _tell(options.host, port)
    )


def _must_fill(home: Path, again: bool) -> bool:
    """Whether there is no city yet. Raises ``InTheWay`` when the database holds something that isn't a demo."""
    database = home / DATABASE
    people, cases = _counted(database)
    if again and people:
        if not _is_demo(database):
            raise InTheWay(path=f"{database}（不是演示数据）")
        return True
    if cases and people:
        return False
    if people:
        raise InTheWay(path=f"{database}（有账号、没有演示诉求）")
    return True


def _counted(database: Path) -> tuple[int, int]:
    """How many accounts and cases there are, without Django: this is asked at every start."""
    if not database.exists():
        return 0, 0
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return tuple(_some(connection, table) for table in ("people_user", "cases_case"))  # type: ignore[return-value]
    except sqlite3.DatabaseError as error:
        raise InTheWay(path=f"{database}（{error}）") from error


def _some(connection: sqlite3.Connection, table: str) -> int:
    known = connection.execute(
        "select 1 from sqlite_master where type = 'table' and name = ?", (table,)
    ).fetchone()
    # the table's name is one of ours
    return int(connection.execute(f"select exists(select 1 from {table})").fetchone()[0]) if known else 0  # noqa: S608


def _is_demo(database: Path) -> bool:
    """Only the filler writes this setting into the file (SQLite's own 32-bit mark)."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return bool(connection.execute("pragma application_id").fetchone()[0] == MARK)


#: "GZdm": the file was filled by the demonstration
MARK = 0x475A646D


def _fill(home: Path, options: argparse.Namespace) -> None:
    """Make everything in a draft beside the database, then give it the name: whole or not at all."""
    draft = home / DRAFT
    _remove(draft)
    labelled = Path(options.labelled) if options.labelled else None
    if labelled and not labelled.is_file():
        raise NoSuchPath(path=options.labelled, kind="文件")
    os.environ["DATABASE_URL"] = f"sqlite:///{draft}"
    try:
        start()
        _step("建表")
        _migrate()
        _step("安装各机制：检查、跑情景")
        _install()
        _step("填入区划、单位、人员，让模拟的工作人员办九十天的诉求")
        _people_and_appeals(options.appeals)
        _step("填入事项、职权、服务点、项目、地块，开窗口，办各机制的件")
        _house()
        _step("训练类别建议")
        _train(labelled)
        _step("找热点问题")
        _clusters()
        _step("改革办算一算、考一考：模拟、上季度考核")
        _studies()
        _step("给文书盖章，日志收口，核对")
        _close()
    finally:
        os.environ.pop("DATABASE_URL", None)
    _remove(home / DATABASE)
    draft.replace(home / DATABASE)


def _step(what: str) -> None:
    print(f"· {what}", flush=True)


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def _install() -> None:
    from gongzhi.city.demo.installing import install_house

    house = folders.shipped()
    scenarios = install_house(house, by=operator(), tell=Bar())
    print(f"  {len(house)} 个机制，{scenarios:,} 个情景都通过", flush=True)


def _people_and_appeals(appeals: int) -> None:
    from gongzhi.city.demo import filling

    bar = Bar()
    size = {"appeals": appeals} if appeals else {}
    made = filling.fill(bar, reform=True, **size)
    told = {"areas": "个区划和自治单元", "offices": "个单位", "people": "个账号", "appeals": "件诉求"}
    print("  " + "，".join(f"{made[name]:,} {words}" for name, words in told.items()), flush=True)


def _house() -> None:
    """Everything that other mechanisms than the appeals need and do."""
    from gongzhi.city.demo.clean_hands import compare_lists
    from gongzhi.city.demo.counters import fill_counters
    from gongzhi.city.demo.reforming import fill_reform
    from gongzhi.city.demo.registers import fill_registers
    from gongzhi.city.demo.routines import hold_routines
    from gongzhi.city.demo.seeing_ahead import fill_seeing_ahead
    from gongzhi.city.demo.telling import fill_stories
    from gongzhi.city.demo.village import fill_village

    records = fill_registers(Bar())
    made = fill_stories(Bar())
    fill_village(Bar())
    fill_seeing_ahead(Bar())
    compare_lists()
    tasks = fill_reform(Bar())
    points = fill_counters()
    bulletins = hold_routines()
    print(
        f"  {records:,} 条登记，{made['stories']:,} 件办件，{made['ratings']:,} 条评价，{points} 处有窗口和号，{tasks} 件改革任务，{bulletins} 次通报和调度",
        flush=True,
    )


def _train(labelled: Path | None) -> None:
    from gongzhi.city.cli.train import trained
    from gongzhi.engine.texts import TooFewTexts

    try:
        print(f"  {trained(MECHANISM, labelled)}{'标注' if labelled else '办结的诉求'}", flush=True)
    except TooFewTexts as error:
        print(f"  {error.message}", flush=True)


def _clusters() -> None:
    from gongzhi.city.mechanisms import clusters

    found = sorted(clusters.find(MECHANISM), key=lambda each: -each.size)
    print(
        f"  {len(found)} 个" + "".join(f"\n    {each.title}（{each.size} 件）" for each in found[:5]),
        flush=True,
    )


def _studies() -> None:
    from gongzhi.city.demo import studying

    asked, units = studying.ask_simulation(), studying.appraise()
    print(f"  {asked or '没有模拟'}；{units} 个单位有上季度的结果", flush=True)


def _close() -> None:
    """What waits in the queues is done now, so that the first person meets a quiet city; then fold the WAL in."""
    from django.db import connection

    from gongzhi.city.jobs.periodic import tick
    from gongzhi.city.jobs.worker import run_due
    from gongzhi.city.journal.reactions import react_to_all

    for _ in range(MOST_ROUNDS):
        reacted = react_to_all()
        tick()
        if not reacted.done + run_due():
            break
    with connection.cursor() as cursor:
        cursor.execute("analyze")
        cursor.execute(f"pragma application_id = {MARK}")
        cursor.execute("pragma wal_checkpoint(truncate)")
    connection.close()


def _remove(database: Path) -> None:
    for path in (database, Path(f"{database}-wal"), Path(f"{database}-shm"), Path(f"{database}-journal")):
        path.unlink(missing_ok=True)


def _tell(host: str, port: int) -> None:
    """Addresses, accounts by role, and the one password."""
    origin = f"http://{'localhost' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared, not bound
    print("\n门：")
    for title, path in DOORS:
        print(f"  {title}\t{origin}{path}")
    print(f"\n账号（密码都是 {PASSWORD}）：")
    for row in (each for each in cast() if each["who"]):
        print(f"  {row['username']:<10}\t{row['name']}\t{row['title']}\t{row['who']}")
    print("\n以上人员、单位、诉求都是虚构的演示数据，只在这台机器上。", flush=True)
