"""What pages show of stock: a 3PL's counts page by page, a merchant's products with what each provider has, an order's lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.application import Application
from engine.model.inventory import Product, StockCount
from engine.ports import NotFound, UnitOfWork
from engine.services.inventory.counts import Partner, SeenCount, clients_of, providers_of
from rules.messages import Message, Text

NO_PRODUCT = Text("There is no such product here.", "Ese producto no existe aquí.")
_SEPARATOR = "\n"  # no SKU has one


@dataclass(frozen=True, slots=True)
class Page:
    """Which products: with a text in SKU or name, of one client, after a place that a page gave."""

    search: str = ""
    client_slug: str | None = None
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class CountsPage:
    """Products of clients with their counts. `next_after` leads to the next page; None on the last one."""

    counts: tuple[SeenCount, ...]
    clients: tuple[Partner, ...]  # all of the 3PL's, by name
    next_after: str | None


@dataclass(frozen=True, slots=True)
class AtProvider:
    """What a provider has of a merchant's product, by the provider's SKU."""

    provider: Partner
    count: StockCount


@dataclass(frozen=True, slots=True)
class ProductStock:
    """A product of a merchant's own, with what each connected provider has of it."""

    sku: str
    name: str
    places: tuple[AtProvider, ...]


@dataclass(frozen=True, slots=True)
class ProductsPage:
    """A merchant's products. `next_after` leads to the next page; None on the last one."""

    products: tuple[ProductStock, ...]
    providers: tuple[Partner, ...]
    next_after: str | None


def page_counts(app: Application, account_id: str, page: Page) -> CountsPage:
    """The products of a 3PL's clients, by client and SKU, counted or not."""
    with app.reading() as uow:
        clients = clients_of(uow, account_id)
        wanted = [one.account_id for one in clients.values() if page.client_slug in (None, one.slug)]
        products, next_after = _products(uow, account_id, wanted, page)
        counts = _counts(uow.inventory.list_for_provider(account_id, *_asked(products)))
    seen = tuple(
        SeenCount(counts.get((account_id, *one.place)) or _unknown(one), clients[one.owner_id], one.name) for one in products
    )
    return CountsPage(seen, tuple(sorted(clients.values(), key=lambda client: client.name.casefold())), next_after)


def find_count(app: Application, account_id: str, client_slug: str, sku: str) -> SeenCount:
    """One product of a client of the 3PL's. Raises NotFound."""
    with app.reading() as uow:
        client = next((one for one in clients_of(uow, account_id).values() if one.slug == client_slug), None)
        counts = [] if client is None else uow.inventory.list_for_provider(account_id, [client.account_id], [sku])
        products = [] if client is None else uow.inventory.list_products(account_id, [client.account_id], sku=sku)
    if client is None or not (counts or products):
        raise NotFound(Message("no_product", NO_PRODUCT))
    count = counts[0] if counts else StockCount(account_id, client.account_id, sku, None)
    return SeenCount(count, client, products[0].name if products else "")


def page_products(app: Application, account_id: str, page: Page) -> ProductsPage:
    """The products of the account's own orders, by SKU, with what each connected provider has of them."""
    with app.reading() as uow:
        providers = providers_of(uow, account_id)
        products, next_after = _products(uow, account_id, [account_id], page)
        places = _at_providers(uow, account_id, providers, [product.sku for product in products])
    shown = tuple(ProductStock(one.sku, one.name, places.get(one.sku, ())) for one in products)
    return ProductsPage(shown, tuple(providers.values()), next_after)


def stock_of_lines(
    app: Application, account_id: str, skus: Collection[str], connected: Collection[str]
) -> Mapping[str, tuple[AtProvider, ...]]:
    """What connected providers, given by their accounts' ids, have of the products of an order, by the account's own SKUs.

    Providers that have never counted anything for the account are left out: they keep no counts.
    """
    with app.reading() as uow:
        counting = set(uow.inventory.list_counting(account_id, list(connected))) if connected and skus else ()
        if not counting:
            return {}
        providers = {provider_id: one for provider_id, one in providers_of(uow, account_id).items() if provider_id in counting}
        return _at_providers(uow, account_id, providers, sorted(set(skus))) if providers and skus else {}


def stock_of_copy(app: Application, account_id: str, order_id: str, skus: Collection[str]) -> Mapping[str, StockCount]:
    """What a 3PL has itself of the products of a client's order; nothing for an order of its own, or without any counts."""
    with app.reading() as uow:
        request = uow.requests.find_by_copy(account_id, order_id)
        if request is None or not uow.inventory.list_counting(request.account_id, [account_id]):
            return {}
        counts = uow.inventory.list_for_provider(account_id, [request.account_id], sorted(set(skus)))
    unknown = {sku: StockCount(account_id, request.account_id, sku, None) for sku in skus}
    return unknown | {count.sku: count for count in counts}


def _products(uow: UnitOfWork, account_id: str, owner_ids: Sequence[str], page: Page) -> tuple[list[Product], str | None]:
    owner, _, sku = (page.after or "").partition(_SEPARATOR)
    after = (owner, sku) if page.after else None
    found = uow.inventory.list_products(account_id, owner_ids, search=page.search.strip(), after=after, limit=page.limit + 1)
    shown = found[: page.limit]
    return shown, _SEPARATOR.join(shown[-1].place) if len(found) > page.limit else None


def _asked(products: Sequence[Product]) -> tuple[list[str], list[str]]:
    return sorted({one.owner_id for one in products}), sorted({one.sku for one in products})


def _at_providers(
    uow: UnitOfWork, account_id: str, providers: Mapping[str, Partner], skus: Sequence[str]
) -> dict[str, tuple[AtProvider, ...]]:
    called = uow.inventory.provider_skus(account_id, [one.connection_id for one in providers.values()], skus)
    names = sorted({*skus, *called.values()})
    counts = _counts(uow.inventory.list_for_client(account_id, list(providers), names))
    places: dict[str, tuple[AtProvider, ...]] = {}
    for sku in skus:
        found = []
        for provider in providers.values():
            theirs = called.get((provider.connection_id, sku), sku)
            count = counts.get((provider.account_id, account_id, theirs))
            found.append(AtProvider(provider, count or StockCount(provider.account_id, account_id, theirs, None)))
        places[sku] = tuple(found)
    return places


def _counts(counts: Iterable[StockCount]) -> dict[tuple[str, str, str], StockCount]:
    return {(one.account_id, one.client_id, one.sku): one for one in counts}


def _unknown(product: Product) -> StockCount:
    return StockCount(product.account_id, product.owner_id, product.sku, None)
