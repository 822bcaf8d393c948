"""What is certain about an action call before any order comes: when it fails, and what doing it once more would change."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from rules.actions import Nature
from rules.document import ActionCall, Rule
from rules.placeholders import Template
from rules.values import folded_text

_SETTING = (Nature.SETS, Nature.HOLDS)


def ends_run(rule: Rule) -> bool:
    """Whether no later rule runs once the rule has applied."""
    return rule.stop or any(nature_of(call) is Nature.ENDS for call in rule.then)


def fields_it_may_need(rule: Rule) -> frozenset[str] | None:
    """The only fields of which a wrong type can keep its actions from applying; None when they may fail otherwise."""
    needed: frozenset[str] = frozenset()
    for call in rule.then:
        fields = _fields_needed(call)
        if fields is None:
            return None
        needed |= fields
    return needed


def fields_it_surely_needs(rule: Rule) -> frozenset[str]:
    """Fields of which a wrong type keeps its actions from applying, whatever they wrote before."""
    return frozenset().union(
        *(call.action.writes(call.params) for call in rule.then if nature_of(call) is Nature.MEMBERS and not _placeholders(call))
    )


def nature_of(call: ActionCall) -> Nature | None:
    """What is certain of a call; None when nothing is known."""
    return call.action.nature(call.params)


def identity_of(call: ActionCall) -> Hashable:
    """What a call does: equal for calls of which the second one changes nothing, if nobody undid the first."""
    if nature_of(call) is Nature.MEMBERS and (member := _member(call)) is not None:
        return call.action.code, folded_text(member)
    return call.action.code, _frozen(call.params)


def is_repeatable(call: ActionCall) -> bool:
    """Whether doing it again, on an order where nobody undid it, surely changes nothing and sends nothing."""
    return nature_of(call) in (*_SETTING, Nature.MEMBERS) and not _placeholders(call)


def fields_set(rule: Rule) -> dict[str, Hashable]:
    """The fields that its actions set, rather than add to what is there, each with what the last of those actions does."""
    return {
        name: identity_of(call)
        for call in rule.then
        if nature_of(call) not in (Nature.MEMBERS, Nature.APPENDS, Nature.ADJUSTS)
        for name in call.action.writes(call.params)
    }


def may_undo(later: ActionCall, earlier: ActionCall) -> bool:
    """Whether a call that does something else may change what a repeatable one wrote before."""
    if not later.action.writes(later.params) & earlier.action.writes(earlier.params):
        return False
    if nature_of(later) is nature_of(earlier) is Nature.MEMBERS:
        if later.action.code == earlier.action.code:
            return False
        member, written = _member(later), _member(earlier)
        return member is None or written is None or folded_text(member) == folded_text(written)
    return True


def _member(call: ActionCall) -> str | None:
    """The member that a call adds or removes; None when it depends on the order."""
    return next(_templates(call.params)).constant


def _fields_needed(call: ActionCall) -> frozenset[str] | None:
    if call.action.may_refuse:
        return None
    read = _placeholders(call)
    match nature_of(call):
        case Nature.MEMBERS | Nature.APPENDS:
            return read | call.action.writes(call.params)
        case Nature.CHECKS:
            return read | call.action.reads
        case Nature.SENDS:
            return None if read else read
        case Nature.SETS | Nature.SETS_AND_SENDS | Nature.HOLDS | Nature.ENDS:
            return read
        case _:
            return None


def _placeholders(call: ActionCall) -> frozenset[str]:
    """The fields that its texts read."""
    return frozenset().union(*(template.fields for template in _templates(call.params)))


def _templates(value: Any) -> Iterator[Template]:
    if isinstance(value, Template):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _templates(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _templates(member)


def _frozen(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return frozenset((name, _frozen(member)) for name, member in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    if isinstance(value, Template):
        return value.parts
    return (type(value) is bool, value)  # True is not a 1
