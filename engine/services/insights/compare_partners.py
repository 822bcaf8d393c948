"""How the providers of a merchant did over a period, and how a 3PL did for each of its clients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import Account
from engine.model.comparison import Comparison
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.refusals import Refused
from rules.messages import Text

USUAL_DAYS = 30
LONGEST_DAYS = 366
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)

BAD_DAY = Text('"{value}" is no day: write it as 2026-12-24.', '"{value}" no es un día: escríbelo como 2026-12-24.')
FAR_DAY = Text(
    "Days are counted from {first} to {last}: {value} is not among them.",
    "Los días van del {first} al {last}: {value} no es uno de ellos.",
)
BAD_PERIOD = Text(
    "The period has to end on its first day or later, and to have at most {limit} days.",
    "El periodo tiene que acabar el primer día o después y tener como máximo {limit} días.",
)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last one, both whole days in the account's time zone."""

    first: date
    last: date

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Where it begins, and where it is over."""
        return datetime.combine(self.first, time(), zone), datetime.combine(self.last + timedelta(days=1), time(), zone)


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


def parse_period(first: str | None, last: str | None, account: Account, now: datetime) -> Period:
    """A period of ISO days; without them the last 30 days. Raises Refused."""
    today = now.astimezone(ZoneInfo(account.time_zone)).date()
    end = _day(last) if last else today
    begin = _day(first) if first else end - timedelta(days=USUAL_DAYS - 1)
    if not 0 <= (end - begin).days < LONGEST_DAYS:
        raise Refused("bad_period", BAD_PERIOD, limit=LONGEST_DAYS)
    return Period(begin, end)


def compare_partners(app: Application, account: Account, period: Period) -> Comparisons:
    """Those with most requests first."""
    since, until = period.moments(ZoneInfo(account.time_zone))
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


def _day(value: str) -> date:
    try:
        day = date.fromisoformat(value.strip())
    except ValueError:
        raise Refused("bad_period_day", BAD_DAY, value=value) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Refused("bad_period_day", FAR_DAY, value=day, first=FIRST_DAY, last=LAST_DAY)
    return day
