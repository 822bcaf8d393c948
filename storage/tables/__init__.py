"""All tables, each as a typed `…Row` class."""

from storage.tables.accounts import (
    AccountRow,
    CarrierAccountRow,
    CarrierAccountServiceRow,
    CarrierAccountShareRow,
    ConnectionRow,
    LocationRow,
    UserRow,
)
from storage.tables.base import Base
from storage.tables.budgets import RequestBudgetRow
from storage.tables.fulfillment import (
    FulfillmentRequestLineRow,
    FulfillmentRequestRow,
    ParcelRow,
    ShipmentLineRow,
    ShipmentRow,
    WriteBackStepRow,
)
from storage.tables.orders import DecisionContextRow, DecisionRow, OrderRow
from storage.tables.rule_sets import PublishedRuleSetRow, RuleSetVersionRow
from storage.tables.stores import (
    ImportRunRow,
    ParkedNoteRow,
    RawDocumentRow,
    SkippedNoteRow,
    StoreLogoRow,
    StoreNamesRow,
    StoreProductRow,
    StoreRow,
    UnknownFieldRow,
    WebhookHintRow,
)
from storage.tables.work import AlertRow, AuditRow, AuthorisationRow, JobRow, LeaseRow

__all__ = [
    "AccountRow",
    "AlertRow",
    "AuditRow",
    "AuthorisationRow",
    "Base",
    "CarrierAccountRow",
    "CarrierAccountServiceRow",
    "CarrierAccountShareRow",
    "ConnectionRow",
    "DecisionContextRow",
    "DecisionRow",
    "FulfillmentRequestLineRow",
    "FulfillmentRequestRow",
    "ImportRunRow",
    "JobRow",
    "LeaseRow",
    "LocationRow",
    "OrderRow",
    "ParcelRow",
    "ParkedNoteRow",
    "PublishedRuleSetRow",
    "RawDocumentRow",
    "RequestBudgetRow",
    "RuleSetVersionRow",
    "ShipmentLineRow",
    "ShipmentRow",
    "SkippedNoteRow",
    "StoreLogoRow",
    "StoreNamesRow",
    "StoreProductRow",
    "StoreRow",
    "UnknownFieldRow",
    "UserRow",
    "WebhookHintRow",
    "WriteBackStepRow",
]
