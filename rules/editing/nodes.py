"""Edits of a rule's conditions and actions, as data: what is at a path is changed, moved or taken out, and nothing else.

Paths are those of problems, from the rule on: `when.all[1].any_item`, `then[0]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rules.parser.aggregates import COUNT
from rules.parser.conditions import GROUPS, ITEM_GROUPS
from rules.parser.reading import SWITCH
from rules.vocabulary import AGGREGATE_KEYS, AGGREGATES

Key = str | int
_STEP = re.compile(r"([^.\[\]]+)|\[([0-9]{1,6})\]")


class NoNode(LookupError):
    """There is nothing at the path."""


def keys_of(path: str) -> list[Key]:
    """`when.all[1]` as its keys."""
    return [int(number) if number else name for name, number in _STEP.findall(path)]


def find(rule: Mapping[str, Any], path: str) -> Any:
    """What is at a path. Raises NoNode."""
    found: Any = rule
    for key in keys_of(path):
        found = _member(found, key)
    return found


def changed(rule: Mapping[str, Any], path: str, change: Callable[[Any], Any]) -> dict[str, Any]:
    """With what is at a path put through a function. Raises NoNode."""
    new = _changed(rule, keys_of(path), lambda value: [change(value)])
    assert isinstance(new, dict)
    return new


def added(rule: Mapping[str, Any], path: str, node: Any) -> dict[str, Any]:
    """With one more condition or group at the end of the group at a path.

    What stands there and is not a group of conditions becomes one, of all of it.
    """
    return changed(rule, path, lambda value: _with_member(value, node))


def removed(rule: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Without the entry at a path. What stands in no list leaves an empty group behind, which is true for every order."""
    keys = keys_of(path)
    if isinstance(keys[-1], int):
        return _spliced(rule, keys, lambda _value: [])
    return changed(rule, path, lambda _value: {"all": []})


def doubled(rule: Mapping[str, Any], path: str) -> dict[str, Any]:
    """With a second one below the entry at a path."""
    return _spliced(rule, keys_of(path), lambda value: [value, value])


def moved(rule: Mapping[str, Any], path: str, by: int) -> dict[str, Any]:
    """With the entry at a path so many places further down its list, or up; as far as that goes."""
    *above, place = keys_of(path)
    if not isinstance(place, int):
        return dict(rule)

    def move(entries: Any) -> Any:
        _member(entries, place)
        rest = [one for number, one in enumerate(entries) if number != place]
        to = min(max(place + by, 0), len(rest))
        return [*rest[:to], entries[place], *rest[to:]]

    new = _changed(rule, above, lambda value: [move(value)])
    assert isinstance(new, dict)
    return new


def wrapped(rule: Mapping[str, Any], path: str, kind: str) -> dict[str, Any]:
    """With the node at a path in a group of its own."""
    return changed(rule, path, lambda value: {kind: [value]} if kind in GROUPS else {kind: {"all": [value]}})


def unwrapped(rule: Mapping[str, Any], path: str) -> dict[str, Any]:
    """With the members of the group at a path in its place; outside a list only where it has one member."""
    keys = keys_of(path)
    group = find(rule, path)
    kind = group_kind(group)
    if kind is None:
        raise NoNode(path)
    members = group[kind] if isinstance(group[kind], list) else [group[kind]]
    if isinstance(keys[-1], int):
        return _spliced(rule, keys, lambda _value: members)
    return changed(rule, path, lambda value: members[0] if len(members) == 1 else value)


def regrouped(rule: Mapping[str, Any], path: str, kind: str) -> dict[str, Any]:
    """With the group at a path being of another kind, its members kept."""

    def change(value: Any) -> Any:
        old = group_kind(value)
        if old is None or (old in GROUPS) is not (kind in GROUPS):
            return value
        return {kind if key == old else key: member for key, member in value.items()}

    return changed(rule, path, change)


def switched(rule: Mapping[str, Any], path: str, on: bool) -> dict[str, Any]:
    """With the part at a path switched on or off."""

    def change(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise NoNode(path)
        rest = {key: member for key, member in value.items() if key != SWITCH}
        return rest if on else {**rest, SWITCH: False}

    return changed(rule, path, change)


def group_kind(node: Any) -> str | None:
    """The kind of a group, or of an item group; None for anything else."""
    if not isinstance(node, Mapping):
        return None
    kinds = [key for key in node if key in GROUPS or key in ITEM_GROUPS]
    if len(kinds) != 1 or any(key not in (kinds[0], SWITCH) for key in node):
        return None
    return kinds[0] if kinds[0] in ITEM_GROUPS or isinstance(node[kinds[0]], list) else None


def aggregate_kind(node: Any) -> str | None:
    """The kind of a number over lines that has all of its parts; None for anything else."""
    if not isinstance(node, Mapping):
        return None
    kinds = [key for key in node if key in AGGREGATES]
    if len(kinds) != 1 or any(key not in (kinds[0], "is", "value", "than", SWITCH) for key in node):
        return None
    inner = node[kinds[0]]
    return kinds[0] if kinds[0] == COUNT or (isinstance(inner, Mapping) and set(inner) == set(AGGREGATE_KEYS)) else None


def lines_path(path: str, kind: str) -> str:
    """Where the number over lines at a path says which lines count."""
    return f"{path}.{kind}" if kind == COUNT else f"{path}.{kind}.when"


def _with_member(value: Any, node: Any) -> Any:
    kind = group_kind(value)
    if kind in GROUPS:
        return {**value, kind: [*value[kind], node]}
    return {"all": [node] if value == "always" else [value, node]}


def _spliced(rule: Mapping[str, Any], keys: Sequence[Key], change: Callable[[Any], list[Any]]) -> dict[str, Any]:
    if not isinstance(keys[-1], int):
        raise NoNode(keys)
    new = _changed(rule, keys, change)
    assert isinstance(new, dict)
    return new


def _changed(value: Any, keys: Sequence[Key], change: Callable[[Any], list[Any]]) -> Any:
    """The value with what the last key leads to replaced: by one value, or in a list by any number."""
    if not keys:
        return change(value)[0]
    member = _member(value, keys[0])
    new = change(member) if len(keys) == 1 else [_changed(member, keys[1:], change)]
    if isinstance(keys[0], int):
        return [*value[: keys[0]], *new, *value[keys[0] + 1 :]]
    return {key: new[0] if key == keys[0] else one for key, one in value.items()}


def _member(value: Any, key: Key) -> Any:
    if isinstance(key, int):
        if isinstance(value, list) and key < len(value):
            return value[key]
    elif isinstance(value, Mapping) and key in value:
        return value[key]
    raise NoNode(key)
