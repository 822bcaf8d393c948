"""What differs between the conditions of two rules, in sentences, and how parts of rules are told to be the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from rules.document import Always, Condition, Group, ItemGroup, Node
from rules.document_writer import flow_text
from rules.messages import LANGUAGES, Message, Text
from rules.render import node_data
from rules.sentences import MORE, MOST_MEMBERS, node_sentence
from rules.vocabulary import GROUPS, ITEM_GROUPS

T = TypeVar("T")

CONDITION_ADDED = Text("Condition added{where}: {sentence}", "Condición añadida{where}: {sentence}")
CONDITION_REMOVED = Text("Condition removed{where}: {sentence}", "Condición quitada{where}: {sentence}")
CONDITION_CHANGED = Text("Condition changed{where}: {before} → {after}", "Condición cambiada{where}: {before} → {after}")
JOINED_OTHERWISE = Text(
    "Conditions joined otherwise{where}: {before} → {after}", "Condiciones unidas de otro modo{where}: {before} → {after}"
)
WITHIN = Text(' within "{groups}"', ' dentro de "{groups}"')
VALUES_CHANGED = Text("Condition changed{where}: {after}: {changes}", "Condición cambiada{where}: {after}: {changes}")
VALUES_ADDED = Text("values added: {values}", "valores añadidos: {values}")
VALUES_REMOVED = Text("values removed: {values}", "valores quitados: {values}")
VALUES_REORDERED = Text("the same values in another order", "los mismos valores en otro orden")
AND_MORE = Text("{said}, {more}", "{said}, {more}")
_Pairs = list[tuple[T, T]]


def frozen(value: Any) -> Hashable:
    """A value of a document to compare: equal numbers are equal, and true is not 1."""
    if isinstance(value, Mapping):
        return frozenset((key, frozen(member)) for key, member in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(frozen, value))
    result: Hashable = (isinstance(value, bool), value)
    return result


def _frozen_node(data: Any) -> Hashable:
    """A node to compare: the members of a group in any order, a list of one value as that value."""
    if not isinstance(data, Mapping):
        return frozen(data)
    return frozenset((key, _frozen_member(key, member)) for key, member in data.items())


def _frozen_member(key: str, member: Any) -> Hashable:
    if key in GROUPS and isinstance(member, list):
        return frozenset(Counter(map(_frozen_node, member)).items())
    if key == "value" and isinstance(member, list) and len(member) == 1:
        return frozen(member[0])
    return _frozen_node(member)


def in_pairs(
    old: Sequence[tuple[Hashable, T]], new: Sequence[tuple[Hashable, T]], kind: Callable[[T], Hashable]
) -> tuple[list[T], list[T], _Pairs[T]]:
    """What is on the old side alone, what is on the new side alone, and of these the pairs of the same kind, by their keys."""
    removed, added = _without(old, new), _without(new, old)
    pairs: _Pairs[T] = []
    for one in list(removed):
        other = next((each for each in added if kind(each) == kind(one)), None)
        if other is not None:
            pairs.append((one, other))
            removed = [each for each in removed if each is not one]
            added = [each for each in added if each is not other]
    return removed, added, pairs


def _without(these: Sequence[tuple[Hashable, T]], those: Sequence[tuple[Hashable, T]]) -> list[T]:
    taken = Counter(key for key, _ in those)
    left = []
    for key, one in these:
        if taken[key]:
            taken[key] -= 1
        else:
            left.append(one)
    return left


def condition_changes(before: Node, after: Node, within: tuple[Text, ...] = ()) -> Iterator[Message]:
    """A sentence for each condition that came, went or changed; for one inside groups it names them."""
    (joint, old), (new_joint, new) = _members(before), _members(after)
    where = _where(within)
    alone = 1 in (len(old), len(new)) and "none" not in (joint, new_joint)  # a single condition is joined with nothing
    if joint != new_joint and not alone:
        said = {"before": GROUPS[joint].label, "after": GROUPS[new_joint].label, "where": where}
        yield Message("joined_otherwise", JOINED_OTHERWISE, said)
    removed, added, changed = in_pairs(_keyed(old), _keyed(new), _kind)
    for one, other in changed:
        if isinstance(one, Group) and isinstance(other, Group):
            yield from condition_changes(one, other, (*within, GROUPS[other.kind].label))
        elif isinstance(one, ItemGroup) and isinstance(other, ItemGroup):
            yield from condition_changes(one.node, other.node, (*within, ITEM_GROUPS[other.kind].label))
        else:
            yield _condition_changed(one, other, where)
    for node in removed:
        yield Message("condition_removed", CONDITION_REMOVED, {"sentence": node_sentence(node), "where": where})
    for node in added:
        yield Message("condition_added", CONDITION_ADDED, {"sentence": node_sentence(node), "where": where})


def _condition_changed(before: Node, after: Node, where: Message | str) -> Message:
    """Both sentences; of two long lists, which sentences cut short, what came and what went."""
    params: dict[str, Any] = {"before": node_sentence(before), "after": node_sentence(after), "where": where}
    if isinstance(before, Condition) and isinstance(after, Condition) and before.operator == after.operator:
        old, new = _values(before), _values(after)
        if min(len(old), len(new)) > MOST_MEMBERS and before.match_case == after.match_case:
            came, went = ([value for value in these if value not in those] for these, those in ((new, old), (old, new)))
            lists = [(VALUES_ADDED, came), (VALUES_REMOVED, went)]
            said = [Message("values", text, {"values": _listed(values)}) for text, values in lists if values]
            joined = Text(*("; ".join(one.format(language) for one in said) for language in LANGUAGES))
            changes = Message("lists", joined) if said else VALUES_REORDERED
            return Message("values_changed", VALUES_CHANGED, {**params, "changes": changes})
    return Message("condition_changed", CONDITION_CHANGED, params)


def _values(condition: Condition) -> list[Any]:
    return condition.written if isinstance(condition.written, list) else []


def _listed(values: Sequence[Any]) -> Message | str:
    said = ", ".join(flow_text(value) for value in values[:MOST_MEMBERS])
    if len(values) <= MOST_MEMBERS:
        return said
    return Message("listed", AND_MORE, {"said": said, "more": Message("more", MORE, {"n": len(values) - MOST_MEMBERS})})


def _members(node: Node) -> tuple[str, tuple[Node, ...]]:
    """What a node is made of, and how that is joined."""
    if isinstance(node, Always):
        return "all", ()
    if not isinstance(node, Group):
        return "all", (node,)
    if node.kind == "all":
        return "all", tuple(member for member in node.nodes if not isinstance(member, Always))
    return node.kind, node.nodes


def _keyed(nodes: Sequence[Node]) -> list[tuple[Hashable, Node]]:
    return [(_frozen_node(node_data(node)), node) for node in nodes]


def _kind(node: Node) -> Hashable:
    """Nodes of one kind may be the same one, changed."""
    match node:
        case Condition():
            return "condition", node.field.name
        case Group() | ItemGroup():
            return "group", node.kind
        case _:
            return type(node).__name__, None


def _where(within: Sequence[Text]) -> Message | str:
    if not within:
        return ""
    groups = Text(*(" › ".join(label.format(language) for label in within) for language in LANGUAGES))
    return Message("within", WITHIN, {"groups": groups})
