"""Contract of the repository of named lists and their states."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.examples import NOON, an_account_with_store

from engine.model.account_list import AccountList
from engine.model.redaction import Redaction
from storage.database import Database
from storage.errors import ConflictingWrite
from storage.unit_of_work import SqlUnitOfWork

LATER = NOON + timedelta(days=1)


@pytest.fixture
def own(database: Database) -> str:
    with database.unit_of_work() as unit:
        account_id = an_account_with_store(unit).account_id
        unit.commit()
    return account_id


def a_list(own: str, digest: str, count: int, name: str = "fragile") -> AccountList:
    return AccountList(f"lst_{name}", own, name, digest, count, NOON, "operator")


def states(unit: SqlUnitOfWork, own: str) -> dict[str, int]:
    return dict(unit.lists.counts(own, ["d1", "d2", "d3"]))


def test_lists_are_kept_by_name_with_their_members_in_order(database: Database, own: str) -> None:
    with database.unit_of_work() as unit:
        unit.lists.put(a_list(own, "d1", 2, "vips"), ["z", "a"])
        unit.lists.put(a_list(own, "d2", 0), [])
        unit.commit()
    with database.unit_of_work() as unit:
        assert unit.lists.list_for(own) == [a_list(own, "d2", 0), a_list(own, "d1", 2, "vips")]
        assert unit.lists.members(own, ["d1", "d2", "gone"]) == {"d1": ["z", "a"], "d2": []}
        assert states(unit, own) == {"d1": 2, "d2": 0}
        with pytest.raises(ConflictingWrite):
            unit.lists.put(replace(a_list(own, "d3", 1), id="lst_other"), ["x"])


def test_a_state_goes_with_the_next_one_unless_a_decision_has_seen_it(database: Database, own: str) -> None:
    with database.unit_of_work() as unit:
        unit.lists.put(a_list(own, "d1", 1), ["a"])
        unit.lists.put(a_list(own, "d2", 2), ["a", "b"])
        assert states(unit, own) == {"d2": 2}
        unit.lists.note_seen(own, {"d2": ["a", "b"]})
        unit.lists.put(a_list(own, "d3", 0), [])
        assert states(unit, own) == {"d2": 2, "d3": 0}
        unit.lists.remove(own, "lst_fragile", LATER)
        assert unit.lists.list_for(own) == []
        assert states(unit, own) == {"d2": 2}
        unit.lists.remove(own, "lst_fragile", LATER)


def test_a_state_that_two_lists_share_stays_for_the_other(database: Database, own: str) -> None:
    with database.unit_of_work() as unit:
        for name in ("one", "two"):
            unit.lists.put(a_list(own, "d1", 1, name), ["a"])
        unit.lists.put(a_list(own, "d2", 1, "one"), ["b"])
        assert states(unit, own) == {"d1": 1, "d2": 1}
        unit.lists.remove(own, "lst_two", NOON)
        assert states(unit, own) == {"d2": 1}


def test_a_state_that_went_while_a_decision_was_made_by_it_is_kept_again(database: Database, own: str) -> None:
    with database.unit_of_work() as unit:
        unit.lists.put(a_list(own, "d2", 1), ["b"])
        unit.lists.note_seen(own, {"d1": ["a"]})
        assert unit.lists.members(own, ["d1"]) == {"d1": ["a"]}
        unit.lists.note_seen(own, {"d1": ["not", "looked", "at"]})
        assert unit.lists.members(own, ["d1"]) == {"d1": ["a"]}


def test_states_that_were_replaced_long_ago_are_forgotten(database: Database, own: str) -> None:
    with database.unit_of_work() as unit:
        unit.lists.put(a_list(own, "d1", 1), ["a"])
        unit.lists.note_seen(own, {"d1": ["a"]})
        unit.lists.put(a_list(own, "d2", 1), ["b"])
        unit.lists.note_seen(own, {"d2": ["b"]})
        unit.lists.put(replace(a_list(own, "d3", 1), changed_at=LATER), ["c"])
        unit.lists.forget_states(NOON)
        assert states(unit, own) == {"d1": 1, "d2": 1, "d3": 1}
        unit.lists.forget_states(LATER)
        assert states(unit, own) == {"d2": 1, "d3": 1}
        unit.lists.forget_states(LATER + timedelta(days=1000))
        assert states(unit, own) == {"d3": 1}, "the list holds it"


def test_a_state_that_a_list_holds_again_is_not_forgotten(database: Database, own: str) -> None:
    with database.unit_of_work() as unit:
        unit.lists.put(a_list(own, "d1", 1), ["a"])
        unit.lists.note_seen(own, {"d1": ["a"]})
        unit.lists.put(a_list(own, "d2", 0), [])
        unit.lists.put(a_list(own, "d1", 1), ["a"])
        unit.lists.put(replace(a_list(own, "d2", 0), changed_at=LATER), [])
        unit.lists.forget_states(LATER)
        assert states(unit, own) == {"d1": 1, "d2": 0}, "until a time that counts from its last use"


def test_a_person_is_taken_out_of_all_states(database: Database, own: str) -> None:
    members = ["Ana@Example.com", "ana@example.com;vip", "ANA PÉREZ", "ana", "sku-1"]
    with database.unit_of_work() as unit:
        unit.lists.put(a_list(own, "d1", 5), members)
        unit.lists.note_seen(own, {"d1": members})
        unit.lists.put(a_list(own, "d2", 1), ["sku-1"])
        assert unit.lists.redact(own, Redaction(["ana@example.com", "Ana Pérez"])) == 1
        assert unit.lists.members(own, ["d1", "d2"]) == {"d1": ["ana", "sku-1"], "d2": ["sku-1"]}
        assert states(unit, own) == {"d1": 2, "d2": 1}
        assert unit.lists.redact(own, Redaction(["ana@example.com"])) == 0
