"""A rule as its form shows it: every condition, group and action with the inputs that fit it, and what is wrong beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.web.rules import offers as offered
from adapters.web.rules.form_values import lines_of, pair_of, pairs_as_lines, shown_text
from adapters.web.rules.offers import Choice, Offers
from rules.actions import Action, Parameter, ParameterKind
from rules.actions.registry import find_action
from rules.document import Aggregate, Group, ItemGroup, Node
from rules.document_writer import flow_text
from rules.editing.nodes import aggregate_kind, group_kind, lines_path
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, Field
from rules.messages import Language
from rules.operators import Operator, Takes, find_operator
from rules.parser.aggregates import COUNT, NUMBERS
from rules.parser.conditions import CONDITION_KEYS, GROUPS
from rules.parser.reading import SWITCH
from rules.problems import Problem
from rules.sentences import node_sentence
from rules.values import FieldType


@dataclass(frozen=True, slots=True)
class Input:
    """How a value is entered: `kind` is none, one, many (a line each), pair, choice, number or list.

    With `lists` one of the account's lists may stand there instead; a list, which is named by the text, stands there alone.
    """

    kind: str
    text: str = ""
    second: str = ""  # of a pair
    choices: list[Choice] = field(default_factory=list)  # what is offered, or all there is for a choice
    help: str = ""
    unit: str = ""
    lists: list[Choice] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return min(max(self.text.count("\n") + 1, 2), 8)


@dataclass(frozen=True, slots=True)
class ShownNode:
    """One part of a condition. `kind` is condition, group, items, lines (a number over them), always or raw.

    What the form cannot show is its text.
    """

    path: str
    kind: str
    is_on: bool = True
    of_item: bool = False
    problems: tuple[Problem, ...] = ()
    code: str = ""  # of a group, or of a number over lines
    nodes: tuple[ShownNode, ...] = ()
    name: str = ""  # of a field
    fields: list[Choice] = field(default_factory=list)
    operator: str = ""
    operators: list[Choice] = field(default_factory=list)
    value: Input = field(default_factory=lambda: Input("none"))
    than: str = ""
    others: list[Choice] = field(default_factory=list)  # fields it may be compared with
    takes_case: bool = False
    match_case: bool = False
    measure: str = ""  # of a number over lines, where it has one
    measures: list[Choice] = field(default_factory=list)
    raw: str = ""
    sentence: str = ""  # beside the text, where that is right

    @property
    def in_list(self) -> bool:
        return self.path.endswith("]")


@dataclass(frozen=True, slots=True)
class ShownParameter:
    name: str
    path: str
    label: str
    required: bool
    value: Input
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownAction:
    """One action. Without an action the code is none that is known, or the call is no such thing: its text is shown."""

    path: str
    code: str
    label: str = ""
    help: str = ""
    is_on: bool = True
    parameters: tuple[ShownParameter, ...] = ()
    problems: tuple[Problem, ...] = ()
    raw: str = ""


class RuleShower:
    """Makes what the form shows of one rule."""

    def __init__(
        self, problems: Iterable[Problem], prefix: str, offers: Offers, language: Language, when: Node | None = None
    ) -> None:
        """`prefix` is the rule's own path, which the paths of problems and of what is in `when` begin with."""
        nodes = () if when is None else nodes_in(when)
        self._sentences = {node.path[len(prefix) :].lstrip("."): node_sentence(node).format(language) for node in nodes}
        self._problems = [(problem.path[len(prefix) :].lstrip("."), problem) for problem in problems]
        self._offers = offers
        self._language = language

    def about(self, *paths: str) -> tuple[Problem, ...]:
        """What is to be said about these places and nothing else."""
        return tuple(problem for path, problem in self._problems if path in paths)

    def within(self, path: str) -> tuple[Problem, ...]:
        """What is to be said about a place and all that is in it."""
        starts = (f"{path}.", f"{path}[")
        return tuple(problem for place, problem in self._problems if place == path or place.startswith(starts))

    def node(self, value: Any, path: str, of_item: bool = False) -> ShownNode:
        if value == "always":
            return ShownNode(path, "always", of_item=of_item, problems=self.about(path))
        kind = group_kind(value)
        if kind is not None:
            is_on = value.get(SWITCH) is not False
            if kind in GROUPS:
                nodes = [self.node(one, f"{path}.{kind}[{number}]", of_item) for number, one in enumerate(value[kind])]
                about = self.about(path, f"{path}.{kind}")
                return ShownNode(path, "group", is_on, of_item, about, kind, tuple(nodes))
            inner = self.node(value[kind], f"{path}.{kind}", of_item=True)
            return ShownNode(path, "items", is_on, of_item, self.about(path), kind, (inner,))
        if is_over_lines(value):
            return self._over_lines(value, path, of_item)
        if is_condition(value):
            return self._condition(value, path, of_item)
        sentence = self._sentences.get(path, "")
        return ShownNode(path, "raw", problems=self.within(path), raw=flow_text(value), sentence=sentence, of_item=of_item)

    def _condition(self, value: Mapping[str, Any], path: str, of_item: bool) -> ShownNode:
        name, operator = str(value.get("field", "")), str(value.get("is", ""))
        found = (ITEM_FIELDS if of_item else ORDER_FIELDS).find(name)
        fields = offered.fields(of_item, self._language)
        operators = [] if found is None else offered.operators(found.type, self._language)
        registered = None if found is None else find_operator(found.type, operator)
        can_compare = found is not None and registered is not None and registered.against is not None
        than = str(value.get("than") or "")
        entered = Input("none") if than else self._value(value, found, operator)
        can_compare = can_compare and entered.kind != "list"
        return ShownNode(
            path,
            "condition",
            value.get(SWITCH) is not False,
            of_item,
            self.within(path),
            name=name,
            fields=_with(fields, name),
            operator=operator,
            operators=_with(operators, operator),
            value=entered,
            than=than,
            others=offered.fields_of_type(found.type, of_item, self._language) if found is not None and can_compare else [],
            takes_case=found is not None and found.type in (FieldType.TEXT, FieldType.SET),
            match_case=value.get("match_case") is True,
        )

    def _over_lines(self, value: Mapping[str, Any], path: str, of_item: bool) -> ShownNode:
        kind = aggregate_kind(value)
        assert kind is not None
        operator, than, lines = str(value.get("is", "")), str(value.get("than") or ""), lines_path(path, kind)
        registered = find_operator(FieldType.NUMBER, operator)
        can_compare = registered is not None and registered.against is not None
        measure = "" if kind == COUNT else str(value[kind]["of"])
        entered = self._value(value, NUMBERS[kind], operator)
        inside = {id(problem) for problem in self.within(lines)}
        return ShownNode(
            path,
            "lines",
            value.get(SWITCH) is not False,
            of_item,
            tuple(problem for problem in self.within(path) if id(problem) not in inside),
            code=kind,
            nodes=(self.node(value[kind] if kind == COUNT else value[kind]["when"], lines, of_item=True),),
            operator=operator,
            operators=_with(offered.operators(FieldType.NUMBER, self._language), operator),
            value=Input("none") if than else replace(entered, lists=[], unit=unit_of(measure)),
            than=than,
            others=offered.fields_of_type(FieldType.NUMBER, False, self._language) if can_compare else [],
            measure=measure,
            measures=_with(offered.measures(self._language), measure),
        )

    def _value(self, condition: Mapping[str, Any], found: Field | None, code: str) -> Input:
        value = condition.get("value")
        operator = None if found is None else find_operator(found.type, code)
        named = list_named(value)
        if named is not None:
            return Input("list", named, lists=_with(self._offers.lists, named))
        entered = self._typed(value, found, operator)
        return entered if operator is None or operator.of_list is None else replace(entered, lists=self._offers.lists)

    def _typed(self, value: Any, found: Field | None, operator: Operator | None) -> Input:
        if operator is None or operator.value is None:
            return Input("none") if value is None else Input("one", shown_text(value, self._language))
        choices = [] if found is None else self._offers.of_field(found)
        help_ = operator.value.help.format(self._language)
        match operator.takes:
            case Takes.PAIR:
                low, high = pair_of(value, self._language)
                return Input("pair", low, high, choices, help_)
            case Takes.PAIRS:
                return Input("many", pairs_as_lines(value), help=help_)
            case Takes.LIST | Takes.ONE_OR_LIST:
                return Input("many", lines_of(value, self._language), choices=choices, help=help_)
        if isinstance(value, list):
            return Input("many", lines_of(value, self._language), choices=choices, help=help_)
        unit = "" if found is None else unit_of(found.name)
        return Input("one", shown_text(value, self._language), choices=choices, help=help_, unit=unit)

    def action(self, call: Any, path: str) -> ShownAction:
        action = find_action(str(call.get("do", ""))) if isinstance(call, Mapping) else None
        if action is None or not all(_is_shown(action, key, value) for key, value in call.items()):
            return ShownAction(path, "", problems=self.within(path), raw=flow_text(call))
        has_own = any(parameter.name == SWITCH for parameter in action.parameters)
        parameters = tuple(self._parameter(parameter, call, path) for parameter in action.parameters)
        of_parameters = {id(problem) for one in parameters for problem in one.problems}
        return ShownAction(
            path,
            action.code,
            action.label.format(self._language),
            action.help.format(self._language),
            has_own or call.get(SWITCH) is not False,
            parameters,
            tuple(problem for problem in self.within(path) if id(problem) not in of_parameters),
        )

    def _parameter(self, parameter: Parameter, call: Mapping[str, Any], path: str) -> ShownParameter:
        value = call.get(parameter.name)
        place = f"{path}.{parameter.name}"
        label = parameter.label.format(self._language)
        return ShownParameter(parameter.name, place, label, parameter.required, self._input(parameter, value), self.within(place))

    def _input(self, parameter: Parameter, value: Any) -> Input:
        text = shown_text(value, self._language)
        known = [] if parameter.closed is None else [Choice(code, code) for code in parameter.closed.codes]
        if parameter.refers_to is not None:
            known = self._offers.references.get(parameter.refers_to, [])
        choices = [Choice(code, label.format(self._language)) for code, label in parameter.choices.items()]
        match parameter.kind:
            case ParameterKind.BOOLEAN:
                return Input("boolean", text)
            case ParameterKind.CHOICE:
                return Input("choice", text, choices=choices)
            case ParameterKind.TEXTS:
                return Input("many", lines_of(value, self._language), choices=known)
            case ParameterKind.TEXT_MAP:
                pairs = value.items() if isinstance(value, Mapping) else ()
                return Input("many", "\n".join(f"{name}: {shown_text(one, self._language)}" for name, one in pairs))
            case ParameterKind.TEXT:
                is_long = parameter.name in LONG_TEXTS or "\n" in text
                return Input("long" if is_long else "one", text, choices=known)
            case _:
                return Input("one", text, choices=choices, unit=unit_of(parameter.name))


LONG_TEXTS = {"message", "text"}
UNITS = {"weight_g": "g", "by_g": "g", "length_mm": "mm", "width_mm": "mm", "height_mm": "mm", "available_at_provider": ""}


def unit_of(name: str) -> str:
    """What a number is counted in, as its name says."""
    return UNITS.get(name, "")


def nodes_in(node: Node) -> Iterator[Node]:
    """A node and all that is in it."""
    yield node
    if isinstance(node, Group):
        for member in node.nodes:
            yield from nodes_in(member)
    elif isinstance(node, ItemGroup | Aggregate):
        yield from nodes_in(node.node)


def is_condition(value: Any) -> bool:
    """Whether a condition is of the kind that the form knows."""
    if not isinstance(value, Mapping) or not any(key in value for key in ("field", "is", "value", "than")):
        return False
    if any(key not in CONDITION_KEYS for key in value):
        return False
    texts = [value.get(key, "") for key in ("field", "is", "than")]
    return not any(isinstance(text, Mapping | list) for text in texts) and is_simple(value.get("value"))


def is_over_lines(value: Any) -> bool:
    """Whether a number over lines is of the kind that the form knows."""
    kind = aggregate_kind(value)
    if kind is None:
        return False
    texts = [value.get("is", ""), value.get("than", ""), "" if kind == COUNT else value[kind]["of"]]
    typed = value.get("value")
    return not any(isinstance(text, Mapping | list) for text in texts) and is_simple(typed) and list_named(typed) is None


def list_named(value: Any) -> str | None:
    """The name of the list that a value is; None for typed values."""
    if not isinstance(value, Mapping) or list(value) != ["list"] or not _is_line(value["list"]):
        return None
    return str(value["list"])


def is_simple(value: Any) -> bool:
    """Whether a value fits into lines: one, a list of some, or pairs; or names a list."""
    if list_named(value) is not None:
        return True
    if isinstance(value, list):
        return all(_is_line(one) or (isinstance(one, list) and len(one) == 2 and all(map(_is_line, one))) for one in value)
    return not isinstance(value, Mapping)


def _is_line(value: Any) -> bool:
    return not isinstance(value, Mapping | list) and "\n" not in str(value)


def _is_shown(action: Action, key: str, value: Any) -> bool:
    parameter = action.parameter(key)
    if parameter is None:
        return key in ("do", SWITCH)
    if parameter.kind is ParameterKind.TEXT_MAP:
        return isinstance(value, Mapping) and all(map(_is_line, value.values()))
    return (isinstance(value, list) and all(map(_is_line, value))) or not isinstance(value, Mapping | list)


def _with(choices: list[Choice], code: str) -> list[Choice]:
    """The choices, and what stands there though it is none of them."""
    return choices if not code or any(choice.code == code for choice in choices) else [Choice(code, code), *choices]
