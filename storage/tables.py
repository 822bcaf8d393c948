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
from storage.backtests.tables import BacktestLinesRow, BacktestRow
from storage.base import Base
from storage.billing.tables import PriceListRow, StatementEntryRow, StatementRow
from storage.budgets.tables import RequestBudgetRow
from storage.bulk_actions.tables import BulkActionOrderRow, BulkActionRow
from storage.defaults.tables import ProductDefaultRow, ShippingMethodRow
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
from storage.inbox.tables import InboxMarkRow
from storage.inventory.tables import ProductRow, StockCountRow, StockMovementRow
from storage.labels.tables import (
    LabelBatchOrderRow,
    LabelBatchRow,
    LabelDocumentRow,
    LabelRow,
    PrintStationRow,
    SavedPackageRow,
)
from storage.lists.tables import ListRow, ListStateRow
from storage.mail.tables import MailPreferenceRow, MailRow
from storage.manifests.tables import ManifestDocumentRow, ManifestRow
from storage.orders.tables import (
    DecisionContextRow,
    DecisionRow,
    GridSettingsRow,
    OrderFlagRow,
    OrderLinkRow,
    OrderRow,
    OrderTermRow,
    OrderViewRow,
)
from storage.pickups.tables import PickupRow
from storage.providers.tables import IntegratedProviderRow, ProviderEventRow, ProviderSendingRow
from storage.rates.tables import AskedRatesRow, RateComparisonRow
from storage.reconciliation.tables import DifferenceRow, ReconciliationRow
from storage.rule_sets.tables import (
    OfferedRuleVersionRow,
    PublishedRuleSetRow,
    RuleDayRow,
    RuleDraftRevisionRow,
    RuleDraftRow,
    RuleOfferRow,
    RuleSetVersionRow,
    RuleStandingRow,
)
from storage.schedules.tables import RuleScheduleRow, ScheduledRunRow, SecondLookRow, SettledScheduleRow
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
    "BacktestLinesRow",
    "BacktestRow",
    "Base",
    "BulkActionOrderRow",
    "BulkActionRow",
    "CarrierAccountRow",
    "CarrierAccountServiceRow",
    "CarrierAccountShareRow",
    "ConnectionRow",
    "ConnectionSkuRow",
    "DecisionContextRow",
    "DecisionRow",
    "DifferenceRow",
    "FulfillmentRequestLineRow",
    "FulfillmentRequestRow",
    "GridSettingsRow",
    "HoldRow",
    "ImportRunRow",
    "InboxMarkRow",
    "IntegratedProviderRow",
    "JobRow",
    "LabelBatchOrderRow",
    "LabelBatchRow",
    "LabelDocumentRow",
    "LabelRow",
    "LeaseRow",
    "ListRow",
    "ListStateRow",
    "LocationRow",
    "MailPreferenceRow",
    "MailRow",
    "ManifestDocumentRow",
    "ManifestRow",
    "MembershipRow",
    "OfferedRuleVersionRow",
    "OneTimeLinkRow",
    "OrderFlagRow",
    "OrderLinkRow",
    "OrderRow",
    "OrderTermRow",
    "OrderViewRow",
    "ParcelRow",
    "ParkedNoteRow",
    "PendingChangeRow",
    "PickupRow",
    "PriceListRow",
    "PrintStationRow",
    "ProductDefaultRow",
    "ProductRow",
    "ProviderEventRow",
    "ProviderSendingRow",
    "PublishedRuleSetRow",
    "RateComparisonRow",
    "RawDocumentRow",
    "ReconciliationRow",
    "RequestBudgetRow",
    "RequestMessageRow",
    "RetentionMarkRow",
    "RuleDayRow",
    "RuleDraftRevisionRow",
    "RuleDraftRow",
    "RuleOfferRow",
    "RuleScheduleRow",
    "RuleSetVersionRow",
    "RuleStandingRow",
    "SavedPackageRow",
    "ScheduledRunRow",
    "SecondLookRow",
    "SettledScheduleRow",
    "ShipmentLineRow",
    "ShipmentRow",
    "ShippingMethodRow",
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
