"""``gongzhi <command>``: finds the command's module, runs it, and says in a sentence what went wrong.

Exit codes: 0 good, 1 refused or a check failed, 2 wrong usage, 130 interrupted. A command imports what it needs when
it runs, so that those without a database start at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from gongzhi.city.cli import errors
from gongzhi.city.cli.parser import Parser
from gongzhi.engine.errors import GongzhiError

GOOD, FAILED, INTERRUPTED = 0, 1, 130
#: command -> (module, what it does); in the order of the help
COMMANDS: Final = {
    "demo": ("demo", "演示城市：建好、填满、开门"),
    "serve": ("serve", "开门：网页、接口、后台作业，一条命令"),
    "live": ("live", "只做大屏的实时推送"),
    "work": ("work", "只做后台作业和定时工作"),
    "tick": ("tick", "把到点的定时工作做一遍"),
    "check": ("check", "检查机制文件夹，列出全部问题"),
    "test": ("test", "运行机制的情景，不要数据库"),
    "coverage": ("coverage", "清单里哪些机制已有通过的情景"),
    "draw": ("draw", "画出事项的流程图"),
    "simulate": ("simulate", "先算一算：这些来件、这些人手，要等多久"),
    "new": ("new", "新建一个机制文件夹"),
    "schema": ("schema", "写出各类文件的 JSON Schema"),
    "pack": ("pack", "把机制文件夹打成一个文件"),
    "migrate": ("migrate", "建表、升级表结构"),
    "install": ("install", "把机制装进本市"),
    "upgrade": ("upgrade", "升级机制，先说明改了什么"),
    "import": ("importing", "从文件导入诉求、登记、区划边界"),
    "feeds": ("feeds", "数据来源：导入文件、接收消息、重新核对、归并"),
    "train": ("train", "训练类别建议"),
    "watches": ("watches", "预警规则：把哪几天算一遍，列出规则"),
    "mine": ("mine", "实际是怎么走的：从办件记录或外来日志看走法、等待、返工"),
    "export": ("export", "导出事项清单、登记簿、日志或机制"),
    "exchange": ("exchange", "机制移交：密钥、信任的城市、导入的包"),
    "account": ("account", "开账号、任岗位"),
    "seals": ("seals", "印章证书：导入、签发、换发、停用、吊销，补盖等待的文书"),
    "verify": ("verify", "核验一份盖了电子印章的PDF"),
    "rotate-keys": ("rotate_keys", "用新密钥重封个人信息"),
    "doctor": ("doctor", "查验存下来的一切是否完好"),
    "bench": ("bench", "测速"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _run(words)
        sys.stdout.flush()
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else GOOD
    except KeyboardInterrupt:
        print("\n已中断。", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # whoever read us has gone; Python would complain once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except GongzhiError as error:
        return _refuse(error)
    except Exception as error:
        told = _told(error)
        if told is None or "--trace" in words:
            raise
        return _refuse(told)
    return code


def _run(words: list[str]) -> int:
    parser = Parser(prog="gongzhi", description="共治：把一项机制写成一个文件夹，查得清、跑得通、学得走。")
    parser.add_argument("--trace", action="store_true", help="出错时显示程序内部的调用经过")
    commands = parser.add_subparsers(
        title="命令", metavar="命令", dest="command", parser_class=Parser, required=True
    )
    chosen = next((word for word in words if not word.startswith("-")), "")
    made: dict[str, argparse.ArgumentParser] = {}
    for name, (_module, help_) in COMMANDS.items():
        made[name] = commands.add_parser(name, help=help_, description=help_)
    if chosen in COMMANDS:
        module = import_module(f"gongzhi.city.cli.{COMMANDS[chosen][0]}")
        if module.__doc__:
            made[chosen].description = COMMANDS[chosen][1]
        module.add_arguments(made[chosen])
        # a command may know shorter ways of saying the same
        said = module.words(words) if hasattr(module, "words") else words
        result = module.run(parser.parse_args(said))
        return GOOD if result is None else int(result)
    if not words:
        parser.print_help()
        return FAILED + 1
    parser.parse_args(words)
    return GOOD


def _refuse(error: GongzhiError) -> int:
    print(f"{error.code} {error.message}", file=sys.stderr)
    return FAILED


def _told(error: Exception) -> GongzhiError | None:
    """An outside failure as a sentence of ours; None for what is our own mistake (a traceback helps there)."""
    if isinstance(error, OSError):
        place = f"“{error.filename}”" if error.filename else "文件"
        return errors.CannotWrite(path=place, why=error.strerror or str(error))
    # names instead of classes: most commands never import Django
    kinds = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
    why = str(error).strip().split("\n")[0][:300]
    if "django.db.utils.DatabaseError" in kinds or "django.db.utils.InterfaceError" in kinds:
        return errors.NoDatabase(why=why)
    if "django.core.exceptions.ImproperlyConfigured" in kinds:
        return errors.BadSettings(why=why)
    if "django.core.exceptions.ValidationError" in kinds:
        return errors.BadWord(value="输入", why="；".join(getattr(error, "messages", [why])))
    return None


if __name__ == "__main__":
    sys.exit(main())
