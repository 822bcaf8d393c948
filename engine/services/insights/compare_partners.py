"""How the providers of a merchant did over a period, and how a 3PL did for each of its clients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import Account
from engine.model.comparison import Comparison
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.insights.periods import Period


@dataclass(frozen=True, slots=True)
class Compared:
    """One of those compared. `name` is what the reader's account calls it."""

    slug: str
    name: str
    figures: Comparison


@dataclass(frozen=True, slots=True)
class Comparisons:
    """What was asked of providers, and by clients, in a period."""

    period: Period
    providers: tuple[Compared, ...]
    clients: tuple[Compared, ...]


def compare_partners(app: Application, account: Account, period: Period, zone: ZoneInfo | None = None) -> Comparisons:
    """Those with most requests first. Days are those of `zone`; of the account's without one."""
    since, until = period.moments(zone or ZoneInfo(account.time_zone))
    now = app.clock.now()
    with app.reading() as uow:
        asked = uow.insights.compare(account.id, Side.MERCHANT, since, until, now)
        received = uow.insights.compare(account.id, Side.PROVIDER, since, until, now)
        slugs = {one.id: one for one in uow.accounts.get_many({one.account_id for one in (*asked, *received)}).values()}
        providers, clients = _names(uow, account.id)
    return Comparisons(period, _named(asked, slugs, providers), _named(received, slugs, clients))


def _named(found: list[Comparison], accounts: Mapping[str, Account], names: Mapping[str, str]) -> tuple[Compared, ...]:
    return tuple(
        Compared(accounts[one.account_id].slug, names.get(one.account_id) or accounts[one.account_id].name, one) for one in found
    )


def _names(uow: UnitOfWork, account_id: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What the account calls its providers and its clients; the latest connection says it."""
    providers = {one.provider_id: one.company_name for one in uow.connections.list_for_client(account_id)}
    clients = {str(one.client_id): one.client_name for one in uow.connections.list_for_provider(account_id)}
    return providers, clients
