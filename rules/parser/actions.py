"""Reads `then`: action calls with their parameters."""

from __future__ import annotations

from typing import Any

from rules.actions import Action, Parameter, ParameterKind, all_actions, find_action
from rules.document import ActionCall
from rules.messages import Message, Text
from rules.operators.texts import EMPTY_TEXT, MAX_TEXT, TEXT_TOO_LONG
from rules.operators.times import read_time_member
from rules.parser.reading import A_BOOLEAN, A_TEXT, MISSING_KEY, WRONG_TYPE, Reader, as_mapping, join
from rules.placeholders import Template, suggestion
from rules.problems import Problems
from rules.source import Node, Scalar, text_of, to_plain
from rules.values import shown

UNKNOWN_ACTION = Text('"{code}" is no action{hint}', '"{code}" no es una acción{hint}')
UNKNOWN_PARAMETER = Text(
    '`{action}` has no parameter "{name}"{hint}; it has: {known}',
    '`{action}` no tiene el parámetro "{name}"{hint}; tiene: {known}',
)
MISSING_PARAMETER = Text("`{action}` needs the parameter `{name}`", "`{action}` necesita el parámetro `{name}`")
UNKNOWN_CHOICE = Text('"{found}" is none of {known}', '"{found}" no es ninguno de {known}')
A_WHOLE_NUMBER = Text("a whole number from {low} to {high}", "un número entero de {low} a {high}")


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
    params = _parameters(reader, action)
    if len(problems.found) == before and action.check is not None:
        refusal = action.check(params)
        if refusal is not None:
            problems.error(node.line, path, "bad_parameters", refusal)
    return ActionCall(action, params, path, node.line, reader.mapping.lines) if len(problems.found) == before else None


def _parameters(reader: Reader, action: Action) -> dict[str, Any]:
    names = [parameter.name for parameter in action.parameters]
    for key in reader.mapping.entries:
        if key != "do" and key not in names:
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
        if isinstance(value, Message):
            reader.problems.add("error", node.line, join(reader.path, parameter.name), value)
            value = parameter.default
        params[parameter.name] = value
    return params


def _wrong(wanted: Text | Message, node: Node) -> Message:
    return Message("wrong_value_type", WRONG_TYPE, {"wanted": wanted, "found": shown(to_plain(node))})


def _read_text(_parameter: Parameter, node: Node) -> Template | Message:
    text = text_of(node)
    if text is None:
        return _wrong(A_TEXT, node)
    if not text.strip():
        return Message("empty_value", EMPTY_TEXT)
    if len(text) > MAX_TEXT:
        return Message("limit_text", TEXT_TOO_LONG, {"length": len(text), "limit": MAX_TEXT})
    return Template.parse(text)


def _read_boolean(_parameter: Parameter, node: Node) -> bool | Message:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, bool) else _wrong(A_BOOLEAN, node)


def _read_integer(parameter: Parameter, node: Node) -> int | Message:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, int) and not isinstance(value, bool) and parameter.low <= value <= parameter.high:
        return value
    return _wrong(Message("range", A_WHOLE_NUMBER, {"low": parameter.low, "high": parameter.high}), node)


def _read_choice(parameter: Parameter, node: Node) -> str | Message:
    text = text_of(node)
    if text is None:
        return _wrong(A_TEXT, node)
    if text in parameter.choices:
        return text
    return Message("unknown_choice", UNKNOWN_CHOICE, {"found": text, "known": ", ".join(parameter.choices)})


_READERS: dict[ParameterKind, Any] = {
    ParameterKind.TEXT: _read_text,
    ParameterKind.BOOLEAN: _read_boolean,
    ParameterKind.INTEGER: _read_integer,
    ParameterKind.CHOICE: _read_choice,
    ParameterKind.TIME: lambda _parameter, node: read_time_member(node),
}
