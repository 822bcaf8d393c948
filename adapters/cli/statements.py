"""`statements`: what clients owe their 3PLs; and `connections prices`, what they are charged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import acting, by_option, maybe_by_option, of_account_option
from adapters.cli.output import WRITTEN, amount_entry, answer, json_option, write_file
from adapters.cli.runtime import Runtime, runtime_of
from adapters.documents.statement_csv import write_statement_csv
from adapters.documents.statement_words import STATES, charge_words, month_words
from adapters.documents.words import money_words, number_words
from engine.application import Application
from engine.model.account import User
from engine.model.price_list import Charge, PriceList
from engine.model.statement import Statement, StatementEntry
from engine.model.transitions import Side
from engine.services.accounts.acting import find_account, find_memberships
from engine.services.billing.parties import parse_statement_id
from engine.services.billing.prices import PRICED, PriceForm, list_prices, set_prices
from engine.services.billing.statements import (
    SeenStatement,
    StatementDetails,
    describe_statement,
    issue_statements,
    list_statements,
    mark_paid,
)
from rules.messages import Language, Text

NONE_YET = Text("There are no statements.", "No hay estados de cuenta.")
NO_PRICES = Text("No prices are set.", "No hay precios definidos.")
ISSUED = Text("The statement of {month} is issued: {total}.", "El estado de cuenta de {month} se ha emitido: {total}.")
PAID = Text("The statement of {month} is marked as paid.", "El estado de cuenta de {month} está marcado como pagado.")
NOT_PAID = Text("The statement of {month} is open again.", "El estado de cuenta de {month} vuelve a estar sin pagar.")
_OPTIONS = {
    Charge.ORDERS: "per_order",
    Charge.LINES: "per_line",
    Charge.PARCELS: "per_parcel",
    Charge.STORAGE: "storage",
    Charge.MONTHLY: "monthly",
}


@click.group()
def statements() -> None:
    """What clients owe their 3PLs, month by month."""


@statements.command("list")
@account_option
@click.option("--client", "client_slug", metavar="SLUG", help="Only those with this client.")
@click.option("--provider", "provider_slug", metavar="SLUG", help="Only those with this 3PL.")
@click.option("--month", metavar="YYYY-MM")
@maybe_by_option
@json_option
@click.pass_context
def list_command(
    context: click.Context,
    account_slug: str,
    client_slug: str | None,
    provider_slug: str | None,
    month: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """List an account's statements: a 3PL's with its clients, and a client's with its 3PLs."""
    runtime = runtime_of(context)
    app = runtime.application
    with app.reading() as uow:
        account = find_account(uow, account_slug)
        if by is not None:
            find_memberships(uow, by, account_slug)
    found: list[SeenStatement] = []
    if provider_slug is None:
        found += list_statements(app, account.id, Side.PROVIDER, month=month, other=client_slug)
    if client_slug is None:
        found += list_statements(app, account.id, Side.MERCHANT, month=month, other=provider_slug)
    lines = [_line(seen, runtime.settings.language) for seen in found] or [NONE_YET.format(runtime.settings.language)]
    answer({"statements": [_data(seen) for seen in found]}, as_json, *lines)


@statements.command("show")
@click.argument("statement_id", metavar="ID")
@by_option
@of_account_option
@json_option
@click.pass_context
def show_command(context: click.Context, statement_id: str, by: str, account_slug: str | None, as_json: bool) -> None:
    """Show a statement with its charges and its shipments."""
    runtime = runtime_of(context)
    details = _details(runtime, statement_id, by, account_slug)
    statement, language = details.seen.statement, runtime.settings.language
    data = {
        **_data(details.seen),
        "charges": [
            {
                "kind": row.charge.value,
                "month": row.of_month,
                "quantity": row.quantity,
                "price": amount_entry(row.price),
                "amount": amount_entry(row.amount),
            }
            for row in statement.rows
        ],
        "shipments": [_shipment(entry, statement.currency) for entry in details.entries],
    }
    answer(data, as_json, _line(details.seen, language), *_charges(statement, language))


@statements.command("issue")
@click.argument("statement_id", metavar="ID")
@by_option
@of_account_option
@json_option
@click.pass_context
def issue_command(context: click.Context, statement_id: str, by: str, account_slug: str | None, as_json: bool) -> None:
    """Issue a month of a client, in all its currencies: it changes no more."""
    runtime = runtime_of(context)
    actor = _acting(runtime.application, by, account_slug, statement_id)
    issued = issue_statements(runtime.application, actor, statement_id)
    language = runtime.settings.language
    said = [_said(ISSUED, one, language, total=money_words(one.total, one.currency, language)) for one in issued]
    answer({"statements": [_state(one) for one in issued]}, as_json, *said)


@statements.command("paid")
@click.argument("statement_id", metavar="ID")
@click.option("--undo", is_flag=True, help="It is not paid after all.")
@by_option
@of_account_option
@json_option
@click.pass_context
def paid_command(context: click.Context, statement_id: str, undo: bool, by: str, account_slug: str | None, as_json: bool) -> None:
    """Say that an issued statement is paid."""
    runtime = runtime_of(context)
    actor = _acting(runtime.application, by, account_slug, statement_id)
    changed = mark_paid(runtime.application, actor, statement_id, paid=not undo)
    answer(_state(changed), as_json, _said(NOT_PAID if undo else PAID, changed, runtime.settings.language))


def _said(text: Text, statement: Statement, language: Language, **params: object) -> str:
    return text.format(language, month=month_words(statement.month, language), **params)


@statements.command("save")
@click.argument("statement_id", metavar="ID")
@click.option("--format", "kind", type=click.Choice(["csv", "pdf"]), required=True)
@click.option("--out", "file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", required=True)
@click.option("--language", type=click.Choice(["en", "es"]), help="Of a PDF; else the service's.")
@by_option
@of_account_option
@json_option
@click.pass_context
def save_command(
    context: click.Context,
    statement_id: str,
    kind: str,
    file: Path,
    language: Language | None,
    by: str,
    account_slug: str | None,
    as_json: bool,
) -> None:
    """Write a statement to a file."""
    runtime = runtime_of(context)
    details = _details(runtime, statement_id, by, account_slug)
    if kind == "csv":
        content = write_statement_csv(details).encode()
    else:
        from adapters.documents.statement_pdf import write_statement_pdf  # takes long to load

        content = write_statement_pdf(details, language or runtime.settings.language)
    write_file(file, content, runtime.settings.language)
    data = {"id": statement_id, "format": kind, "file": str(file.absolute()), "bytes": len(content)}
    answer(data, as_json, WRITTEN.format(runtime.settings.language, file=str(file)))


@click.command("prices")
@click.argument("connection_id", metavar="ID")
@click.option("--per-order", metavar="P", help="For each order, once.")
@click.option("--per-line", metavar="P", help="For each line of each shipment.")
@click.option("--per-parcel", metavar="P", help="For each parcel.")
@click.option("--storage", metavar="P", help="For each unit on hand on an average day of the month.")
@click.option("--monthly", metavar="P", help="For each month.")
@click.option("--currency", metavar="EUR", help="Three letters (ISO 4217).")
@click.option("--from", "valid_from", metavar="YYYY-MM", help="The first month that they count for; else the present one.")
@by_option
@of_account_option
@json_option
@click.pass_context
def prices_command(
    context: click.Context,
    connection_id: str,
    currency: str | None,
    valid_from: str | None,
    by: str,
    account_slug: str | None,
    as_json: bool,
    **given: str | None,
) -> None:
    """Print what a client is charged, or change it from a month on. What is not named stays as it is."""
    runtime = runtime_of(context)
    app = runtime.application
    actor = acting(app, by, account_slug, lambda uow, account_id: uow.connections.get(account_id, connection_id))
    prices = {charge: price for charge, name in _OPTIONS.items() if (price := given[name]) is not None}
    if prices or currency is not None or valid_from is not None:
        set_prices(app, actor, connection_id, PriceForm(prices, currency, valid_from))
    with app.reading() as uow:
        lists = list_prices(uow, actor.account_id, connection_id)
    lines = [_prices_line(one) for one in lists] or [NO_PRICES.format(runtime.settings.language)]
    answer({"prices": [_prices_data(one) for one in lists]}, as_json, *lines)


def _acting(app: Application, by: str, account_slug: str | None, statement_id: str) -> User:
    return acting(app, by, account_slug, lambda uow, account_id: parse_statement_id(uow, account_id, statement_id))


def _details(runtime: Runtime, statement_id: str, by: str, account_slug: str | None) -> StatementDetails:
    actor = _acting(runtime.application, by, account_slug, statement_id)
    return describe_statement(runtime.application, actor.account_id, statement_id)


def _data(seen: SeenStatement) -> dict[str, Any]:
    statement = seen.statement
    return {
        **_state(statement),
        "client" if seen.side is Side.PROVIDER else "provider": seen.other,
        "orders": statement.orders,
        "lines": statement.lines,
        "parcels": statement.parcels,
        "issued_at": None if statement.issued_at is None else statement.issued_at.isoformat(),
        "paid_at": None if statement.paid_at is None else statement.paid_at.isoformat(),
    }


def _state(statement: Statement) -> dict[str, Any]:
    return {
        "id": statement.id,
        "month": statement.month,
        "currency": statement.currency,
        "state": statement.state.value,
        "paid": statement.paid_at is not None,
        "total": amount_entry(statement.total),
    }


def _shipment(entry: StatementEntry, currency: str) -> dict[str, Any]:
    return {
        "shipment_id": entry.shipment_id,
        "order_number": entry.order_number,
        "shipped_at": entry.shipped_at.isoformat(),
        "month": entry.of_month,
        "taken_back": entry.sign < 0,
        "return": entry.is_return,
        "orders": entry.orders,
        "lines": entry.lines,
        "parcels": entry.parcels,
        "label_cost": amount_entry(entry.cost_in(currency)),
    }


def _line(seen: SeenStatement, language: Language) -> str:
    statement = seen.statement
    total = money_words(statement.total, statement.currency, language)
    return f"{statement.id}  {statement.month}  {seen.other}  {total}  {STATES[statement.state].format(language)}"


def _charges(statement: Statement, language: Language) -> list[str]:
    lines = []
    for row in statement.rows:
        price = "" if row.price is None else f" × {money_words(row.price, statement.currency, language)}"
        amount = money_words(row.amount, statement.currency, language)
        lines.append(f"{charge_words(row, statement, language)}: {number_words(row.quantity, language)}{price} = {amount}")
    return lines


def _prices_data(prices: PriceList) -> dict[str, Any]:
    named = {_OPTIONS[charge]: amount_entry(prices.price(charge)) for charge in PRICED}
    return {"from": prices.valid_from, "currency": prices.currency, **named}


def _prices_line(prices: PriceList) -> str:
    named = "  ".join(f"{_OPTIONS[charge].replace('_', '-')} {prices.price(charge)}" for charge in PRICED)
    return f"{prices.valid_from}  {prices.currency}  {named}"
