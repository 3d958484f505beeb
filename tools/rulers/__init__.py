"""House rules as programs: one module a rule, each with ``validate() -> list[str]`` that collects every finding.

A finding says file, what is wrong and what to do. Exceptions are listed in the ruler itself, each with a reason.
"""

from __future__ import annotations

from collections.abc import Callable

from tools.rulers import (
    clockless,
    codes,
    data_only,
    dependencies,
    documented,
    glossary,
    migrations,
    names,
    registries,
    size,
    templates,
)

RULERS: dict[str, Callable[[], list[str]]] = {
    "size": size.validate,
    "names": names.validate,
    "migration-names": migrations.validate,
    "templates": templates.validate,
    "clockless": clockless.validate,
    "data-only": data_only.validate,
    "codes": codes.validate,
    "registries": registries.validate,
    "dependencies": dependencies.validate,
    "documented": documented.validate,
    "glossary": glossary.validate,
}
