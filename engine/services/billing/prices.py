"""What a 3PL charges a client, from a month on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.application import Application
from engine.model.account import User
from engine.model.audit import AuditEntry
from engine.model.connection import Connection
from engine.model.moment_words import month_words
from engine.model.month import Month
from engine.model.price_list import Charge, PriceList, valid_in
from engine.model.statement import StatementScope
from engine.model.transitions import Side
from engine.model.written_number import read_number
from engine.ports import UnitOfWork
from engine.services.accounts.acting import require_admin
from engine.services.billing.parties import find_parties, hold_books, list_parties
from engine.services.connections.refusals import not_any_more
from engine.services.refusals import Refused
from rules.fields.closed_values import CURRENCIES
from rules.messages import Text
from rules.order_document import plain

MOST_DECIMALS = 4
LARGEST = Decimal(1_000_000)
PRICED = (Charge.ORDERS, Charge.LINES, Charge.PARCELS, Charge.STORAGE, Charge.MONTHLY)

PRICES_ARE_PROVIDERS = Text(
    "Prices are the provider's to set: you see them on the connection's page.",
    "Los precios los fija el proveedor: los ves en la página de la conexión.",
)
BAD_PRICE = Text(
    '"{price}" is not a price: write 0 to {largest} with at most {decimals} decimals, such as 1.50 or 1200.',
    '"{price}" no es un precio: escribe de 0 a {largest} con {decimals} decimales como mucho, por ejemplo 1.50 o 1200.',
)
NO_CURRENCY = Text(
    "Say in which currency the prices are, such as EUR.", "Indica en qué moneda están los precios, por ejemplo EUR."
)
BAD_CURRENCY = Text(
    '"{currency}" is not a currency: write its three letters (ISO 4217), such as EUR.',
    '"{currency}" no es una moneda: escribe sus tres letras (ISO 4217), por ejemplo EUR.',
)
BAD_MONTH = Text('"{month}" is not a month: write it like 2026-10.', '"{month}" no es un mes: escríbelo así: 2026-10.')
ISSUED_ALREADY = Text(
    "The statement of {month} is issued, so prices up to then stay: choose {next} or later.",
    "El estado de cuenta de {month} ya está emitido y los precios hasta entonces no cambian: elige {next} o un mes posterior.",
)


@dataclass(frozen=True, slots=True)
class PriceForm:
    """What is to change. What is not named stays as it is in that month; without a month: from the present one on."""

    prices: Mapping[Charge, str]
    currency: str | None = None
    valid_from: str | None = None


def set_prices(app: Application, actor: User, connection_id: str, form: PriceForm) -> PriceList:
    """The price list from that month on. Raises Refused and NotFound."""
    now = app.clock.now()
    prices = {charge: parse_price(text) for charge, text in form.prices.items()}
    with app.unit_of_work() as uow:
        connection = uow.connections.get(actor.account_id, connection_id)
        require_admin(actor)
        client_id = _client_of(uow, connection, actor)
        if connection.side_of(actor.account_id) is not Side.PROVIDER:
            raise Refused("prices_are_providers", PRICES_ARE_PROVIDERS)
        scope = StatementScope.of_pair(actor.account_id, client_id)
        parties = find_parties(uow, actor.account_id, connection)
        hold_books(uow, actor.account_id, parties)
        month = Month.at(now, parties.zone) if form.valid_from is None else parse_month(form.valid_from)
        issued = uow.billing.last_issued(scope).get((actor.account_id, client_id))
        if issued is not None and str(month) <= issued:
            last = Month.parse(issued)
            raise Refused("issued_already", ISSUED_ALREADY, month=month_words(last), next=month_words(last.following))
        before = valid_in(uow.billing.list_prices(scope), str(month))
        kept_prices = {charge: Decimal(0) if before is None else before.price(charge) for charge in PRICED}
        per_order, per_line, per_parcel, storage, monthly = (kept_prices | prices).values()
        changed = PriceList(
            actor.account_id,
            client_id,
            str(month),
            _currency(form.currency, before),
            per_order,
            per_line,
            per_parcel,
            storage,
            monthly,
            actor.id,
            now,
        )
        uow.billing.set_prices(changed)
        kept = None if before is None else _data(before)
        uow.audit.append([AuditEntry(actor.account_id, now, actor.id, "prices.set", connection_id, kept, _data(changed))])
        uow.commit()
    return changed


def list_prices(uow: UnitOfWork, account_id: str, connection_id: str) -> list[PriceList]:
    """Both sides of a connection see its price lists; the oldest first. Raises NotFound."""
    connection = uow.connections.get(account_id, connection_id)
    if connection.client_id is None or not connection.was_approved:
        return []
    return uow.billing.list_prices(StatementScope.of_pair(connection.provider_id, connection.client_id))


def list_unpriced(app: Application, account_id: str, month: Month) -> list[Connection]:
    """The 3PL's active connections for which no price list holds in a month, of those that there were by then."""
    scope = StatementScope(account_id, Side.PROVIDER)
    with app.reading() as uow:
        prices = uow.billing.list_prices(scope)
        parties = list_parties(uow, scope)
    priced = {(one.account_id, one.client_id) for one in prices if one.valid_from <= str(month)}
    return [one.connections[-1] for one in parties if one.is_active and one.were_connected(month) and one.key not in priced]


def parse_price(text: str) -> Decimal:
    """An amount as a person writes it, with a point or a comma before its decimals. Raises Refused."""
    price = read_number(text)
    if price is None or price != round(price, MOST_DECIMALS) or not 0 <= price <= LARGEST:
        raise Refused("bad_price", BAD_PRICE, price=text, largest=plain(LARGEST), decimals=MOST_DECIMALS)
    return Decimal(plain(price))


def parse_month(text: str) -> Month:
    """A month as a person writes it. Raises Refused."""
    try:
        return Month.parse(text)
    except ValueError:
        raise Refused("bad_month", BAD_MONTH, month=text) from None


def _client_of(uow: UnitOfWork, connection: Connection, actor: User) -> str:
    if connection.client_id is None or not connection.was_approved:
        raise not_any_more(uow, connection, actor)
    return connection.client_id


def _currency(given: str | None, before: PriceList | None) -> str:
    if not given or not given.strip():
        if before is None:
            raise Refused("no_currency", NO_CURRENCY)
        return before.currency
    code = given.strip().upper()
    if code not in CURRENCIES.codes:
        raise Refused("bad_currency", BAD_CURRENCY, currency=given)
    return code


def _data(prices: PriceList) -> dict[str, object]:
    charged = {charge.value: prices.price(charge) for charge in PRICED}
    return {"valid_from": prices.valid_from, "currency": prices.currency, **charged}
