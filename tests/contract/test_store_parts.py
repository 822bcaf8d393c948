"""Contract of the kinds of store: what each says of itself is what its connector and its sessions can do."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.brightpearl_access import ACCESS
from support.clock import FixedClock
from support.corner_store import CORNER, CornerConnector

import adapters.stores
from adapters.stores.brightpearl.session import BrightpearlConnector
from adapters.stores.client.connector import ClientConnector
from adapters.stores.client.description import CLIENT
from adapters.web.store_guard import StoreGuard
from engine.application import Application
from engine.model.store import Store
from engine.model.store_kind import Capability, StoreKind
from engine.model.store_reasons import SHARED_REASONS, Reason, Role
from engine.ports import CONNECTOR_PARTS, SESSION_PARTS, StoreConnector, StoreSession
from rules.messages import Text

NOTHING: Any = None
HERE = "http://127.0.0.1:9"  # nobody is asked
_BRIGHTPEARL_SETTINGS = {
    "integration_url": HERE,
    "account_code": "testacct",
    "channel_ids": [2],
    "on_ship": "none",
    **ACCESS["login"][0],
}
CONNECTORS: dict[str, tuple[StoreConnector, dict[str, Any], dict[str, str]]] = {
    "brightpearl": (BrightpearlConnector(FixedClock(), own_sandbox=lambda: HERE), _BRIGHTPEARL_SETTINGS, ACCESS["login"][1]),
    CLIENT.code: (ClientConnector(lambda: application_of(CONNECTORS[CLIENT.code][0])), {"connection": "con_1"}, {}),
    CORNER.code: (CornerConnector(), {}, {}),
}


@pytest.fixture(params=CONNECTORS)
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def connector(code: str) -> StoreConnector:
    return CONNECTORS[code][0]


@pytest.fixture
def kind(connector: StoreConnector) -> StoreKind:
    return connector.describes


@pytest.fixture
def store(code: str) -> Store:
    _, settings, credentials = CONNECTORS[code]
    return Store("sto_1", "acc_1", code, "Shop", settings, credentials, datetime(2026, 1, 1, tzinfo=UTC))


def guarded(connector: StoreConnector) -> StoreConnector:
    """As pages have it."""
    app = application_of(connector)
    return StoreGuard(limit_s=30.0).application_for(app, "acc_1").connector(connector.describes.code)


def application_of(connector: StoreConnector) -> Application:
    return Application(NOTHING, NOTHING, FixedClock(), {connector.describes.code: connector}, NOTHING)


def parts_of(session: StoreSession) -> set[Capability]:
    return {capability for capability, part in SESSION_PARTS.items() if isinstance(session, part)}


def parts_of_connector(connector: StoreConnector) -> set[Capability]:
    return {capability for capability, part in CONNECTOR_PARTS.items() if isinstance(connector, part)}


def test_every_folder_of_a_store_has_its_connector_here() -> None:
    folders = {folder.name for folder in Path(adapters.stores.__path__[0]).iterdir() if (folder / "__init__.py").exists()}
    assert folders <= CONNECTORS.keys()
    assert all(connector.describes.code == code for code, (connector, _, _) in CONNECTORS.items())


def test_every_capability_is_a_part_of_the_port_or_says_whose_the_orders_are() -> None:
    assert set(Capability) - {Capability.REQUESTS} == SESSION_PARTS.keys() | CONNECTOR_PARTS.keys()


def test_a_kind_can_what_its_connector_and_its_sessions_can(connector: StoreConnector, kind: StoreKind, store: Store) -> None:
    with closing(connector.open(store)) as session:
        assert parts_of(session) == kind.capabilities & SESSION_PARTS.keys()
    assert parts_of_connector(connector) == kind.capabilities & CONNECTOR_PARTS.keys()


def test_pages_can_ask_a_store_for_just_the_same(connector: StoreConnector, kind: StoreKind, store: Store) -> None:
    behind = guarded(connector)
    with closing(behind.open(store)) as session:
        assert parts_of(session) == kind.capabilities & SESSION_PARTS.keys()
    assert parts_of_connector(behind) == kind.capabilities & CONNECTOR_PARTS.keys()


def test_a_kind_has_steps_to_tell_a_store_of_what_shipped_if_it_can(kind: StoreKind) -> None:
    assert bool(kind.write_back_steps) == kind.can(Capability.WRITE_BACK)
    assert len(kind.steps_by_code) == len(kind.write_back_steps)


def test_codes_are_short_names_and_each_stands_for_one_thing(kind: StoreKind) -> None:
    codes = [kind.code, *(reason.code for reason in kind.reasons), *kind.steps_by_code]
    assert all(code.isidentifier() and code == code.lower() for code in codes)
    assert max(Counter(reason.code for reason in kind.reasons).values()) == 1
    assert max(Counter(reason.role for reason in kind.reasons if reason.role is not None).values()) == 1


def test_a_kind_lists_what_cannot_be_read_and_what_is_gone(kind: StoreKind) -> None:
    assert {Role.UNREADABLE, Role.GONE} <= {reason.role for reason in kind.reasons}


def test_everything_that_a_kind_says_is_there_in_both_languages(kind: StoreKind) -> None:
    said: list[Text] = [getattr(kind.words, name) for name in kind.words.__slots__ if name != "thing_of_id"]
    of_id = kind.words.thing_of_id  # people do not know the ids of every kind
    said += [of_id] if of_id.en or of_id.es else []
    said += [step.label for step in kind.write_back_steps]
    for reason in kind.reasons_by_code.values():
        said += [reason.sentence, reason.problem, reason.cause, reason.remedy, reason.closing]
    assert all(text.en.strip() and text.es.strip() for text in said)
    assert kind.name.strip()


def test_the_product_has_a_reason_for_each_role_whatever_the_kind(kind: StoreKind) -> None:
    nothing = StoreKind("bare", "Bare")
    for role in Role:
        assert kind.reason_for(role).role is role
        assert nothing.reason_for(role) is SHARED_REASONS[role]
        assert kind.reasons_by_code[kind.reason_for(role).code] is kind.reason_for(role)


def test_a_reason_that_a_kind_does_not_know_any_more_decides_nothing(kind: StoreKind) -> None:
    assert not kind.lasts("of_old")
    assert not kind.means_shipped("of_old")


def test_the_reasons_that_are_filled_in_by_the_product_need_no_more_than_it_has(kind: StoreKind) -> None:
    given = {
        Role.UNREADABLE: {"note": "1", "order": None, "path": "items", "problem": "missing"},
        Role.GONE: {"note": "1"},
        Role.NOT_FOUND: {"order": "1"},
        Role.NOTHING_TO_SHIP: {"order": "1"},
    }

    def told(reason: Reason) -> list[str]:
        message = reason.message(**given[Role(str(reason.role))])
        return [message.format("en"), message.format("es")]

    assert all(text for role in Role for text in told(kind.reason_for(role)))
