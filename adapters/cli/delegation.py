"""`orders delegate` and `orders recall`: handing orders to providers, and taking them back."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import click

from adapters.cli.acting import acting, maybe_by_option, order_account_option
from adapters.cli.output import WrongInput, answer, json_option
from adapters.cli.owners import account_of_order
from adapters.cli.runtime import runtime_of
from engine.application import Application
from engine.ports import NotFound
from engine.services.accounts.acting import find_account
from engine.services.fulfillment.delegate import Asking, delegate_order, set_provider
from engine.services.fulfillment.recall_order import recall_order
from engine.services.refusals import NO_ORDER, Refused
from rules.messages import Language, Text

FAILED = 1
BAD_LINE = Text(
    '"{line}" is not a line and quantity: write each line once as KEY=QTY with a number above 0, such as 1=2.',
    '"{line}" no es línea y cantidad: escribe cada línea una vez como KEY=QTY con un número mayor que 0, como 1=2.',
)
ONE_ORDER = Text("Lines are those of one order: name one.", "Las líneas son de un pedido: indica uno solo.")
HANDED_OVER = Text("{order}: handed over to {provider} ({id})", "{order}: delegado en {provider} ({id})")
CHOSEN = Text("{order}: {provider} is chosen", "{order}: se ha elegido {provider}")
REFUSED = Text("{order}: {problem}", "{order}: {problem}")
RECALLED = {
    "cancelled": Text("The order is yours again.", "El pedido vuelve a ser tuyo."),
    "cancel_requested": Text(
        "The provider has the order already and has been asked to give it back.",
        "El proveedor ya tiene el pedido y se le ha pedido que lo devuelva.",
    ),
}


@click.command("delegate")
@order_account_option
@click.argument("order_ids", nargs=-1, required=True, metavar="ORDER_ID...")
@click.option("--provider", "provider", metavar="SLUG", required=True, help="The 3PL.")
@click.option("--line", "lines", multiple=True, metavar="KEY=QTY", help="Units of a line; again for each. Else all that is free.")
@click.option("--service-preference", default="", help="What you ask for, such as 24h; the provider chooses the service.")
@click.option("--not-before", default="", metavar="D", help="The provider gets it on this day or at this time, and not earlier.")
@click.option("--set-only", is_flag=True, help="Choose the provider without sending the request.")
@maybe_by_option
@json_option
@click.pass_context
def delegate(
    context: click.Context,
    account_slug: str | None,
    order_ids: tuple[str, ...],
    provider: str,
    lines: tuple[str, ...],
    service_preference: str,
    not_before: str,
    set_only: bool,
    by: str | None,
    as_json: bool,
) -> int:
    """Hand orders over to a provider; exit code 1 when all were refused."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    if lines and len(order_ids) > 1:
        raise WrongInput(ONE_ORDER.format(language))
    asking = Asking(provider, service_preference, parse_lines(lines, language) if lines else None, not_before)
    results = [_delegate_one(app, account_slug, by, order_id, asking, set_only, language) for order_id in order_ids]
    answer({"results": results}, as_json, *(_line(result, provider, language) for result in results))
    return FAILED if all("refused" in result for result in results) else 0


def _delegate_one(
    app: Application,
    account_slug: str | None,
    by: str | None,
    order_id: str,
    asking: Asking,
    set_only: bool,
    language: Language,
) -> dict[str, Any]:
    try:
        account_id, actor = who_acts(app, account_slug, by, order_id)
        if set_only:
            set_provider(app, account_id, order_id, asking.provider, actor)
            return {"order_id": order_id, "request_id": None, "state": None, "logistics_provider": asking.provider}
        request = delegate_order(app, account_id, order_id, asking, actor)
    except Refused as refusal:
        return {"order_id": order_id, "refused": refusal.format(language)}
    return {"order_id": order_id, "request_id": request.id, "state": request.state.value}


def who_acts(app: Application, account_slug: str | None, by: str | None, order_id: str) -> tuple[str, str]:
    """The account of an order, and who does something with it: a person of that account, or the operator. Raises Refused."""
    if by is not None:
        try:
            user = acting(app, by, account_slug, lambda uow, account_id: uow.orders.get(account_id, order_id))
        except NotFound:
            raise Refused("no_order", NO_ORDER, order=order_id) from None
        return user.account_id, user.id
    if account_slug is None:
        return account_of_order(app, order_id), "operator"
    with app.reading() as uow:
        return find_account(uow, account_slug).id, "operator"


def parse_lines(lines: tuple[str, ...], language: Language) -> dict[str, Decimal]:
    """Line key → quantity, from `KEY=QTY`. Raises WrongInput."""
    wanted: dict[str, Decimal] = {}
    for line in lines:
        key, separator, quantity = line.rpartition("=")
        try:
            units = Decimal(quantity)
        except InvalidOperation:
            units = Decimal(0)
        if not separator or not key or not units.is_finite() or units <= 0 or key in wanted:
            raise WrongInput(BAD_LINE.format(language, line=line))
        wanted[key] = units
    return wanted


def _line(result: dict[str, Any], provider: str, language: Language) -> str:
    if "refused" in result:
        return REFUSED.format(language, order=result["order_id"], problem=result["refused"])
    if result["request_id"] is None:
        return CHOSEN.format(language, order=result["order_id"], provider=provider)
    return HANDED_OVER.format(language, order=result["order_id"], provider=provider, id=result["request_id"])


@click.command("recall")
@order_account_option
@click.argument("order_id")
@click.option("--request", "request_id", metavar="ID", help="Which request, where an order is with several providers.")
@maybe_by_option
@json_option
@click.pass_context
def recall(
    context: click.Context, account_slug: str | None, order_id: str, request_id: str | None, by: str | None, as_json: bool
) -> None:
    """Take an order back from its provider, who has to agree when the work has begun."""
    runtime = runtime_of(context)
    account_id, actor = who_acts(runtime.application, account_slug, by, order_id)
    request = recall_order(runtime.application, account_id, order_id, actor, request_id)
    data = {"request_id": request.id, "state": request.state.value}
    answer(data, as_json, RECALLED[request.state.value].format(runtime.settings.language))
