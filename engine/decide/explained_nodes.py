"""Writes down rules and their nodes, with what was found and what was wanted, in one language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from engine.decide.near_misses import Failing, shortfall
from engine.decide.reference import NodeResult, RuleResult
from engine.decide.verdicts import ERROR, FALSE, GROUP_RULES, NAMES, TRUE
from rules.document import Aggregate, Always, Condition, Group, ItemGroup
from rules.messages import Language, Message, Text
from rules.operators import BLANK, NOT_BLANK
from rules.said_values import said_number, said_time
from rules.sentences import node_sentence
from rules.values import FieldType, Unreadable, read_number, shown

STATUS_TEXTS = {
    "matched": Text("The rule fired.", "La regla se aplicó."),
    "not_matched": Text("Its conditions were not met.", "No se cumplieron sus condiciones."),
    "error": Text("A condition could not be answered: {reason}.", "No se pudo evaluar una condición: {reason}."),
    "failed": Text("An action could not be applied: {reason}.", "No se pudo aplicar una acción: {reason}."),
    "disabled": Text("The rule is switched off.", "La regla está desactivada."),
    "other_trigger": Text("The rule does not run on this occasion.", "La regla no se ejecuta en esta ocasión."),
    "not_chosen": Text("A person ran another rule alone.", "Una persona ejecutó solo otra regla."),
    "not_due": Text("The rule was not due at this time.", "A la regla no le tocaba a esa hora."),
    "already_applied": Text(
        "The rule applies once in the life of an order, and it has.", "La regla se aplica una vez por pedido y ya lo hizo."
    ),
    "not_reached": Text("An earlier rule ended the run.", "Una regla anterior terminó la ejecución."),
}
FOUND = Text("{sentence}: found {found}", "{sentence}: se encontró {found}")


OF_LIST = Text("{sentence} (members: {count})", "{sentence} (elementos: {count})")
IS_MEMBER = Text("{message}, which is one of them", "{message}, que es uno de ellos")
NO_MEMBER = Text("{message}, which is none of them", "{message}, que no es ninguno de ellos")


FOUND_BOTH = Text("{sentence}: found {one} and {other}", "{sentence}: se encontró {one} y {other}")


NO_VALUE = Text("no value", "ningún valor")


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


WITH_LINES = Text("{message}; {lines}", "{message}; {lines}")


LINES = {
    TRUE: (Text("yes for line {lines}", "sí en la línea {lines}"), Text("yes for lines {lines}", "sí en las líneas {lines}")),
    FALSE: (Text("no for line {lines}", "no en la línea {lines}"), Text("no for lines {lines}", "no en las líneas {lines}")),
    ERROR: (
        Text("no answer for line {lines}", "sin respuesta en la línea {lines}"),
        Text("no answer for lines {lines}", "sin respuesta en las líneas {lines}"),
    ),
}


MOST_LINES = 10


MOST_LINES_WRITTEN_OUT = 100  # of an order, for one node over items


MOST_REMEMBERED = 4096  # sentences of conditions


ALWAYS = Text("Always", "Siempre")


SHOULD_BE_FALSE = Text("It should not be so: {sentence}", "No debería ser así: {sentence}")


IN_LINE = Text("{sentence} (line {lines})", "{sentence} (línea {lines})")


IN_LINES = Text("{sentence} (lines {lines})", "{sentence} (líneas {lines})")


class NodeWriter:
    """Writes entries in one language; the times that were found, as clocks in a zone show them."""

    def __init__(self, language: Language, zone: ZoneInfo) -> None:
        self._language = language
        self._zone = zone

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
        """A node with all nodes below it; a line of the order that stands for others counts them in `alike`."""
        node = result.node
        entry: dict[str, Any] = {"path": node.path, "verdict": NAMES[result.verdict], "code": _code(result)}
        if result.item is not None:
            entry["item"] = result.item
        if result.alike:
            entry["alike"] = len(result.alike)
        match node:
            case Condition():
                entry |= {"field": node.field.name, **self._comparison(node, node, result)}
            case Aggregate():
                entry |= {"group": node.kind, **({} if node.of is None else {"of": node.of.name})}
                entry |= self._comparison(node, node.compared, result)
            case Group() | ItemGroup():
                entry["group"] = node.kind
        entry["message"] = self._message(result)
        if isinstance(node, Group | ItemGroup | Aggregate):
            shown_members = result.members if isinstance(node, Group) else _telling(node, result)
            entry["nodes"] = [self.node_entry(member) for member in shown_members]
            lines = sum(1 + len(member.alike) for member in result.members)
            left_out = lines - sum(1 + len(member.alike) for member in shown_members)
            if left_out and not isinstance(node, Group):
                entry["lines_left_out"] = left_out
        return entry

    def _comparison(self, node: Condition | Aggregate, compared: Condition, result: NodeResult) -> dict[str, Any]:
        """What was found and what was wanted."""
        entry: dict[str, Any] = {"is": compared.operator, "found": result.found}
        if compared.than is not None:
            entry |= {"than": compared.than.name, "wanted": result.found_other}
        elif compared.members:
            entry["wanted"] = compared.written
        elif compared.list_name is not None:
            count = {} if result.listed is None else {"members": len(result.listed.members)}
            entry["wanted"] = {"list": compared.list_name, **count}
        entry["sentence"] = self._sentence(node)
        return entry

    def _sentence(self, node: Condition | Aggregate) -> str:
        return _sentence_of(_Same(node)).format(self._language)

    def _message(self, result: NodeResult) -> str:
        node = result.node
        if result.error is not None:
            return result.error.format(self._language)
        match node:
            case Condition():
                return self._membership(node, result, self._found_message(node, node, result))
            case Aggregate():
                message = self._found_message(node, node.compared, result)
                lines = self._by_line(result)
                return WITH_LINES.format(self._language, message=message, lines=lines) if lines else message
            case Group():
                return self._group_message(node, result)
            case ItemGroup():
                return self._items_message(node, result)
            case Always():
                return ALWAYS.format(self._language)

    def _found_message(self, node: Condition | Aggregate, compared: Condition, result: NodeResult) -> str:
        sentence = self._sentence(node)
        if compared.than is not None:
            one, other = (NO_VALUE if value is None else self._shown(compared, value) for value in result.both)
            return FOUND_BOTH.format(self._language, sentence=sentence, one=one, other=other)
        if result.listed is not None:
            sentence = OF_LIST.format(self._language, sentence=sentence, count=len(result.listed.members))
        found = UNREADABLE if result.found is None else self._shown(compared, result.found)
        text = FOUND_NOTHING if _is_blank(result) else FOUND
        return text.format(self._language, sentence=sentence, found=found)

    def _shown(self, node: Condition, found: Any) -> str | Text:
        """The value found; a number that a store sent as text looks like one that it sent as a number."""
        said: Text | None = None
        if node.field.type is FieldType.NUMBER:
            read = read_number(found)
            said = None if isinstance(read, Unreadable) else said_number(read)
        elif node.field.closed is not None:
            said = node.field.closed.labels.get(str(found))
        elif node.field.type is FieldType.TIME:
            said = said_time(str(found), self._zone)
        return shown(found) if said is None else said

    def _membership(self, node: Condition, result: NodeResult, message: str) -> str:
        """What was found may be a member of the list as a whole, or is none."""
        if result.listed is None or _is_blank(result) or node.operator not in ("in", "not_in"):
            return message
        text = IS_MEMBER if (node.operator == "in") == (result.verdict == TRUE) else NO_MEMBER
        return text.format(self._language, message=message)

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
        return BY_LINE.format(self._language, group=group, lines=self._by_line(result))

    def _by_line(self, result: NodeResult) -> str:
        """For which lines the inner node is so, and for which it is not; empty without lines."""
        parts = []
        for verdict, (one, many) in LINES.items():
            items = _lines(member for member in result.members if member.verdict == verdict)
            if items:
                parts.append((one if len(items) == 1 else many).format(self._language, lines=_numbers(items)))
        return "; ".join(parts)


def _lines(members: Iterable[NodeResult]) -> list[int]:
    """The lines that members of a node over items stand for, ascending."""
    return sorted(line for member in members if member.item is not None for line in (member.item, *member.alike))


def _telling(node: ItemGroup | Aggregate, result: NodeResult) -> list[NodeResult]:
    """The lines of the order to write out: all, or of very many those first that settle the group or count, in their order."""
    members = result.members
    if result.window is not None:
        return result.window
    if len(members) <= MOST_LINES_WRITTEN_OUT:
        return members
    settles = TRUE if isinstance(node, Aggregate) else GROUP_RULES[node.kind][0]
    ranked = sorted(range(len(members)), key=lambda place: members[place].verdict != settles)
    return [members[place] for place in sorted(ranked[:MOST_LINES_WRITTEN_OUT])]


class _Same:
    """A node as a key that only itself is equal to: comparing whole nodes would take longer than what it saves."""

    __slots__ = ("node",)

    def __init__(self, node: Condition | Aggregate) -> None:
        self.node = node

    def __hash__(self) -> int:
        return id(self.node)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.node is self.node


@lru_cache(MOST_REMEMBERED)
def _sentence_of(key: _Same) -> Message:
    return node_sentence(key.node)


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
    """Whether a comparison that has an answer found no value."""
    node = result.node.compared if isinstance(result.node, Aggregate) else result.node
    if not isinstance(node, Condition):
        return False
    if node.operator in (BLANK, NOT_BLANK):  # which are true and false of unreadable values, too
        return (node.operator == BLANK) == (result.verdict == TRUE)
    return result.found is None or (node.than is not None and result.found_other is None)


def _numbers(items: list[int]) -> str:
    """Lines as people count them: `1, 3`."""
    numbers = ", ".join(str(item + 1) for item in items[:MOST_LINES])
    return f"{numbers}, …" if len(items) > MOST_LINES else numbers
