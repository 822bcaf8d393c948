"""A call of every repository method that names an account: with the id of one, and things that may be another's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from support.backtest_calls import BACKTESTS
from support.examples import NOON, a_job
from support.rule_tenant_calls import RULES
from support.tenant_default_calls import DEFAULTS_CALLS
from support.tenant_draft_calls import DRAFTS
from support.tenant_location_calls import LOCATION_CALLS
from support.tenant_people_calls import PEOPLE
from support.tenants import LATER, Things

from engine.model.account import AccountKind, CarrierAccount, DecideAnew
from engine.model.integrated_provider import EventReply, ProviderSecrets
from engine.model.job import JobKind, JobState
from engine.model.label import Document, DocumentFormat, DocumentKind, LabelState, PaperSize
from engine.model.label_batch import BatchResult
from engine.model.mail import MailKind, MailMode
from engine.model.one_time_link import LinkEnd
from engine.model.order import OrderState
from engine.model.redaction import Redaction
from engine.model.sentence import Sentence
from engine.model.statement import Statement, StatementScope, WorkedOut
from engine.model.store import KnownNames, NameKind, StoreState
from engine.model.transitions import Side
from engine.model.write_back import StepDone

Call = Callable[[Any, str, Things], object]

ANOTHER_DOCUMENT = Document(DocumentKind.CUSTOMS, DocumentFormat.PDF, PaperSize.A4, b"changed")


def _clients_of(account_id: str) -> StatementScope:
    return StatementScope(account_id, Side.PROVIDER)


def _statement_of(account_id: str, it: Things, **changes: Any) -> Statement:
    return replace(it.issued.statements[0], account_id=account_id, client_id=account_id, nickname="changed", **changes)


def label_bought(uow: Any, own: str, it: Things) -> None:
    """Only a label that was bought can be on a manifest."""
    uow.labels.update(replace(it.label, account_id=own, state=LabelState.BOUGHT))


ACCOUNTS: dict[str, Call] = {
    "WebSessions.list_for": lambda uow, own, it: uow.web_sessions.list_for(own, it.user.id),
    "WebSessions.end_all": lambda uow, own, it: uow.web_sessions.end_all(own, it.user.id),
    "WebSessions.end_everywhere": lambda uow, own, it: uow.web_sessions.end_everywhere(own, it.user.id),
    "OneTimeLinks.list_for": lambda uow, own, it: uow.one_time_links.list_for(own, it.link.purpose),
    "OneTimeLinks.withdraw": lambda uow, own, it: uow.one_time_links.withdraw(own, it.link.id, LinkEnd.WITHDRAWN),
    "Accounts.set_kind": lambda uow, own, it: uow.accounts.set_kind(own, AccountKind.MERCHANT),
    "Accounts.get": lambda uow, own, it: uow.accounts.get(own),
    "Accounts.get_many": lambda uow, own, it: uow.accounts.get_many([own]),
    "Accounts.update": lambda uow, own, it: uow.accounts.update(replace(it.account, id=own, name="changed")),
    "Accounts.set_decide_anew": lambda uow, own, it: uow.accounts.set_decide_anew(own, DecideAnew.AUTO),
    "Accounts.set_time_zone": lambda uow, own, it: uow.accounts.set_time_zone(own, "Asia/Tokyo"),
    **LOCATION_CALLS,
    "CarrierAccounts.get": lambda uow, own, it: uow.carrier_accounts.get(own, f"car_{it.name}"),
    "CarrierAccounts.set_credentials": lambda uow, own, it: uow.carrier_accounts.set_credentials(
        own, f"car_{it.name}", {"key": "x"}
    ),
    "CarrierAccounts.keep_refusal": lambda uow, own, it: uow.carrier_accounts.keep_refusal(own, f"car_{it.name}", LATER, None),
    "CarrierAccounts.list_for": lambda uow, own, it: uow.carrier_accounts.list_for(own),
    "CarrierAccounts.list_usable_by_provider": lambda uow, own, it: uow.carrier_accounts.list_usable_by_provider(own),
    "Connections.list_for_client": lambda uow, own, it: uow.connections.list_for_client(own),
    "Connections.list_provider_names": lambda uow, own, it: uow.connections.list_provider_names(own),
    "Connections.list_for_provider": lambda uow, own, it: uow.connections.list_for_provider(own),
    "Connections.list_requiring_shared": lambda uow, own, it: uow.connections.list_requiring_shared(own),
    "Connections.find_active": lambda uow, own, it: uow.connections.find_active(own, it.account.id),
    "Connections.get": lambda uow, own, it: uow.connections.get(own, it.connection.id),
    "Connections.find_open": lambda uow, own, it: uow.connections.find_open(own, it.connection.email),
    "Connections.update": lambda uow, own, it: uow.connections.update(replace(it.connection, provider_id=own, ended_at=LATER)),
}
STORES: dict[str, Call] = {
    "Stores.get": lambda uow, own, it: uow.stores.get(own, it.store.id),
    "Stores.list_for": lambda uow, own, it: uow.stores.list_for(own),
    "Stores.find_unopened": lambda uow, own, it: uow.stores.find_unopened(own, it.store.id),
    "Stores.set_state": lambda uow, own, it: uow.stores.set_state(own, it.store.id, StoreState.CLOSED),
    "Stores.update": lambda uow, own, it: uow.stores.update(replace(it.store, name="changed")),
    "Stores.keep_webhooks": lambda uow, own, it: uow.stores.keep_webhooks(own, it.store.id, "changed", ["1"]),
    "Stores.keep_progress": lambda uow, own, it: uow.stores.keep_progress(
        own, it.store.id, scanned_until="x", failures=3, retry_at=NOON
    ),
    "Stores.forget_source_versions": lambda uow, own, it: uow.stores.forget_source_versions(own, it.store.id),
    "Stores.swap_credentials": lambda uow, own, it: uow.stores.swap_credentials(
        own, it.store.id, it.store.credentials_version, {"a": "b"}
    ),
    "Stores.keep_logo": lambda uow, own, it: uow.stores.keep_logo(it.store, None),
    "Stores.find_logo": lambda uow, own, it: uow.stores.find_logo(own, it.store.id),
    "Stores.is_importing": lambda uow, own, it: uow.stores.is_importing(own, it.store.id, NOON),
    "Stores.take_import_lease": lambda uow, own, it: uow.stores.take_import_lease(own, it.store.id, "me", LATER, LATER),
    "Stores.hold_import_lease": lambda uow, own, it: uow.stores.hold_import_lease(own, it.store.id, "somebody", NOON),
    "Stores.release_import_lease": lambda uow, own, it: uow.stores.release_import_lease(own, it.store.id, "somebody"),
    "Stores.start_run": lambda uow, own, it: uow.stores.start_run(own, replace(it.run, id="run_new")),
    "Stores.end_run": lambda uow, own, it: uow.stores.end_run(own, replace(it.run, outcome="failed")),
    "Stores.last_run": lambda uow, own, it: uow.stores.last_run(own, it.store.id),
    "Stores.last_runs": lambda uow, own, it: uow.stores.last_runs(own, [it.store.id]),
    "Stores.importing_among": lambda uow, own, it: uow.stores.importing_among(own, [it.store.id], NOON),
    "Stores.park": lambda uow, own, it: uow.stores.park(it.store, replace(it.parked, raw=b"{}"), "r2", LATER),
    "Stores.park_many": lambda uow, own, it: uow.stores.park_many(it.store, [(replace(it.parked, raw=b"{}"), "r2")], LATER),
    "Stores.unpark": lambda uow, own, it: uow.stores.unpark(own, it.store.id, [it.parked.external_id]),
    "Stores.list_parked": lambda uow, own, it: uow.stores.list_parked(own, it.store.id),
    "Stores.list_parked_before": lambda uow, own, it: uow.stores.list_parked_before(own, it.store.id, LATER, "", 9),
    "Stores.record_skipped": lambda uow, own, it: uow.stores.record_skipped(it.store, [replace(it.skipped, last_seen=LATER)]),
    "Stores.forget_skipped": lambda uow, own, it: uow.stores.forget_skipped(own, it.store.id),
    "Stores.skipped_among": lambda uow, own, it: uow.stores.skipped_among(own, it.store.id, [it.skipped.external_id]),
    "Stores.list_skipped": lambda uow, own, it: uow.stores.list_skipped(own, it.store.id, it.skipped.external_id),
    "Stores.list_raw": lambda uow, own, it: uow.stores.list_raw(own, it.store.id, it.external),
    "Stores.forget_raw": lambda uow, own, it: uow.stores.forget_raw(own, it.store.id, [it.external]),
    "Stores.drop_raw": lambda uow, own, it: uow.stores.drop_raw(own, it.store.id, LATER),
    "Stores.redact_parked": lambda uow, own, it: uow.stores.redact_parked(own, Redaction([it.name])),
    "Stores.redact_skipped": lambda uow, own, it: uow.stores.redact_skipped(own, Redaction([it.name])),
    "Stores.products": lambda uow, own, it: uow.stores.products(own, it.store.id, [f"product-{it.name}"], NOON),
    "Stores.keep_products": lambda uow, own, it: uow.stores.keep_products(it.store, {f"product-{it.name}": {}}, LATER),
    "Stores.names": lambda uow, own, it: uow.stores.names(own, it.store.id),
    "Stores.set_time_zone": lambda uow, own, it: uow.stores.set_time_zone(own, "America/New_York"),
    "Stores.keep_names": lambda uow, own, it: uow.stores.keep_names(it.store, {NameKind.CHANNELS: KnownNames({}, LATER)}),
    "Stores.count_unknown_fields": lambda uow, own, it: uow.stores.count_unknown_fields(
        it.store, {f"field-{it.name}": 1}, LATER, afresh=True
    ),
    "Stores.keep_raw": lambda uow, own, it: uow.stores.keep_raw(it.store, [(it.external, "r2", b"{}")], LATER),
    "PendingChanges.add": lambda uow, own, it: uow.pending_changes.add(own, it.store.id, [f"change-{it.name}"], LATER),
    "PendingChanges.list_oldest": lambda uow, own, it: uow.pending_changes.list_oldest(own, it.store.id, 9),
    "PendingChanges.remove": lambda uow, own, it: uow.pending_changes.remove(own, it.store.id, [(f"change-{it.name}", NOON)]),
    "PendingChanges.remove_all": lambda uow, own, it: uow.pending_changes.remove_all(own, it.store.id),
    "PendingChanges.are_more_than": lambda uow, own, it: uow.pending_changes.are_more_than(own, it.store.id, 0),
}
ORDERS: dict[str, Call] = {
    "Orders.heads": lambda uow, own, it: uow.orders.heads(own, it.store.id, [it.external]),
    "Orders.homes": lambda uow, own, it: uow.orders.homes(own, it.order.origin, [it.external]),
    "Orders.move": lambda uow, own, it: uow.orders.move(own, [it.order.id], it.store.id),
    "Orders.move_all": lambda uow, own, it: uow.orders.move_all(own, it.store.id, it.store.id, None, unknown=True),
    "Orders.keep_channels": lambda uow, own, it: uow.orders.keep_channels(own, it.store.id, {it.external: "9"}),
    "Orders.get": lambda uow, own, it: uow.orders.get(own, it.order.id),
    "Orders.get_many": lambda uow, own, it: uow.orders.get_many(own, [it.order.id]),
    "Orders.ids_of_orders": lambda uow, own, it: uow.orders.ids_of_orders(own, it.store.id, [it.order.external_order_id]),
    "Orders.ids_by_order": lambda uow, own, it: uow.orders.ids_by_order(own, it.store.id, [it.order.external_order_id]),
    "Orders.list_by_number": lambda uow, own, it: uow.orders.list_by_number(own, it.store.id, it.order.order_number),
    "Orders.update_many": lambda uow, own, it: uow.orders.update_many([replace(it.order, flags=(), revision="r9")]),
    "Orders.update_source_versions": lambda uow, own, it: uow.orders.update_source_versions(
        own, it.store.id, {it.external: "s9"}
    ),
    "Orders.forget_source_versions": lambda uow, own, it: uow.orders.forget_source_versions(own, it.store.id),
    "Orders.mark_seen": lambda uow, own, it: uow.orders.mark_seen(own, it.store.id, [it.external], "run_9"),
    "Orders.list_unseen": lambda uow, own, it: uow.orders.list_unseen(own, it.store.id, "run_9", "", 9),
    "Orders.stream": lambda uow, own, it: list(uow.orders.stream(own)),
    "Orders.list_changeable": lambda uow, own, it: uow.orders.list_changeable(own, 9, before="ord_~"),
    "Orders.count": lambda uow, own, it: (uow.orders.count(own), uow.orders.list_newest(own, None, 1)),
    "Orders.list_newest": lambda uow, own, it: uow.orders.list_newest(own, None, 10),
    "Orders.history": lambda uow, own, it: uow.orders.history(own, it.order.id),
    "Decisions.get": lambda uow, own, it: uow.decisions.get(own, it.decision.id),
    "Decisions.list_for_order": lambda uow, own, it: uow.decisions.list_for_order(own, it.order.id),
    "Decisions.list_changes": lambda uow, own, it: uow.decisions.list_changes(own, [it.order.id]),
    "Decisions.list_heads": lambda uow, own, it: uow.decisions.list_heads(own, [it.order.id]),
    "Decisions.list_kept": lambda uow, own, it: uow.decisions.list_kept(own, [it.decision.id]),
    "Decisions.context_of": lambda uow, own, it: uow.decisions.context_of(own, it.decision.id),
    "Decisions.times_of": lambda uow, own, it: uow.decisions.times_of(own, [it.decision.id]),
    "Decisions.redact": lambda uow, own, it: uow.decisions.redact([replace(it.decision, facts={})]),
    "Decisions.list_mentioning": lambda uow, own, it: uow.decisions.list_mentioning(own, it.name),
    "Decisions.get_context": lambda uow, own, it: uow.decisions.get_context(it.decision),
}
WORK: dict[str, Call] = {
    "Requests.update": lambda uow, own, it: uow.requests.update(replace(it.request, state_reason="x")),
    "Requests.keep_notes": lambda uow, own, it: uow.requests.keep_notes(own, it.request.id, ["changed"], LATER),
    "Requests.list_by_copies": lambda uow, own, it: uow.requests.list_by_copies(own, [it.order.id]),
    "Orders.list_ids": lambda uow, own, it: uow.orders.list_ids(own, ["awaiting_shipment", "on_hold"], "", 9),
    "Orders.list_held": lambda uow, own, it: uow.orders.list_held(own),
    "Holds.list_for_account": lambda uow, own, it: uow.holds.list_for_account(own),
    "Holds.list_for_orders": lambda uow, own, it: uow.holds.list_for_orders(own, [it.order.id]),
    "Inventory.lock": lambda uow, own, it: uow.inventory.lock(own, it.account.id, [f"sku-{it.name}"]),
    "Inventory.record": lambda uow, own, it: uow.inventory.record(
        [replace(it.movement, id="mov_new", account_id=own, client_id=own)]
    ),
    "Inventory.list_for_provider": lambda uow, own, it: uow.inventory.list_for_provider(own, [it.account.id]),
    "Inventory.list_for_client": lambda uow, own, it: uow.inventory.list_for_client(own, [it.account.id]),
    "Inventory.list_counting": lambda uow, own, it: uow.inventory.list_counting(own, [it.account.id]),
    "Inventory.list_movements": lambda uow, own, it: uow.inventory.list_movements(own, [it.account.id]),
    "Inventory.list_movements_of_client": lambda uow, own, it: uow.inventory.list_movements_of_client(own, [it.account.id]),
    "Inventory.note_products": lambda uow, own, it: uow.inventory.note_products(own, own, {f"sku-{it.name}": "Another"}),
    "Inventory.list_products": lambda uow, own, it: uow.inventory.list_products(own, [it.account.id]),
    "Inventory.list_products_at": lambda uow, own, it: uow.inventory.list_products_at(own, [it.account.id]),
    "Inventory.provider_skus": lambda uow, own, it: uow.inventory.provider_skus(own, [it.connection.id], [f"sku-{it.name}"]),
    "Billing.set_prices": lambda uow, own, it: uow.billing.set_prices(
        replace(it.prices, account_id=own, client_id=own, monthly=Decimal(9))
    ),
    "Billing.list_prices": lambda uow, own, it: uow.billing.list_prices(_clients_of(own)),
    "Billing.list_shipped": lambda uow, own, it: uow.billing.list_shipped(_clients_of(own), NOON, LATER),
    "Billing.list_returns": lambda uow, own, it: uow.billing.list_returns(_clients_of(own), {own: (NOON, LATER)}),
    "Billing.returns_of": lambda uow, own, it: uow.billing.returns_of(own, [it.order.id]),
    "Billing.list_unsettled": lambda uow, own, it: uow.billing.list_unsettled(_clients_of(own)),
    "Billing.sum_shipped": lambda uow, own, it: uow.billing.sum_shipped(_clients_of(own), {own: (NOON, LATER)}),
    "Billing.list_late": lambda uow, own, it: uow.billing.list_late(_clients_of(own), "2026-01", {own: (NOON, LATER)}),
    "Billing.sum_on_hand": lambda uow, own, it: uow.billing.sum_on_hand(_clients_of(own), [own], [LATER]),
    "Billing.list_issued": lambda uow, own, it: uow.billing.list_issued(_clients_of(own)),
    "Billing.last_issued": lambda uow, own, it: uow.billing.last_issued(_clients_of(own)),
    "Billing.issue": lambda uow, own, it: uow.billing.issue(
        WorkedOut(own, own, "2026-02", (_statement_of(own, it, id="stm_new", month="2026-02"),))
    ),
    "Billing.entries_of": lambda uow, own, it: uow.billing.entries_of(own, [it.order.id]),
    "Billing.entries_in": lambda uow, own, it: uow.billing.entries_in(own, it.account.id, "2026-01"),
    "Billing.find_issued": lambda uow, own, it: uow.billing.find_issued(own, f"stm_{it.name}"),
    "Billing.keep_paid": lambda uow, own, it: uow.billing.keep_paid(_statement_of(own, it, paid_at=LATER)),
    "Holds.redact": lambda uow, own, it: uow.holds.redact(own, Redaction([it.name]), [it.order.id]),
    "Holds.remove": lambda uow, own, it: uow.holds.remove(own, [f"hld_{it.name}"]),
    "CarrierAccounts.update": lambda uow, own, it: uow.carrier_accounts.update(
        CarrierAccount(f"car_{it.name}", own, it.name, ("changed",), nickname="changed")
    ),
    "CarrierAccounts.update_sharing": lambda uow, own, it: uow.carrier_accounts.update_sharing(
        CarrierAccount(f"car_{it.name}", own, it.name, ("24h",), shared_with_all=True)
    ),
    "IntegratedProviders.get": lambda uow, own, it: uow.integrated_providers.get(own, it.connection.id),
    "IntegratedProviders.find": lambda uow, own, it: uow.integrated_providers.find(own),
    "IntegratedProviders.list_for": lambda uow, own, it: uow.integrated_providers.list_for(own),
    "IntegratedProviders.keep_secrets": lambda uow, own, it: uow.integrated_providers.keep_secrets(
        replace(it.integrated, account_id=own, secrets=ProviderSecrets("whsec_changed"))
    ),
    "IntegratedProviders.keep_health": lambda uow, own, it: uow.integrated_providers.keep_health(
        replace(it.integrated, account_id=own, answered_at=LATER)
    ),
    "IntegratedProviders.list_untaken": lambda uow, own, it: uow.integrated_providers.list_untaken(own, it.connection.id),
    "IntegratedProviders.sending": lambda uow, own, it: uow.integrated_providers.sending(own, it.request.id),
    "IntegratedProviders.keep_sending": lambda uow, own, it: (
        uow.integrated_providers.keep_sending(replace(it.sending, account_id=own, version=9)),
        uow.integrated_providers.sending(own, it.request.id),
    ),
    "IntegratedProviders.claim_event": lambda uow, own, it: uow.integrated_providers.claim_event(own, f"msg-{it.name}", LATER),
    "IntegratedProviders.keep_reply": lambda uow, own, it: uow.integrated_providers.keep_reply(
        own, f"msg-{it.name}", EventReply(409, {"changed": True})
    ),
    "Requests.get": lambda uow, own, it: uow.requests.get(own, it.request.id),
    "Requests.find_by_copy": lambda uow, own, it: uow.requests.find_by_copy(own, it.order.id),
    "Requests.list_for_order": lambda uow, own, it: uow.requests.list_for_order(own, it.order.id),
    "Requests.by_order": lambda uow, own, it: uow.requests.by_order(own, [it.order.id]),
    "Requests.list_among": lambda uow, own, it: uow.requests.list_among(own, [it.order.id]),
    "Requests.list_for_client": lambda uow, own, it: uow.requests.list_for_client(own),
    "Requests.list_for_provider": lambda uow, own, it: uow.requests.list_for_provider(own),
    "Requests.redact": lambda uow, own, it: uow.requests.redact(own, Redaction([it.name]), [it.order.id]),
    "Requests.has_open": lambda uow, own, it: uow.requests.has_open(own, it.order.store_id),
    "Requests.list_open_between": lambda uow, own, it: uow.requests.list_open_between(it.request.provider_id, own),
    "Requests.list_by_id": lambda uow, own, it: uow.requests.list_by_id(own, [it.request.id]),
    "Requests.list_changed": lambda uow, own, it: uow.requests.list_changed(own, it.connection.id, None, "", 9),
    "Requests.find_last": lambda uow, own, it: uow.requests.find_last(own, it.connection.id),
    "Requests.touch": lambda uow, own, it: uow.requests.touch(own, [it.order.id], LATER),
    "Requests.list_messages": lambda uow, own, it: uow.requests.list_messages(own, it.request.id),
    "Requests.threads": lambda uow, own, it: uow.requests.threads(own, [it.request.id]),
    "Requests.skus": lambda uow, own, it: uow.requests.skus(own, it.connection.id),
    "Requests.replace_skus": lambda uow, own, it: uow.requests.replace_skus(own, it.connection.id, {"a": "b"}),
    "Fulfillment.update_shipment": lambda uow, own, it: uow.fulfillment.update_shipment(replace(it.shipment, shipped_at=LATER)),
    "Fulfillment.get_shipment": lambda uow, own, it: uow.fulfillment.get_shipment(own, it.shipment.id),
    "Fulfillment.find_by_source": lambda uow, own, it: uow.fulfillment.find_by_source(own, str(it.shipment.source_id)),
    "Fulfillment.shipments_by_order": lambda uow, own, it: uow.fulfillment.shipments_by_order(own, [it.order.id]),
    "Fulfillment.list_shipments": lambda uow, own, it: uow.fulfillment.list_shipments(own, it.order.id),
    "Fulfillment.list_shipped": lambda uow, own, it: uow.fulfillment.list_shipped(own, [it.order.id]),
    "Fulfillment.with_label": lambda uow, own, it: uow.fulfillment.with_label(own, [it.order.id]),
    "Jobs.list_untold": lambda uow, own, it: uow.jobs.list_untold(own, 10),
    "Labels.update": lambda uow, own, it: uow.labels.update(replace(it.label, carrier_id="changed")),
    "Labels.get": lambda uow, own, it: uow.labels.get(own, it.label.id),
    "Labels.find_by_shipment": lambda uow, own, it: uow.labels.find_by_shipment(own, it.shipment.id),
    "Labels.list_for_order": lambda uow, own, it: uow.labels.list_for_order(own, it.order.id),
    "Labels.being_bought": lambda uow, own, it: uow.labels.being_bought(own, [it.order.id]),
    "Labels.list_unmanifested": lambda uow, own, it: (
        label_bought(uow, own, it),
        uow.labels.list_unmanifested(own, NOON, 10),
    ),
    "Labels.put_on_manifest": lambda uow, own, it: (
        label_bought(uow, own, it),
        uow.labels.put_on_manifest(own, [it.label.id], f"man_{it.name}"),
    ),
    "Labels.take_off_manifest": lambda uow, own, it: (
        label_bought(uow, own, it),
        uow.labels.take_off_manifest(own, f"man_{it.name}"),
    ),
    "Labels.list_on_manifest": lambda uow, own, it: (
        label_bought(uow, own, it),
        uow.labels.put_on_manifest(own, [it.label.id], f"man_{it.name}"),
        uow.labels.list_on_manifest(own, f"man_{it.name}"),
    ),
    "Pickups.update": lambda uow, own, it: uow.pickups.update(replace(it.pickup, account_id=own, carrier_id="changed")),
    "Pickups.get": lambda uow, own, it: uow.pickups.get(own, it.pickup.id),
    "Pickups.list_for": lambda uow, own, it: uow.pickups.list_for(own, 10),
    "Manifests.update": lambda uow, own, it: uow.manifests.update(replace(it.manifest, account_id=own, carrier_id="changed")),
    "Manifests.get": lambda uow, own, it: uow.manifests.get(own, it.manifest.id),
    "Manifests.list_for": lambda uow, own, it: uow.manifests.list_for(own, 10),
    "Manifests.keep_document": lambda uow, own, it: uow.manifests.keep_document(own, it.manifest.id, b"another", LATER),
    "Manifests.find_document": lambda uow, own, it: uow.manifests.find_document(own, it.manifest.id),
    "Labels.take_numbers": lambda uow, own, it: uow.labels.take_numbers(own, f"car_{it.name}", 1),
    "Labels.keep_documents": lambda uow, own, it: uow.labels.keep_documents(own, it.label.id, [ANOTHER_DOCUMENT], LATER),
    "Labels.list_documents": lambda uow, own, it: uow.labels.list_documents(own, it.label.id),
    "Labels.redact": lambda uow, own, it: uow.labels.redact(own, [it.order.id]),
    "Labels.was_printed": lambda uow, own, it: (
        uow.labels.note_printed(own, it.label.id, LATER),
        uow.labels.was_printed(own, it.label.id),
    ),
    "Labels.note_printed": lambda uow, own, it: uow.labels.note_printed(own, it.label.id, LATER),
    "Trackings.put": lambda uow, own, it: uow.trackings.put(replace(it.tracking, account_id=own, carrier_id="changed")),
    "Trackings.find": lambda uow, own, it: uow.trackings.find(own, it.shipment.id),
    "Trackings.by_order": lambda uow, own, it: uow.trackings.by_order(own, [it.order.id]),
    "Trackings.list_due": lambda uow, own, it: uow.trackings.list_due(own, LATER, 9),
    "Trackings.put_off": lambda uow, own, it: uow.trackings.put_off(own, f"car_{it.name}", LATER, LATER),
    "Trackings.find_called": lambda uow, own, it: uow.trackings.find_called(
        own, f"car_{it.name}", [it.tracking.carrier_id], [f"t-{it.name}"]
    ),
    "Trackings.keep_events": lambda uow, own, it: uow.trackings.keep_events(
        own, it.shipment.id, [replace(it.tracked, at=LATER)], LATER
    ),
    "Trackings.list_events": lambda uow, own, it: uow.trackings.list_events(own, it.shipment.id),
    "Trackings.events_of_order": lambda uow, own, it: uow.trackings.events_of_order(own, it.order.id),
    "Trackings.redact": lambda uow, own, it: uow.trackings.redact(own, [it.order.id]),
    "Rates.keep_asked": lambda uow, own, it: (
        uow.rates.keep_asked([replace(it.asked_rates, account_id=own, digest="changed")]),
        uow.rates.list_asked(own, [it.order.id]),
    ),
    "Rates.list_asked": lambda uow, own, it: uow.rates.list_asked(own, [it.order.id]),
    "Rates.keep_comparison": lambda uow, own, it: uow.rates.keep_comparison(
        replace(it.comparison, account_id=own, digest="changed")
    ),
    "Rates.find_comparison": lambda uow, own, it: uow.rates.find_comparison(own, it.order.id),
    "Rates.list_compared": lambda uow, own, it: uow.rates.list_compared(own, [it.order.id]),
    "Rates.orders_without_choice": lambda uow, own, it: uow.rates.orders_without_choice(own, 10),
    "Packages.remove": lambda uow, own, it: uow.packages.remove(own, f"pkg_{it.name}"),
    "Packages.list_for": lambda uow, own, it: uow.packages.list_for(own),
    "Packages.set_default": lambda uow, own, it: (uow.packages.set_default(own, None), uow.packages.list_for(own)),
    "LabelBatches.update": lambda uow, own, it: uow.label_batches.update(replace(it.batch, account_id=own, begun_at=LATER)),
    "LabelBatches.get": lambda uow, own, it: uow.label_batches.get(own, it.batch.id),
    "LabelBatches.list_for": lambda uow, own, it: uow.label_batches.list_for(own, 9),
    "LabelBatches.next_orders": lambda uow, own, it: (
        uow.label_batches.keep_results(own, it.batch.id, {it.order.id: BatchResult()}),
        uow.label_batches.next_orders(own, it.batch.id, 9),
    ),
    "LabelBatches.keep_results": lambda uow, own, it: uow.label_batches.keep_results(
        own, it.batch.id, {it.order.id: BatchResult(code="changed")}
    ),
    "LabelBatches.forget_refusals": lambda uow, own, it: (
        uow.label_batches.keep_results(own, it.batch.id, {it.order.id: BatchResult(code="changed")}),
        uow.label_batches.forget_refusals(own, it.batch.id),
    ),
    "LabelBatches.labels_of": lambda uow, own, it: uow.label_batches.labels_of(own, it.batch.id, list(LabelState)),
    "LabelBatches.list_orders": lambda uow, own, it: uow.label_batches.list_orders(own, it.batch.id),
    "LabelBatches.count": lambda uow, own, it: uow.label_batches.count(own, [it.batch.id]),
    "Labels.note_not_printed": lambda uow, own, it: (
        uow.labels.note_not_printed(own, it.label.id),
        uow.labels.note_printed(own, it.label.id, LATER),
    ),
    "PrintStations.find": lambda uow, own, it: uow.print_stations.find(own, f"pst_{it.name}"),
    "PrintStations.list_for": lambda uow, own, it: uow.print_stations.list_for(own),
    "PrintStations.remove": lambda uow, own, it: uow.print_stations.remove(own, f"pst_{it.name}"),
    "WriteBacks.list_steps": lambda uow, own, it: uow.write_backs.list_steps(own, it.shipment.id),
    "WriteBacks.steps_of": lambda uow, own, it: uow.write_backs.steps_of(own, [it.shipment.id]),
    "WriteBacks.add_step": lambda uow, own, it: (
        uow.write_backs.add_step(own, it.shipment.id, StepDone("note", LATER)),
        uow.write_backs.list_steps(own, it.shipment.id),
    ),
    "Jobs.renew_unsent": lambda uow, own, it: uow.jobs.renew_unsent([a_job(own, it.key("job"), payload={"changed": True})]),
    "Jobs.find": lambda uow, own, it: uow.jobs.find(own, it.key("job")),
    "Jobs.find_many": lambda uow, own, it: uow.jobs.find_many(own, [it.key("job")]),
    "Jobs.upsert_due": lambda uow, own, it: uow.jobs.upsert_due(a_job(own, it.key("job"), not_before=LATER)),
    "Jobs.cancel": lambda uow, own, it: uow.jobs.cancel(own, it.key("job")),
    "Jobs.give_up": lambda uow, own, it: uow.jobs.give_up(own, it.key("job"), Sentence.of("The store wants it back.")),
    "Jobs.list_orders_to_tell": lambda uow, own, it: (
        uow.orders.update_many([replace(one, state=OrderState.SHIPPED) for one in uow.orders.get_many(own, [it.order.id])]),
        uow.jobs.list_orders_to_tell(own, it.store.id, "run_9", "", 9),
    ),
    "Jobs.release_waiting": lambda uow, own, it: uow.jobs.release_waiting(own, it.order.id, LATER),
    "Jobs.list_for_order": lambda uow, own, it: uow.jobs.list_for_order(own, it.order.id),
    "Jobs.list_for_orders_of": lambda uow, own, it: uow.jobs.list_for_orders_of(
        own, it.store.id, [JobKind.DELEGATE], [JobState.DUE]
    ),
    "Jobs.redact": lambda uow, own, it: uow.jobs.redact(own, [it.order.id], Redaction([it.name])),
    "Mails.get": lambda uow, own, it: uow.mails.get(own, it.mail.id),
    "Mails.update": lambda uow, own, it: uow.mails.update(replace(it.mail, attempts=7)),
    "Mails.call_off": lambda uow, own, it: uow.mails.call_off(own, it.mail.id),
    "Mails.list_entries": lambda uow, own, it: uow.mails.list_entries(own, after=None, limit=9),
    "Mails.list_to": lambda uow, own, it: uow.mails.list_to(own, it.user.id, after=None, limit=9),
    "Mails.take_for_digest": lambda uow, own, it: uow.mails.take_for_digest(own, it.user.id, LATER),
    "Mails.drop_for_digest": lambda uow, own, it: uow.mails.drop_for_digest(own, it.user.id),
    "Mails.redact": lambda uow, own, it: uow.mails.redact(own, Redaction([it.name])),
    "MailPreferences.modes_of": lambda uow, own, it: uow.mail_preferences.modes_of(own, it.user.id),
    "MailPreferences.set_mode": lambda uow, own, it: (
        uow.mail_preferences.set_mode(own, it.user.id, MailKind.RULE_EMAIL, MailMode.OFF),
        uow.mail_preferences.modes_of(own, it.user.id),
    ),
    "Leases.take": lambda uow, own, it: uow.leases.take(own, it.key("lease"), "me", LATER, LATER),
    "Leases.owner": lambda uow, own, it: uow.leases.owner(own, it.key("lease")),
    "Leases.release": lambda uow, own, it: uow.leases.release(own, it.key("lease"), "somebody"),
    "Authorisations.take": lambda uow, own, it: uow.authorisations.take(it.consent().state_digest, own, "operator"),
    "Audit.list_for": lambda uow, own, it: uow.audit.list_for(own, it.order.id),
    "Audit.redact": lambda uow, own, it: uow.audit.redact(own, Redaction([it.name]), [it.order.id]),
    "Alerts.list_for": lambda uow, own, it: uow.alerts.list_for(own),
    "Alerts.redact": lambda uow, own, it: uow.alerts.redact(own, Redaction([it.name])),
}
CALLS: dict[str, Call] = {**ACCOUNTS, **STORES, **ORDERS, **RULES, **DRAFTS, **WORK, **BACKTESTS, **DEFAULTS_CALLS, **PEOPLE}
