"""A DMN model: decisions, knowledge and services evaluated on demand, every step once per evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gongzhi.engine.errors import Problem, Where
from gongzhi.engine.expressions import Function, from_python, to_python
from gongzhi.engine.expressions.meters import metered
from gongzhi.engine.expressions.paths import call
from gongzhi.engine.expressions.types import Type, as_function, coerce

from . import dmn_xml as xml
from .dmn_boxed import TRACE, Boxed, Code
from .dmn_tables import table_of
from .dmn_types import ItemTypes, read_texts
from .dmn_xml import Element, child, children, name_of, type_ref
from .errors import NoSuchDecision
from .model import Because, Table

#: depth of decisions that need decisions
MAX_CHAIN = 80


@dataclass(slots=True, eq=False)
class Item:
    """One element of the decision requirements graph."""

    kind: str
    name: str
    id: str
    element: Element
    type: Type | None
    needs: list[Need] = field(default_factory=list)
    code: Code | None = None
    #: of a decision service: inputs, then encapsulated and output decisions
    inputs: list[Item] = field(default_factory=list)
    outputs: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Need:
    """One requirement of an element."""

    #: name under which the required element is seen; with the import's name before it where it has one
    name: str
    item: Item
    #: name of the import that it comes from
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Traced:
    """A value with the rows of all tables that led to it."""

    value: Any
    because: tuple[Because, ...]


class Model:
    """A DMN file, ready to evaluate; immutable after reading, safe to share between threads.

    ``problems`` lists what is not executed (other expression languages, external functions, expressions that are
    no FEEL, imports that were not given): such parts answer null.
    """

    def __init__(self, root: Element, imports: Mapping[str, Model]) -> None:
        self.name, self.namespace, self.id = name_of(root), root.get("namespace") or "", root.get("id") or ""
        self.problems: list[Problem] = []
        self.items: dict[str, Item] = {}
        #: with their names; an import without a name (DMN 1.4) makes its elements the model's own
        self._imports: list[tuple[str, Model]] = self._imported(root, imports)
        self.types: ItemTypes = ItemTypes(root, [(prefix, model.types) for prefix, model in self._imports])
        kinds = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
        for element in children(root, *kinds):
            variable = child(element, "variable")
            name = name_of(variable) if variable is not None and variable.get("name") else name_of(element)
            kind = self.types.named(type_ref(variable))
            item = Item(xml.tag(element), name_of(element) or name, element.get("id") or name, element, kind)
            self.items[item.id] = item
        for item in self.items.values():
            self._connect(item)
        self._compile()

    # -- reading

    def _imported(self, root: Element, imports: Mapping[str, Model]) -> list[tuple[str, Model]]:
        found: list[tuple[str, Model]] = []
        for element in children(root, "import"):
            namespace, name = element.get("namespace") or "", name_of(element)
            if namespace in imports:
                found.append((name, imports[namespace]))
                continue
            kind = "" if "DMN" in (element.get("importType") or "") else f"({element.get('importType')})"
            where = Where(key=f"import.{name}", line=xml.line(element))
            message = f"引入的“{name or namespace}”{kind}没有给出"
            self.problems.append(
                Problem(
                    code="T102",
                    where=where,
                    message=message,
                    remedy="读入时把被引入的文件一并给出",
                    severity="warning",
                )
            )
        return found

    def _target(self, reference: Element) -> Need | None:
        """The element that an ``href`` names, as the referring element sees it."""
        namespace, _, id = (reference.get("href") or "").rpartition("#")
        if not namespace or namespace == self.namespace:
            item = self._own(id)
            return Need(item.name, item) if item else None
        for prefix, model in self._imports:
            if model.namespace == namespace and id in model.items:
                item = model.items[id]
                return Need(f"{prefix}.{item.name}" if prefix else item.name, item, prefix)
        return None

    def _own(self, id: str) -> Item | None:
        """The element of this model, or else of the first import without a name that has it."""
        if id in self.items:
            return self.items[id]
        found = (model._own(id) for prefix, model in self._imports if not prefix)
        return next((item for item in found if item), None)

    def _connect(self, item: Item) -> None:
        for requirement in children(item.element, "informationRequirement", "knowledgeRequirement"):
            for reference in children(requirement, "requiredDecision", "requiredInput", "requiredKnowledge"):
                target = self._target(reference)
                if target:
                    item.needs.append(target)
                else:
                    self._report(item, f"找不到所需的“{reference.get('href')}”")
        if item.kind == "decisionService":
            for group, names in (
                (item.inputs, ("inputData", "inputDecision")),
                (item.outputs, ("outputDecision",)),
            ):
                for name in names:
                    found = (self._target(reference) for reference in children(item.element, name))
                    group.extend(target.item for target in found if target)

    def _report(self, item: Item, message: str) -> None:
        where = Where(key=item.name, line=xml.line(item.element))
        self.problems.append(
            Problem(code="T103", where=where, message=message, remedy="请检查引用", severity="warning")
        )

    def _compile(self) -> None:
        extra = self.types.component_names()
        for _, model in self._imports:
            extra |= model.types.component_names() | {item.name for item in model.items.values()}
        extra |= {
            output.get("name") or ""
            for item in self.items.values()
            for output in item.element.iter("{*}output")
        }
        extra |= {
            " ".join((part.get("name") or "").split())
            for item in self.items.values()
            for part in item.element.iter("{*}variable", "{*}column")
        }
        boxed = Boxed(self.types, frozenset(extra - {""}))
        for item in self.items.values():
            names = frozenset(need.prefix or need.name for need in item.needs) | frozenset(
                prefix for prefix, _ in self._imports if prefix
            )
            if item.kind == "decision":
                item.code = boxed.compile(item.element, names, item.name)
            elif item.kind == "businessKnowledgeModel":
                item.code = self._knowledge(boxed, item, names | {item.name})
        self.problems += boxed.problems
        self.problems += [
            Problem(code=problem.code, where=problem.where, message=str(problem))
            for problem in self.types.problems
        ]

    def _knowledge(self, boxed: Boxed, item: Item, names: frozenset[str]) -> Code | None:
        logic = child(item.element, "encapsulatedLogic")
        if logic is None:
            self._report(item, "没有逻辑")
            return None
        return boxed.expression(_as_function(logic), names, item.name)

    # -- asking

    @property
    def decisions(self) -> tuple[str, ...]:
        """Names of the decisions and decision services that ``evaluate`` takes."""
        return tuple(
            item.name for item in self.items.values() if item.kind in ("decision", "decisionService")
        )

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the input data."""
        return tuple(item.name for item in self.items.values() if item.kind == "inputData")

    @property
    def tables(self) -> tuple[Table, ...]:
        """The decision tables that are a decision's whole logic, for the linter; named after the decision."""
        found: list[Table] = []
        for item in self.items.values():
            element = child(item.element, "decisionTable") if item.kind == "decision" else None
            if element is not None:
                table, plain = table_of(element, item.name), {need.name for need in item.needs}
                inputs = tuple(
                    replace(column, expression="") if column.name in plain else column
                    for column in table.inputs
                )
                found.append(replace(table, inputs=inputs))
        return tuple(found)

    def evaluate(self, name: str, inputs: Mapping[str, Any] | None = None) -> Any:
        """The value of a decision, decision service or knowledge model (called with ``inputs``), by name or id.

        In: input data by name, as Python values (numbers, str, bool, None, datetime objects, lists, dicts), where text
        is read as the number, day or duration that the data's type asks for; those of
        imported models as ``{"import": {"name": …}}``. A decision that another one needs may be given as an input, too.
        Out: Python values, None for null. Raises NoSuchDecision; never an error of an expression.
        """
        return self.trace(name, inputs).value

    def trace(self, name: str, inputs: Mapping[str, Any] | None = None) -> Traced:
        """As ``evaluate``, with the rows of all tables that were hit on the way."""
        item = self._find(name)
        run = Run({key: from_python(value) for key, value in (inputs or {}).items()})
        return Traced(to_python(metered(run.answer, item)), tuple(run.because))

    def _find(self, name: str) -> Item:
        found = self._search(" ".join(name.split()))
        if found is None:
            raise NoSuchDecision(name=name, known=("、".join(self.decisions) or "无")[:500])
        return found

    def _search(self, wanted: str) -> Item | None:
        for item in self.items.values():
            if wanted in (item.name, item.id) and item.kind != "inputData":
                return item
        for prefix, model in self._imports:
            inner = wanted.removeprefix(f"{prefix}.") if prefix else wanted
            found = model._search(inner) if inner != wanted or not prefix else None
            if found:
                return found
        return None


def _as_function(logic: Element) -> Element:
    """``encapsulatedLogic`` is a function definition under another name."""
    namespace = str(logic.tag).rpartition("}")[0] + "}"
    copy = xml.copied(logic)
    copy.tag = f"{namespace}functionDefinition"
    return copy


def _function_type(kind: Type) -> Type:
    """A variable is typed by its function, or (before DMN 1.3) by the function's result."""
    return kind if kind.kind == "function" else Type("function", result=kind)


class Run:
    """One evaluation: inputs, and what has been computed so far."""

    def __init__(self, inputs: dict[str, Any]) -> None:
        self.inputs = inputs
        self.done: dict[Item, Any] = {}
        self.because: list[Because] = []
        #: decisions that are waiting for others
        self.depth = 0
        self.imported: dict[str, Run] = {}
        #: what a decision service was called with
        self.fixed: dict[Item, Any] = {}

    def answer(self, item: Item) -> Any:
        """The value of what was asked for; a knowledge model is called with the inputs of its parameters' names."""
        if item.kind == "decisionService":
            return self.service(item)
        value = self.value(item, asked=True)
        if isinstance(value, Function) and item.kind == "businessKnowledgeModel":
            return call(value, tuple(self.inputs.get(name) for name in value.parameters or ()))
        return value

    def value(self, item: Item, *, asked: bool = False) -> Any:
        """The value of an element; ``asked``: it is the question itself, so an input of its name is no answer."""
        if item in self.done:
            return self.done[item]
        self.depth += 1
        if self.depth > MAX_CHAIN:
            raise RecursionError
        self.done[item] = None  # an element that needs itself sees null
        self.done[item] = value = self._value(item, asked)
        self.depth -= 1
        return value

    def _value(self, item: Item, asked: bool) -> Any:
        if item.kind == "inputData" or (item.kind == "decision" and item.name in self.inputs and not asked):
            return coerce(read_texts(self.inputs.get(item.name), item.type), item.type)
        if item.kind == "decision":
            return self.decided(item)
        return self.service_function(item) if item.kind == "decisionService" else self.knowledge(item)

    def decided(self, item: Item) -> Any:
        if item.code is None:
            return None
        return coerce(item.code(self.scope(item)), item.type)

    def scope(self, item: Item) -> dict[str, Any]:
        """What an element's expression sees: its requirements by name, imported ones inside a context."""
        scope: dict[str, Any] = {TRACE: self.because}
        for need in item.needs:
            run = self.inside(need.prefix)
            value = run.value(need.item)
            if need.prefix:
                scope.setdefault(need.prefix, {})[need.item.name] = value
            else:
                scope[need.item.name] = value
        return scope

    def inside(self, prefix: str) -> Run:
        """The run of an imported model: the same model under two names has two, each with its own inputs."""
        if not prefix:
            return self
        if prefix not in self.imported:
            nested = self.inputs.get(prefix)
            flat = {
                key[len(prefix) + 1 :]: value
                for key, value in self.inputs.items()
                if key.startswith(f"{prefix}.")
            }
            inputs = {**(nested if isinstance(nested, dict) else {}), **flat}
            run = Run(inputs or self.inputs)
            run.because, run.depth, run.fixed = self.because, self.depth, self.fixed
            run.done = dict(self.fixed)
            self.imported[prefix] = run
        return self.imported[prefix]

    def knowledge(self, item: Item) -> Any:
        if item.code is None:
            return None
        scope = self.scope(item)
        function = item.code(scope)
        if isinstance(function, Function) and item.type is not None:
            function = as_function(function, _function_type(item.type))
        scope[item.name] = function  # a knowledge model may call itself
        return function

    def service(self, item: Item) -> Any:
        """A decision service asked by name: its inputs are those of the run."""
        values = tuple(self.inputs.get(needed.name) for needed in item.inputs)
        return call(self.service_function(item), values)

    def service_function(self, item: Item) -> Function:
        """A decision service as a function of its inputs."""
        names = tuple(needed.name for needed in item.inputs)

        def run(*values: Any) -> Any:
            return self._outputs(item, dict(zip(item.inputs, values, strict=True)))

        made = Function(names, run, item.name)
        if item.type is not None:
            made = as_function(made, _function_type(item.type))
        return made if made.types else replace(made, types=tuple(needed.type for needed in item.inputs))

    def _outputs(self, item: Item, values: Mapping[Item, Any]) -> Any:
        inner = Run({})
        inner.because = self.because
        inner.depth = self.depth + 1
        if inner.depth > MAX_CHAIN:
            raise RecursionError
        inner.fixed = {needed: coerce(value, needed.type) for needed, value in values.items()}
        inner.done = dict(inner.fixed)
        results = {output.name: inner.value(output, asked=True) for output in item.outputs}
        return next(iter(results.values())) if len(results) == 1 else results


def read_dmn(data: bytes, *, imports: Iterable[bytes] = ()) -> Model:
    """The model in a DMN file (1.2 to 1.5, also 1.1).

    In: the file; the files that it imports, in any order. Out: a Model; its ``problems`` say what is not executed.
    Raises ModelError (T005) for what is no DMN, too large, or hostile XML.
    """
    roots = {root.get("namespace") or "": root for root in map(xml.parse, imports)}
    made: dict[str, Model] = {}

    def make(root: Element, making: frozenset[str]) -> Model:
        namespace = root.get("namespace") or ""
        for element in children(root, "import"):
            wanted = element.get("namespace") or ""
            if wanted in roots and wanted not in made and wanted not in making:
                made[wanted] = make(roots[wanted], making | {wanted})
        return Model(root, made) if namespace not in made else made[namespace]

    root = xml.parse(data)
    return make(root, frozenset({root.get("namespace") or ""}))


__all__ = ["Model", "Run", "Traced", "read_dmn"]
