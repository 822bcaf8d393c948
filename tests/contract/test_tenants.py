"""Contract of all repositories: with another account's ids, nothing is read of it and nothing is changed."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from support.owned_rows import rows_of
from support.port_methods import names_an_account, repository_methods
from support.tenant_calls import CALLS
from support.tenants import Things, keep, things

from engine.ports import NotFound
from storage.database import Database
from storage.errors import ConflictingWrite
from storage.unit_of_work import SqlUnitOfWork

OURS, THEIRS, NOBODYS = things("alpha"), things("omega"), things("kappa")
ADDING = {
    "add",
    "add_many",
    "add_message",
    "add_shipment",
    "add_shipments",
    "add_version",
    "append",
}  # new things, under ids of their own
NAMES_ARE_SHARED = {"Leases.take"}  # a lease is named after a thing, and its name is one for all accounts


@pytest.fixture
def both(database: Database) -> Database:
    with database.unit_of_work() as unit:
        keep(unit, OURS)
        keep(unit, THEIRS)
        unit.commit()
    return database


def answer_of(unit: SqlUnitOfWork, name: str, account_id: str, some: Things) -> Any:
    try:
        return CALLS[name](unit, account_id, some.claimed_by(account_id))
    except (NotFound, ConflictingWrite) as error:
        return type(error).__name__


def answered(database: Database, name: str, account_id: str, some: Things) -> Any:
    """What the account is answered. Nothing of it is kept."""
    with database.unit_of_work() as unit:
        return answer_of(unit, name, account_id, some)


def theirs(database: Database) -> dict[str, list[Any]]:
    """All that the others have."""
    with database.reading_unit_of_work() as unit:
        return rows_of(unit.connection, THEIRS.account.id)


def changes(database: Database, name: str, account_id: str, some: Things, before: dict[str, list[Any]]) -> bool:
    """Whether the others have anything else after it than before. Nothing of it is kept, so before each it is the same."""
    with database.unit_of_work() as unit:
        if answer_of(unit, name, account_id, some) == ConflictingWrite.__name__:
            return False  # the database has taken back all of it
        return rows_of(unit.connection, THEIRS.account.id) != before


def test_every_method_is_called_here() -> None:
    named = {name for _, name, method in repository_methods() if names_an_account(method) and method.__name__ not in ADDING}
    also_added_to = {"WriteBacks.add_step", "PendingChanges.add"}

    assert set(CALLS) == named | also_added_to


def test_another_accounts_ids_change_nothing(both: Database) -> None:
    before = theirs(both)

    assert [name for name in CALLS if changes(both, name, OURS.account.id, THEIRS, before)] == []


def test_another_accounts_ids_reveal_nothing(both: Database) -> None:
    answers = {name: answered(both, name, OURS.account.id, THEIRS) for name in CALLS}

    assert {name: answer for name, answer in answers.items() if THEIRS.name in repr(answer)} == {}


def test_another_accounts_ids_are_answered_as_unknown_ones(both: Database) -> None:
    by_id = {name for _, name, method in repository_methods() if "account_id" in inspect.signature(method).parameters}
    different = [
        name
        for name in (set(CALLS) & by_id) - NAMES_ARE_SHARED
        if answered(both, name, OURS.account.id, THEIRS) != answered(both, name, OURS.account.id, NOBODYS)
    ]

    assert different == []


def test_each_of_the_calls_reads_or_changes_something_of_ones_own(both: Database) -> None:
    """Else the tests above would say nothing."""
    before = theirs(both)
    idle = [
        name
        for name in CALLS
        if answered(both, name, THEIRS.account.id, THEIRS) == answered(both, name, OURS.account.id, THEIRS)
        and not changes(both, name, THEIRS.account.id, THEIRS, before)
    ]

    assert idle == []
