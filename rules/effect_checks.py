"""What a sound rule set asks for and does not happen by itself: rules that nothing or only a person starts, actions that
nothing carries out."""

from __future__ import annotations

from collections.abc import Iterator

from rules.actions import Nature
from rules.context import RuleContext
from rules.document import MANUAL, Rule, RuleSet, fields_in
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
ADDS_AGAIN = Text(
    "`{action}` adds to what is there each time that the clock runs the rule: write `once: true`, or a condition that is false "
    "afterwards",
    "`{action}` añade a lo que haya cada vez que el reloj ejecuta la regla: escribe `once: true`, o una condición que después "
    "sea falsa",
)
NOT_CARRIED_OUT = Text(
    "`{action}` is kept with the order, and nothing carries it out yet",
    "`{action}` queda guardado en el pedido, y todavía nada lo lleva a cabo",
)


_ADDING = (Nature.APPENDS, Nature.ADJUSTS)


def check_effects(rule_set: RuleSet, context: RuleContext) -> Iterator[Problem]:
    """For enabled rules: warnings of those that the clock is to start and that name no times, of actions that add again each time
    that it does, and of actions that can only fail in this context; notes of actions that come to nothing as yet, and of rules
    that wait for a person.
    """
    for rule in rule_set.rules:
        if not rule.enabled:
            continue
        if SCHEDULE in rule.triggers and not rule.runs_by_itself:
            code, text = ("never_runs", NEVER_RUNS) if rule.triggers == {SCHEDULE} else ("no_times", WITHOUT_TIMES)
            yield Problem("warning", rule.line, f"{rule.path}.on", Message(code, text, {"rule": rule.id}))
        if rule.triggers == {MANUAL}:
            yield Problem("note", rule.line, f"{rule.path}.on", Message("runs_by_hand", RUNS_BY_HAND, {"rule": rule.id}))
        repeats = _adds_again(rule)
        for call in rule.then:
            doubt = None if call.action.doubt is None else call.action.doubt(context)
            if doubt is not None:
                yield Problem("warning", call.line, call.path, Message("can_only_fail", doubt))
            if repeats and call.action.nature(call.params) in _ADDING:
                yield Problem("warning", call.line, call.path, Message("adds_again", ADDS_AGAIN, {"action": call.action.code}))
            if not call.action.is_carried_out:
                message = Message("not_carried_out", NOT_CARRIED_OUT, {"action": call.action.code})
                yield Problem("note", call.line, call.path, message)


def _adds_again(rule: Rule) -> bool:
    """Whether its schedule runs it over an order that it has applied to, for all that is known before any order comes.

    A condition on what the rule itself writes may be false by then. A second look ends once the rule has applied.
    """
    if rule.schedule is None or SCHEDULE not in rule.triggers or rule.once:
        return False
    written = frozenset[str]().union(*(call.action.writes(call.params) for call in rule.then))
    return not any(not of_item and field.name in written for field, of_item in fields_in(rule.when))
