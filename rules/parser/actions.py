"""Reads `then`: action calls with their parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Sized
from decimal import Decimal
from typing import Any, NamedTuple

from rules.actions import Action, Parameter, ParameterKind, all_actions, find_action
from rules.document import ActionCall
from rules.messages import Message, Text
from rules.operators.texts import MAX_TEXT, TEXT_TOO_LONG
from rules.operators.written_times import read_time_member
from rules.parser.reading import A_BOOLEAN, A_TEXT, MISSING_KEY, SWITCH, WRONG_TYPE, Reader, as_mapping, is_off, join
from rules.placeholders import Template, suggestion
from rules.problems import Problems
from rules.source import Mapping, Node, Scalar, Sequence, text_of, to_plain
from rules.values import shown

MAX_MEMBERS = 1000

UNKNOWN_ACTION = Text('"{code}" is not an action{hint}', '"{code}" no es una acción{hint}')
UNKNOWN_PARAMETER = Text(
    '`{action}` has no parameter "{name}"{hint}; it has: {known}',
    '`{action}` no tiene el parámetro "{name}"{hint}; tiene: {known}',
)
MISSING_PARAMETER = Text("`{action}` needs the parameter `{name}`", "`{action}` necesita el parámetro `{name}`")
UNKNOWN_CHOICE = Text('"{found}" is none of {known}', '"{found}" no es ninguno de {known}')
EMPTY_TEXT = Text(
    "this text is empty: write one, or leave the parameter out where it is optional",
    "este texto está vacío: escribe uno, o quita el parámetro si es opcional",
)
EMPTY_LIST = Text("this list is empty: name at least one", "esta lista está vacía: indica al menos uno")
EMPTY_MAP = Text(
    "nothing is named here: write at least one `name: text`", "aquí no se nombra nada: escribe al menos un `nombre: texto`"
)
TOO_MANY = Text("{count} entries; there may be {limit}", "{count} entradas; puede haber {limit}")
BAD_NAME = Text(
    '"{found}" cannot be a name here: write letters, digits, hyphens and underscores',
    '"{found}" no puede ser un nombre aquí: escribe letras, cifras, guiones y guiones bajos',
)
A_WHOLE_NUMBER = Text("a whole number from {low} to {high}", "un número entero de {low} a {high}")
A_NUMBER = Text("a number, without quotes", "un número, sin comillas")
A_NUMBER_FROM = Text("a number from {low} up, without quotes", "un número desde {low}, sin comillas")
OR_ONE_OF = Text("{wanted}, or one of {known}", "{wanted}, o uno de {known}")
OR_A_BOOLEAN = Text("true, false, or {wanted}", "true, false o {wanted}")
A_LIST_OF_TEXTS = Text("a list of texts", "una lista de textos")
A_MAP_OF_TEXTS = Text("a group of `name: text`", "un grupo de `nombre: texto`")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*", re.ASCII)


def read_action(node: Node, path: str, problems: Problems) -> ActionCall | None:
    """One action call, or None when it is wrong (which is reported)."""
    reader = as_mapping(node, path, problems)
    if reader is None:
        return None
    if "do" not in reader.mapping.entries:
        problems.error(node.line, path, "missing_key", MISSING_KEY, key="do")
        return None
    code = reader.text("do")
    action = find_action(code)
    if action is None:
        hint = suggestion(code, [known.code for known in all_actions()])
        problems.error(reader.line_of("do"), join(path, "do"), "unknown_action", UNKNOWN_ACTION, code=code, hint=hint)
        return None
    before = len(problems.found)
    if not _has_switch_of_its_own(action):
        reader.boolean(SWITCH, True)
    params = _parameters(reader, action)
    if len(problems.found) == before and action.check is not None:
        refusal = action.check(params)
        if refusal is not None:
            problems.error(node.line, path, "bad_parameters", refusal)
    return ActionCall(action, params, path, node.line, reader.mapping.lines) if len(problems.found) == before else None


def is_action_off(node: Node) -> bool:
    """Whether an action is switched off. Where `enabled` is what the action sets, it is not: `packing_slip` for one."""
    if not is_off(node):
        return False
    code = text_of(node.entries["do"]) if isinstance(node, Mapping) and "do" in node.entries else None
    action = find_action(code or "")
    return action is None or not _has_switch_of_its_own(action)


def _has_switch_of_its_own(action: Action) -> bool:
    return any(parameter.name == SWITCH for parameter in action.parameters)


def _parameters(reader: Reader, action: Action) -> dict[str, Any]:
    names = [parameter.name for parameter in action.parameters]
    for key in reader.mapping.entries:
        if key not in ("do", SWITCH, *names):
            reader.problems.error(
                reader.line_of(key),
                join(reader.path, key),
                "unknown_parameter",
                UNKNOWN_PARAMETER,
                action=action.code,
                name=key,
                hint=suggestion(key, names),
                known=", ".join(names) or "-",
            )
    params: dict[str, Any] = {}
    for parameter in action.parameters:
        node = reader.mapping.entries.get(parameter.name)
        if node is None or (isinstance(node, Scalar) and node.value is None):
            if parameter.required:
                reader.problems.error(
                    reader.mapping.line,
                    join(reader.path, parameter.name) if node is not None else reader.path,
                    "missing_parameter",
                    MISSING_PARAMETER,
                    action=action.code,
                    name=parameter.name,
                )
            params[parameter.name] = parameter.default
            continue
        value = _READERS[parameter.kind](parameter, node)
        wrong = _all_wrong(value, node)
        for one in wrong:
            reader.problems.add("error", one.node.line, join(reader.path, parameter.name) + one.place, one.message)
        params[parameter.name] = parameter.default if wrong else value
    return params


class _Wrong(NamedTuple):
    """What is wrong with a part of a parameter. `place` is its path from there."""

    message: Message
    node: Node
    place: str = ""


def _all_wrong(read: Any, node: Node, place: str = "") -> list[_Wrong]:
    """What is wrong with what a reader found at a place; nothing when it is a value."""
    if isinstance(read, Message):
        return [_Wrong(read, node, place)]
    return [one._replace(place=place + one.place) for one in read] if isinstance(read, list) else []


def _wrong(wanted: Text | Message, node: Node) -> Message:
    return Message("wrong_value_type", WRONG_TYPE, {"wanted": wanted, "found": shown(to_plain(node))})


def _read_text(_parameter: Parameter, node: Node) -> Template | Message | list[_Wrong]:
    text = text_of(node)
    if text is None:
        return _wrong(A_TEXT, node)
    if not text.strip():
        return Message("empty_value", EMPTY_TEXT)
    if len(text) > MAX_TEXT:
        return Message("limit_text", TEXT_TOO_LONG, {"length": len(text), "limit": MAX_TEXT})
    read = Template.parse(text)
    return read if isinstance(read, Template) else [_Wrong(problem, node) for problem in read]


def _read_texts(parameter: Parameter, node: Node) -> tuple[Any, ...] | Message | list[_Wrong]:
    if not isinstance(node, Sequence):
        return _wrong(A_LIST_OF_TEXTS, node)
    if not node.items:
        return Message("empty_value", EMPTY_LIST)
    if len(node.items) > MAX_MEMBERS:
        return _too_many(node.items)
    members = [_read_text(parameter, item) for item in node.items]
    found = zip(members, node.items, strict=True)
    wrong = [one for number, (member, item) in enumerate(found) for one in _all_wrong(member, item, f"[{number}]")]
    return wrong or tuple(members)


def _read_text_map(parameter: Parameter, node: Node) -> dict[str, Any] | Message | list[_Wrong]:
    if not isinstance(node, Mapping):
        return _wrong(A_MAP_OF_TEXTS, node)
    if not node.entries:
        return Message("empty_value", EMPTY_MAP)
    if len(node.entries) > MAX_MEMBERS:
        return _too_many(node.entries)
    members, wrong = {}, []
    for name, item in node.entries.items():
        bad_name = None if _NAME.fullmatch(name) else Message("bad_name", BAD_NAME, {"found": name})
        members[name] = bad_name or _read_text(parameter, item)
        wrong += _all_wrong(members[name], item, f".{name}")
    return wrong or members


def _too_many(entries: Sized) -> Message:
    return Message("limit_values", TOO_MANY, {"count": len(entries), "limit": MAX_MEMBERS})


def _read_boolean(_parameter: Parameter, node: Node) -> bool | Message:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, bool) else _wrong(A_BOOLEAN, node)


def _read_integer(parameter: Parameter, node: Node) -> int | Message:
    number = _number(parameter, node)
    if isinstance(number, int):
        return number
    return _wrong(Message("range", A_WHOLE_NUMBER, {"low": parameter.low, "high": parameter.high}), node)


def _read_number(parameter: Parameter, node: Node) -> Decimal | int | Message:
    number = _number(parameter, node)
    return _wrong(_wanted_number(parameter), node) if number is None else number


def _read_amount(parameter: Parameter, node: Node) -> Decimal | int | str | Message:
    number = _number(parameter, node)
    if number is not None:
        return number
    if isinstance(node, Scalar) and node.value in parameter.choices:
        return str(node.value)
    params = {"wanted": _wanted_number(parameter), "known": ", ".join(parameter.choices)}
    return _wrong(Message("amount", OR_ONE_OF, params), node)


def _read_boolean_or_number(parameter: Parameter, node: Node) -> bool | Decimal | int | Message:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    number = _number(parameter, node)
    if number is not None:
        return number
    return _wrong(Message("boolean_or_number", OR_A_BOOLEAN, {"wanted": _wanted_number(parameter)}), node)


def _number(parameter: Parameter, node: Node) -> Decimal | int | None:
    """The exact number of a node; None when it is not a number or outside the parameter's bounds."""
    value = node.value if isinstance(node, Scalar) else None
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return None
    too_low = parameter.low is not None and value < parameter.low
    too_high = parameter.high is not None and value > parameter.high
    return None if too_low or too_high else value


def _wanted_number(parameter: Parameter) -> Message:
    if parameter.low is None:
        return Message("number", A_NUMBER)
    return Message("number", A_NUMBER_FROM, {"low": parameter.low})


def _read_choice(parameter: Parameter, node: Node) -> str | Message:
    text = text_of(node)
    if text is None:
        return _wrong(A_TEXT, node)
    if text in parameter.choices:
        return text
    return Message("unknown_choice", UNKNOWN_CHOICE, {"found": text, "known": ", ".join(parameter.choices)})


# The value by its kind, as `ParameterKind` says, or what is wrong with it: a message, or a list of all that is.
_READERS: dict[ParameterKind, Callable[[Parameter, Node], Any]] = {
    ParameterKind.TEXT: _read_text,
    ParameterKind.TEXTS: _read_texts,
    ParameterKind.TEXT_MAP: _read_text_map,
    ParameterKind.BOOLEAN: _read_boolean,
    ParameterKind.INTEGER: _read_integer,
    ParameterKind.NUMBER: _read_number,
    ParameterKind.AMOUNT: _read_amount,
    ParameterKind.BOOLEAN_OR_NUMBER: _read_boolean_or_number,
    ParameterKind.CHOICE: _read_choice,
    ParameterKind.TIME: lambda _parameter, node: read_time_member(node),
}
