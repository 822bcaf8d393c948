"""Why each rule did or did not fire: every node with the value found, the value wanted, verdict, reason and sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from engine.decide.decision import Decision
from engine.decide.near_misses import Failing, is_partly_met, shortfall
from engine.decide.reference import Evaluator, NodeResult, RuleResult, follow
from engine.decide.run import Case
from engine.decide.verdicts import ERROR, FALSE, GROUP_RULES, NAMES, TRUE
from rules.document import Always, Condition, Group, ItemGroup, RuleSet
from rules.messages import Language, Message, Text
from rules.operators import BLANK, NOT_BLANK
from rules.sentences import condition_sentence
from rules.values import FieldType, shown

STATUS_TEXTS = {
    "matched": Text("The rule fired.", "La regla se aplicó."),
    "not_matched": Text("Its conditions were not met.", "No se cumplieron sus condiciones."),
    "error": Text("A condition could not be answered: {reason}.", "No se pudo evaluar una condición: {reason}."),
    "failed": Text("An action could not be applied: {reason}.", "No se pudo aplicar una acción: {reason}."),
    "disabled": Text("The rule is switched off.", "La regla está desactivada."),
    "other_trigger": Text("The rule does not run on this occasion.", "La regla no se ejecuta en esta ocasión."),
    "already_applied": Text(
        "The rule applies once in the life of an order, and it has.", "La regla se aplica una vez por pedido y ya lo hizo."
    ),
    "not_reached": Text("An earlier rule ended the run.", "Una regla anterior terminó la ejecución."),
}
FOUND = Text("{sentence}: found {found}", "{sentence}: se encontró {found}")
FOUND_NOTHING = Text("{sentence}: found no value", "{sentence}: no se encontró ningún valor")
UNREADABLE = Text("a value that cannot be read", "un valor que no se puede leer")
GROUPS = {
    "all": Text("All of these", "Todas estas"),
    "any": Text("Any of these", "Alguna de estas"),
    "none": Text("None of these", "Ninguna de estas"),
    "any_item": Text("Any item", "Algún artículo"),
    "all_items": Text("All items", "Todos los artículos"),
    "no_item": Text("No item", "Ningún artículo"),
}
COUNTED = Text("{group}: {met} of {count} met", "{group}: se cumplen {met} de {count}")
COUNTED_WITH_ERRORS = Text(
    "{group}: {met} of {count} met, {errors} cannot be answered", "{group}: se cumplen {met} de {count}, {errors} sin respuesta"
)
NO_MEMBERS = Text("{group}: there are none", "{group}: no hay ninguna")
NO_ITEMS = Text("{group}: the order has no lines", "{group}: el pedido no tiene líneas")
BY_LINE = Text("{group}: {lines}", "{group}: {lines}")
LINES = {
    TRUE: (Text("yes for line {lines}", "sí en la línea {lines}"), Text("yes for lines {lines}", "sí en las líneas {lines}")),
    FALSE: (Text("no for line {lines}", "no en la línea {lines}"), Text("no for lines {lines}", "no en las líneas {lines}")),
    ERROR: (
        Text("no answer for line {lines}", "sin respuesta en la línea {lines}"),
        Text("no answer for lines {lines}", "sin respuesta en las líneas {lines}"),
    ),
}
MOST_LINES = 10
MOST_LINES_WRITTEN_OUT = 100  # of an order, for one item group
MOST_REMEMBERED = 4096  # sentences of conditions
CONSIDERED = frozenset({"matched", "not_matched", "error", "failed"})
LINES_UNFOLDED = 30  # of an order, on a page
RULES_WRITTEN_OUT = 50  # on one page
MOST_NODES_OF_RULE = 400  # among others
MOST_NODES_OF_ONE = 20_000  # by itself
MOST_NODES_KEPT = 60_000  # in memory, while an explanation is made
MOST_ANSWERS = 1_000_000  # of conditions, counted for each line of the order
ALWAYS = Text("Always", "Siempre")
SHOULD_BE_FALSE = Text("It should not be so: {sentence}", "No debería ser así: {sentence}")
IN_LINE = Text("{sentence} (line {lines})", "{sentence} (línea {lines})")
IN_LINES = Text("{sentence} (lines {lines})", "{sentence} (líneas {lines})")


class Explanation(NamedTuple):
    """A decision and why it came out so."""

    decision: Decision
    rules: list[dict[str, Any]]  # one entry for each rule of the set, in order
    near_misses: list[str]  # ids of the rules that one single condition kept from firing, those partly met first


def explain(rule_set: RuleSet, case: Case, language: Language = "en") -> Explanation:
    """The decision for a case, with every rule and every node of the set explained.

    An entry holds `rule`, `name`, `path`, `status` (a key of STATUS_TEXTS) and `message`; of a rule that was considered also
    the tree of its nodes, `when`; of one that fired its `changes`; of one that did not match `failed`, the fewest conditions
    that kept it from firing, and `missed_by`, their number (null where no other answers could make it fire).
    """
    explaining = _Explaining(language)

    def hear(result: RuleResult) -> None:
        entry = explaining.hear(result)
        if result.when is not None:
            entry["when"] = explaining.writer.node_entry(result.when)

    decision = follow(rule_set, case, Evaluator(case), hear)
    return explaining.explanation(decision)


@dataclass(frozen=True, slots=True)
class Part:
    """Which rules to write out: so many from a place on in the order of importance, or one by its id with some lines."""

    first: int = 0
    count: int = RULES_WRITTEN_OUT
    only: str | None = None
    window: range | None = None


FIRST_PART = Part()


class PartialExplanation(NamedTuple):
    """An explanation of which one part is written out. All rules have entries; outside the part they have no `when`.

    An entry within it has `left_out` instead where it is too much to show among others.
    """

    decision: Decision
    rules: list[dict[str, Any]]
    near_misses: list[str]
    shown: list[int]  # indices of the rules of the part, the most important first
    nodes: int  # written out


def explain_part(
    rule_set: RuleSet, case: Case, known: Callable[[], Decision], language: Language, part: Part
) -> PartialExplanation:
    """What a page shows of an explanation, in bounded time and memory; `known` gives the decision, where it is needed.

    Lines of orders that have many are folded into those that stand for others. Of rules past MOST_ANSWERS answers of
    conditions there is only what the decision tells; so it is of all others, where only one is asked for.
    """
    explaining = _Explaining(language)
    kept: dict[int, tuple[NodeResult, int]] = {}
    room = MOST_NODES_KEPT

    def hear(result: RuleResult) -> None:
        nonlocal room
        entry = explaining.hear(result)
        if part.only not in (None, result.rule.id):
            return
        if result.when is None:
            if result.status in CONSIDERED:
                entry["left_out"] = True
            return
        nodes = _count(result.when, room)
        if nodes <= (MOST_NODES_OF_ONE if part.only else MOST_NODES_OF_RULE) and nodes <= room:
            room -= nodes
            kept[len(explaining.entries) - 1] = result.when, nodes
        else:
            entry["left_out"] = True

    evaluator = Evaluator(case, fold_over=LINES_UNFOLDED, window=part.window, most_answers=MOST_ANSWERS)
    decision, entries, near_misses = explaining.explanation(follow(rule_set, case, evaluator, hear, known, part.only))
    if part.only is None:
        shown = by_importance(entries, near_misses)[part.first : part.first + part.count]
    else:
        shown = [place for place, entry in enumerate(entries) if entry["rule"] == part.only]
    written = 0
    for place in shown:
        if place in kept:
            when, nodes = kept[place]
            entries[place]["when"] = explaining.writer.node_entry(when)
            written += nodes
    return PartialExplanation(decision, entries, near_misses, shown, written)


def by_importance(entries: Sequence[Mapping[str, Any]], near_misses: Sequence[str]) -> list[int]:
    """The rules that could not be applied, those that applied, near misses, and the rest: their places, in this order."""
    near = {rule: rank for rank, rule in enumerate(near_misses)}

    def rank(place: int) -> tuple[int, int]:
        entry = entries[place]
        if entry["rule"] in near:
            return (2, near[entry["rule"]])
        return ({"error": 0, "failed": 0, "matched": 1}.get(entry["status"], 3), place)

    return sorted(range(len(entries)), key=rank)


def _count(result: NodeResult, most: int) -> int:
    """The nodes of a tree; past `most` it is not counted further."""
    count, waiting = 0, [result]
    while waiting and count <= most:
        one = waiting.pop()
        count += 1
        waiting += one.members
        waiting += one.window or ()
    return count


class _Explaining:
    """Writes down what each rule comes to, and when the decision is known what became of it."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self.writer = _Writer(language)
        self.entries: list[dict[str, Any]] = []
        self._missed: list[tuple[bool, str]] = []

    def hear(self, result: RuleResult) -> dict[str, Any]:
        entry = self.writer.rule_entry(result)
        self.entries.append(entry)
        if entry.get("missed_by") == 1 and result.when is not None:
            self._missed.append((not is_partly_met(result.when), result.rule.id))
        return entry

    def explanation(self, decision: Decision) -> Explanation:
        reasons = {error.rule: error.message for error in decision.errors}
        changes: dict[str, list[dict[str, Any]]] = {}
        for change in decision.changes:
            changes.setdefault(change.rule, []).append(change.to_json())
        for entry in self.entries:
            if entry["status"] in ("error", "failed"):
                entry["message"] = STATUS_TEXTS[entry["status"]].format(self._language, reason=reasons[entry["rule"]])
            if written := changes.get(entry["rule"]):
                entry["changes"] = written
        self._missed.sort(key=lambda missed: missed[0])
        return Explanation(decision, self.entries, [rule for _, rule in self._missed])


class _Writer:
    """Writes entries in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def rule_entry(self, result: RuleResult) -> dict[str, Any]:
        """What there is to say of a rule before the end of the run, without the tree of its nodes."""
        rule = result.rule
        entry: dict[str, Any] = {
            "rule": rule.id,
            "name": rule.name,
            "path": rule.path,
            "status": result.status,
            "verdict": result.status if result.when is None else NAMES[result.when.verdict],
            "message": STATUS_TEXTS[result.status].format(self._language, reason=""),
        }
        if rule.origin:
            entry["set"] = rule.origin
        if result.when is not None and result.status == "not_matched":
            lacking = shortfall(result.when)
            entry["missed_by"] = lacking.count if lacking.possible else None
            entry["failed"] = self._failed(lacking.failing)
        return entry

    def _failed(self, failing: Iterable[Failing]) -> list[dict[str, Any]]:
        by_path: dict[str, list[Failing]] = {}
        for one in failing:
            by_path.setdefault(one.result.node.path, []).append(one)
        return [self._failed_entry(path, group) for path, group in by_path.items()]

    def _failed_entry(self, path: str, group: list[Failing]) -> dict[str, Any]:
        first = group[0]
        message = self._message(first.result)
        if not first.wanted and first.result.verdict != ERROR:
            message = SHOULD_BE_FALSE.format(self._language, sentence=message)
        entry: dict[str, Any] = {"path": path, "code": _code(first.result), "should_be": first.wanted, "message": message}
        items = sorted(line for one in group if one.result.item is not None for line in (one.result.item, *one.alike))
        if items:
            entry["items"] = items
            if first.result.verdict != ERROR:  # whose sentence names the line
                text = IN_LINE if len(items) == 1 else IN_LINES
                entry["message"] = text.format(self._language, sentence=message, lines=_numbers(items))
        return entry

    def node_entry(self, result: NodeResult) -> dict[str, Any]:
        """A node with all nodes below it; a line of an item group that stands for others counts them in `alike`."""
        node = result.node
        entry: dict[str, Any] = {"path": node.path, "verdict": NAMES[result.verdict], "code": _code(result)}
        if result.item is not None:
            entry["item"] = result.item
        if result.alike:
            entry["alike"] = len(result.alike)
        match node:
            case Condition():
                entry |= {"field": node.field.name, "is": node.operator, "found": result.found}
                if node.members:
                    entry["wanted"] = node.written
                entry["sentence"] = self._sentence(node)
            case Group() | ItemGroup():
                entry["group"] = node.kind
        entry["message"] = self._message(result)
        if isinstance(node, Group | ItemGroup):
            shown_members = _telling(node, result) if isinstance(node, ItemGroup) else result.members
            entry["nodes"] = [self.node_entry(member) for member in shown_members]
            lines = sum(1 + len(member.alike) for member in result.members)
            left_out = lines - sum(1 + len(member.alike) for member in shown_members)
            if isinstance(node, ItemGroup) and left_out:
                entry["lines_left_out"] = left_out
        return entry

    def _sentence(self, node: Condition) -> str:
        return _sentence_of(_Same(node)).format(self._language)

    def _message(self, result: NodeResult) -> str:
        node = result.node
        if result.error is not None:
            return result.error.format(self._language)
        match node:
            case Condition():
                found = UNREADABLE if result.found is None else _shown(node, result.found)
                text = FOUND_NOTHING if _is_blank(result) else FOUND
                return text.format(self._language, sentence=self._sentence(node), found=found)
            case Group():
                return self._group_message(node, result)
            case ItemGroup():
                return self._items_message(node, result)
            case Always():
                return ALWAYS.format(self._language)

    def _group_message(self, node: Group, result: NodeResult) -> str:
        group = GROUPS[node.kind]
        if not result.members:
            return NO_MEMBERS.format(self._language, group=group)
        verdicts = [member.verdict for member in result.members]
        met, errors = verdicts.count(TRUE), verdicts.count(ERROR)
        text = COUNTED_WITH_ERRORS if errors else COUNTED
        return text.format(self._language, group=group, met=met, count=len(verdicts), errors=errors)

    def _items_message(self, node: ItemGroup, result: NodeResult) -> str:
        group = GROUPS[node.kind]
        if not result.members:
            return NO_ITEMS.format(self._language, group=group)
        parts = []
        for verdict, (one, many) in LINES.items():
            items = _lines(member for member in result.members if member.verdict == verdict)
            if items:
                parts.append((one if len(items) == 1 else many).format(self._language, lines=_numbers(items)))
        return BY_LINE.format(self._language, group=group, lines="; ".join(parts))


def _lines(members: Iterable[NodeResult]) -> list[int]:
    """The lines that members of an item group stand for, ascending."""
    return sorted(line for member in members if member.item is not None for line in (member.item, *member.alike))


def _telling(node: ItemGroup, result: NodeResult) -> list[NodeResult]:
    """The lines of the order to write out: all, or of very many those first that settle the group, in their order."""
    members = result.members
    if result.window is not None:
        return result.window
    if len(members) <= MOST_LINES_WRITTEN_OUT:
        return members
    settles = GROUP_RULES[node.kind][0]
    ranked = sorted(range(len(members)), key=lambda place: members[place].verdict != settles)
    return [members[place] for place in sorted(ranked[:MOST_LINES_WRITTEN_OUT])]


class _Same:
    """A condition as a key that only itself is equal to: comparing whole conditions would take longer than what it saves."""

    __slots__ = ("condition",)

    def __init__(self, condition: Condition) -> None:
        self.condition = condition

    def __hash__(self) -> int:
        return id(self.condition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.condition is self.condition


@lru_cache(MOST_REMEMBERED)
def _sentence_of(key: _Same) -> Message:
    return condition_sentence(key.condition)


def _code(result: NodeResult) -> str:
    """Why a node came to its verdict, as a stable code; an error has that of its reason, such as `not_a_number`."""
    node = result.node
    if result.error is not None:
        return result.error.code
    if isinstance(node, Always):
        return "always"
    if result.verdict == ERROR:
        return "undecided"
    if isinstance(node, Group | ItemGroup) and not result.members:
        return "no_members" if isinstance(node, Group) else "no_items"
    code = "passed" if result.verdict == TRUE else "not_passed"
    return f"blank_{code}" if _is_blank(result) else code


def _is_blank(result: NodeResult) -> bool:
    """Whether a condition that has an answer found no value."""
    node = result.node
    if not isinstance(node, Condition):
        return False
    if node.operator in (BLANK, NOT_BLANK):  # which are true and false of unreadable values, too
        return (node.operator == BLANK) == (result.verdict == TRUE)
    return result.found is None


def _numbers(items: list[int]) -> str:
    """Lines as people count them: `1, 3`."""
    numbers = ", ".join(str(item + 1) for item in items[:MOST_LINES])
    return f"{numbers}, …" if len(items) > MOST_LINES else numbers


def _shown(node: Condition, found: Any) -> str:
    """The value found; a number that a store sent as text looks like one that it sent as a number."""
    return found.strip() if node.field.type is FieldType.NUMBER and isinstance(found, str) else shown(found)
