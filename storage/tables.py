"""All tables, each as a typed `…Row` class."""

from storage.accounts.tables import (
    AccountRow,
    CarrierAccountRow,
    CarrierAccountServiceRow,
    CarrierAccountShareRow,
    ConnectionRow,
    LocationRow,
    MembershipRow,
    OneTimeLinkRow,
    UserRow,
    WebSessionRow,
)
from storage.base import Base
from storage.budgets.tables import RequestBudgetRow
from storage.fulfillment.tables import (
    FulfillmentRequestLineRow,
    FulfillmentRequestRow,
    ParcelRow,
    ShipmentLineRow,
    ShipmentRow,
    WriteBackStepRow,
)
from storage.mail.tables import MailPreferenceRow, MailRow
from storage.orders.tables import DecisionContextRow, DecisionRow, OrderFlagRow, OrderRow
from storage.rule_sets.tables import PublishedRuleSetRow, RuleSetVersionRow
from storage.stores.tables import (
    ImportRunRow,
    ParkedNoteRow,
    PendingChangeRow,
    RawDocumentRow,
    SkippedNoteRow,
    StoreLogoRow,
    StoreNamesRow,
    StoreProductRow,
    StoreRow,
    UnknownFieldRow,
)
from storage.work.tables import AlertRow, AuditRedactionRow, AuditRow, AuthorisationRow, JobRow, LeaseRow, RetentionMarkRow

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
    "MailPreferenceRow",
    "MailRow",
    "MembershipRow",
    "OneTimeLinkRow",
    "OrderFlagRow",
    "OrderRow",
    "ParcelRow",
    "ParkedNoteRow",
    "PendingChangeRow",
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
    "WriteBackStepRow",
]
