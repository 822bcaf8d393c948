"""One transaction over all repositories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self

from engine.ports.accounts import Accounts, CarrierAccounts, Connections, Locations, OneTimeLinks, Users, WebSessions
from engine.ports.backtests import Backtests
from engine.ports.billing import Billing
from engine.ports.bulk_actions import BulkActions
from engine.ports.carriers import Labels
from engine.ports.defaults import ProductDefaults, ShippingMethods
from engine.ports.holds import Holds
from engine.ports.inbox import Inbox
from engine.ports.insights import Insights
from engine.ports.inventory import Inventory
from engine.ports.label_batches import LabelBatches
from engine.ports.lists import Lists
from engine.ports.mail import MailPreferences, Mails
from engine.ports.manifests import Manifests
from engine.ports.order_links import OrderLinks
from engine.ports.order_views import OrderViews
from engine.ports.orders import Alerts, Audit, Decisions, Fulfillment, Jobs, Orders, RetentionMarks, RuleSets
from engine.ports.owners import Owners
from engine.ports.packages import Packages
from engine.ports.pickups import Pickups
from engine.ports.printing import PrintStations
from engine.ports.providers import IntegratedProviders
from engine.ports.rates import Rates
from engine.ports.reconciliations import Reconciliations
from engine.ports.requests import Requests
from engine.ports.rule_drafts import RuleDrafts
from engine.ports.rule_health import RuleHealth
from engine.ports.rule_offers import RuleOffers
from engine.ports.schedules import Schedules
from engine.ports.store_repositories import Authorisations, Leases, PendingChanges, Stores, WriteBacks
from engine.ports.tracking import Trackings
from rules.messages import Message


class UnitOfWork(Protocol):
    """One transaction over all repositories. Leaving it without `commit()` changes nothing."""

    accounts: Accounts
    users: Users
    web_sessions: WebSessions
    one_time_links: OneTimeLinks
    locations: Locations
    carrier_accounts: CarrierAccounts
    connections: Connections
    owners: Owners
    stores: Stores
    orders: Orders
    order_views: OrderViews
    order_links: OrderLinks
    decisions: Decisions
    rule_sets: RuleSets
    rule_drafts: RuleDrafts
    rule_health: RuleHealth
    schedules: Schedules
    rule_offers: RuleOffers
    fulfillment: Fulfillment
    holds: Holds
    inbox: Inbox
    insights: Insights
    inventory: Inventory
    billing: Billing
    labels: Labels
    trackings: Trackings
    rates: Rates
    reconciliations: Reconciliations
    label_batches: LabelBatches
    backtests: Backtests
    bulk_actions: BulkActions
    manifests: Manifests
    pickups: Pickups
    print_stations: PrintStations
    packages: Packages
    lists: Lists
    product_defaults: ProductDefaults
    shipping_methods: ShippingMethods
    requests: Requests
    integrated_providers: IntegratedProviders
    jobs: Jobs
    pending_changes: PendingChanges
    write_backs: WriteBacks
    leases: Leases
    authorisations: Authorisations
    mails: Mails
    mail_preferences: MailPreferences
    audit: Audit
    alerts: Alerts
    retention_marks: RetentionMarks

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...

    def commit(self) -> None: ...

    def part(self) -> UnitOfWork:
        """A unit of work within this one: what it commits is kept once this one is; what it does not commit is undone alone."""

    def refresh_statistics(self) -> None:
        """Let the database look how its tables are filled, where it does not do that by itself."""


class StorageUnavailable(Exception):
    """What is kept cannot be read or written right now; nothing of the transaction was kept."""

    message: Message  # what a person can do


class SecretsUnreadable(Exception):
    """What is kept encrypted, such as the credentials of a store, was to be used and the present keys do not open it."""

    message: Message  # what a person can do


UnitOfWorkFactory = Callable[[], UnitOfWork]


class NotFound(LookupError):
    """There is no such thing, or it belongs to somebody else."""
