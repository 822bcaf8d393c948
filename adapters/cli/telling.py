"""`orders not-told|tell-again|tell-parts`: who has not heard of what has shipped, telling it again, and telling of parts."""

from __future__ import annotations

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, looking_by_option, maybe_by_option, order_account_option
from adapters.cli.delegation import who_acts
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.model.buyer_mail import BuyerMail
from engine.model.write_back import PartsTelling
from engine.services.fulfillment.answer_parts import answer_parts
from engine.services.fulfillment.list_untold import list_untold
from engine.services.fulfillment.notify_store import retry_write_backs
from engine.services.mail.buyer_progress import send_buyer_mail
from rules.messages import Text

EVERYBODY_TOLD = Text("Everybody has heard of what has shipped.", "Todos saben ya lo que se ha enviado.")
TOLD_AGAIN = Text("The store is told in a moment.", "Se avisa a la tienda enseguida.")
ANSWERED = {
    PartsTelling.EACH_PART: Text(
        "The store hears of each part of order {order} when it has left.",
        "La tienda se entera de cada parte del pedido {order} cuando ha salido.",
    ),
    PartsTelling.SPLIT: Text(
        "The goods-out note of order {order} is split: each part gets a note of its own when it has left.",
        "La nota de salida del pedido {order} se divide: cada parte recibe una nota propia cuando ha salido.",
    ),
    PartsTelling.ALL_OUT: Text(
        "The store hears of order {order} once all of it has left.",
        "La tienda se entera del pedido {order} cuando haya salido todo.",
    ),
}
MAILED_AGAIN = Text("The mail is sent in a moment.", "El correo se envía enseguida.")


@click.command("not-told")
@account_option
@looking_by_option
@json_option
@click.pass_context
def not_told(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List what has shipped while its store, its client or its buyer has not heard of it, the oldest first."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    untold = list_untold(runtime.application, account_looked_at(runtime.application, account_slug, by).id)
    entries = [
        {
            "order_id": one.order_id,
            "order_number": one.order_number,
            "shipment_id": one.shipment.id,
            "listener": one.listener.value,
            "mail": None if one.mail is None else one.mail.value,
            "since": one.since.isoformat(),
            "attempts": one.attempts,
            "tried_at": None if one.tried_at is None else one.tried_at.isoformat(),
            "given_up": one.is_given_up,
            "asks_parts": one.asks_parts,
            "problem": None if one.problem is None else one.problem.format(language),
        }
        for one in untold
    ]
    said = ("order_number", "listener", "since", "attempts", "problem")
    lines = ["  ".join(str(one[name] if one[name] is not None else "-") for name in said) for one in entries]
    answer({"shipments": entries}, as_json, *(lines or [EVERYBODY_TOLD.format(language)]))


@click.command("tell-again")
@order_account_option
@click.argument("order_id", metavar="ORDER_ID")
@click.option(
    "--mail", type=click.Choice([one.value for one in BuyerMail]), help="Send this mail to the buyer; else tell the store."
)
@click.option("--shipment", "shipment_id", metavar="ID", help="The shipment that the mail is about; else the last one.")
@maybe_by_option
@json_option
@click.pass_context
def tell_again(
    context: click.Context,
    account_slug: str | None,
    order_id: str,
    mail: str | None,
    shipment_id: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Tell the store, or the client, what was given up of telling it; or send a mail to the buyer again."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account_id, actor = who_acts(app, account_slug, by, order_id)
    if mail is None:
        jobs = retry_write_backs(app, account_id, order_id, actor)
        answer({"order_id": order_id, "jobs": jobs}, as_json, TOLD_AGAIN.format(language))
        return
    shipment = send_buyer_mail(app, account_id, order_id, shipment_id, BuyerMail(mail), actor)
    answer({"order_id": order_id, "shipment_id": shipment.id, "mail": mail}, as_json, MAILED_AGAIN.format(language))


@click.command("tell-parts")
@order_account_option
@click.argument("order_id", metavar="ORDER_ID")
@click.option(
    "--when",
    "telling",
    type=click.Choice([one.value for one in ANSWERED]),
    required=True,
    help="With each part that leaves, on a goods-out note of its own for each, or once all of the order has left.",
)
@maybe_by_option
@json_option
@click.pass_context
def tell_parts(
    context: click.Context, account_slug: str | None, order_id: str, telling: str, by: str | None, as_json: bool
) -> None:
    """Say when the store hears of an order that leaves in parts."""
    runtime = runtime_of(context)
    account_id, actor = who_acts(runtime.application, account_slug, by, order_id)
    wanted = PartsTelling(telling)
    order = answer_parts(runtime.application, account_id, order_id, wanted, actor)
    said = ANSWERED[wanted].format(runtime.settings.language, order=order.order_number)
    answer({"order_id": order_id, "tell_parts": wanted.value}, as_json, said)
