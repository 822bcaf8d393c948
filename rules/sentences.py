"""Conditions, groups and actions as sentences that a person reads, made from what is registered.

`Ship to country is one of ES, PT`; a sentence comes as a Message whose text is complete in every language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from rules.actions import Parameter
from rules.document import ActionCall, Aggregate, Always, Condition, Group, ItemGroup, Node
from rules.messages import Language, Message, Text
from rules.operators import PRESENCE, Operator, Takes, find_operator
from rules.operators.registry import AND, COMMA, Finds, say_as_written
from rules.operators.written_times import WrittenTime, say_time
from rules.placeholders import Template
from rules.said_values import said_number
from rules.values import shown
from rules.vocabulary import ALWAYS, GROUPS, ITEM_GROUPS

MOST_MEMBERS = 12

MATCH_CASE = Text("{sentence} (match case)", "{sentence} (distingue mayúsculas)")
MORE = Text("{n} more", "{n} más")
NOTHING_IN_IT = Text("nothing", "nada")
# A number over all lines, and over those that meet a node.
AGGREGATES = {
    "count_items": (
        Text("number of lines", "número de líneas"),
        Text("number of lines where ({node})", "número de líneas donde ({node})"),
    ),
    "sum_items": (
        Text("sum of {of} over all lines", "suma de {of} en todas las líneas"),
        Text("sum of {of} over lines where ({node})", "suma de {of} en las líneas donde ({node})"),
    ),
    "max_items": (
        Text("highest {of} of all lines", "máximo de {of} en todas las líneas"),
        Text("highest {of} of lines where ({node})", "máximo de {of} en las líneas donde ({node})"),
    ),
    "min_items": (
        Text("lowest {of} of all lines", "mínimo de {of} en todas las líneas"),
        Text("lowest {of} of lines where ({node})", "mínimo de {of} en las líneas donde ({node})"),
    ),
}
YES = Text("yes", "sí")
NO = Text("no", "no")


def condition_sentence(condition: Condition) -> Message:
    """What a condition asks: `Order date is within the last 3 days`."""
    return _sentence("condition", lambda language: _condition(condition, language))


def node_sentence(node: Node) -> Message:
    """What a whole `when`, or a part of it, asks: `All of: gift is true; any item: SKU starts with ACM-`."""
    return _sentence("node", lambda language: _node(node, language))


def action_sentence(call: ActionCall) -> Message:
    """What an action does: `Set the logistics provider to acme (send the fulfillment request: yes)`."""
    return _sentence("action", lambda language: _action(call, language))


def _sentence(code: str, phrase: Callable[[Language], str]) -> Message:
    english, spanish = phrase("en"), phrase("es")
    return Message(code, Text(english[:1].upper() + english[1:], spanish[:1].upper() + spanish[1:]))


def _aggregate(node: Aggregate, language: Language) -> str:
    over_all, over_some = AGGREGATES[node.kind]
    of = {} if node.of is None else {"of": node.of.label}
    if isinstance(node.node, Always):
        number = over_all.format(language, **of)
    else:
        number = over_some.format(language, node=_node(node.node, language), **of)
    return _comparison(node.compared, number, language)


def _condition(condition: Condition, language: Language) -> str:
    return _comparison(condition, condition.field.label.format(language), language)


def _comparison(condition: Condition, field: str, language: Language) -> str:
    """What is asked of something called `field`."""
    operator = find_operator(condition.field.type, condition.operator)
    if operator is None:
        return PRESENCE[condition.operator].sentence.format(language, field=field)
    if operator.value is None:
        return operator.sentence.format(language, field=field)
    if condition.list_name is not None and operator.of_list is not None:
        phrase = operator.of_list.format(language, field=field, list=shown(condition.list_name))
        return MATCH_CASE.format(language, sentence=phrase) if condition.match_case else phrase
    other = condition.than
    value = _value(operator, condition, language) if other is None else other.label.format(language)
    phrase = operator.sentence.format(language, field=field, value=value)
    return MATCH_CASE.format(language, sentence=phrase) if condition.match_case else phrase


def _value(operator: Operator, condition: Condition, language: Language) -> str:
    assert operator.value is not None
    written, closed = condition.written, condition.field.closed
    words = closed.labels if closed is not None and operator.finds is Finds.EQUAL else {}
    members = written if isinstance(written, list) else [written]
    if operator.takes is Takes.PAIRS:
        pairs = members if isinstance(members[0], list) else [members]
        said = [AND.format(language).join(_said(operator.value.say(end), language) for end in pair) for pair in pairs]
        members, said = pairs, said[:MOST_MEMBERS]
    else:
        said = [_said(words.get(str(member)) or operator.value.say(member), language) for member in members[:MOST_MEMBERS]]
    if len(members) > MOST_MEMBERS:
        return COMMA.format(language).join([*said, MORE.format(language, n=len(members) - MOST_MEMBERS)])
    return COMMA.format(language).join([*said[:-2], operator.joint.format(language).join(said[-2:])])


def _said(words: str | Text | Message, language: Language) -> str:
    return words if isinstance(words, str) else words.format(language)


def _node(node: Node, language: Language) -> str:
    match node:
        case Always():
            return ALWAYS.label.format(language)
        case Condition():
            return _condition(node, language)
        case Aggregate():
            return _aggregate(node, language)
        case ItemGroup():
            return f"{ITEM_GROUPS[node.kind].label.format(language)}: {_member(node.node, language)}"
        case Group():
            members = "; ".join(_member(member, language) for member in node.nodes)
            return f"{GROUPS[node.kind].label.format(language)}: {members or NOTHING_IN_IT.format(language)}"


def _member(node: Node, language: Language) -> str:
    """A node inside another: in brackets where it would run into what follows."""
    phrase = _node(node, language)
    return f"({phrase})" if isinstance(node, Group) and len(node.nodes) > 1 else phrase


def _action(call: ActionCall, language: Language) -> str:
    template = call.action.sentence
    said = {
        parameter.name: _parameter(parameter, call.params[parameter.name], language)
        for parameter in call.action.parameters
        if call.params[parameter.name] is not None
    }
    extras = [
        f"{_uncapitalised(parameter.label.format(language))}: {said[parameter.name]}"
        for parameter in call.action.parameters
        if f"{{{parameter.name}}}" not in template.en and call.params[parameter.name] != parameter.default
    ]
    phrase = template.format(language, **said)
    return f"{phrase} ({'; '.join(extras)})" if extras else phrase


def _parameter(parameter: Parameter, value: Any, language: Language) -> str:
    match value:
        case bool():
            return (YES if value else NO).format(language)
        case Template():
            return say_as_written(value.source)
        case WrittenTime():
            return _said(say_time(value.text), language)
        case tuple():
            said = [_parameter(parameter, member, language) for member in value]
            return COMMA.format(language).join([*said[:-2], AND.format(language).join(said[-2:])])
        case Mapping():
            return COMMA.format(language).join(
                f"{name} {_parameter(parameter, member, language)}" for name, member in value.items()
            )
        case int() | Decimal():
            return _said(said_number(value) or say_as_written(value), language)
        case _:
            return parameter.choices[value].format(language)


def _uncapitalised(label: str) -> str:
    """A label as it stands inside a sentence; abbreviations stay as they are."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
