"""Contract of the repository of offered rule sets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.examples import NOON, an_account

from engine.model.account import AccountKind
from engine.model.connection import Connection, ConnectionState
from engine.model.rule_offer import Adopter, Audience, OfferedVersion, RuleOffer
from engine.model.rule_set import Adoption, RuleSetVersion
from engine.ports import NotFound, UnitOfWork
from storage.database import Database

ACME, CASA, ELSEWHERE = an_account("acme", kind=AccountKind.PROVIDER), an_account(), an_account("elsewhere")
OFFER = RuleOffer("rof_1", ACME.id, "iberia", "Iberia", Audience.CONNECTED, NOON)
OFFERED = OfferedVersion(ACME.id, OFFER.id, 1, "rsv_1", NOON, "usr_1")
SECOND = replace(OFFERED, number=2, version_id="rsv_2", offered_at=NOON + timedelta(1))
CONNECTION = Connection("con_1", ACME.id, CASA.id, ConnectionState.ACTIVE, "Casa", "Acme", NOON)


def a_version(id_: str, number: int, account_id: str = ACME.id, **changes: Any) -> RuleSetVersion:
    fields: dict[str, Any] = {"set_slug": "iberia", "document": f"rules: []  # {number}\r\n", **changes}
    return RuleSetVersion(
        id_, account_id, name="Iberia", number=number, published_at=NOON, published_by="usr_1", note="", **fields
    )


FIRST_VERSION, SECOND_VERSION = a_version("rsv_1", 1), a_version("rsv_2", 2)


def kept(unit: UnitOfWork, *connections: Connection) -> UnitOfWork:
    """Three accounts, their connections, and what the first offers."""
    for account in (ACME, CASA, ELSEWHERE):
        unit.accounts.add(account)
    for connection in connections:
        unit.connections.add(connection)
    for version in (FIRST_VERSION, SECOND_VERSION):
        unit.rule_sets.add_version(version)
    unit.rule_offers.add(OFFER)
    for offered in (OFFERED, SECOND):
        unit.rule_offers.add_version(offered)
    return unit


@pytest.mark.parametrize(
    "connection",
    [CONNECTION, replace(CONNECTION, provider_id=CASA.id, client_id=ACME.id)],
    ids=["to the client", "to the provider"],
)
def test_an_offer_is_made_to_whoever_is_connected_on_either_side(database: Database, connection: Connection) -> None:
    with database.unit_of_work() as unit:
        offers = kept(unit, connection).rule_offers
        assert offers.list_by(ACME.id) == [OFFER]
        assert offers.list_to(CASA.id) == [OFFER]
        assert offers.find_to(CASA.id, OFFER.id) == OFFER
        assert offers.list_versions(CASA.id, [OFFER.id]) == {OFFER.id: [OFFERED, SECOND]}
        assert offers.get_document(CASA.id, SECOND) == SECOND_VERSION
        for account in (ACME, ELSEWHERE):
            assert (offers.list_to(account.id), offers.find_to(account.id, OFFER.id)) == ([], None)
        assert offers.list_by(CASA.id) == []


@pytest.mark.parametrize("state", [state for state in ConnectionState if state is not ConnectionState.ACTIVE])
def test_without_an_active_connection_nothing_of_it_is_seen(database: Database, state: ConnectionState) -> None:
    with database.unit_of_work() as unit:
        offers = kept(unit, replace(CONNECTION, state=state)).rule_offers
        assert (offers.list_to(CASA.id), offers.find_to(CASA.id, OFFER.id)) == ([], None)
        assert offers.list_versions(CASA.id, [OFFER.id]) == {}
        with pytest.raises(NotFound):
            offers.get_document(CASA.id, OFFERED)
        assert offers.list_versions(ACME.id, [OFFER.id]) == {OFFER.id: [OFFERED, SECOND]}
        assert offers.get_document(ACME.id, OFFERED) == FIRST_VERSION


def test_what_is_offered_to_everyone_needs_no_connection_until_it_is_withdrawn(database: Database) -> None:
    with database.unit_of_work() as unit:
        offers = kept(unit).rule_offers
        everyones = replace(OFFER, audience=Audience.EVERYONE, name="For all")
        offers.update(everyones)
        assert offers.list_to(ELSEWHERE.id) == offers.list_to(CASA.id) == [everyones]
        assert offers.get_document(ELSEWHERE.id, OFFERED) == FIRST_VERSION
        withdrawn = replace(everyones, withdrawn_at=NOON)
        offers.update(withdrawn)
        assert offers.list_by(ACME.id) == [withdrawn]
        assert offers.list_to(ELSEWHERE.id) == []
        with pytest.raises(NotFound):
            offers.get_document(ELSEWHERE.id, OFFERED)


def test_those_are_adopters_who_run_what_was_offered(database: Database) -> None:
    adoption = Adoption(OFFER.id, ACME.id, 2, ("a", "b"))
    with database.unit_of_work() as unit:
        kept(unit, CONNECTION)
        adopted = a_version("rsv_3", 1, CASA.id, document=SECOND_VERSION.document, set_slug="acme", adoption=adoption)
        unit.rule_sets.add_version(adopted)
        assert unit.rule_offers.list_adopters(ACME.id) == {}
        unit.rule_sets.arrange(CASA.id, [adopted.id])
        assert unit.rule_sets.list_published(CASA.id) == [adopted]
        assert unit.rule_sets.find_version(CASA.id, "acme") == adopted
        assert unit.rule_sets.get_versions(CASA.id, [adopted.id]) == [adopted]
        assert unit.rule_offers.list_adopters(ACME.id) == {OFFER.id: [Adopter(CASA.id, "acme", 2)]}
        assert unit.rule_offers.list_adopters(CASA.id) == unit.rule_offers.list_adopters(ELSEWHERE.id) == {}


def test_an_offer_is_changed_only_by_its_account(database: Database) -> None:
    with database.unit_of_work() as unit:
        offers = kept(unit).rule_offers
        offers.update(replace(OFFER, account_id=CASA.id, name="Mine"))
        assert offers.list_by(ACME.id) == [OFFER]
