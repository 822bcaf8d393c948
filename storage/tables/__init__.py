"""All tables, each as a typed `…Row` class."""

from storage.tables.accounts import (
    AccountRow,
    CarrierAccountRow,
    CarrierAccountServiceRow,
    CarrierAccountShareRow,
    ConnectionRow,
    LocationRow,
    UserRow,
    WebSessionRow,
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
from storage.tables.orders import DecisionContextRow, DecisionRow, OrderFlagRow, OrderRow
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
from storage.tables.work import AlertRow, AuditRedactionRow, AuditRow, AuthorisationRow, JobRow, LeaseRow, RetentionMarkRow

__all__ = [
    "AccountRow",
    "AlertRow",
    "AuditRedactionRow",
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
    "OrderFlagRow",
    "OrderRow",
    "ParcelRow",
    "ParkedNoteRow",
    "PublishedRuleSetRow",
    "RawDocumentRow",
    "RequestBudgetRow",
    "RetentionMarkRow",
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
    "WebSessionRow",
    "WebhookHintRow",
    "WriteBackStepRow",
]
