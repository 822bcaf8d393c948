"""Why each rule did or did not fire: every node with the value found, the value wanted, verdict and reason."""

from __future__ import annotations

from typing import Any

from engine.decide.decision import Decision
from engine.decide.reference import NodeResult, RuleResult, decide_by_reference
from engine.decide.run import Case
from engine.decide.verdicts import ERROR, NAMES
from rules.document import Always, Condition, Group, ItemGroup, RuleSet
from rules.messages import Language, Message, Text
from rules.operators import PRESENCE_LABELS, find_operator
from rules.values import shown

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
CONDITION_TEXT = Text("{field} {operator} {wanted}", "{field} {operator} {wanted}")
PRESENCE_TEXT = Text("{field} {operator}", "{field} {operator}")
FOUND_TEXT = Text("{condition}: found {found}", "{condition}: se encontró {found}")
BLANK_TEXT = Text("no value", "ningún valor")
GROUP_TEXTS = {
    "all": Text("all of these", "todas estas"),
    "any": Text("any of these", "alguna de estas"),
    "none": Text("none of these", "ninguna de estas"),
    "any_item": Text("any item", "algún artículo"),
    "all_items": Text("all items", "todos los artículos"),
    "no_item": Text("no item", "ningún artículo"),
}
ALWAYS_TEXT = Text("always", "siempre")
CASE_TEXT = Text("{sentence} (match case)", "{sentence} (distingue mayúsculas)")


def explain(rule_set: RuleSet, case: Case, language: Language = "en") -> tuple[Decision, list[dict[str, Any]]]:
    """The decision for a case, and one entry for each rule of the set, in order."""
    decision, results = decide_by_reference(rule_set, case)
    reasons = {error.rule: error.message for error in decision.errors}
    return decision, [_rule_entry(result, reasons, decision, language) for result in results]


def sentence_of(node: Condition) -> Message:
    """A condition as a person reads it: `ship to country is one of ES, PT`."""
    operator = find_operator(node.field.type, node.operator)
    if operator is None:
        params = {"field": node.field.label, "operator": PRESENCE_LABELS[node.operator]}
        return Message("condition", PRESENCE_TEXT, params)
    if not node.members:
        return Message("condition", PRESENCE_TEXT, {"field": node.field.label, "operator": operator.label})
    written = node.written if isinstance(node.written, list) else [node.written]
    wanted = ", ".join(shown(member).strip('"') for member in written[:12]) + (", …" if len(written) > 12 else "")
    message = Message("condition", CONDITION_TEXT, {"field": node.field.label, "operator": operator.label, "wanted": wanted})
    return Message("condition", CASE_TEXT, {"sentence": message}) if node.match_case else message


def _rule_entry(result: RuleResult, reasons: dict[str, Message], decision: Decision, language: Language) -> dict[str, Any]:
    rule = result.rule
    reason = reasons.get(rule.id)
    params = {"reason": reason} if result.status in ("error", "failed") else {}
    entry: dict[str, Any] = {
        "rule": rule.id,
        "name": rule.name,
        "path": rule.path,
        "status": result.status,
        "message": STATUS_TEXTS[result.status].format(language, **params),
    }
    if result.when is not None:
        entry["when"] = _node_entry(result.when, language)
        changes = [change.to_json() for change in decision.changes if change.rule == rule.id]
        if changes:
            entry["changes"] = changes
    return entry


def _node_entry(result: NodeResult, language: Language) -> dict[str, Any]:
    node = result.node
    entry: dict[str, Any] = {"path": node.path, "verdict": NAMES[result.verdict]}
    if result.item is not None:
        entry["item"] = result.item
    match node:
        case Condition():
            sentence = sentence_of(node)
            entry |= {"field": node.field.name, "is": node.operator, "found": result.found}
            if node.members:
                entry["wanted"] = node.written
            entry["message"] = _reason(sentence, result).format(language)
        case Group() | ItemGroup():
            entry |= {"group": node.kind, "message": GROUP_TEXTS[node.kind].format(language)}
            entry["nodes"] = [_node_entry(member, language) for member in result.members]
        case Always():
            entry["message"] = ALWAYS_TEXT.format(language)
    if result.verdict == ERROR and result.error is not None:
        entry["code"] = result.error.code
        entry["message"] = result.error.format(language)
    return entry


def _reason(sentence: Message, result: NodeResult) -> Message:
    found = BLANK_TEXT if result.found is None else shown(result.found)
    return Message("found", FOUND_TEXT, {"condition": sentence, "found": found})
