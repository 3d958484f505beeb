"""``gongzhi schema [--out DIR]``: JSON Schema of every kind of file, for editors."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from gongzhi.city.cli import folders
from gongzhi.city.cli.errors import BadWord


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", nargs="?", default="", metavar="种类", help="只打印这一种，如 case")
    parser.add_argument("--out", default="", metavar="文件夹", help="全部写到这个文件夹，连同编辑器设置")


def run(options: argparse.Namespace) -> int:
    """Prints one schema, writes all, or lists their names."""
    from gongzhi.engine.mechanisms import editor_settings, json_schemas
    from gongzhi.engine.simulation import assumptions_schema

    simulation = json.dumps(assumptions_schema(), ensure_ascii=False, indent=2) + "\n"
    made = {**json_schemas(), "simulation.schema.json": simulation}
    if options.out:
        Path(options.out).mkdir(parents=True, exist_ok=True)
        settings = json.dumps(editor_settings(), ensure_ascii=False, indent=2) + "\n"
        for name, text in {**made, "settings.json": settings}.items():
            folders.write(str(Path(options.out) / name), text.encode())
        print(f"{len(made)} 种文件的 JSON Schema 已写到 {options.out}；settings.json 可并入编辑器设置")
        return 0
    name = f"{options.kind}.schema.json"
    if options.kind and name not in made:
        known = "、".join(each.removesuffix(".schema.json") for each in made)
        raise BadWord(value=options.kind, why=f"没有这种文件，有：{known}")
    print(made[name] if options.kind else "\n".join(made), end="" if options.kind else "\n")
    return 0
