"""Values of fields that actions write, as people write them: read and checked as the values of rules are."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from rules.actions import ParameterKind, Reference
from rules.actions.operations import MAX_DIGITS, TOO_MANY_DIGITS
from rules.context import RuleContext
from rules.fields.closed_values import ClosedValues
from rules.messages import Message, Text
from rules.operators.texts import MAX_TEXT, TEXT_TOO_LONG
from rules.order_document import HALF_SURROGATE, plain
from rules.references import find_unknown
from rules.source import OutOfRange, parse_number
from rules.value_checks import UNKNOWN_VALUE, meant_value
from rules.values import (
    FieldType,
    Unreadable,
    as_written,
    folded_text,
    is_blank,
    parse_written_time,
    read_number,
    read_time,
    shown,
    time_text,
)
from rules.written_fields import WrittenField

MAX_MEMBERS = 1000
YES = ("yes", "true", "on", "1", "sí", "si")
NO = ("no", "false", "off", "0")

NO_NUMBER = Text(
    "{value} is not a number: write one such as 250 or 12.5.", "{value} no es un número: escribe uno como 250 o 12,5."
)
TOO_SMALL = Text("{value} is below {low}.", "{value} es menor que {low}.")
NO_TIME = Text(
    "{value} is not a date: write a day such as 2026-12-24, or a time such as 2026-12-24 17:00.",
    "{value} no es una fecha: escribe un día como 2026-12-24 o una hora como 2026-12-24 17:00.",
)
NO_SWITCH = Text("{value} is neither yes nor no.", "{value} no es ni sí ni no.")
NO_SWITCH_OR_NUMBER = Text(
    "{value} is neither yes nor no, nor a number such as 250.", "{value} no es ni sí ni no, ni un número como 250."
)
NO_CHOICE = Text("{value} is none of: {known}.", "{value} no es ninguno de: {known}.")
NOT_UNICODE = Text("There are characters in it that no text can have.", "Contiene caracteres que ningún texto puede tener.")
MANY_MEMBERS = Text("{count} entries; there may be {limit}.", "{count} entradas; puede haber {limit}.")

Written = str | Sequence[str]


def read_value(field: WrittenField, written: Written, context: RuleContext) -> Any:
    """The value as an order's document holds it: None for nothing, a Message for what it cannot be.

    A list is written as its members, or as a line for each. Numbers have a decimal point; times without a zone are in the
    account's.
    """
    if field.type is FieldType.SET:
        return _read_members(field, written.splitlines() if isinstance(written, str) else written, context)
    text = (written if isinstance(written, str) else "\n".join(written)).replace("\r\n", "\n").strip()
    if not text:
        return None
    refusal = _not_a_text(text)
    if refusal is not None:
        return refusal
    match field.type:
        case FieldType.NUMBER:
            return _read_number(field, text)
        case FieldType.TIME:
            return _read_time(text, context.zone)
        case FieldType.BOOLEAN:
            return _read_switch(field, text)
    return _read_text(field, text, context)


def shown_value(field: WrittenField, value: Any, zone: ZoneInfo) -> str:
    """A value as `read_value` takes it back, a list with a line for each member; what is of another kind as it is there."""
    if is_blank(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(str(member) for member in value)
    if field.type is FieldType.TIME:
        return _shown_time(value, zone)
    return as_written(value) or shown(value)


def are_equal(field: WrittenField, one: Any, other: Any) -> bool:
    """Whether two values say the same, however they are written."""
    if is_blank(one) or is_blank(other):
        return is_blank(one) and is_blank(other)
    if field.type is FieldType.TIME:
        moments = (read_time(one), read_time(other))
        return not any(isinstance(moment, Unreadable) for moment in moments) and moments[0] == moments[1]
    return type(one) is bool and one is other if isinstance(one, bool) or isinstance(other, bool) else bool(one == other)


def _not_a_text(text: str) -> Message | None:
    if len(text) > MAX_TEXT:
        return Message("limit_text", TEXT_TOO_LONG, {"length": len(text), "limit": MAX_TEXT})
    return Message("not_unicode", NOT_UNICODE) if "\0" in text or HALF_SURROGATE.search(text) else None


def _read_text(field: WrittenField, text: str, context: RuleContext) -> str | Message:
    parameter = field.parameter
    if field.closed is not None:
        return _read_closed(field, field.closed, text)
    if parameter is None:
        return text
    if parameter.kind is ParameterKind.CHOICE:
        return _read_choice(text, parameter.choices)
    if parameter.refers_to is None or parameter.refers_to in (Reference.CARRIER, Reference.SERVICE):
        return text  # which carriers and services an order may ship with depends on whose it is
    return _read_name(parameter.refers_to, text, context)


def _read_choice(text: str, choices: Any) -> str | Message:
    by_words = {folded_text(word): code for code, label in choices.items() for word in (code, label.en, label.es)}
    found = by_words.get(folded_text(text))
    return found or Message("unknown_choice", NO_CHOICE, {"value": shown(text), "known": ", ".join(choices)})


def _read_closed(field: WrittenField, closed: ClosedValues, text: str) -> str | Message:
    if text in closed.codes or text in closed.further():
        return text
    meant = meant_value(closed, text)
    refusal = {"value": shown(text), "field": field.name, "kind": closed.kind, "hint": ""}
    return meant or Message("unknown_value", UNKNOWN_VALUE, refusal)


def _read_name(refers_to: Reference, text: str, context: RuleContext) -> str | Message:
    return find_unknown(refers_to, text, context) or context.spellings.get(folded_text(text), text)


def _read_members(field: WrittenField, written: Sequence[str], context: RuleContext) -> list[str] | Message | None:
    members = list(dict.fromkeys(member.strip() for member in written if member.strip()))
    if len(members) > MAX_MEMBERS:
        return Message("limit_values", MANY_MEMBERS, {"count": len(members), "limit": MAX_MEMBERS})
    read = []
    for member in members:
        name: Any = _not_a_text(member)
        if name is None:
            refers_to = None if field.parameter is None else field.parameter.refers_to
            name = member if refers_to is None else _read_name(refers_to, member, context)
        if isinstance(name, Message):
            return name
        read.append(name)
    return read or None


def _read_number(field: WrittenField, text: str) -> Decimal | int | Message:
    if isinstance(read_number(text), Unreadable):
        return Message("not_a_number", NO_NUMBER, {"value": shown(text)})
    try:
        number = parse_number(text)
    except OutOfRange:
        return Message("number_too_long", TOO_MANY_DIGITS, {"value": shown(text), "limit": MAX_DIGITS})
    low = None if field.parameter is None else field.parameter.low
    if low is not None and number < low:
        return Message("too_small", TOO_SMALL, {"value": plain(number), "low": low})
    return number


def _read_time(text: str, zone: ZoneInfo) -> str | Message:
    written = parse_written_time(text)
    if written is None:
        return Message("not_a_time", NO_TIME, {"value": shown(text)})
    moment, nanoseconds, _is_day = written
    return time_text(moment if moment.tzinfo else moment.replace(tzinfo=zone), nanoseconds)


def _shown_time(value: Any, zone: ZoneInfo) -> str:
    """In the zone; a day alone where it is the beginning of one."""
    written = parse_written_time(value) if isinstance(value, str) else None
    if written is None:
        return shown(value) if not isinstance(value, str) else value
    moment, nanoseconds, is_day = written
    if is_day:
        return moment.date().isoformat()
    try:
        local = (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))).astimezone(zone)
    except OverflowError:
        return str(value)
    if nanoseconds or local.second or local.microsecond:
        return time_text(local.replace(tzinfo=None), nanoseconds).replace("T", " ")
    return (
        local.date().isoformat() if (local.hour, local.minute) == (0, 0) else local.replace(tzinfo=None).isoformat(" ", "minutes")
    )


def _read_switch(field: WrittenField, text: str) -> bool | Decimal | int | Message:
    said = folded_text(text)
    if field.may_be_number:
        if said in (*YES, *NO) and not said.isdecimal():
            return said in YES
        number = _read_number(field, text)
        if isinstance(number, Message) and number.code == "not_a_number":
            return Message("not_a_switch", NO_SWITCH_OR_NUMBER, {"value": shown(text)})
        return number
    if said in YES:
        return True
    return False if said in NO else Message("not_a_switch", NO_SWITCH, {"value": shown(text)})
