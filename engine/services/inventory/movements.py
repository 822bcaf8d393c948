"""How counts came about: who changed what, when, why, by how much, and what remained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.application import Application
from engine.model.account import Account
from engine.model.inventory import Movement
from engine.model.transitions import Side
from engine.services.inventory.counts import Partner, clients_of, providers_of
from engine.services.refusals import Refused
from rules.messages import Text

NO_PARTNER = Text(
    '"{slug}" is neither a client nor a provider of this account.',
    '"{slug}" no es cliente ni proveedor de esta cuenta.',
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which movements: with one client or provider, of one SKU; the newest come first, after the one with an id."""

    partner_slug: str | None = None
    sku: str = ""
    after: str | None = None
    limit: int = 100
    side: Side | None = None  # the reader's: two accounts may each be the other's client


ALL = Wanted()


@dataclass(frozen=True, slots=True)
class SeenMovement:
    """A movement with the other side. `who`: the address of the reader's colleague, or the provider's name for its client."""

    movement: Movement
    partner: Partner
    who: str


def list_movements(app: Application, account: Account, wanted: Wanted = ALL) -> list[SeenMovement]:
    """A 3PL's of its clients' products and a client's of its own at its providers, the newest first. Raises Refused."""
    with app.reading() as uow:
        clients = {} if wanted.side is Side.MERCHANT else clients_of(uow, account.id)
        providers = {} if wanted.side is Side.PROVIDER else providers_of(uow, account.id)
        if wanted.partner_slug is not None:
            clients, providers = (_only(partners, wanted.partner_slug) for partners in (clients, providers))
            if not clients and not providers:
                raise Refused("no_partner", NO_PARTNER, slug=wanted.partner_slug)
        sku, after, limit = wanted.sku, wanted.after, wanted.limit
        own = uow.inventory.list_movements(account.id, list(clients), sku=sku, after=after, limit=limit)
        theirs = uow.inventory.list_movements_of_client(account.id, list(providers), sku=sku, after=after, limit=limit)
        people = {user.id: user.email for user in uow.users.list_for(account.id)}
    seen = [SeenMovement(one, clients[one.client_id], people.get(one.actor, one.actor)) for one in own]
    seen += [SeenMovement(one, providers[one.account_id], providers[one.account_id].name) for one in theirs]
    return _newest(seen)[: wanted.limit]


def _only(partners: Mapping[str, Partner], slug: str) -> dict[str, Partner]:
    return {account_id: partner for account_id, partner in partners.items() if partner.slug == slug}


def _newest(seen: Sequence[SeenMovement]) -> list[SeenMovement]:
    return sorted(seen, key=lambda one: one.movement.id, reverse=True)
