"""The history of an order: everything in one list, the newest first, page by page, by kind, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.examples import NOON, a_decision, a_job, an_account, an_account_with_store, an_order

from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.fulfillment import Shipment
from engine.model.job import CALLED_OFF, JobKind, JobState
from engine.model.order import Order
from engine.model.request import FulfillmentRequest
from engine.model.request_message import MessageKind, RequestMessage
from engine.model.sentence import Sentence
from engine.model.timeline import TimelineKind, TimelinePlace, TimelineSource
from engine.model.tracking import Tracking, TrackingEvent, TrackingState
from engine.model.transitions import Side
from storage.database import Database
from storage.queries import Queries

SECOND = timedelta(seconds=1)


@pytest.fixture
def order(database: Database) -> Order:
    """An order of which something is kept in every table that the history is read from, a second apart."""
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        provider = an_account("acme")
        unit.accounts.add(provider)
        order = an_order(store.account_id, store.id)
        unit.orders.add_many([order], "run_1")
        own = order.account_id
        unit.audit.append([AuditEntry(own, NOON, "import", "order.imported", order.id, None, {"total": 1})])
        decision = a_decision(order, decided_at=NOON + SECOND, rule_set_version_ids=["rsv_1"])
        unit.decisions.keep_context(decision.context_id, {})
        unit.decisions.add_many([decision])
        request = FulfillmentRequest("req_1", own, provider.id, order.id, (), "", (), NOON, changed_at=NOON)
        unit.requests.add(request)
        at = NOON + 2 * SECOND
        for message_id, kind in (("msg_1", MessageKind.WRITTEN), ("msg_2", MessageKind.ASKED)):
            unit.requests.add_message(
                RequestMessage(message_id, "req_1", own, provider.id, Side.PROVIDER, kind, "usr_x", at, text="{When}?")
            )
        mail = a_job(own, "m", order_id=order.id, kind=JobKind.BUYER_EMAIL, state=JobState.DONE, tried_at=NOON + 3 * SECOND)
        unit.jobs.add_many([mail, a_job(own, "w", order_id=order.id, kind=JobKind.BUYER_EMAIL)])
        called_off = a_job(own, "c", order_id=order.id, kind=JobKind.EMAIL, tried_at=NOON, reason=CALLED_OFF)
        unit.jobs.add_many([called_off, a_job(own, "d", order_id=order.id, tried_at=NOON)])
        unit.fulfillment.add_shipment(Shipment("shp_1", own, order.id, None, "seur", "24h", {}, ()))
        unit.trackings.put(Tracking("shp_1", own, order.id, NOON))
        event = TrackingEvent(NOON + 4 * SECOND, TrackingState.DELIVERED, Sentence("Done", "Hecho"), "Madrid", "T1")
        unit.trackings.keep_events(own, "shp_1", [event], NOON)
        unit.alerts.add(Alert("alr_1", own, order.id, Sentence("Look", "Mira"), NOON + 5 * SECOND))
        unit.audit.append([AuditEntry(own, NOON + 6 * SECOND, "usr_1", "order.held", order.id, "awaiting_shipment", "why")])
        unit.commit()
    return order


def test_everything_is_one_list_the_newest_first(database: Database, order: Order) -> None:
    page = Queries(database).timeline(order.account_id, order.id)
    assert [(one.kind, one.action) for one in page.entries] == [
        (TimelineKind.HOLD, "order.held"),
        (TimelineKind.ALERT, ""),
        (TimelineKind.TRACKING, "delivered"),
        (TimelineKind.TOLD, "buyer_email"),
        (TimelineKind.PROVIDER, "written"),
        (TimelineKind.DECISION, "imported"),
        (TimelineKind.STORE, "order.imported"),
    ]
    held, alert, delivered, mail, message, decided, imported = page.entries
    assert page.before is None
    assert (held.actor, held.before, held.after) == ("usr_1", "awaiting_shipment", "why")
    assert (alert.said, delivered.said) == (Sentence("Look", "Mira"), Sentence("Done", "Hecho"))
    assert (delivered.before, delivered.after) == ("Madrid", "T1")
    assert (mail.after, mail.at) == ("done", NOON + 3 * SECOND)
    assert (message.said, message.before) == (Sentence("{When}?", "{When}?"), "provider")
    assert (decided.before, decided.after) == (["rsv_1"], ["to-acme"])
    assert imported.after == {"total": 1}


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_follow_each_other_without_a_gap(database: Database, order: Order, limit: int) -> None:
    """Also where several things happened at one moment."""
    with database.unit_of_work() as unit:
        for _ in range(3):
            unit.audit.append([AuditEntry(order.account_id, NOON + 5 * SECOND, "import", "order.updated", order.id)])
        unit.alerts.add(Alert("alr_2", order.account_id, order.id, Sentence.of("x"), NOON + 5 * SECOND))
        unit.commit()
    queries = Queries(database)
    whole = queries.timeline(order.account_id, order.id).entries
    assert len(whole) == 11
    found, before = [], None
    while True:
        page = queries.timeline(order.account_id, order.id, before=before, limit=limit)
        assert len(page.entries) <= limit
        found += page.entries
        before = None if page.before is None else TimelinePlace.parse(str(page.before))
        if before is None:
            break
    assert tuple(found) == whole


def test_one_kind_is_shown_alone(database: Database, order: Order) -> None:
    queries = Queries(database)
    for kind in TimelineKind:
        entries = queries.timeline(order.account_id, order.id, kinds=(kind,)).entries
        assert {one.kind for one in entries} <= {kind}
        assert bool(entries) is (kind not in (TimelineKind.PERSON, TimelineKind.SHIPMENT))


def test_nobody_else_sees_any_of_it(database: Database, order: Order) -> None:
    assert Queries(database).timeline("acc_stranger", order.id).entries == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "2026-01-01~1~a",
        "2026-01-01T00:00:00+00:00~9~a",
        "2026-01-01T00:00:00+00:00~1~",
        "9999-12-31T23:59:59-14:00~1~a",
        "0001-01-01T00:00:00+14:00~1~a",
    ],
)
def test_what_is_no_place_is_the_beginning(text: str) -> None:
    assert TimelinePlace.parse(text) is None


def test_a_place_of_the_audit_trail_that_nobody_wrote_finds_nothing_more(database: Database, order: Order) -> None:
    place = TimelinePlace(NOON, TimelineSource.AUDIT, "9" * 40)
    assert Queries(database).timeline(order.account_id, order.id, before=place).entries == ()
