"""一件事一次办: several matters asked for, filled in, worked on and handed over as one.

``bundles/<id>.yaml`` says which questions decide which items are needed, and which item waits for which. ``case_type_of``
turns it into an ordinary case type of the same id, so that everything else (checks, scenarios, drawing, running)
knows nothing of bundles: questions and the items' opening forms merged into one form (a material given once serves
all), one step per item that calls its child case, one packet of results at the end.

Source: 国办发〔2022〕32号 关于加快推进“一件事一次办”: 一次告知、一表申请、一套材料、一窗受理、统一出件.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from gongzhi.engine.cases.casetypes import CaseType, fills_of
from gongzhi.engine.cases.spec import (
    Asked,
    CallSpec,
    CaseRef,
    CaseTypeSpec,
    ChoiceSpec,
    ClockSpec,
    Feel,
    FieldSpec,
    Id,
    Names,
    Spec,
    StepSpec,
    Title,
    Within,
    asked,
)
from gongzhi.engine.cases.values import evaluate
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.forms import Form, form_from, merged

#: step of an item, and the field that keeps how the item ended
STEP, RESULT = "do_{}", "{}_result"
ENDS = {"delivered": "已出件", "refused": "不予受理", "withdrawn": "已撤回"}


class BundleItemSpec(Spec):
    """One matter of the bundle: a child case, when it is needed, and after which others it can begin."""

    title: Title
    case: CaseRef
    #: FEEL over the answers: whether the item is needed; empty: always
    when: Feel = ""
    #: items whose results it needs
    after: Names = ()
    #: child's field -> FEEL over the merged form, where it is not simply the field of the same id
    with_: Mapping[Id, Feel] = Field(default_factory=dict, alias="with")
    #: our field -> FEEL over ``child`` and ``outcome``: what later items and the packet use of this one's result
    takes: Mapping[Id, Feel] = Field(default_factory=dict)


class DeskSpec(Spec):
    """A step of the bundle's own desk: taking in, or handing over."""

    title: Title
    who: str
    within: Within
    #: fields asked beside those that every such step asks
    asks: tuple[Asked, ...] = ()


class BundleSpec(Spec):
    """``bundles/<id>.yaml``."""

    id: Id
    title: Title
    number: str = ""
    opened_by: Names
    #: fields asked first; ``when`` of the items looks at them
    questions: tuple[FieldSpec, ...] = ()
    #: fields of the bundle itself: applicant, place, what ``takes`` fills
    fields: tuple[FieldSpec, ...] = ()
    #: which of ``fields`` the opening form asks, before the items' own
    opens_with: tuple[Asked, ...] = ()
    clocks: Mapping[Id, ClockSpec] = Field(default_factory=dict)
    reasons: Mapping[Id, Title] = Field(default_factory=dict)
    #: one window takes the matter in, tells once what is missing, or refuses with a reason
    accept: DeskSpec
    items: Annotated[Mapping[Id, BundleItemSpec], Field(min_length=2)]
    #: one window hands over all results together
    packet: DeskSpec


def case_type_of(bundle: BundleSpec, case_types: Mapping[str, CaseTypeSpec]) -> CaseTypeSpec:
    """The case type that a bundle stands for; ``case_types`` are those of its mechanism.

    Raises ``Refused`` (F120) where two items give one field different kinds or options. Items of other mechanisms are
    filled by their ``with`` alone.
    """
    needed = dict(_needed_fields(bundle, case_types))
    own = {field.id for field in (*bundle.questions, *bundle.fields)}
    shared = _merged_fields(bundle, case_types, own)
    opening = [*(field.id for field in bundle.questions), *bundle.opens_with]
    optional = {asked(text)[0] for text in opening}
    opening += [
        f"{field.id}?" if field.id in needed and not field.required else field.id
        for field in shared
        if field.id not in optional
    ]
    return CaseTypeSpec(
        id=bundle.id,
        title=bundle.title,
        number=bundle.number,
        opened_by=bundle.opened_by,
        opens_with=tuple(opening),
        fields=(*bundle.questions, *bundle.fields, *shared, *_desk_fields(own), *_results(bundle)),
        clocks=bundle.clocks,
        reasons=bundle.reasons,
        steps={
            "accept": _accept(bundle),
            "supplement": _supplement(),
            **_items(bundle, case_types),
            "packet": _packet(bundle),
        },
        ends=ENDS,
    )


def _opening(item: BundleItemSpec, case_types: Mapping[str, CaseTypeSpec]) -> dict[str, bool]:
    """Opening field of the item's case type -> whether it is optional there; empty for another mechanism's."""
    child = case_types.get(item.case)
    return dict(asked(text) for text in child.opens_with) if child else {}


def _plain(item: BundleItemSpec, case_types: Mapping[str, CaseTypeSpec]) -> Iterator[FieldSpec]:
    """Fields that the item's opening form asks and nothing else gives."""
    child = case_types.get(item.case)
    opening = _opening(item, case_types)
    filled = (
        {id_ for follows in fills_of(_form(child.fields)).values() for id_ in follows} if child else set()
    )
    for field in child.fields if child else ():
        if field.id in opening and field.id not in item.with_ and field.id not in filled:
            yield field.model_copy(update={"required": field.required and not opening[field.id]})


def _needed_fields(
    bundle: BundleSpec, case_types: Mapping[str, CaseTypeSpec]
) -> Iterator[tuple[str, list[str]]]:
    """Field -> conditions of the items that ask for it; an empty condition stands for always."""
    found: dict[str, list[str]] = {}
    for item in bundle.items.values():
        for field in _plain(item, case_types):
            found.setdefault(field.id, []).append(item.when)
    yield from found.items()


def _merged_fields(
    bundle: BundleSpec, case_types: Mapping[str, CaseTypeSpec], own: set[str]
) -> tuple[FieldSpec, ...]:
    """The items' fields, each once, shown only while an item that needs it is chosen."""
    forms = [_form(_plain(item, case_types), item.when) for item in bundle.items.values()]
    fields = (_spec(field) for field in merged(forms).fields if field.id not in own)
    return tuple(field.model_copy(update={"visible_when": _shown(bundle, field)}) for field in fields)


def _shown(bundle: BundleSpec, field: FieldSpec) -> str:
    """Also while an item is chosen that hands the field on to another mechanism's case."""
    handed_on = [
        item.when
        for item in bundle.items.values()
        if any(field.id in compile_expression(text).names for text in item.with_.values())
    ]
    if not field.visible_when or "" in handed_on:
        return ""
    return " or ".join([field.visible_when, *(f"({text})" for text in handed_on)])


def _form(fields: Iterable[FieldSpec], when: str = "") -> Form:
    made = []
    for field in fields:
        values = field.model_dump(by_alias=True)
        shown = [text for text in (when, field.visible_when) if text]
        values["visible_when"] = (
            " and ".join(f"({text})" for text in shown) if len(shown) > 1 else "".join(shown)
        )
        made.append(values)
    return form_from(made)


def _spec(field: Any) -> FieldSpec:
    names = {info.alias or name: name for name, info in FieldSpec.model_fields.items()}
    values = {name: getattr(field, name) for name in names if hasattr(field, name) and name != "columns"}
    return FieldSpec(**values, columns=tuple(_spec(column) for column in field.columns))


def _desk_fields(own: set[str]) -> Iterator[FieldSpec]:
    made = (
        FieldSpec(id="correction", title="一次性告知:还要补什么", kind="paragraph", max=2000, required=True, told="true"),
        FieldSpec(id="supplement_note", title="补正说明", kind="paragraph", max=2000),
        FieldSpec(id="supplement_files", title="补交的材料", kind="files"),
        FieldSpec(id="refusal", title="不予受理的理由和去处", kind="paragraph", max=2000, required=True, told="true"),
        FieldSpec(id="packet_list", title="出件清单", kind="paragraph", max=2000, required=True, told="true"),
    )  # fmt: skip
    return (field for field in made if field.id not in own)


def _results(bundle: BundleSpec) -> Iterator[FieldSpec]:
    for id_, item in bundle.items.items():
        yield FieldSpec(id=RESULT.format(id_), title=f"{item.title}的结果", kind="text", max=60, told="true")


def _accept(bundle: BundleSpec) -> StepSpec:
    first = tuple(STEP.format(id_) for id_, item in bundle.items.items() if not item.after)
    return StepSpec(
        title=bundle.accept.title,
        who=bundle.accept.who,
        within=bundle.accept.within,
        choices={
            "accept": ChoiceSpec(
                title="受理并分头办理", asks=bundle.accept.asks, to=first, marks=("accepted",)
            ),
            "correct": ChoiceSpec(
                title="一次性告知补正", asks=("correction",), to=("supplement",), at_most=1
            ),
            "refuse": ChoiceSpec(title="不予受理", asks=("refusal",), to=("end.refused",)),
        },
    )


def _supplement() -> StepSpec:
    return StepSpec(
        title="申请人补正",
        who="resident @ reporter",
        within="30 days",
        choices={
            "done": ChoiceSpec(
                title="补好了", asks=("supplement_note?", "supplement_files?"), to=("accept",)
            ),
            "give_up": ChoiceSpec(title="不办了", to=("end.withdrawn",)),
        },
    )


def _items(bundle: BundleSpec, case_types: Mapping[str, CaseTypeSpec]) -> dict[str, StepSpec]:
    made = {}
    for id_, item in bundle.items.items():
        later = tuple(STEP.format(other) for other, each in bundle.items.items() if id_ in each.after)
        given = {field.id: field.id for field in _plain(item, case_types)}
        made[STEP.format(id_)] = StepSpec(
            title=item.title,
            awaits="all" if len(item.after) > 1 else None,
            calls=CallSpec(
                case=item.case,
                when=item.when,
                **{"with": {**given, **item.with_}},
                takes={RESULT.format(id_): "outcome", **item.takes},
                to=later or ("packet",),
            ),
        )
    return made


def _packet(bundle: BundleSpec) -> StepSpec:
    deliver = ChoiceSpec(
        title="一次送达全部结果",
        asks=("packet_list", *bundle.packet.asks),
        to=("end.delivered",),
        marks=("delivered",),
    )
    return StepSpec(
        title=bundle.packet.title,
        who=bundle.packet.who,
        within=bundle.packet.within,
        awaits="all",
        choices={"deliver": deliver},
    )


def needed(bundle: BundleSpec, case_type: CaseType, answers: Mapping[str, Any]) -> list[str]:
    """Ids of the items that the answers to the questions ask for, in the order of the file."""
    return [
        id_
        for id_, item in bundle.items.items()
        if not item.when or evaluate(case_type, compile_expression(item.when), answers) is True
    ]


def blockers(bundle: BundleSpec, item: str, finished: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Items for whose results ``item`` still waits: those before it that are wanted and not finished."""
    done, asked_for = set(finished), set(wanted)
    return [other for other in bundle.items[item].after if other in asked_for and other not in done]


__all__ = ["BundleItemSpec", "BundleSpec", "DeskSpec", "blockers", "case_type_of", "needed"]
