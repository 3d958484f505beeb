"""一件事一次办: several matters asked for, filled in, worked on and handed over as one.

``bundles/<id>.yaml`` says which questions decide which items are needed, and which item waits for which. ``case_type_of``
turns it into an ordinary case type of the same id, so that everything else (checks, scenarios, drawing, running)
knows nothing of bundles: questions and the items' opening forms merged into one form (a material given once serves
all), one step per item that calls its child case, one packet of results at the end. An item that is sent back
(``returns``) is mended alone and called once more, while the others go on.

Source: 国办发〔2022〕32号 关于加快推进“一件事一次办”: 一次告知、一表申请、一套材料、一窗受理、统一出件.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from gongzhi.engine.cases.casetypes import fills_of
from gongzhi.engine.cases.spec import (
    Asked,
    CallSpec,
    CaseRef,
    CaseTypeSpec,
    ChoiceSpec,
    ClockSpec,
    EndWaySpec,
    Feel,
    FieldSpec,
    Id,
    Names,
    Spec,
    StepSpec,
    Targets,
    TimerSpec,
    Title,
    Within,
    asked,
)
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.forms import Form, form_from, merged

#: steps of an item: the work, mending what was sent back, and the work once more
STEP, MEND, AGAIN = "do_{}", "mend_{}", "again_{}"
#: fields of an item: how it ended, what is missing, and what the applicant brought after all
RESULT, MISSING, NOTE, FILES = "{}_result", "{}_missing", "{}_note", "{}_files"
GIVEN_UP = "申请人不办这一项了"
ENDS = {"delivered": "已出件", "refused": "不予受理", "withdrawn": "已撤回"}
NOTHING = "没有办成"


class ReturnsSpec(Spec):
    """An item that was sent back: the applicant is told once what is missing and brings it for this item alone."""

    #: end of the child that says that something is missing
    end: Id
    #: FEEL over ``child``: what is missing, all of it
    missing: Feel
    #: how long the applicant has; afterwards the bundle goes on without the item
    within: Within
    #: child's field -> FEEL: what the second child gets beside ``with``, from ``<item>_files`` and ``<item>_note``
    with_: Mapping[Id, Feel] = Field(default_factory=dict, alias="with")


class BundleItemSpec(Spec):
    """One matter of the bundle: a child case, when it is needed, and after which others it can begin."""

    title: Title
    case: CaseRef
    #: FEEL over the answers: whether the item is needed; empty: always
    when: Feel = ""
    #: items whose results it needs
    after: Names = ()
    #: FEEL over those results, looked at when its turn comes: where it does not hold, the item is left out
    given: Feel = ""
    #: ends of the child that mean that the item was done; a bundle in which nothing was done hands nothing over
    done: Names = ()
    #: what happens to this item alone when it is sent back
    returns: ReturnsSpec | None = None
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
    #: of taking in: silence for so long is acceptance, counted from the day of receipt (行政许可法 32)
    deemed: Within | None = None


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
    #: how long the applicant has to bring what the window found missing; afterwards the window decides
    supplement: Within = "30 days"
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
    materials = [field.id for field in shared if field.kind == "files"]
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
        fields=(
            *bundle.questions,
            *bundle.fields,
            *shared,
            *_desk_fields(bundle, own),
            *_results(bundle, case_types),
        ),
        clocks=bundle.clocks,
        reasons=bundle.reasons,
        steps={
            "accept": _accept(bundle),
            "supplement": _supplement(bundle, materials),
            **_items(bundle, case_types),
            "packet": _packet(bundle, case_types),
        },
        ends={**ENDS, **({"nothing": NOTHING} if _can_fail(bundle) else {})},
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
    given = {*item.with_, *(item.returns.with_ if item.returns else ())}
    for field in child.fields if child else ():
        if field.id in opening and field.id not in given and field.id not in filled:
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


def _desk_fields(bundle: BundleSpec, own: set[str]) -> Iterator[FieldSpec]:
    made = (
        FieldSpec(id="correction", title="一次性告知：还要补什么", kind="paragraph", max=2000, required=True, told="true"),
        FieldSpec(id="supplement_note", title="补正说明", kind="paragraph", max=2000),
        FieldSpec(id="supplement_files", title="补交的材料", kind="files"),
        FieldSpec(id="refusal", title="不予受理的理由和去处", kind="paragraph", max=2000, required=True, told="true"),
        FieldSpec(id="nothing_reason", title="没有办成的原因和下一步怎么办", kind="paragraph", max=2000, required=True, told="true"),
        FieldSpec(id="packet_list", title="一并交给您的还有", kind="paragraph", max=2000, told="true"),
    )  # fmt: skip
    unused = set() if _can_fail(bundle) else {"nothing_reason"}
    return (field for field in made if field.id not in own | unused)


def _results(bundle: BundleSpec, case_types: Mapping[str, CaseTypeSpec]) -> Iterator[FieldSpec]:
    """How each item ended, in words; and of an item that may be sent back what is missing and what was brought."""
    for id_, item in bundle.items.items():
        title, ends = item.title, list(_ends(item, case_types).values())
        if item.returns:
            yield FieldSpec(
                id=MISSING.format(id_), title=f"{title}：还要补什么", kind="paragraph", max=2000, told="true"
            )
            yield FieldSpec(id=NOTE.format(id_), title=f"{title}：补正说明", kind="paragraph", max=2000)
            yield FieldSpec(id=FILES.format(id_), title=f"{title}：补交的材料", kind="files")
            ends.append(GIVEN_UP)
        result = FieldSpec(id=RESULT.format(id_), title=f"{title}：结果", kind="text", max=120, told="true")
        if item.case in case_types:
            choice = {"kind": "choice", "max": None, "options": tuple(dict.fromkeys(ends))}
            result = result.model_copy(update=choice)
        yield result


def _ends(item: BundleItemSpec, case_types: Mapping[str, CaseTypeSpec]) -> Mapping[str, str]:
    """Ends of the item's case type and their words; those of another mechanism are not known here."""
    return case_types[item.case].ends if item.case in case_types else {}


def _ended(item: BundleItemSpec, case_types: Mapping[str, CaseTypeSpec]) -> str:
    """FEEL: the words of the end that the child reached."""
    words = (f'if outcome = "{end}" then "{title}" else ' for end, title in _ends(item, case_types).items())
    return f"{''.join(words)}outcome"


def _accept(bundle: BundleSpec) -> StepSpec:
    first = tuple(STEP.format(id_) for id_, item in bundle.items.items() if not item.after)
    timers = {}
    if bundle.accept.deemed is not None:
        timers["deemed"] = TimerSpec(
            after=bundle.accept.deemed,
            to=first,
            interrupting=True,
            emits="deemed_accepted",
            marks="accepted",
            since="opening",
        )
    return StepSpec(
        title=bundle.accept.title,
        who=bundle.accept.who,
        within=bundle.accept.within,
        timers=timers,
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


def _supplement(bundle: BundleSpec, materials: Iterable[str]) -> StepSpec:
    asks = ("supplement_note?", "supplement_files?", *(f"{field}?" for field in materials))
    lapse = TimerSpec(after=bundle.supplement, to=("accept",), interrupting=True, emits="supplement_lapsed")
    return StepSpec(
        title="申请人补正",
        who="resident @ reporter",
        within=bundle.supplement,
        timers={"lapse": lapse},
        choices={
            "done": ChoiceSpec(title="补好了", asks=asks, to=("accept",)),
            "give_up": ChoiceSpec(title="不办了", to=("end.withdrawn",)),
        },
    )


def _items(bundle: BundleSpec, case_types: Mapping[str, CaseTypeSpec]) -> dict[str, StepSpec]:
    made = {}
    for id_, item in bundle.items.items():
        later = tuple(STEP.format(other) for other, each in bundle.items.items() if id_ in each.after)
        to: Targets = later or ("packet",)
        given = {field.id: field.id for field in _plain(item, case_types)}
        needed = [text for text in (item.when, item.given) if text]
        call = CallSpec.model_validate(
            {
                "case": item.case,
                "when": " and ".join(f"({text})" for text in needed) if len(needed) > 1 else "".join(needed),
                "with": {**given, **item.with_},
                "takes": {RESULT.format(id_): _ended(item, case_types), **item.takes},
                "to": to,
            }
        )
        joins = "all" if len(item.after) > 1 else None
        if item.returns is None:
            made[STEP.format(id_)] = StepSpec.model_validate(
                {"title": item.title, "awaits": joins, "calls": call}
            )
            continue
        mend = EndWaySpec(title="退回补正", to=(MEND.format(id_),))
        missing = {MISSING.format(id_): item.returns.missing}
        first = call.model_copy(
            update={"by_end": {item.returns.end: mend}, "takes": {**call.takes, **missing}}
        )
        sent_back = _sent_back(id_, item, case_types)
        again = call.model_copy(
            update={
                "with_": {**call.with_, **item.returns.with_},
                "when": f"({call.when}) and {sent_back}"
                if call.when and sent_back
                else sent_back or call.when,
            }
        )
        made[STEP.format(id_)] = StepSpec.model_validate(
            {"title": item.title, "awaits": joins, "calls": first}
        )
        made[MEND.format(id_)] = _mend(id_, item.title, item.returns, to)
        made[AGAIN.format(id_)] = StepSpec(title=f"{item.title}（补正后）", calls=again)
    return made


def _sent_back(id_: str, item: BundleItemSpec, case_types: Mapping[str, CaseTypeSpec]) -> str:
    """FEEL: the item was sent back; a page that shows what is still to come does not announce the second time before."""
    title = _ends(item, case_types).get(item.returns.end) if item.returns else None
    return f'{RESULT.format(id_)} = "{title}"' if title else ""


def _mend(id_: str, title: str, returns: ReturnsSpec, to: Targets) -> StepSpec:
    """The applicant's step for one item that was sent back; nobody else waits for it but what needs its result."""
    return StepSpec(
        title=f"{title}：申请人补正",
        who="resident @ reporter",
        within=returns.within,
        timers={"lapse": TimerSpec(after=returns.within, to=to, interrupting=True, emits=f"{id_}_lapsed")},
        choices={
            "done": ChoiceSpec(
                title="补好了",
                asks=(f"{FILES.format(id_)}?", f"{NOTE.format(id_)}?"),
                to=(AGAIN.format(id_),),
            ),
            "give_up": ChoiceSpec(title="不办这一项了", to=to, sets={RESULT.format(id_): f'"{GIVEN_UP}"'}),
        },
    )


def _can_fail(bundle: BundleSpec) -> bool:
    """Whether the bundle says when its items are done, so that it can tell that none of them was."""
    return any(item.done for item in bundle.items.values())


def _done(bundle: BundleSpec, case_types: Mapping[str, CaseTypeSpec]) -> str:
    """FEEL: something was done."""
    parts = []
    for id_, item in bundle.items.items():
        ends = _ends(item, case_types)
        parts += [f'{RESULT.format(id_)} = "{ends.get(end, end)}"' for end in item.done]
    return " or ".join(parts)


def _packet(bundle: BundleSpec, case_types: Mapping[str, CaseTypeSpec]) -> StepSpec:
    done = _done(bundle, case_types)
    choices = {
        "deliver": ChoiceSpec(
            title="一次送达全部结果",
            asks=("packet_list?", *bundle.packet.asks),
            when=done,
            to=("end.delivered",),
            marks=("delivered",),
        )
    }
    if _can_fail(bundle):
        choices["close"] = ChoiceSpec(
            title="没有一项办成、说明后办结",
            asks=("nothing_reason",),
            when=f"not({done})",
            to=("end.nothing",),
        )
    return StepSpec(
        title=bundle.packet.title,
        who=bundle.packet.who,
        within=bundle.packet.within,
        awaits="all",
        choices=choices,
    )


__all__ = ["BundleItemSpec", "BundleSpec", "DeskSpec", "ReturnsSpec", "case_type_of"]
