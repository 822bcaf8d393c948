"""At 100,000 orders every question is answered by way of an index, on both databases, with statistics and without."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.grid_questions import GRID_PAGES, GRID_QUESTIONS, MOST_SORTED
from support.inbox_questions import FLAGGED, INBOX_QUESTIONS
from support.insight_questions import INSIGHT_QUESTIONS
from support.many_rows import fill
from support.query_plans import Ask, nodes, sent_by, sqlite_plan
from support.reconciliation_questions import RECONCILIATION_QUESTIONS
from support.statements import statements

from engine.model.bulk_action import BulkOutcome
from engine.model.job import JobKind, JobState
from engine.model.order_filter import OrderFilter
from engine.model.redaction import Redaction
from engine.model.statement import StatementScope
from engine.model.transitions import Side
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.secret_box import SecretBox

LARGE = (
    "orders",
    "order_links",
    "decisions",
    "audit",
    "import_runs",
    "order_flags",
    "order_terms",
    "skipped_notes",
    "raw_documents",
    "alerts",
    "mails",
    "fulfillment_requests",
    "fulfillment_request_lines",
    "request_messages",
    "shipments",
    "labels",
    "trackings",
    "tracking_events",
    "second_looks",
    "bulk_action_orders",
    "rule_days",
    "jobs",
    "inbox_marks",
)
FEW = r"\b(ix_mails_for_digest|ix_trackings_ask_at|ix_second_looks_due_at)\b"  # indexes of few rows, all of which are wanted
LATELY = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)


@pytest.fixture
def sqlite_orders(tmp_path: Path, secrets: SecretBox) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path}/relevo.db", secrets)
    migrate(database)
    with sqlite3.connect(tmp_path / "relevo.db") as connection:
        connection.execute("PRAGMA synchronous = OFF")
        fill(connection.execute, sqlite=True)
    connection.close()
    yield database
    database.close()


@pytest.fixture
def postgresql_orders(postgresql_url: str, secrets: SecretBox) -> Iterator[Database]:
    database = open_database(postgresql_url, secrets)
    with database.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no reference is wrong here
        fill(connection.exec_driver_sql, sqlite=False)
    with database.outside_transaction() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    yield database
    database.close()


CLIENTS = StatementScope("acc_1", Side.PROVIDER)
# Each question, and the indexes without which it is not answered well: of SQLite, of PostgreSQL where it has a choice.
QUESTIONS: dict[str, tuple[Ask, set[str]]] = {
    "an order by any of its numbers": (
        lambda unit, _: unit.orders.list_by_number("acc_1", "sto_1", "o00050000"),
        {
            *("ix_orders_store_id_order_number", "ix_orders_store_id_external_order_id", "ix_orders_store_id_reference"),
            "uq_orders_store_id_external_id",
        },
    ),
    "open orders to the same address": (
        lambda unit, _: unit.orders.list_to_recipient("acc_1", "Recipient 7", "28004", 20),
        {"pk_order_terms", "pk_orders"},
    ),
    "open orders that an import did not see": (
        lambda unit, _: unit.orders.list_unseen("acc_1", "sto_1", "run_2", "00040000", 200),
        {"ix_orders_changeable"},
    ),
    "shipped orders that an import did not see and whose store is to be told": (
        lambda unit, _: unit.jobs.list_orders_to_tell("acc_1", "sto_1", "run_2", "00040000", 200),
        {"ix_jobs_untold", "pk_orders"},
    ),
    "what is known of a batch": (
        lambda unit, _: unit.orders.heads("acc_1", "sto_1", [f"{number:08}" for number in range(200)]),
        {"uq_orders_store_id_external_id"},
    ),
    "what is known of a vendor's account": (
        lambda unit, _: unit.orders.homes("acc_1", "vendor", [f"{number:08}" for number in range(200)]),
        {"ix_orders_account_id_origin_external_id"},
    ),
    "orders of orders of the store": (
        lambda unit, _: unit.orders.ids_by_order("acc_1", "sto_1", ["e00000001", "e00000002"]),
        {"ix_orders_store_id_external_order_id"},
    ),
    "the grid": (lambda _, queries: queries.orders_page("acc_1"), {"ix_orders_account_id_id"}),
    "a later page of it": (lambda _, queries: queries.orders_page("acc_1", after="ord_00050000"), {"ix_orders_account_id_id"}),
    "one store": (lambda _, queries: queries.orders_page("acc_1", OrderFilter(store_id="sto_1")), {"ix_orders_store_id_id"}),
    "a later page of one store": (
        lambda _, queries: queries.orders_page("acc_1", OrderFilter(store_id="sto_1"), after="ord_00050000"),
        {"ix_orders_store_id_id"},
    ),
    "how many are in each status, up to a limit": (
        lambda _, queries: queries.order_counts("acc_1", up_to=5001, attention_up_to=100),
        {"ix_orders_account_id_status_id", "pk_order_flags"},
    ),
    "the stores of the grid": (
        lambda _, queries: queries.stores_overview("acc_1", named="S"),
        {"ix_import_runs_store_id_started_at"},
    ),
    "one status": (
        lambda _, queries: queries.orders_page("acc_1", OrderFilter(status="awaiting_shipment")),
        {"ix_orders_account_id_status_id"},
    ),
    "what needs attention": (
        lambda _, queries: queries.orders_page("acc_1", OrderFilter(flags=("needs_attention",))),
        {"pk_order_flags"},
    ),
    "a later page of that": (
        lambda _, queries: queries.orders_page("acc_1", OrderFilter(flags=("unhandled",)), after="ord_00050000"),
        {"pk_order_flags"},
    ),
    "what a store's orders ask for": (
        lambda unit, _: unit.shipping_methods.seen("acc_1", "sto_1", 1000),
        set(),  # the latest of all orders are as good a way where half of them are the store's
    ),
    "one order": (
        lambda _, queries: queries.order_detail("acc_1", "ord_00050000"),
        {"ix_decisions_order_id_id", "ix_alerts_order_id"},
    ),
    "its history": (
        lambda _, queries: queries.timeline("acc_1", "ord_00050000"),
        {"ix_audit_account_id_subject_id", "ix_decisions_order_id_id", "ix_alerts_order_id"},
    ),
    "the orders that came last": (
        lambda unit, _: unit.orders.list_newest("acc_1", "ord_00050000", 500),
        set(),
    ),
    "orders that rules may run over": (
        lambda unit, _: unit.orders.list_changeable("acc_1", 2000),
        {"ix_orders_changeable", "ix_orders_storeless"},
    ),
    "what orders were made of, and what of them": (
        lambda unit, _: unit.order_links.list_for("acc_1", [f"ord_{number:08}" for number in range(200)]),
        {"ix_order_links_origin_id"},
    ),
    "which decisions there are about a batch": (
        lambda unit, _: unit.decisions.list_heads("acc_1", [f"ord_{number:08}" for number in range(500)]),
        {"ix_decisions_order_id_id"},
    ),
    "decisions of a batch as they lie there": (
        lambda unit, _: unit.decisions.list_kept("acc_1", [f"dec_{number:08}" for number in range(500)]),
        set(),
    ),
    "the last runs": (lambda unit, _: unit.stores.last_runs("acc_1", ["sto_1", "sto_2"]), {"ix_import_runs_store_id_started_at"}),
    "what is not an order": (lambda _, queries: queries.skipped_page("acc_1", "sto_1"), {"ix_skipped_notes_store_id_last_seen"}),
    "the account's mails": (
        lambda unit, _: unit.mails.list_entries("acc_1", after="mai_00005000", limit=50),
        {"ix_mails_account_id_created_at_id"},
    ),
    "a person's mails": (
        lambda unit, _: unit.mails.list_to("acc_1", "usr_1", after=None, limit=20),
        {"ix_mails_reader_account_id_user_id_created_at_id"},
    ),
    "who waits for a digest": (lambda unit, _: unit.mails.list_readers(), {"ix_mails_for_digest"}),
    "what was asked for an order": (
        lambda unit, _: unit.requests.list_for_order("acc_1", "ord_00050000"),
        {"ix_fulfillment_requests_order_id"},
    ),
    "the request that an order was made of": (
        lambda unit, _: unit.requests.find_by_copy("acc_2", "cpy_00050000"),
        {"ix_fulfillment_requests_copy_id"},
    ),
    "what a client has changed lately": (
        lambda unit, _: unit.requests.list_changed("acc_2", "con_1", LATELY, "", 200),
        {"ix_fulfillment_requests_connection_id_changed_at"},
    ),
    "what a client has still to get": (
        lambda unit, _: unit.requests.list_changed("acc_2", "con_1", None, "ffr_00040000", 200),
        {"ix_fulfillment_requests_open"},
    ),
    "what of a store is with providers": (
        lambda unit, _: unit.requests.has_open("acc_1", "sto_1"),
        {"ix_fulfillment_requests_open_of_account"},
    ),
    "what a merchant waits for at a provider": (
        lambda unit, _: unit.requests.list_open_between("acc_2", "acc_1"),
        {"ix_fulfillment_requests_open_of_account"},
    ),
    "what the clock runs rules over": (
        lambda unit, _: unit.orders.list_ids("acc_1", ["awaiting_shipment", "on_hold"], "ord_00050000", 200),
        {"ix_orders_account_id_status_id"},
    ),
    "whose rules look again": (lambda unit, _: unit.schedules.list_accounts_due(LATELY), {"ix_second_looks_due_at"}),
    "what rules look at again": (lambda unit, _: unit.schedules.list_due_looks("acc_1", LATELY, 200), {"ix_second_looks_due_at"}),
    "how many orders rules look at again": (lambda unit, _: unit.schedules.count_looks("acc_1"), {"ix_second_looks_due_at"}),
    "which rules look at some orders again": (
        lambda unit, _: unit.schedules.looks_at("acc_1", [f"ord_{number:08}" for number in range(200)]),
        {"ix_second_looks_order_id"},
    ),
    "open orders that no rule has handled": (
        lambda unit, queries: (
            unit.rule_health.count_unhandled("acc_1"),
            unit.rule_health.list_unhandled("acc_1", 200),
            queries.unhandled_page("acc_1", after="ord_00050000"),
        ),
        {"ix_orders_account_id_status_id", "pk_order_flags"},
    ),
    "what is held": (lambda unit, _: unit.orders.list_held("acc_1"), {"ix_orders_held"}),
    "what rules wrote into orders": (
        lambda unit, _: unit.decisions.list_changes("acc_1", [f"ord_{number:08}" for number in range(200)]),
        {"ix_decisions_order_id_id"},
    ),
    "whose shared carrier accounts alone may be used": (lambda unit, _: unit.connections.list_requiring_shared("acc_2"), set()),
    "what a provider was asked, by id": (
        lambda unit, _: unit.requests.list_by_id("acc_2", [f"ffr_{number:08}" for number in range(200)]),
        set(),  # by the key, with the provider or without
    ),
    "what is reserved of products": (
        lambda unit, _: unit.inventory.list_for_client("acc_1", ["acc_2"], ["S1", "S100"]),
        {"ix_fulfillment_request_lines_rest"},
    ),
    "what is reserved of a client's products": (
        lambda unit, _: unit.inventory.list_for_provider("acc_2", ["acc_1"], ["S1", "S100"]),
        {"ix_fulfillment_request_lines_rest"},
    ),
    "what was written about a request": (
        lambda unit, _: unit.requests.list_messages("acc_2", "ffr_00050000"),
        {"ix_request_messages_request_id"},
    ),
    "what shipped of orders": (
        lambda unit, _: unit.fulfillment.shipments_by_order("acc_1", [f"ord_{number:08}" for number in range(200)]),
        {"ix_shipments_order_id"},
    ),
    "what left in a month": (
        lambda unit, _: unit.billing.list_shipped(CLIENTS, LATELY, LATELY + timedelta(minutes=10)),
        {"ix_shipments_account_id_shipped_at"},
    ),
    "what left in a month, added up": (
        lambda unit, _: unit.billing.sum_shipped(CLIENTS, {"acc_1": (LATELY, LATELY + timedelta(minutes=10))}),
        {"ix_shipments_account_id_shipped_at"},
    ),
    "what left in an issued month and is not charged": (
        lambda unit, _: unit.billing.list_late(CLIENTS, "2026-03", {"acc_1": (LATELY, LATELY + timedelta(minutes=10))}),
        {"ix_shipments_account_id_shipped_at"},
    ),
    "what of issued months was taken back": (
        lambda unit, _: unit.billing.list_unsettled(CLIENTS),
        {"ix_shipments_voided", "ix_labels_returns"},
    ),
    "return labels of a month": (
        lambda unit, _: unit.billing.list_returns(CLIENTS, {"acc_1": (LATELY, LATELY + timedelta(minutes=10))}),
        {"ix_labels_returns"},
    ),
    "the record of a provider's shipment": (
        lambda unit, _: unit.fulfillment.find_by_source("acc_1", "src_00050000"),
        {"ix_shipments_account_id_source_id"},
    ),
    "the account's alerts": (lambda _, queries: queries.notices("acc_1"), {"ix_alerts_account_id_created_at"}),
    "whose carriers are to be asked": (lambda unit, _: unit.trackings.list_accounts_due(LATELY), {"ix_trackings_ask_at"}),
    "what they are asked about": (
        lambda unit, _: unit.trackings.list_due("acc_1", LATELY, 25),
        {"ix_trackings_ask_at"},
    ),
    "which orders of a bulk action come next": (
        lambda unit, _: unit.bulk_actions.next_orders("acc_1", "blk_1", 10),
        {"ix_bulk_action_orders_action_id_outcome_position"},
    ),
    "what a bulk action was refused": (
        lambda unit, _: unit.bulk_actions.list_orders("acc_1", "blk_1", outcome=BulkOutcome.WAITING, after=5000, limit=200),
        {"ix_bulk_action_orders_action_id_outcome_position"},
    ),
    "what bulk actions did about some orders": (
        lambda unit, _: (
            unit.bulk_actions.list_before("acc_1", "blk_1", ["ord_00000001", "ord_00000002"]),
            unit.bulk_actions.redact("acc_1", Redaction(), ["ord_00000001", "ord_00000002"]),
        ),
        {"ix_bulk_action_orders_order_id_action_id"},
    ),
    "the ways of orders": (
        lambda unit, _: unit.trackings.by_order("acc_1", [f"ord_{number:08}" for number in range(200)]),
        {"ix_trackings_order_id"},
    ),
    "what carriers said of an order": (
        lambda unit, _: unit.trackings.events_of_order("acc_1", "ord_00050000"),
        {"ix_trackings_order_id"},
    ),
}
QUESTIONS |= GRID_QUESTIONS | INSIGHT_QUESTIONS | INBOX_QUESTIONS | RECONCILIATION_QUESTIONS
COUNTS: dict[str, tuple[Ask, set[str]]] = {  # which read every entry of an index: PostgreSQL may prefer the table
    "how many in each store": (lambda _, queries: queries.statuses("acc_1", LATELY), set()),
}


PAGES = {  # in the order of an index, so that the first lines cost the same however many there are
    *("the grid", "a later page of it", "one store", "a later page of one store", "one status"),
    "which orders of a bulk action come next",
    *GRID_PAGES,
    *("what needs attention", "a later page of that", "what a client has still to get", "what the clock runs rules over"),
}


def test_sqlite_answers_by_index_with_statistics_and_without(sqlite_orders: Database) -> None:
    _check_sqlite(sqlite_orders)
    with sqlite_orders.unit_of_work() as unit:
        unit.refresh_statistics()
        unit.commit()
    with sqlite_orders.begin_reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'orders'").scalar_one() > 5
    _check_sqlite(sqlite_orders)


def _check_sqlite(sqlite_orders: Database) -> None:
    for question, (ask, wanted) in {**QUESTIONS, **COUNTS}.items():
        plan = sqlite_plan(sqlite_orders, sent_by(sqlite_orders, ask))
        scans = [step for step in plan if re.match(rf"SCAN ({'|'.join(LARGE)})\b", step) and not re.search(FEW, step)]
        assert not scans, (question, scans)
        assert not [index for index in wanted if not any(index in step for step in plan)], (question, plan)
        if question in PAGES:
            assert not [step for step in plan if "TEMP B-TREE" in step], (question, plan)


def test_sqlite_finds_what_is_named_without_reading_all_that_the_account_has(sqlite_database: Database) -> None:
    names = [f"{number:08}" for number in range(400)]
    asked: tuple[Callable[[Any], object], ...] = (
        lambda unit: unit.jobs.find_many("acc_1", names),
        lambda unit: unit.jobs.list_for_orders_of("acc_1", "sto_1", [JobKind.NOTIFY_STORE], [JobState.DUE]),
        lambda unit: unit.jobs.by_order("acc_1", names),
        lambda unit: unit.alerts.by_order("acc_1", names),
        lambda unit: unit.stores.unpark("acc_1", "sto_1", names),
        lambda unit: unit.orders.homes("acc_1", "vendor", names),
        lambda unit: unit.orders.mark_seen("acc_1", "sto_1", names, "run_2"),
        lambda unit: unit.orders.forget_source_versions("acc_1", "sto_1"),
        lambda unit: unit.requests.touch("acc_1", names, LATELY),
        lambda unit: unit.requests.by_order("acc_1", names),
        lambda unit: unit.requests.list_among("acc_2", names),
        lambda unit: unit.requests.list_by_id("acc_2", names),
    )
    for ask in asked:
        with statements(sqlite_database) as sent, sqlite_database.unit_of_work() as unit:
            ask(unit)
        plan = sqlite_plan(sqlite_database, sent)
        assert not [step for step in plan if step.startswith("SCAN") or step.endswith(("(account_id=?)", "(provider_id=?)"))], (
            plan
        )


@pytest.mark.postgresql
def test_postgresql_answers_by_index(postgresql_orders: Database) -> None:
    for question, (ask, wanted) in QUESTIONS.items():
        sent = sent_by(postgresql_orders, ask)
        with postgresql_orders.begin_reading() as connection:
            plans = [
                connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
                for statement, parameters in sent
                if statement.lstrip().startswith(("SELECT", "WITH"))
            ]
        text = json.dumps(plans)
        steps = [node for plan in plans for node in nodes(plan[0]["Plan"])]
        scans = [node["Relation Name"] for node in steps if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE]
        assert not scans, (question, scans)
        missing = [index for index in wanted if f'"{index}"' not in text]
        most = question in PAGES - {"what needs attention"}  # of the rows: another will do
        assert not missing or most, (question, missing, text)
        sorts = [
            node
            for node in steps
            if node["Node Type"] == "Sort" and node["Plan Rows"] > ({FLAGGED: 100_000} | MOST_SORTED).get(question, 1000)
        ]
        assert not sorts, (question, sorts)
