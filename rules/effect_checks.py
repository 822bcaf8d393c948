"""What a sound rule set asks for and does not happen by itself: triggers that nothing or only a person raises, actions that
nothing carries out."""

from __future__ import annotations

from collections.abc import Iterator

from rules.context import RuleContext
from rules.document import MANUAL, UNRAISED_TRIGGERS, RuleSet
from rules.messages import Message, Text
from rules.problems import Problem

NEVER_RUNS = Text(
    'the rule "{rule}" runs on the trigger {triggers} alone, which nothing raises yet: it never runs',
    'la regla "{rule}" se ejecuta solo con el disparador {triggers}, que todavía nada activa: no se ejecuta nunca',
)
TRIGGER_NOT_RAISED = Text(
    'the trigger {triggers} of the rule "{rule}" is not raised by anything yet: the rule runs on its other triggers only',
    'todavía nada activa el disparador {triggers} de la regla "{rule}": la regla se ejecuta solo con los demás',
)
RUNS_BY_HAND = Text(
    'the rule "{rule}" runs only when a person runs it over some orders: `orders run-rule {rule}`',
    'la regla "{rule}" se ejecuta solo cuando una persona la ejecuta sobre unos pedidos: `orders run-rule {rule}`',
)
NOT_CARRIED_OUT = Text(
    "`{action}` is kept with the order, and nothing carries it out yet",
    "`{action}` queda guardado en el pedido, y todavía nada lo lleva a cabo",
)


def check_effects(rule_set: RuleSet, context: RuleContext) -> Iterator[Problem]:
    """For enabled rules: warnings of those that never run and of actions that can only fail in this context; notes of triggers
    and actions that come to nothing as yet, and of rules that wait for a person.
    """
    for rule in rule_set.rules:
        if not rule.enabled:
            continue
        unraised = [trigger for trigger in UNRAISED_TRIGGERS if trigger in rule.triggers]
        if unraised:
            never = rule.triggers <= frozenset(unraised)
            code, text = ("never_runs", NEVER_RUNS) if never else ("trigger_not_raised", TRIGGER_NOT_RAISED)
            params = {"rule": rule.id, "triggers": ", ".join(f"`{trigger}`" for trigger in unraised)}
            yield Problem("warning" if never else "note", rule.line, f"{rule.path}.on", Message(code, text, params))
        if rule.triggers == {MANUAL}:
            yield Problem("note", rule.line, f"{rule.path}.on", Message("runs_by_hand", RUNS_BY_HAND, {"rule": rule.id}))
        for call in rule.then:
            doubt = None if call.action.doubt is None else call.action.doubt(context)
            if doubt is not None:
                yield Problem("warning", call.line, call.path, Message("can_only_fail", doubt))
            if not call.action.is_carried_out:
                message = Message("not_carried_out", NOT_CARRIED_OUT, {"action": call.action.code})
                yield Problem("note", call.line, call.path, message)
