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
from storage.billing.tables import PriceListRow, StatementEntryRow, StatementRow
from storage.budgets.tables import RequestBudgetRow
from storage.fulfillment.tables import (
    ConnectionSkuRow,
    FulfillmentRequestLineRow,
    FulfillmentRequestRow,
    HoldRow,
    ParcelRow,
    RequestMessageRow,
    ShipmentLineRow,
    ShipmentRow,
    WriteBackStepRow,
)
from storage.inventory.tables import ProductRow, StockCountRow, StockMovementRow
from storage.labels.tables import (
    LabelBatchOrderRow,
    LabelBatchRow,
    LabelDocumentRow,
    LabelRow,
    PrintStationRow,
    SavedPackageRow,
)
from storage.mail.tables import MailPreferenceRow, MailRow
from storage.manifests.tables import ManifestDocumentRow, ManifestRow
from storage.orders.tables import DecisionContextRow, DecisionRow, OrderFlagRow, OrderRow
from storage.providers.tables import IntegratedProviderRow, ProviderEventRow, ProviderSendingRow
from storage.rates.tables import AskedRatesRow, RateComparisonRow
from storage.rule_sets.tables import OfferedRuleVersionRow, PublishedRuleSetRow, RuleOfferRow, RuleSetVersionRow
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
from storage.tracking.tables import TrackingEventRow, TrackingRow
from storage.work.tables import AlertRow, AuditRedactionRow, AuditRow, AuthorisationRow, JobRow, LeaseRow, RetentionMarkRow

__all__ = [
    "AccountRow",
    "AlertRow",
    "AskedRatesRow",
    "AuditRedactionRow",
    "AuditRow",
    "AuthorisationRow",
    "Base",
    "CarrierAccountRow",
    "CarrierAccountServiceRow",
    "CarrierAccountShareRow",
    "ConnectionRow",
    "ConnectionSkuRow",
    "DecisionContextRow",
    "DecisionRow",
    "FulfillmentRequestLineRow",
    "FulfillmentRequestRow",
    "HoldRow",
    "ImportRunRow",
    "IntegratedProviderRow",
    "JobRow",
    "LabelBatchOrderRow",
    "LabelBatchRow",
    "LabelDocumentRow",
    "LabelRow",
    "LeaseRow",
    "LocationRow",
    "MailPreferenceRow",
    "MailRow",
    "ManifestDocumentRow",
    "ManifestRow",
    "MembershipRow",
    "OfferedRuleVersionRow",
    "OneTimeLinkRow",
    "OrderFlagRow",
    "OrderRow",
    "ParcelRow",
    "ParkedNoteRow",
    "PendingChangeRow",
    "PriceListRow",
    "PrintStationRow",
    "ProductRow",
    "ProviderEventRow",
    "ProviderSendingRow",
    "PublishedRuleSetRow",
    "RateComparisonRow",
    "RawDocumentRow",
    "RequestBudgetRow",
    "RequestMessageRow",
    "RetentionMarkRow",
    "RuleOfferRow",
    "RuleSetVersionRow",
    "SavedPackageRow",
    "ShipmentLineRow",
    "ShipmentRow",
    "SkippedNoteRow",
    "StatementEntryRow",
    "StatementRow",
    "StockCountRow",
    "StockMovementRow",
    "StoreLogoRow",
    "StoreNamesRow",
    "StoreProductRow",
    "StoreRow",
    "TrackingEventRow",
    "TrackingRow",
    "UnknownFieldRow",
    "UserRow",
    "WebSessionRow",
    "WriteBackStepRow",
]
