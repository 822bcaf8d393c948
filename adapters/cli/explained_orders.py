"""`orders explain`: why the rules made of an order what they did, and what its service was compared with."""

from __future__ import annotations

from typing import Any

import click

from adapters.cli.acting import maybe_by_option, order_account_option
from adapters.cli.delegation import who_acts
from adapters.cli.output import answer, json_option, money_entry
from adapters.cli.runtime import runtime_of
from engine.model.order import StoredDecision
from engine.model.order_defaults import filled_in
from engine.model.rate_comparison import ComparedRate, RateComparison
from engine.ports import NotFound
from engine.services.deciding.explain_order import OrderExplanation, explain_order
from engine.services.defaults.origin import FROM
from engine.services.labels.choose_by_rates import find_choice
from engine.services.refusals import Refused
from rules.messages import Language, Text

NO_SUCH_DECISION = Text(
    'There is no decision "{decision}" about order {order}.', 'No hay ninguna decisión "{decision}" sobre el pedido {order}.'
)
NOT_DECIDED = Text("No rules have run over this order yet.", "Aún no se han ejecutado reglas sobre este pedido.")
CHOSEN = Text("chosen", "elegida")


@click.command("explain")
@order_account_option
@click.argument("order_id")
@click.option("--decision", "decision_id", metavar="ID", help="An earlier decision; else the latest one.")
@maybe_by_option
@json_option
@click.pass_context
def explain(
    context: click.Context, account_slug: str | None, order_id: str, decision_id: str | None, by: str | None, as_json: bool
) -> None:
    """Show what each rule came to, what was written, and by which rates the service was chosen."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account_id, _ = who_acts(app, account_slug, by, order_id)
    try:
        explained = explain_order(app, account_id, order_id, decision_id, language)
        with app.reading() as uow:
            order = uow.orders.get(account_id, order_id)
    except NotFound:
        raise Refused("no_decision", NO_SUCH_DECISION, decision=decision_id or "", order=order_id) from None
    if explained is None:
        answer(
            {"order_id": order_id, "decision": None, "defaults": [], "service_choice": None},
            as_json,
            NOT_DECIDED.format(language),
        )
        return
    choice = find_choice(app, order, explained.decision)
    defaults = default_entries(explained.decision, language)
    data = {
        "order_id": order_id,
        "order_number": order.order_number,
        "decision": _decision_entry(explained, language),
        "defaults": defaults,
        "service_choice": None if choice is None else choice_entry(choice, language),
    }
    lines = [f"{one.entry['status']:<16} {one.entry['rule']}" for one in explained.rules]
    lines += [f"{one['field']} = {one['value']} ({one['from_words']})" for one in defaults]
    lines += [] if choice is None else _choice_lines(choice, language)
    answer(data, as_json, *lines)


def _decision_entry(explained: OrderExplanation, language: Language) -> dict[str, Any]:
    decision = explained.decision
    return {
        "id": decision.id,
        "trigger": decision.trigger,
        "decided_at": decision.decided_at.isoformat(),
        "matched": list(decision.matched),
        "flags": list(decision.flags),
        "changes": [dict(one) for one in decision.changes],
        "errors": [dict(one) for one in explained.errors],
        "rules": [dict(one.entry) for one in explained.rules],
        "problem": None if explained.problem is None else explained.problem.format(language),
    }


def default_entries(decision: StoredDecision, language: Language) -> list[dict[str, Any]]:
    """What the order had of product defaults and shipping methods when the rules ran."""
    return [
        {
            "field": one.field,
            "line": one.line,
            "value": one.value,
            "from": one.part,
            "from_words": FROM[one.part].format(language),
        }
        for one in filled_in(decision.facts.get("defaults") or {})
    ]


def choice_entry(choice: RateComparison, language: Language) -> dict[str, Any]:
    """What was compared, as other programs read it: the rate that was taken first."""
    return {
        "among": list(choice.wish.among),
        "prefer": choice.wish.prefer,
        "level": choice.wish.level or None,
        "made_at": choice.made_at.isoformat(),
        "chosen": None if choice.chosen is None else _rate_entry(choice.chosen, language),
        "message": None if choice.sentence is None else choice.sentence.format(language),
        "compared": [_rate_entry(one, language) for one in choice.rates],
        "problems": [one.format(language) for one in choice.problems],
    }


def _rate_entry(one: ComparedRate, language: Language) -> dict[str, Any]:
    price = money_entry(one.price) or dict.fromkeys(("amount", "currency"))
    return {
        "carrier_account": one.carrier_account_id,
        "owner": one.owner,
        "carrier": one.carrier,
        "service": one.service,
        **price,
        "days": one.days,
        "level": one.level or None,
        "asked_at": one.asked_at.isoformat(),
        "why_not": None if one.why_not is None else one.why_not.format(language),
    }


def _choice_lines(choice: RateComparison, language: Language) -> list[str]:
    lines = [] if choice.sentence is None else [choice.sentence.format(language)]
    for one in choice.rates:
        price = "-" if one.price is None else f"{one.price.amount} {one.price.currency}"
        why = CHOSEN if one.why_not is None else one.why_not
        lines.append("  ".join((one.carrier, one.service, price, str(one.days or "-"), why.format(language))))
    return [*lines, *(one.format(language) for one in choice.problems)]
