"""The sentences of warnings and notes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from rules import placeholders
from rules.document import TRIGGERS, Aggregate, Condition, Node, Rule, conditions_of, fields_of
from rules.facts import NOW
from rules.fields import ORDER_FIELDS
from rules.messages import Message, Text
from rules.operators.written_times import RelativeTime
from rules.order_document import Document, dumps
from rules.said_values import said_time
from rules.sentences import node_sentence
from rules.values import FieldType, moment_text, shown

NEVER_MATCHES = Text(
    'the rule "{rule}" can never match: {cause}',
    'la regla "{rule}" no puede cumplirse nunca: {cause}',
)
ALONE = Text("no order meets its condition", "ningún pedido cumple su condición")
TOGETHER = Text("no order meets this: {parts}", "ningún pedido cumple esto: {parts}")
PLACED = Text('"{sentence}" ({place})', '"{sentence}" ({place})')
SHADOWED = Text(
    'the rule "{rule}" never gets its turn: the earlier rule "{other}"{of} matches every order that it matches, and ends the run'
    "{unless}",
    'a la regla "{rule}" nunca le llega el turno: la regla anterior "{other}"{of} se cumple en todos sus pedidos y termina la '
    "ejecución{unless}",
)
UNLESS = Text(
    "; only where the order's {fields} cannot be read does it not apply",
    "; solo si no se puede leer {fields} del pedido no se aplica",
)
REPEATS = Text(
    'the rule "{rule}" only repeats "{other}"{of}, which has done the same for every order that it matches: remove it, or change '
    "its condition or its actions",
    'la regla "{rule}" solo repite "{other}"{of}, que ya ha hecho lo mismo en todos sus pedidos: quítala, o cambia su condición '
    "o sus acciones",
)
DOES_NOTHING = Text(
    'the rule "{rule}" has no actions: it changes nothing, but orders that match it are not flagged "unhandled"',
    'la regla "{rule}" no tiene acciones: no cambia nada, pero los pedidos que la cumplen no se marcan como "unhandled"',
)
CONFLICT = Text(
    'the rules "{first}"{of} and "{second}" write different values for orders that both match: {fields}; the later one, '
    '"{second}", wins. Example{when}: {order}',
    'las reglas "{first}"{of} y "{second}" escriben valores distintos en los pedidos que cumplen ambas: {fields}; gana la '
    'última, "{second}". Ejemplo{when}: {order}',
)
OF_SET = Text(' (rule set "{set}", line {line})', ' (conjunto de reglas "{set}", línea {line})')
WRITTEN = Text("{field} ({one}, then {other})", "{field} ({one}, después {other})")
NOTHING = Text("no value", "ningún valor")
AT = Text(" at {now}", " a las {now}")
_MOVING = frozenset({"within_last", "within_next", "older_than"})
RUN_BY = Text(" (trigger {trigger})", " (evento {trigger})")


def never_matches(rule: Rule, nodes: Sequence[Node]) -> Message:
    """For a rule that no order matches; `nodes` are those of its condition that exclude each other, when that is known."""
    parts = _joined("; ", [_placed(node, node.path.removeprefix(f"{rule.path}.")) for node in nodes])
    cause = Message("cause", TOGETHER, {"parts": parts}) if nodes else Message("cause", ALONE)
    return Message("never_matches", NEVER_MATCHES, {"rule": rule.id, "cause": cause})


def shadowed(rule: Rule, other: Rule, unless: Collection[str]) -> Message:
    """For a rule behind one that ends the run; `unless` are fields that must be readable for the other to apply."""
    exception: Text | Message = (
        Message("unless", UNLESS, {"fields": ", ".join(sorted(unless))}) if unless else placeholders.NOTHING
    )
    return Message("shadowed", SHADOWED, {"rule": rule.id, "other": other.id, "of": _of(other), "unless": exception})


def repeats(rule: Rule, other: Rule) -> Message:
    return Message("repeats", REPEATS, {"rule": rule.id, "other": other.id, "of": _of(other)})


def does_nothing(rule: Rule) -> Message:
    return Message("does_nothing", DOES_NOTHING, {"rule": rule.id})


def conflict(
    first: Rule, second: Rule, differing: Sequence[tuple[str, Any, Any]], order: Document, trigger: str, now: int, zone: ZoneInfo
) -> Message:
    """For two rules of which the later overwrites what the earlier wrote: fields with both values, times in the zone, on an
    example order.
    """
    moment = any(_depends_on_now(condition) for rule in (first, second) for condition in conditions_of(rule.when))
    conditions: list[Message] = []
    if trigger != TRIGGERS[0]:
        conditions.append(Message("trigger", RUN_BY, {"trigger": trigger}))
    if moment:
        conditions.append(Message("moment", AT, {"now": moment_text(now)}))
    params = {
        "first": first.id,
        "of": _of(first),
        "second": second.id,
        "fields": _joined("; ", [_written(*one, zone) for one in differing]),
        "when": _joined("", conditions),
        "order": dumps(order).decode(),
    }
    return Message("conflict", CONFLICT, params)


def _of(earlier: Rule) -> Text | Message:
    """Where a rule of another set stands."""
    if not earlier.origin:
        return placeholders.NOTHING
    return Message("of_set", OF_SET, {"set": earlier.origin, "line": earlier.line})


def _placed(node: Node, place: str) -> Message:
    """A condition as a person reads it, with its place; a group by its place alone."""
    if isinstance(node, Condition | Aggregate):
        return Message("placed", PLACED, {"sentence": node_sentence(node), "place": place})
    return Message("placed", Text(place, place))


def _written(field: str, one: Any, other: Any, zone: ZoneInfo) -> Message:
    known = ORDER_FIELDS.find(field)
    is_time = known is not None and known.type is FieldType.TIME
    values = {"one": _value(one, zone, is_time=is_time), "other": _value(other, zone, is_time=is_time)}
    return Message("written", WRITTEN, {"field": known.label if known else field, **values})


def _value(value: Any, zone: ZoneInfo, *, is_time: bool) -> Text | str:
    if value is None:
        return NOTHING
    return (said_time(value, zone) if is_time and isinstance(value, str) else None) or shown(value)


def _joined(between: str, messages: Sequence[Message]) -> Message:
    """One message of several, in each language."""
    names = [f"part{number}" for number in range(len(messages))]
    template = between.join(f"{{{name}}}" for name in names)
    return Message("joined", Text(template, template), dict(zip(names, messages, strict=True)))


def _depends_on_now(condition: Condition) -> bool:
    if any(field.name == NOW for field in fields_of(condition)):
        return True
    if condition.field.type is not FieldType.TIME:
        return False
    return condition.operator in _MOVING or any(isinstance(member, RelativeTime) for member in condition.members)
