"""What the engine needs from the outside. `storage` and `adapters` implement these; tests use the same protocols.

Every repository call names the account, by its id before any other id or in a model object that has it, so that no query
can reach over a tenant's border; an id of another account is answered like one that is unknown. The few calls that name none
are listed, each with its reason, in `tests/engine/test_tenants.py`.
"""

from engine.ports.accounts import Accounts, CarrierAccounts, Connections, Locations, OneTimeLinks, Users, WebSessions
from engine.ports.backtests import Backtests
from engine.ports.billing import Billing
from engine.ports.bulk_actions import BulkActions
from engine.ports.carrier_parts import HasServicePoints, MakesManifests, PicksUp
from engine.ports.carriers import (
    LOG_IN_REFUSED,
    CallingCarrier,
    Carrier,
    CarrierError,
    CarrierRefused,
    CarrierSession,
    CarrierUnavailable,
    Labels,
    NamingCarrier,
)
from engine.ports.defaults import ProductDefaults, ShippingMethods
from engine.ports.holds import Holds
from engine.ports.inbox import Inbox
from engine.ports.insights import Insights
from engine.ports.inventory import Inventory
from engine.ports.label_batches import LabelBatches
from engine.ports.lists import Lists
from engine.ports.mail import MailPreferences, MailRefused, Mails, MailSender, MailUnavailable
from engine.ports.manifests import Manifests
from engine.ports.order_links import OrderLinks
from engine.ports.order_views import OrderViews
from engine.ports.orders import Alerts, Audit, Decisions, Fulfillment, Jobs, Orders, RetentionMarks, RuleSets
from engine.ports.outside import Clock, LabelFiles, PasswordHasher, RequestBudgets, SandboxOffer
from engine.ports.owners import Owners
from engine.ports.packages import Packages
from engine.ports.pickups import Pickups
from engine.ports.printing import PrinterBrokeOff, PrinterError, Printers, PrinterUnreachable, PrintStations
from engine.ports.providers import (
    IntegratedProviders,
    NotGenuine,
    ProviderRefused,
    ProviderSystem,
    ProviderUnavailable,
    ProviderUnusable,
)
from engine.ports.rates import Rates
from engine.ports.reconciliations import Reconciliations
from engine.ports.requests import Requests
from engine.ports.rule_drafts import RuleDrafts
from engine.ports.rule_health import RuleHealth
from engine.ports.rule_offers import RuleOffers
from engine.ports.schedules import Schedules
from engine.ports.store_parts import (
    CONNECTOR_PARTS,
    SESSION_PARTS,
    CallingConnector,
    ChoosingConnector,
    ExplainsOrders,
    HasChoices,
    HasNames,
    HasOrderNotes,
    HasProducts,
    HasWebhooks,
    ListsOpenOrders,
    OAuthConnector,
    ScopedConnector,
    SplitsNotes,
    StatesShipping,
    TakesWriteBacks,
)
from engine.ports.store_repositories import Authorisations, Leases, PendingChanges, Stores, WriteBacks
from engine.ports.stores import (
    CredentialsRefused,
    CredentialVault,
    NoticeFinal,
    SettingProblem,
    SplitImpossible,
    StoreConnector,
    StoreError,
    StoreSession,
    StoreUnavailable,
)
from engine.ports.tracking import Trackings
from engine.ports.unit_of_work import NotFound, SecretsUnreadable, StorageUnavailable, UnitOfWork, UnitOfWorkFactory

__all__ = [
    "CONNECTOR_PARTS",
    "LOG_IN_REFUSED",
    "SESSION_PARTS",
    "Accounts",
    "Alerts",
    "Audit",
    "Authorisations",
    "Backtests",
    "Billing",
    "BulkActions",
    "CallingCarrier",
    "CallingConnector",
    "Carrier",
    "CarrierAccounts",
    "CarrierError",
    "CarrierRefused",
    "CarrierSession",
    "CarrierUnavailable",
    "ChoosingConnector",
    "Clock",
    "Connections",
    "CredentialVault",
    "CredentialsRefused",
    "Decisions",
    "ExplainsOrders",
    "Fulfillment",
    "HasChoices",
    "HasNames",
    "HasOrderNotes",
    "HasProducts",
    "HasServicePoints",
    "HasWebhooks",
    "Holds",
    "Inbox",
    "Insights",
    "IntegratedProviders",
    "Inventory",
    "Jobs",
    "LabelBatches",
    "LabelFiles",
    "Labels",
    "Leases",
    "Lists",
    "ListsOpenOrders",
    "Locations",
    "MailPreferences",
    "MailRefused",
    "MailSender",
    "MailUnavailable",
    "Mails",
    "MakesManifests",
    "Manifests",
    "NamingCarrier",
    "NotFound",
    "NotGenuine",
    "NoticeFinal",
    "OAuthConnector",
    "OneTimeLinks",
    "OrderLinks",
    "OrderViews",
    "Orders",
    "Owners",
    "Packages",
    "PasswordHasher",
    "PendingChanges",
    "PicksUp",
    "Pickups",
    "PrintStations",
    "PrinterBrokeOff",
    "PrinterError",
    "PrinterUnreachable",
    "Printers",
    "ProductDefaults",
    "ProviderRefused",
    "ProviderSystem",
    "ProviderUnavailable",
    "ProviderUnusable",
    "Rates",
    "Reconciliations",
    "RequestBudgets",
    "Requests",
    "RetentionMarks",
    "RuleDrafts",
    "RuleHealth",
    "RuleOffers",
    "RuleSets",
    "SandboxOffer",
    "Schedules",
    "ScopedConnector",
    "SecretsUnreadable",
    "SettingProblem",
    "ShippingMethods",
    "SplitImpossible",
    "SplitsNotes",
    "StatesShipping",
    "StorageUnavailable",
    "StoreConnector",
    "StoreError",
    "StoreSession",
    "StoreUnavailable",
    "Stores",
    "TakesWriteBacks",
    "Trackings",
    "UnitOfWork",
    "UnitOfWorkFactory",
    "Users",
    "WebSessions",
    "WriteBacks",
]
