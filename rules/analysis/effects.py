"""What is certain about an action call before any order comes: when it fails, and what doing it once more would change."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from rules.document import ActionCall, Rule
from rules.placeholders import Template
from rules.values import folded_text

ENDING = frozenset({"stop", "dont_import"})
HOLD = "hold"
# They set fields to what their parameters say, whatever the order holds: doing it twice changes nothing.
_SETTING = frozenset(
    {
        "assign_user",
        "bill_to",
        "carrier_option",
        "cash_on_delivery",
        "duties",
        HOLD,
        "insure",
        "notify_marketplace",
        "rate_shop",
        "release",
        "return_label",
        "set_confirmation",
        "set_custom_field",
        "set_customs",
        "set_deliver_by",
        "set_dimensions",
        "set_email_template",
        "set_internal_note",
        "set_logistics_provider",
        "set_note_to_buyer",
        "set_package",
        "set_packing_slip",
        "set_service",
        "set_service_level",
        "set_ship_by",
        "set_ship_date",
        "set_ship_from",
        "set_weight",
        "unset_logistics_provider",
    }
)
_TAGGING = frozenset({"add_tag", "remove_tag"})
_SENDING = frozenset({"alert", "send_email", "call_webhook", "send_to_queue"})
_AMOUNTS = {"insure": "value", "cash_on_delivery": "amount"}
_NOTES = {"set_internal_note": "notes.internal", "set_note_to_buyer": "notes.to_buyer"}
_NEED_TEXT = _SENDING | {"rate_shop"}  # nothing left of a text makes them fail


def ends_run(rule: Rule) -> bool:
    """Whether no later rule runs once the rule has applied."""
    return rule.stop or any(call.action.code in ENDING for call in rule.then)


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
    tagging = any(call.action.code in _TAGGING and not call.params["tag"].fields for call in rule.then)
    return frozenset({"tags"}) if tagging else frozenset()


def identity_of(call: ActionCall) -> Hashable:
    """What a call does: equal for calls that always do the same."""
    return call.action.code, _frozen(call.params)


def is_repeatable(call: ActionCall) -> bool:
    """Whether doing it again, on an order where nobody undid it, surely changes nothing and sends nothing."""
    code, params = call.action.code, call.params
    if any(template.fields for template in _templates(params)):
        return False
    if code in _TAGGING:
        return True
    return code in _SETTING and not params.get("append") and not params.get("send") and not isinstance(_amount(call), str)


def fields_set(rule: Rule) -> dict[str, Hashable]:
    """The fields that its actions set, rather than add to what is there, each with what the last of those actions does."""
    return {
        name: identity_of(call)
        for call in rule.then
        if call.action.code not in _TAGGING and call.action.code != "adjust_weight" and not call.params.get("append")
        for name in call.action.writes(call.params)
    }


def may_undo(later: ActionCall, earlier: ActionCall) -> bool:
    """Whether a call that does something else may change what a repeatable one wrote before."""
    if not later.action.writes(later.params) & earlier.action.writes(earlier.params):
        return False
    if later.action.code in _TAGGING and earlier.action.code in _TAGGING:
        if later.action.code == earlier.action.code:
            return False
        tag = later.params["tag"].constant
        return tag is None or folded_text(tag) == folded_text(earlier.params["tag"].constant)
    return True


def _fields_needed(call: ActionCall) -> frozenset[str] | None:
    code, params = call.action.code, call.params
    templates = list(_templates(params))
    read: frozenset[str] = frozenset().union(*(template.fields for template in templates))
    if code in _TAGGING:
        return read | {"tags"}
    if code == "validate_service":
        return frozenset({"carrier", "service", "client"})
    if code not in _SETTING | _SENDING | ENDING or isinstance(_amount(call), str):
        return None
    if params.get("append"):
        return read | {_NOTES[code]}
    return None if read and code in _NEED_TEXT else read


def _amount(call: ActionCall) -> Any:
    """The amount of a call that takes one: a number, or a field's name."""
    return call.params.get(_AMOUNTS.get(call.action.code, ""))


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
    return (type(value) is bool, value)  # True is no 1
