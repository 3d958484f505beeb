"""The engine reads no clock, no file and no network: time and text come as arguments.

Only ``mechanisms`` may open files, because reading a folder is its work.
"""

from __future__ import annotations

import ast

from tools.tree import ENGINE, parse, python_files, relative

#: owner → its methods that read the clock (``datetime.time(8, 30)`` only makes a value)
CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"},
}
READERS = {"read_text", "read_bytes", "write_text", "write_bytes", "urlopen"}
OUTSIDE = {
    "socket",
    "requests",
    "urllib.request",
    "http.client",
    "subprocess",
    "sqlite3",
    "django",
    "os.environ",
}
#: file of the engine → why it may
ALLOWED: dict[str, str] = {
    "src/gongzhi/engine/expressions/parsing.py": "the grammar of FEEL is a file of the package itself",
}


def validate() -> list[str]:
    found: list[str] = []
    for path in python_files():
        if ENGINE not in path.parents:
            continue
        name = relative(path)
        opens = path.is_relative_to(ENGINE / "mechanisms") or name in ALLOWED
        for line, reason in faults(parse(path)):
            if not (opens and reason.startswith("opens")):
                found.append(f"{name}:{line} {reason}: take it as an argument")
    return found


def faults(tree: ast.Module) -> list[tuple[int, str]]:
    """(line, what is wrong) in one module."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (reason := _call(node)):
            found.append((node.lineno, reason))
        if isinstance(node, ast.Import):
            found += [(node.lineno, f"imports {alias.name}") for alias in node.names if alias.name in OUTSIDE]
        if isinstance(node, ast.ImportFrom) and node.module in OUTSIDE:
            found.append((node.lineno, f"imports {node.module}"))
    return found


def _call(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Name):
        return "opens a file" if function.id == "open" else ""
    if not isinstance(function, ast.Attribute):
        return ""
    owner = function.value
    owned = (
        owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    )
    if function.attr in CLOCKS.get(owned, ()):
        return f"reads the clock ({owned}.{function.attr})"
    return f"opens a file (.{function.attr})" if function.attr in READERS else ""
