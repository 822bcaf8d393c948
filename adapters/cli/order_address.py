"""`orders address`: whether an order's delivery address can be one of its country."""

from __future__ import annotations

import click

from adapters.cli.acting import maybe_by_option, order_account_option
from adapters.cli.delegation import who_acts
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.services.deciding.ship_to_check import VERIFIED, explain_ship_to
from rules.messages import Text
from rules.order_document import read_field

NOTHING_KNOWN = Text(
    "Nothing is known of how addresses are written in that country, or the order names none.",
    "No se sabe cómo se escriben las direcciones en ese país, o el pedido no indica ninguno.",
)
SAID = Text("The delivery address: {verdict}.", "La dirección de entrega: {verdict}.")


@click.command("address")
@order_account_option
@click.argument("order_id")
@maybe_by_option
@json_option
@click.pass_context
def address(context: click.Context, account_slug: str | None, order_id: str, by: str | None, as_json: bool) -> None:
    """Show what checking an order's delivery address by the rules of its country says, and why."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account_id, _ = who_acts(app, account_slug, by, order_id)
    with app.reading() as uow:
        order = uow.orders.get(account_id, order_id)
    check = explain_ship_to(app.address_rules, order)
    verdict = read_field(order.document(), f"ship_to.{VERIFIED}") if check.verdict is None else check.verdict.value
    problems = [problem.format(language) for problem in check.problems]
    said = SAID.format(language, verdict=str(verdict)) if verdict else NOTHING_KNOWN.format(language)
    answer({"order_id": order_id, "verified": verdict or None, "problems": problems}, as_json, said, *problems)
