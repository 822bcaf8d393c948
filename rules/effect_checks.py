"""What a sound rule set asks for and does not happen by itself: rules that nothing or only a person starts, actions that
nothing carries out."""

from __future__ import annotations

from collections.abc import Iterator

from rules.context import RuleContext
from rules.document import MANUAL, RuleSet
from rules.messages import Message, Text
from rules.problems import Problem
from rules.schedule import SCHEDULE

NEVER_RUNS = Text(
    'the rule "{rule}" runs on the trigger `schedule` alone, and says neither `schedule` nor `look_again`: it never runs',
    'la regla "{rule}" se ejecuta solo con el disparador `schedule` y no tiene ni `schedule` ni `look_again`: no se ejecuta '
    "nunca",
)
WITHOUT_TIMES = Text(
    'the rule "{rule}" has the trigger `schedule`, and says neither `schedule` nor `look_again`: it runs on its other triggers '
    "only",
    'la regla "{rule}" tiene el disparador `schedule` y no tiene ni `schedule` ni `look_again`: se ejecuta solo con los demás',
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
    """For enabled rules: warnings of those that the clock is to start and that name no times, and of actions that can only fail
    in this context; notes of actions that come to nothing as yet, and of rules that wait for a person.
    """
    for rule in rule_set.rules:
        if not rule.enabled:
            continue
        if SCHEDULE in rule.triggers and not rule.runs_by_itself:
            code, text = ("never_runs", NEVER_RUNS) if rule.triggers == {SCHEDULE} else ("no_times", WITHOUT_TIMES)
            yield Problem("warning", rule.line, f"{rule.path}.on", Message(code, text, {"rule": rule.id}))
        if rule.triggers == {MANUAL}:
            yield Problem("note", rule.line, f"{rule.path}.on", Message("runs_by_hand", RUNS_BY_HAND, {"rule": rule.id}))
        for call in rule.then:
            doubt = None if call.action.doubt is None else call.action.doubt(context)
            if doubt is not None:
                yield Problem("warning", call.line, call.path, Message("can_only_fail", doubt))
            if not call.action.is_carried_out:
                message = Message("not_carried_out", NOT_CARRIED_OUT, {"action": call.action.code})
                yield Problem("note", call.line, call.path, message)
