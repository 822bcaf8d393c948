"""Contract of the repository of bulk actions, on both databases, and of a unit of work within another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.examples import NOON, a_store, an_account, an_order

from engine.model.audit import AuditEntry
from engine.model.bulk_action import BulkAction, BulkOrder, BulkOutcome, BulkResult, BulkState
from engine.model.redaction import ERASED, Redaction
from engine.model.sentence import Sentence
from engine.ports import NotFound
from storage.database import Database

OWN = "acc_own"
WHY = Sentence("Ana is away.", "Ana no está.")
ACTION = BulkAction("blk_1", OWN, "usr_1", NOON, "hold", "key-1", 3, {"reason": "Ask Ana"}, wanted="q=Ana%20N")
IDS = ["ord_2", "ord_1", "ord_3"]


@pytest.fixture
def kept(database: Database) -> Database:
    with database.unit_of_work() as unit:
        store = a_store(OWN)
        unit.accounts.add(an_account(id=OWN))
        unit.stores.add(store)
        unit.orders.add_many([an_order(OWN, store.id, f"{place}", id=f"ord_{place}") for place in (1, 2, 3)], "run")
        assert unit.bulk_actions.add(ACTION, IDS)
        unit.commit()
    return database


def test_an_action_is_found_by_its_id_and_by_its_key_and_there_is_one_of_a_key(kept: Database) -> None:
    with kept.unit_of_work() as unit:
        actions = unit.bulk_actions
        assert actions.get(OWN, "blk_1", for_change=True) == ACTION
        assert actions.find(OWN, "key-1") == ACTION
        assert actions.find(OWN, "key-2") is None
        assert not actions.add(replace(ACTION, id="blk_2"), IDS)
        assert actions.add(replace(ACTION, id="blk_3", key="key-3", created_at=NOON + timedelta(1)), IDS[:1])
        assert [one.id for one in actions.list_for(OWN, 9)] == ["blk_3", "blk_1"]
        assert [one.id for one in actions.list_for(OWN, 1)] == ["blk_3"]
        with pytest.raises(NotFound):
            actions.get(OWN, "blk_2")
        assert actions.known_orders(OWN, IDS) == set(IDS)
        assert actions.known_orders(OWN, ["ord_1", "ord_x"]) == {"ord_1"}
        ended = replace(ACTION, state=BulkState.FAILED, done=1, unchanged=2, refused=3, ended_at=NOON, problem=WHY)
        actions.update(ended)
        assert actions.get(OWN, "blk_1") == ended


def test_orders_have_their_turns_in_their_order_and_keep_what_came_of_them(kept: Database) -> None:
    with kept.unit_of_work() as unit:
        actions = unit.bulk_actions
        assert actions.next_orders(OWN, "blk_1", 2) == ["ord_2", "ord_1"]
        done = BulkResult(BulkOutcome.DONE, None, {"hold": "hld_1"})
        actions.keep_results(OWN, "blk_1", {"ord_2": done, "ord_3": BulkResult(BulkOutcome.REFUSED, WHY)})
        actions.keep_results(OWN, "blk_1", {})
        assert actions.next_orders(OWN, "blk_1", 9) == ["ord_1"]
        listed = actions.list_orders(OWN, "blk_1", limit=9)
        assert listed[0] == BulkOrder(0, "ord_2", listed[0].order_number, BulkOutcome.DONE)
        assert [one.outcome for one in listed] == [BulkOutcome.DONE, BulkOutcome.WAITING, BulkOutcome.REFUSED]
        assert [one.position for one in actions.list_orders(OWN, "blk_1", after=0, limit=1)] == [1]
        assert [one.said for one in actions.list_orders(OWN, "blk_1", outcome=BulkOutcome.REFUSED, limit=9)] == [WHY]
        assert actions.list_done(OWN, "blk_1") == ["ord_2"]
        assert actions.list_before(OWN, "blk_1", IDS) == {"ord_2": {"hold": "hld_1"}}


def test_what_is_erased_of_a_person_is_in_no_result_parameter_or_filter_either(kept: Database) -> None:
    with kept.unit_of_work() as unit:
        result = BulkResult(BulkOutcome.DONE, WHY, {"had": "Ana"})
        unit.bulk_actions.keep_results(OWN, "blk_1", {"ord_1": result, "ord_2": result})
        assert unit.bulk_actions.redact(OWN, Redaction(["Ask Ana", "Ana is away."]), ["ord_1"]) == 2
        said = [one.said for one in unit.bulk_actions.list_orders(OWN, "blk_1", limit=9)]
        assert said == [WHY, Sentence(ERASED, WHY.es), None]
        assert unit.bulk_actions.list_before(OWN, "blk_1", IDS) == {"ord_2": {"had": "Ana"}}
        left = unit.bulk_actions.get(OWN, "blk_1")
        assert (left.parameters, left.wanted) == ({"reason": ERASED}, "")
        assert unit.bulk_actions.redact(OWN, Redaction(["Nobody"]), ["ord_3"]) == 0


def test_old_ones_that_have_ended_are_forgotten(kept: Database) -> None:
    with kept.unit_of_work() as unit:
        unit.bulk_actions.add(replace(ACTION, id="blk_2", key="key-2", state=BulkState.DONE), IDS[:1])
        unit.bulk_actions.forget(NOON)
        assert len(unit.bulk_actions.list_for(OWN, 9)) == 2
        unit.bulk_actions.forget(NOON + timedelta(seconds=1))
        assert [one.id for one in unit.bulk_actions.list_for(OWN, 9)] == ["blk_1"], "the other still runs"
        assert unit.bulk_actions.list_orders(OWN, "blk_2", limit=9) == []


def test_a_part_of_a_unit_of_work_is_kept_with_the_whole_or_undone_alone(kept: Database) -> None:
    def note(unit: object, what: str) -> None:
        unit.audit.append([AuditEntry(OWN, NOON, "usr_1", what, "thing")])  # type: ignore[attr-defined]

    with kept.unit_of_work() as whole:
        note(whole, "first")
        with whole.part() as part:
            note(part, "kept")
            part.commit()
            note(part, "not committed")
        with whole.part() as part, part.part() as inner:
            note(inner, "kept by its part, which is not kept")
            inner.commit()
        note(whole, "last")
        whole.commit()
    with kept.unit_of_work() as lost, lost.part() as part:
        note(part, "never")
        part.commit()
    with kept.reading_unit_of_work() as unit:
        assert [one.action for one in unit.audit.list_for(OWN, "thing")] == ["first", "kept", "last"]
