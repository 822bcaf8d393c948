"""How many orders came in and what became of them, how long that took, which rules decided, and what labels cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import Account
from engine.model.insight_figures import OrdersOfSpan, OrderTimes, ServiceCost, Span
from engine.model.order import OrderState
from engine.model.rule_health import RuleCount
from engine.model.store import Store
from engine.ports import NotFound
from engine.services.deciding.run_rules import published_rules
from engine.services.insights.periods import Period
from engine.services.refusals import Refused
from rules.document import Rule
from rules.messages import Text

NO_STORE = Text("This account has no store and no client {store}.", "Esta cuenta no tiene ninguna tienda ni cliente {store}.")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which figures somebody asked for. `store` is the id of a store, or of a client's orders; None is all of them."""

    period: Period
    zone: ZoneInfo  # in which its days begin
    store: str | None = None

    def spans(self, parts: Sequence[Period]) -> list[Span]:
        return [Span(*part.moments(self.zone)) for part in parts]


@dataclass(frozen=True, slots=True)
class PartOrders:
    """Orders that came in on some days."""

    days: Period
    orders: OrdersOfSpan


@dataclass(frozen=True, slots=True)
class OrdersReport:
    """Orders of a period by its days, or weeks where it is long."""

    parts: Sequence[PartOrders]

    @property
    def states(self) -> list[OrderState]:
        """Those that occur, in the order of the model."""
        return [state for state in OrderState if self.of_state(state)]

    @property
    def total(self) -> int:
        return sum(part.orders.total for part in self.parts)

    @property
    def most(self) -> int:
        """Of one part."""
        return max((part.orders.total for part in self.parts), default=0)

    def of_state(self, state: OrderState) -> int:
        return sum(part.orders.by_state.get(state, 0) for part in self.parts)


@dataclass(frozen=True, slots=True)
class PartTimes:
    """Times of the orders that came in on some days."""

    days: Period
    times: OrderTimes


@dataclass(frozen=True, slots=True)
class TimesReport:
    """Of a whole period, and by its days or weeks."""

    whole: OrderTimes
    parts: Sequence[PartTimes]


@dataclass(frozen=True, slots=True)
class DecidingRule:
    """A rule with what it matched; `rule` is None for one that is no longer published."""

    count: RuleCount
    rule: Rule | None

    @property
    def name(self) -> str:
        return self.count.rule_id if self.rule is None else self.rule.name


def list_sources(app: Application, account_id: str) -> list[Store]:
    """Where the account's orders come from, by name: its stores, and the clients for whom it ships."""
    with app.reading() as uow:
        return sorted(uow.stores.list_for(account_id), key=lambda store: (store.name.casefold(), store.id))


def find_source(app: Application, account_id: str, store_id: str) -> Store:
    """Raises Refused where the account has none of this id."""
    with app.reading() as uow:
        try:
            return uow.stores.get(account_id, store_id)
        except NotFound:
            raise Refused("no_store", NO_STORE, store=store_id) from None


def report_orders(app: Application, account: Account, wish: Wish) -> OrdersReport:
    """Each part has its orders by the state that they have now."""
    parts = wish.period.parts()
    with app.reading() as uow:
        counted = uow.insights.count_orders(account.id, wish.store, wish.spans(parts))
    return OrdersReport(tuple(map(PartOrders, parts, counted)))


def report_times(app: Application, account: Account, wish: Wish) -> TimesReport:
    """From when orders were placed to when they were decided about, handed over and shipped, each for the first time."""
    parts = wish.period.parts()
    with app.reading() as uow:
        whole, measured = uow.insights.order_times(account.id, wish.store, wish.spans(parts))
    return TimesReport(whole, tuple(map(PartTimes, parts, measured)))


def report_rules(app: Application, account: Account, period: Period) -> list[DecidingRule]:
    """Those that matched most first. Days are those of UTC, by which matches are counted; of all stores."""
    with app.reading() as uow:
        published = {rule.id: rule for rule in published_rules(app, uow, account).rules}
        counts = uow.insights.count_rules(account.id, period.first, period.last)
    return [DecidingRule(count, published.get(count.rule_id)) for count in counts]


def report_costs(app: Application, account: Account, wish: Wish) -> list[ServiceCost]:
    """What the labels that were ordered in the period cost, by carrier, service and currency."""
    with app.reading() as uow:
        return uow.insights.label_costs(account.id, wish.store, *wish.period.moments(wish.zone))
