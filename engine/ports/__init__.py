"""What the engine needs from the outside. `storage` and `adapters` implement these; tests use the same protocols.

Every repository call names the account, or something that belongs to exactly one account, so that no query can reach
over a tenant's border.
"""

from engine.ports.accounts import Accounts, CarrierAccounts, Connections, Locations, Users, WebSessions
from engine.ports.orders import Alerts, Audit, Decisions, Fulfillment, Jobs, Orders, RetentionMarks, RuleSets
from engine.ports.outside import Clock, PasswordHasher, RequestBudgets
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
    OAuthConnector,
    ScopedConnector,
    TakesWriteBacks,
)
from engine.ports.store_repositories import Authorisations, Hints, Leases, Stores, WriteBacks
from engine.ports.stores import (
    CredentialsRefused,
    CredentialVault,
    NoticeFinal,
    SettingProblem,
    StoreConnector,
    StoreError,
    StoreSession,
    StoreUnavailable,
)
from engine.ports.unit_of_work import NotFound, StorageUnavailable, UnitOfWork, UnitOfWorkFactory

__all__ = [
    "CONNECTOR_PARTS",
    "SESSION_PARTS",
    "Accounts",
    "Alerts",
    "Audit",
    "Authorisations",
    "CallingConnector",
    "CarrierAccounts",
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
    "HasWebhooks",
    "Hints",
    "Jobs",
    "Leases",
    "Locations",
    "NotFound",
    "NoticeFinal",
    "OAuthConnector",
    "Orders",
    "PasswordHasher",
    "RequestBudgets",
    "RetentionMarks",
    "RuleSets",
    "ScopedConnector",
    "SettingProblem",
    "StorageUnavailable",
    "StoreConnector",
    "StoreError",
    "StoreSession",
    "StoreUnavailable",
    "Stores",
    "TakesWriteBacks",
    "UnitOfWork",
    "UnitOfWorkFactory",
    "Users",
    "WebSessions",
    "WriteBacks",
]
