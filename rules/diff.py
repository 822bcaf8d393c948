"""What one rule set says otherwise than another: rule by rule, in sentences.

Rules are told apart by their ids. Comments, layout, the order of keys and of the conditions in a group, and one value in
place of a list of that one make no change; parts that are switched off count as not written.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from rules.diff_parts import condition_changes, frozen, in_pairs
from rules.document import DEFAULT_TRIGGERS, TRIGGERS, Rule, RuleSet
from rules.document_writer import flow_text
from rules.messages import Language, Message, Text
from rules.render import call_data, rule_data
from rules.sentences import action_sentence, node_sentence
from rules.vocabulary import TRIGGERS as TRIGGER_WORDS

ChangeKind = Literal["added", "removed", "changed", "moved", "enabled", "disabled"]

KIND_WORDS: Mapping[str, Text] = {
    "added": Text("added", "añadida"),
    "removed": Text("removed", "quitada"),
    "changed": Text("changed", "cambiada"),
    "moved": Text("moved", "movida"),
    "enabled": Text("switched on", "activada"),
    "disabled": Text("switched off", "desactivada"),
}
ADDED = Text('Rule added as number {place}: "{name}"', 'Regla añadida como número {place}: "{name}"')
REMOVED = Text('Rule removed, number {place} before: "{name}"', 'Regla quitada, antes la número {place}: "{name}"')
MOVED_TO_START = Text(
    "Moved from number {before} to number {after}: it runs first now.",
    "Movida del número {before} al número {after}: ahora se ejecuta la primera.",
)
MOVED_BEHIND = Text(
    'Moved from number {before} to number {after}: it runs right after "{rule}" now.',
    'Movida del número {before} al número {after}: ahora se ejecuta justo después de "{rule}".',
)
ENABLED = Text("Rule switched on.", "Regla activada.")
DISABLED = Text("Rule switched off.", "Regla desactivada.")
CONDITION = Text("Condition: {sentence}", "Condición: {sentence}")
ACTION = Text("Action: {sentence}", "Acción: {sentence}")
ACTION_ADDED = Text("Action added: {sentence}", "Acción añadida: {sentence}")
ACTION_REMOVED = Text("Action removed: {sentence}", "Acción quitada: {sentence}")
ACTION_CHANGED = Text("Action changed: {before} → {after}", "Acción cambiada: {before} → {after}")
ACTIONS_REORDERED = Text("The actions run in another order: {sentences}", "Las acciones se ejecutan en otro orden: {sentences}")
STOPS = Text("No later rule runs once it has applied (stop).", "Una vez aplicada, no se ejecuta ninguna regla posterior (stop).")
STOPS_NO_MORE = Text("Later rules run after it again (no stop).", "Las reglas posteriores vuelven a ejecutarse (sin stop).")
ONCE = Text("It applies at most once in the life of an order (once).", "Se aplica como mucho una vez por pedido (once).")
ONCE_NO_MORE = Text(
    "It may apply more than once in the life of an order (no once).", "Puede aplicarse más de una vez por pedido (sin once)."
)
KEYS = {
    "name": Text("Name", "Nombre"),
    "group": Text("Group", "Grupo"),
    "why": Text("Why", "Por qué"),
    "owner": Text("Owner", "Responsable"),
    "review_by": Text("Review by", "Revisar antes del"),
    "on": Text("Runs on", "Se ejecuta con"),
}
SWITCHES = {"stop": (STOPS, STOPS_NO_MORE), "once": (ONCE, ONCE_NO_MORE)}
KEY_SET = Text("{key}: {after}", "{key}: {after}")
KEY_CHANGED = Text("{key}: {before} → {after}", "{key}: {before} → {after}")
KEY_REMOVED = Text("{key}, removed: {before}", "{key}, quitado: {before}")
_OF_THEIR_OWN = ("id", "enabled", "when", "then", *SWITCHES)  # keys with sentences of their own


class RuleChange(Struct, frozen=True):
    """One way in which a rule is not what it was."""

    rule: str
    kind: ChangeKind
    sentences: tuple[Message, ...]

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        return {
            "rule": self.rule,
            "kind": self.kind,
            "sentences": [sentence.format(language) for sentence in self.sentences],
        }


def diff_rule_sets(before: RuleSet, after: RuleSet) -> list[RuleChange]:
    """Every change, in the order in which the rules run; a removed rule stands where it was.

    A rule that is there on both sides has an entry for each kind of change: `changed` for what it says, then `moved`, then
    `enabled` or `disabled`. A new rule has one entry, which says all of it. As few rules as possible count as moved.
    """
    old, new = ({rule.id: rule for rule in one.rules} for one in (before, after))
    moved = _moved([rule.id for rule in before.rules if rule.id in new], {id_: place for place, id_ in enumerate(new)})
    gone: dict[str, list[Rule]] = {}  # by the rule that stays and that they followed
    last = ""
    for rule in before.rules:
        if rule.id in new:
            last = rule.id
        else:
            gone.setdefault(last, []).append(rule)
    changes = [_removed(rule, old) for rule in gone.get("", ())]
    for place, rule in enumerate(after.rules):
        if rule.id not in old:
            changes.append(_added(rule, place + 1))
            continue
        changes += _changed(old[rule.id], rule)
        if rule.id in moved:
            follows = after.rules[place - 1].name if place else ""
            changes.append(_moved_to(rule, list(old).index(rule.id) + 1, place + 1, follows))
        if rule.enabled is not old[rule.id].enabled:
            kind: ChangeKind = "enabled" if rule.enabled else "disabled"
            changes.append(RuleChange(rule.id, kind, (Message(kind, ENABLED if rule.enabled else DISABLED),)))
        changes += [_removed(one, old) for one in gone.get(rule.id, ())]
    return changes


def _moved(kept: Sequence[str], places: Mapping[str, int]) -> set[str]:
    """All but a longest run of rules that stand in the same order on both sides."""
    ends: list[int] = []  # the lowest place at which a run of each length can end
    last: list[str] = []  # the rule there
    before: dict[str, str | None] = {}
    for id_ in kept:
        length = bisect_left(ends, places[id_])
        before[id_] = last[length - 1] if length else None
        ends[length : length + 1] = [places[id_]]
        last[length : length + 1] = [id_]
    stays = set()
    run = last[-1] if last else None
    while run is not None:
        stays.add(run)
        run = before[run]
    return set(kept) - stays


def _moved_to(rule: Rule, before: int, after: int, follows: str) -> RuleChange:
    params = {"before": before, "after": after, "rule": follows}
    text = MOVED_BEHIND if after > 1 else MOVED_TO_START
    return RuleChange(rule.id, "moved", (Message("moved", text, params),))


def _added(rule: Rule, place: int) -> RuleChange:
    head = Message("added", ADDED, {"place": place, "name": rule.name})
    off = () if rule.enabled else (Message("disabled", DISABLED),)
    usual = {"on": _triggers_data(frozenset(DEFAULT_TRIGGERS))}
    keys = {key: value for key, value in _keys_of(rule).items() if key != "name"}
    return RuleChange(rule.id, "added", (head, *_whole(rule), *_key_changes(usual, keys), *off))


def _removed(rule: Rule, old: Mapping[str, Rule]) -> RuleChange:
    head = Message("removed", REMOVED, {"place": list(old).index(rule.id) + 1, "name": rule.name})
    return RuleChange(rule.id, "removed", (head, *_whole(rule)))


def _whole(rule: Rule) -> Iterator[Message]:
    """What a rule asks and does."""
    yield Message("condition", CONDITION, {"sentence": node_sentence(rule.when)})
    for call in rule.then:
        yield Message("action", ACTION, {"sentence": action_sentence(call)})


def _changed(before: Rule, after: Rule) -> list[RuleChange]:
    sentences = (
        *_key_changes(_keys_of(before), _keys_of(after)),
        *condition_changes(before.when, after.when),
        *_action_changes(before, after),
    )
    return [RuleChange(after.id, "changed", sentences)] if sentences else []


def _keys_of(rule: Rule) -> dict[str, Any]:
    """What a rule has beside its id, its condition and its actions."""
    data = rule_data(rule)
    kept = {key: value for key, value in data.items() if key not in _OF_THEIR_OWN or key in SWITCHES}
    return {**kept, "on": _triggers_data(rule.triggers)}


def _triggers_data(triggers: frozenset[str]) -> list[str]:
    return [trigger for trigger in TRIGGERS if trigger in triggers]


def _key_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Message]:
    """A sentence for each key that differs: those with words of their own in their usual order, then all others."""
    for key in dict.fromkeys((*KEYS, *before, *after)):
        old, new = before.get(key), after.get(key)
        if frozen(old) == frozen(new):
            continue
        if key in SWITCHES:
            yield Message(key, SWITCHES[key][0 if new else 1])
            continue
        text = KEY_REMOVED if new is None else KEY_SET if old is None else KEY_CHANGED
        yield Message(key, text, {"key": KEYS.get(key, f"`{key}`"), "before": _said(key, old), "after": _said(key, new)})


def _said(key: str, value: Any) -> str | Message:
    if key == "on":
        words = [TRIGGER_WORDS[trigger].label for trigger in value]
        return Message("triggers", Text(", ".join(word.en for word in words), ", ".join(word.es for word in words)))
    return value if isinstance(value, str) else flow_text(value)


def _action_changes(before: Rule, after: Rule) -> Iterator[Message]:
    old, new = ([(frozen(call_data(call)), call) for call in rule.then] for rule in (before, after))
    removed, added, changed = in_pairs(old, new, lambda call: call.action.code)
    for one, other in changed:
        said = {"before": action_sentence(one), "after": action_sentence(other)}
        yield Message("action_changed", ACTION_CHANGED, said)
    for call in removed:
        yield Message("action_removed", ACTION_REMOVED, {"sentence": action_sentence(call)})
    for call in added:
        yield Message("action_added", ACTION_ADDED, {"sentence": action_sentence(call)})
    became = {id(one): frozen(call_data(other)) for one, other in changed}
    gone, came = ({id(call) for call in calls} for calls in (removed, added))
    stayed = [became.get(id(call), key) for key, call in old if id(call) not in gone]
    if stayed != [key for key, call in new if id(call) not in came]:
        sentences = [action_sentence(call) for call in after.then]
        order = Text("; ".join(one.format("en") for one in sentences), "; ".join(one.format("es") for one in sentences))
        yield Message("actions_reordered", ACTIONS_REORDERED, {"sentences": Message("order", order)})
