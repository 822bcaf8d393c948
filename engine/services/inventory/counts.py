"""What there is of clients' products, as each side sees it: counted, reserved, available, or not counted at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine.application import Application
from engine.model.account import Account
from engine.model.connection import Connection
from engine.model.inventory import Product, StockCount
from engine.ports import UnitOfWork
from engine.services.refusals import Refused
from rules.messages import Text

_Of = TypeVar("_Of", StockCount, Product)

NOT_A_CLIENT = Text(
    '"{client}" is not a connected client of yours: counts are kept of connected clients\' products.',
    '"{client}" no es un cliente conectado: se llevan las existencias de clientes conectados.',
)
NO_LONGER_A_CLIENT = Text(
    '"{client}" is no longer connected: its products can be counted and adjusted, but nothing is received of it.',
    '"{client}" ya no está conectado: sus productos se pueden contar y ajustar, pero no se recibe nada suyo.',
)


@dataclass(frozen=True, slots=True)
class Partner:
    """The other side of counts: a client of the reader's, or a provider. `name` is what the reader calls it."""

    account_id: str
    slug: str
    name: str
    connection_id: str
    is_client: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class SeenCount:
    """A count with the other side, and the product's name where one is known."""

    count: StockCount
    partner: Partner
    name: str = ""


def list_counts(app: Application, account: Account, *, client_slug: str | None = None) -> list[SeenCount]:
    """Each product that an account sees, counted or not: a 3PL's of all its clients, a client's own at each provider.

    With `client_slug` those of one of the 3PL's clients alone. Raises Refused.
    """
    with app.reading() as uow:
        if client_slug is None:
            clients, providers = clients_of(uow, account.id), providers_of(uow, account.id)
        else:
            client = find_client(uow, account.id, client_slug)
            clients, providers = {client.account_id: client}, {}
        seen = _with_names(
            uow.inventory.list_for_provider(account.id, list(clients)),
            uow.inventory.list_products(account.id, list(clients)),
            clients,
        )
        counted = _by_provider(uow.inventory.list_for_client(account.id, list(providers)))
        named = _by_provider(uow.inventory.list_products_at(account.id, list(providers)))
    for provider_id, provider in providers.items():
        seen += _with_names(counted[provider_id], named[provider_id], {account.id: provider})
    return seen


def _by_provider(found: Iterable[_Of]) -> defaultdict[str, list[_Of]]:
    by_provider: defaultdict[str, list[_Of]] = defaultdict(list)
    for one in found:
        by_provider[one.account_id].append(one)
    return by_provider


def _with_names(counts: Sequence[StockCount], products: Sequence[Product], partners: Mapping[str, Partner]) -> list[SeenCount]:
    """`partners` by the client's account."""
    names = {product.place: product.name for product in products}
    counted = {(count.client_id, count.sku) for count in counts}
    unknown = [StockCount(one.account_id, one.owner_id, one.sku, None) for one in products if one.place not in counted]
    listed = sorted([*counts, *unknown], key=lambda count: (partners[count.client_id].slug, count.sku))
    return [SeenCount(count, partners[count.client_id], names.get((count.client_id, count.sku), "")) for count in listed]


def clients_of(uow: UnitOfWork, account_id: str) -> dict[str, Partner]:
    """Whose products a 3PL may have: clients of active connections, and of ended ones what is left, by their accounts."""
    connected = [one for one in uow.connections.list_for_provider(account_id) if one.client_id is not None and one.was_approved]
    return _partners(uow, connected, is_client=True)


def providers_of(uow: UnitOfWork, account_id: str) -> dict[str, Partner]:
    """Where a client's products may be: the providers of its active connections, by their accounts."""
    connected = [one for one in uow.connections.list_for_client(account_id) if one.is_active]
    return _partners(uow, connected, is_client=False)


def _partners(uow: UnitOfWork, connected: Sequence[Connection], *, is_client: bool) -> dict[str, Partner]:
    others = {one.id: str(one.client_id) if is_client else one.provider_id for one in connected}
    accounts = uow.accounts.get_many(others.values())
    found: dict[str, Partner] = {}
    for one in sorted(connected, key=lambda connection: (connection.is_active, connection.created_at)):  # what is active counts
        other = accounts[others[one.id]]
        name = (one.client_name if is_client else one.company_name) or other.name
        found[other.id] = Partner(other.id, other.slug, name, one.id, is_client, one.is_active)
    return found


def find_client(uow: UnitOfWork, provider_id: str, slug: str) -> Partner:
    """A client by its slug, also a former one; any other account is answered like one that is not there. Raises Refused."""
    found = next((one for one in clients_of(uow, provider_id).values() if one.slug == slug), None)
    if found is None:
        raise Refused("not_a_client", NOT_A_CLIENT, client=slug)
    return found
