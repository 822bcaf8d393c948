"""One transaction over all repositories."""

from __future__ import annotations

from typing import Self

from sqlalchemy import Connection, Engine, NestedTransaction

from engine import ports
from storage.accounts.connections import SqlConnections
from storage.accounts.people import SqlOneTimeLinks, SqlUsers
from storage.accounts.repositories import SqlAccounts, SqlCarrierAccounts, SqlLocations
from storage.accounts.web_sessions import SqlWebSessions
from storage.backtests.repositories import SqlBacktests
from storage.billing.repositories import SqlBilling
from storage.bulk_actions.repositories import SqlBulkActions
from storage.defaults.repositories import SqlProductDefaults, SqlShippingMethods
from storage.fulfillment.holds import SqlHolds
from storage.fulfillment.repositories import SqlFulfillment
from storage.fulfillment.requests import SqlRequests
from storage.inbox.repositories import SqlInbox
from storage.insights.repositories import SqlInsights
from storage.inventory.repositories import SqlInventory
from storage.labels.batches import SqlLabelBatches
from storage.labels.packages import SqlPackages
from storage.labels.repositories import SqlLabels
from storage.labels.stations import SqlPrintStations
from storage.lists.repositories import SqlLists
from storage.mail.repositories import SqlMailPreferences, SqlMails
from storage.manifests.repositories import SqlManifests
from storage.orders.decisions import SqlDecisions
from storage.orders.links import SqlOrderLinks
from storage.orders.repositories import SqlOrders
from storage.orders.views import SqlOrderViews
from storage.owners import SqlOwners
from storage.pickups.repositories import SqlPickups
from storage.providers.repositories import SqlIntegratedProviders
from storage.rates.repositories import SqlRates
from storage.reconciliation.repositories import SqlReconciliations
from storage.rule_sets.drafts import SqlRuleDrafts
from storage.rule_sets.health import SqlRuleHealth
from storage.rule_sets.offers import SqlRuleOffers
from storage.rule_sets.repositories import SqlRuleSets
from storage.schedules.repositories import SqlSchedules
from storage.secret_box import SecretBox
from storage.stores.authorisations import SqlAuthorisations
from storage.stores.repositories import SqlStores
from storage.tracking.repositories import SqlTrackings
from storage.work.outbox import Outbox
from storage.work.progress import SqlLeases, SqlPendingChanges, SqlWriteBacks
from storage.work.records import SqlAlerts, SqlAudit, SqlRetentionMarks

_ROWS_LOOKED_AT = 1000  # of an index: enough to see how it is filled, and a matter of milliseconds


class SqlUnitOfWork:
    """A transaction that begins with its first query and ends, without `commit()`, as if nothing had happened.

    After a commit the next query begins another transaction. Not for several threads at once.
    """

    accounts: ports.Accounts
    users: ports.Users
    web_sessions: ports.WebSessions
    one_time_links: ports.OneTimeLinks
    locations: ports.Locations
    carrier_accounts: ports.CarrierAccounts
    connections: ports.Connections
    owners: ports.Owners
    stores: ports.Stores
    orders: ports.Orders
    order_views: ports.OrderViews
    order_links: ports.OrderLinks
    decisions: ports.Decisions
    rule_sets: ports.RuleSets
    rule_drafts: ports.RuleDrafts
    rule_health: ports.RuleHealth
    schedules: ports.Schedules
    rule_offers: ports.RuleOffers
    fulfillment: ports.Fulfillment
    holds: ports.Holds
    inbox: ports.Inbox
    insights: ports.Insights
    inventory: ports.Inventory
    billing: ports.Billing
    labels: ports.Labels
    trackings: ports.Trackings
    rates: ports.Rates
    reconciliations: ports.Reconciliations
    label_batches: ports.LabelBatches
    backtests: ports.Backtests
    bulk_actions: ports.BulkActions
    manifests: ports.Manifests
    pickups: ports.Pickups
    print_stations: ports.PrintStations
    packages: ports.Packages
    lists: ports.Lists
    product_defaults: ports.ProductDefaults
    shipping_methods: ports.ShippingMethods
    requests: ports.Requests
    integrated_providers: ports.IntegratedProviders
    jobs: ports.Jobs
    pending_changes: ports.PendingChanges
    write_backs: ports.WriteBacks
    leases: ports.Leases
    authorisations: ports.Authorisations
    mails: ports.Mails
    mail_preferences: ports.MailPreferences
    audit: ports.Audit
    alerts: ports.Alerts
    retention_marks: ports.RetentionMarks
    connection: Connection  # for the read models of this package

    def __init__(self, engine: Engine, secrets: SecretBox | None) -> None:
        self._engine = engine
        self._secrets = secrets

    def __enter__(self) -> Self:
        self._open(self._engine.connect())
        return self

    def _open(self, connection: Connection) -> None:
        self.connection = connection
        self.accounts = SqlAccounts(connection)
        self.users = SqlUsers(connection)
        self.web_sessions = SqlWebSessions(connection)
        self.one_time_links = SqlOneTimeLinks(connection)
        self.locations = SqlLocations(connection)
        self.carrier_accounts = SqlCarrierAccounts(connection, self._secrets)
        self.connections = SqlConnections(connection)
        self.owners = SqlOwners(connection)
        self.stores = SqlStores(connection, self._secrets)
        self.orders = SqlOrders(connection)
        self.order_views = SqlOrderViews(connection)
        self.order_links = SqlOrderLinks(connection)
        self.decisions = SqlDecisions(connection)
        self.rule_sets = SqlRuleSets(connection)
        self.rule_drafts = SqlRuleDrafts(connection)
        self.rule_health = self._counts = SqlRuleHealth(connection)
        self.schedules = SqlSchedules(connection)
        self.rule_offers = SqlRuleOffers(connection)
        self.fulfillment = SqlFulfillment(connection)
        self.requests = SqlRequests(connection)
        self.integrated_providers = SqlIntegratedProviders(connection, self._secrets)
        self.holds = SqlHolds(connection)
        self.inbox = SqlInbox(connection)
        self.insights = SqlInsights(connection)
        self.inventory = SqlInventory(connection)
        self.billing = SqlBilling(connection)
        self.labels = SqlLabels(connection)
        self.trackings = SqlTrackings(connection)
        self.rates = SqlRates(connection)
        self.reconciliations = SqlReconciliations(connection)
        self.label_batches = SqlLabelBatches(connection)
        self.backtests = SqlBacktests(connection)
        self.bulk_actions = SqlBulkActions(connection)
        self.manifests = SqlManifests(connection)
        self.pickups = SqlPickups(connection)
        self.print_stations = SqlPrintStations(connection)
        self.packages = SqlPackages(connection)
        self.lists = SqlLists(connection)
        self.product_defaults = SqlProductDefaults(connection)
        self.shipping_methods = SqlShippingMethods(connection)
        self.jobs = Outbox(connection)
        self.pending_changes = SqlPendingChanges(connection)
        self.write_backs = SqlWriteBacks(connection)
        self.leases = SqlLeases(connection)
        self.authorisations = SqlAuthorisations(connection, self._secrets)
        self.mails = SqlMails(connection, self._secrets)
        self.mail_preferences = SqlMailPreferences(connection)
        self.audit = SqlAudit(connection)
        self.alerts = SqlAlerts(connection)
        self.retention_marks = SqlRetentionMarks(connection)

    def part(self) -> SqlUnitOfWork:
        return _Part(self._engine, self._secrets, self.connection)

    def __exit__(self, *exc: object) -> None:
        self.connection.close()  # rolls back what was not committed

    def refresh_statistics(self) -> None:
        if self.connection.dialect.name == "sqlite":
            self.connection.exec_driver_sql(f"PRAGMA analysis_limit = {_ROWS_LOOKED_AT}")
            self.connection.exec_driver_sql("ANALYZE")

    def commit(self) -> None:
        self._counts.write()
        self.connection.commit()


class SharedReading(SqlUnitOfWork):
    """A reading unit of work in a transaction that others begin and end: whoever asks within it enters the same one."""

    def __init__(self, engine: Engine, secrets: SecretBox | None, shared: Connection) -> None:
        super().__init__(engine, secrets)
        self._open(shared)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """The transaction goes on."""


class _Part(SqlUnitOfWork):
    """A unit of work within another's transaction, by a savepoint."""

    _savepoint: NestedTransaction

    def __init__(self, engine: Engine, secrets: SecretBox | None, whole: Connection) -> None:
        super().__init__(engine, secrets)
        self._whole = whole

    def __enter__(self) -> Self:
        self._open(self._whole)
        self._savepoint = self.connection.begin_nested()
        return self

    def __exit__(self, *exc: object) -> None:
        if self._savepoint.is_active:
            self._savepoint.rollback()

    def commit(self) -> None:
        self._counts.write()
        self._savepoint.commit()
        self._savepoint = self.connection.begin_nested()
