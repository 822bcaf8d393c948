"""Bulk actions as people meet them: begun once, each order with its result, cancelled, gone on with and undone."""

from __future__ import annotations

from typing import Any

import pytest
from support.bulk_actions import begun, done, finished, results, tags, undone, wish
from support.clock import FixedClock
from support.partners import operators_connection, user_of
from support.rule_runs import publish
from support.shop import PROVIDER, ready
from support.two_sides import TRACKED, TwoSides, open_two_sides

from engine.jobs.worker import process_job_now
from engine.model.bulk_action import BulkOutcome, BulkState, bulk_job_key
from engine.model.connection import Answers
from engine.model.job import JobKind, JobState
from engine.model.request import RequestAction
from engine.services.bulk import run
from engine.services.bulk.actions import run_rules
from engine.services.bulk.kind import WrongField
from engine.services.bulk.results import get_bulk_action, list_bulk_actions, stream_results
from engine.services.bulk.run import work_on
from engine.services.bulk.start import (
    BulkWish,
    cancel_bulk_action,
    go_on,
    start_bulk_action,
    undo_bulk_action,
)
from engine.services.connections.set_connection import set_connection
from engine.services.deciding.reprocess_orders import reprocess_orders
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.ship_order import ship_order
from engine.services.refusals import Refused
from storage.database import Database
from storage.errors import DatabaseUnavailable

NUMBERS = ("1", "2", "3", "4")
HOLDS = {"reason": "Stock count"}
TO_ACME = {"provider": "acme-3pl"}


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(sqlite_database, clock)
    sides.shop.import_all(*(ready(number) for number in NUMBERS))
    return sides


def statuses(sides: TwoSides, *numbers: str) -> list[str]:
    return [sides.order(number).status() for number in numbers]


def holds(sides: TwoSides, number: str) -> list[tuple[str, Any]]:
    with sides.app.reading() as unit:
        found = unit.holds.list_for_orders(sides.merchant, [sides.shop.order_id(number)])
    return [(hold.reason, hold.until) for hold in found]


def test_the_worker_gives_each_order_its_turn_and_says_what_came_of_it(sides: TwoSides) -> None:
    ship_order(sides.app, sides.merchant, sides.shop.order_id("3"), TRACKED, sides.owner.id)
    action = begun(sides, "hold", "2", "3", "1", **HOLDS)
    assert (action.total, action.seen, statuses(sides, "2")) == (3, 0, ["awaiting_shipment"])
    sides.shop.work_off()

    ended = get_bulk_action(sides.app, sides.merchant, action.id).action
    assert (ended.state, ended.done, ended.refused) == (BulkState.DONE, 2, 1)
    [first, refused, last] = results(sides, action)
    assert [first, last] == [("2", BulkOutcome.DONE, ""), ("1", BulkOutcome.DONE, "")], "in the order of the choice"
    assert refused == ("3", BulkOutcome.REFUSED, 'Order 3 cannot be held: its status is "Shipped".')
    assert statuses(sides, "1", "2", "3") == ["on_hold", "on_hold", "shipped"]
    assert [one.id for one in list_bulk_actions(sides.app, sides.merchant)] == [action.id]


def test_who_did_what_to_each_order_and_began_the_action_is_in_the_audit_trail(sides: TwoSides) -> None:
    action = done(sides, "hold", "1", **HOLDS)
    cancel_bulk_action(sides.app, sides.merchant, action.id, sides.owner.id)
    undone(sides, action)
    with sides.app.reading() as unit:
        of_order = [one.action for one in unit.audit.list_for(sides.merchant, sides.shop.order_id("1"))]
        of_action = [(one.action, one.actor) for one in unit.audit.list_for(sides.merchant, action.id)]
    assert {"order.held", "order.hold_ended"} <= set(of_order)
    assert of_action == [("bulk_action.started", sides.owner.id)], "what has ended is not cancelled"


def test_pressing_twice_begins_one_and_another_choice_another(sides: TwoSides) -> None:
    def press(*numbers: str, page: str = "page-1", **parameters: str) -> tuple[str, bool]:
        asked = wish(sides, "hold", *numbers, token=page, **{**HOLDS, **parameters})
        started = start_bulk_action(sides.app, sides.merchant, asked, sides.owner.id)
        return started.action.id, started.is_new

    first, again = press("1", "2"), press("1", "2")
    assert again == (first[0], False)
    others = [press("1"), press("1", "2", page="page-2"), press("1", "2", reason="Another")]
    assert len({first[0], *(one for one, _ in others)}) == 4
    assert all(is_new for _, is_new in others)
    assert len(list_bulk_actions(sides.app, sides.merchant)) == 4


def test_what_cannot_begin_says_why_and_leaves_nothing(sides: TwoSides, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, parameters, field in (
        ("hold", {"reason": " "}, "reason"),
        ("hold", {**HOLDS, "until": "soon"}, "until"),
        ("hold", {**HOLDS, "until": "2020-01-01"}, "until"),
        ("delegate", {"provider": "nobody"}, "provider"),
    ):
        with pytest.raises(WrongField) as wrong:
            begun(sides, kind, "1", **parameters)
        assert wrong.value.field == field
    for asked, code in (
        (BulkWish("hold", [], HOLDS), "no_orders"),
        (BulkWish("hold", ["ord_x"], HOLDS), "no_order"),
        (BulkWish("burn", ["ord_x"]), "no_kind"),
        (BulkWish("rules", [f"ord_{place}" for place in range(10_001)]), "too_many_orders"),
    ):
        with pytest.raises(Refused) as refused:
            start_bulk_action(sides.app, sides.merchant, asked, sides.owner.id)
        assert refused.value.message.code == code
    assert list_bulk_actions(sides.app, sides.merchant) == []


def test_holding_again_for_the_same_reason_finds_nothing_to_do(sides: TwoSides) -> None:
    done(sides, "hold", "1", **HOLDS)
    action = done(sides, "hold", "1", "2", **HOLDS)
    assert (action.done, action.unchanged) == (1, 1)
    assert len(holds(sides, "1")) == 1


def test_undoing_a_hold_ends_these_holds_and_no_others(sides: TwoSides) -> None:
    hold_order(sides.app, sides.merchant, sides.shop.order_id("1"), "Call the buyer", sides.owner.id)
    action = done(sides, "hold", "1", "2", **HOLDS)
    back = undone(sides, action)
    assert (back.undoes, back.done) == (action.id, 2)
    assert holds(sides, "1") == [("Call the buyer", None)]
    assert statuses(sides, "1", "2") == ["on_hold", "awaiting_shipment"]


def test_undoing_a_release_holds_again_as_before_with_reason_and_end(sides: TwoSides, clock: FixedClock) -> None:
    publish(sides.shop, "{id: h, when: {field: order_number, is: equals, value: '2'}, then: [{do: hold, days: 3}]}")
    done(sides, "rules", "2")
    hold_order(sides.app, sides.merchant, sides.shop.order_id("1"), "Call the buyer", sides.owner.id, until="2030-01-01")
    end = sides.order("2").hold_end()
    before = holds(sides, "1")

    action = done(sides, "release", "1", "2", "3")
    assert (action.done, action.unchanged, statuses(sides, "1", "2")) == (2, 1, ["awaiting_shipment"] * 2)
    undone(sides, action, "Zurück")
    assert holds(sides, "1") == before
    assert holds(sides, "2") == [("Zurück", end)]
    assert statuses(sides, "1", "2", "3") == ["on_hold", "on_hold", "awaiting_shipment"]
    with sides.app.reading() as unit:
        [hold] = unit.holds.list_for_orders(sides.merchant, [sides.shop.order_id("2")])
    assert hold.note == "The rule h had held it."


def test_undoing_a_release_after_which_another_rule_held_at_once_finds_nothing_to_hold(sides: TwoSides) -> None:
    publish(
        sides.shop,
        "{id: a, on: [imported, reprocess], when: always, then: [{do: hold}]}",
        "{id: b, on: [released], when: always, then: [{do: hold}]}",
    )
    done(sides, "rules", "2")
    action = done(sides, "release", "2")
    assert results(sides, action) == [("2", BulkOutcome.DONE, "Released, but it is still on hold: its page says why.")]
    said = "Its release had ended no hold for good: it was on hold again at once."
    assert results(sides, undone(sides, action)) == [("2", BulkOutcome.NOTHING, said)]
    assert statuses(sides, "2") == ["on_hold"]


def test_undoing_a_delegation_recalls_or_asks_where_the_work_has_begun(sides: TwoSides) -> None:
    set_connection(sides.app, user_of(sides.shop, PROVIDER), operators_connection(sides.shop).id, answers=Answers.EACH)
    action = done(sides, "delegate", "1", "2", **TO_ACME)
    assert statuses(sides, "1", "2") == ["pending_fulfillment"] * 2
    sides.fetch()
    with sides.app.reading() as unit:
        [request] = unit.requests.list_for_order(sides.merchant, sides.shop.order_id("2"))
    sides.answer(request, RequestAction.ACCEPT)
    sides.answer(request, RequestAction.START)

    back = undone(sides, action)
    assert statuses(sides, "1", "2") == ["awaiting_shipment", "pending_fulfillment"]
    [plain, asked] = results(sides, back)
    assert plain == ("1", BulkOutcome.DONE, "")
    assert asked[2].startswith("The provider has the order already")


def test_undoing_a_recall_asks_the_same_provider_again(sides: TwoSides) -> None:
    sides.delegate("1", service_preference="24h")
    action = done(sides, "recall", "1", "2")
    assert [one[1] for one in results(sides, action)] == [BulkOutcome.DONE, BulkOutcome.NOTHING]
    assert statuses(sides, "1") == ["awaiting_shipment"]
    undone(sides, action)
    with sides.app.reading() as unit:
        asked = unit.requests.list_for_order(sides.merchant, sides.shop.order_id("1"))
    assert [one.service_preference for one in asked] == ["24h", "24h"]
    assert statuses(sides, "1") == ["pending_fulfillment"]


def test_there_is_one_undoing_at_most_and_none_of_what_cannot_be_undone(sides: TwoSides) -> None:
    action = begun(sides, "hold", "1", **HOLDS)
    with pytest.raises(Refused, match="still running"):
        undo_bulk_action(sides.app, sides.merchant, action.id, sides.owner.id)
    finished(sides, action)
    first = undo_bulk_action(sides.app, sides.merchant, action.id, sides.owner.id)
    again = undo_bulk_action(sides.app, sides.merchant, action.id, sides.owner.id)
    assert (first.is_new, again.is_new, again.action.id) == (True, False, first.action.id)
    seen = get_bulk_action(sides.app, sides.merchant, action.id)
    assert seen.undone_by is not None
    assert seen.undone_by.id == first.action.id
    for final in (finished(sides, first.action), done(sides, "rules", "2")):
        with pytest.raises(Refused, match="cannot be undone"):
            undo_bulk_action(sides.app, sides.merchant, final.id, sides.owner.id)


def test_rules_run_again_over_what_has_not_left(sides: TwoSides) -> None:
    ship_order(sides.app, sides.merchant, sides.shop.order_id("3"), TRACKED, sides.owner.id)
    publish(sides.shop, "{id: t, when: always, then: [{do: add_tag, tag: seen}]}")
    action = done(sides, "rules", *NUMBERS)
    assert (action.done, action.refused) == (3, 1)
    assert [sides.order(number).document().get("tags") for number in ("1", "2", "4")] == [["seen"]] * 3
    assert not sides.order("3").document().get("tags")


def test_refreshing_brings_what_has_changed_in_the_store_of_these_orders_alone(sides: TwoSides) -> None:
    sides.shop.connector.records = [ready(number, weight_g=7) for number in NUMBERS]
    action = done(sides, "refresh", "1", "2")
    assert action.done == 2
    sides.shop.work_off()
    weights = [sides.order(number).document().get("weight_g") for number in NUMBERS]
    assert [weight == 7 for weight in weights] == [True, True, False, False]


def test_what_is_cancelled_stays_where_it_was_and_goes_on_from_there(sides: TwoSides, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ORDERS_A_TURN", 1)
    action = begun(sides, "hold", *NUMBERS, **HOLDS)
    assert work_on(sides.app, sides.merchant, action.id).seen == 1
    cancelled = cancel_bulk_action(sides.app, sides.merchant, action.id, sides.owner.id)
    assert cancelled.state is BulkState.CANCELLED
    sides.shop.work_off()
    assert statuses(sides, *NUMBERS) == ["on_hold", *["awaiting_shipment"] * 3]

    assert go_on(sides.app, sides.merchant, action.id, sides.owner.id).is_running
    sides.shop.work_off()
    assert get_bulk_action(sides.app, sides.merchant, action.id).action.state is BulkState.DONE
    assert [len(holds(sides, number)) for number in NUMBERS] == [1, 1, 1, 1]


def test_a_turn_ends_before_all_are_done_so_that_others_have_theirs(sides: TwoSides, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ORDERS_A_TURN", 2)
    action = begun(sides, "hold", *NUMBERS, **HOLDS)
    with sides.app.reading() as unit:
        job = unit.jobs.find(sides.merchant, bulk_job_key(action.id))
    assert job is not None
    assert job.kind is JobKind.BULK_ACTION
    worked = process_job_now(sides.app, "w", job.id)
    assert worked is not None
    assert worked.state is JobState.DUE
    assert get_bulk_action(sides.app, sides.merchant, action.id).action.seen == 2


def test_a_job_that_is_given_up_fails_the_action_with_the_reason(sides: TwoSides, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise DatabaseUnavailable(problem="disk full")

    action = begun(sides, "hold", "1", **HOLDS)
    with monkeypatch.context() as broken:
        broken.setattr(run, "_do", fail)
        for _ in range(20):
            sides.shop.work_off()
            sides.app.clock.sleep(4000)
    failed = get_bulk_action(sides.app, sides.merchant, action.id).action
    assert (failed.state, failed.seen) == (BulkState.FAILED, 0)
    assert "disk full" in str(failed.problem)
    go_on(sides.app, sides.merchant, action.id, sides.owner.id)
    sides.shop.work_off()
    assert statuses(sides, "1") == ["on_hold"]


def test_an_error_that_nobody_foresaw_is_the_result_of_its_order_alone(sides: TwoSides, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_at_one(app: Any, account_id: str, order_ids: Any, actor: str) -> int:
        done = reprocess_orders(app, account_id, order_ids, actor)
        if sides.shop.order_id("2") in order_ids:
            raise ZeroDivisionError
        return done

    publish(sides.shop, "{id: t, when: always, then: [{do: add_tag, tag: seen}]}")
    monkeypatch.setattr(run_rules, "reprocess_orders", fail_at_one)
    action = done(sides, "rules", *NUMBERS)
    assert (action.state, action.done, action.refused) == (BulkState.DONE, 3, 1)
    assert "nobody foresaw (ZeroDivisionError)" in results(sides, action)[1][2]
    assert tags(sides, *NUMBERS) == [["seen"], [], ["seen"], ["seen"]], "of the one that failed nothing is kept"


def test_results_are_a_file_for_a_spreadsheet_in_the_persons_language(sides: TwoSides) -> None:
    sides.shop.import_all(ready("=1+1"))
    ship_order(sides.app, sides.merchant, sides.shop.order_id("3"), TRACKED, sides.owner.id)
    action = done(sides, "hold", "=1+1", "3", **HOLDS)
    text = "".join(stream_results(sides.app, sides.merchant, action.id, "es"))
    assert text.splitlines() == [
        "Pedido,Resultado,Motivo",
        "'=1+1,Hecho,",
        '3,No se hizo,"El pedido 3 no se puede retener: su estado es ""Enviado""."',
    ]


def test_bulk_actions_of_others_are_not_there(sides: TwoSides) -> None:
    action = done(sides, "hold", "1", **HOLDS)
    for use in (cancel_bulk_action, go_on, undo_bulk_action):
        with pytest.raises(Refused, match="There is no bulk action"):
            use(sides.app, sides.provider, action.id, "somebody")  # type: ignore[operator]
    with pytest.raises(Refused, match="There is no bulk action"):
        get_bulk_action(sides.app, sides.provider, action.id)
    with pytest.raises(Refused, match="There is no bulk action"):
        stream_results(sides.app, sides.provider, action.id, "en")
    with pytest.raises(Refused, match="There is no order"):
        start_bulk_action(sides.app, sides.provider, wish(sides, "rules", "1"), "somebody")
