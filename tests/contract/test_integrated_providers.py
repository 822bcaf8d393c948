"""Contract of the repository of integrated providers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from support.examples import NOON
from support.tenants import Things, keep, things

from engine.model.account import AccountKind
from engine.model.connection import Connection, ConnectionState
from engine.model.integrated_provider import EventReply, Sending
from engine.model.request import CONNECTION_REMOVED, RequestState
from engine.model.sentence import Sentence
from engine.ports import NotFound
from storage.database import Database

SOME = things("alpha")
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def some(database: Database) -> Things:
    with database.unit_of_work() as unit:
        keep(unit, SOME)
        unit.commit()
    return SOME


def test_a_provider_is_kept_with_its_secrets_sealed(database: Database, some: Things) -> None:
    provider = some.integrated
    rotated = replace(provider, secrets=provider.secrets.rotate("whsec_new", NOON))
    failing = replace(provider.failed(Sentence("down", "caído"), NOON), told_at=LATER)
    with database.unit_of_work() as unit:
        assert unit.integrated_providers.get(some.account.id, provider.connection_id) == provider
        assert unit.integrated_providers.list_for(some.account.id) == [unit.integrated_providers.find(provider.id)] == [provider]
        unit.integrated_providers.keep_secrets(rotated)
        unit.integrated_providers.keep_health(failing)
        unit.commit()
    with database.reading_unit_of_work() as unit:
        kept = unit.integrated_providers.get(some.account.id, provider.connection_id)
        sealed = unit.connection.execute(text("SELECT sealed_secrets FROM integrated_providers")).scalar_one()
        with pytest.raises(NotFound):
            unit.integrated_providers.get("acc_other", provider.connection_id)
    assert kept == replace(rotated, failing_since=NOON, last_error=Sentence("down", "caído"), told_at=LATER)
    assert kept.secrets.valid(NOON) == ("whsec_new", "whsec_alpha")
    assert kept.secrets.valid(NOON + timedelta(days=2)) == ("whsec_new",)
    assert "whsec" not in sealed


def test_how_far_a_request_is_on_its_way_is_kept(database: Database, some: Things) -> None:
    further = Sending(some.request.id, some.account.id, some.account.id, 3, "digest", 2, True, 1, True, 7)
    with database.unit_of_work() as unit:
        assert unit.integrated_providers.sending(some.account.id, some.request.id) == some.sending
        assert unit.integrated_providers.sending(some.account.id, "ffr_other") is None
        unit.integrated_providers.keep_sending(further)
        unit.requests.update(replace(some.request, sent_at=LATER))
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.integrated_providers.sending(some.account.id, some.request.id) == further
        assert unit.requests.get(some.account.id, some.request.id).sent_at == LATER


def test_what_a_system_may_not_know_of_is_found(database: Database, some: Things) -> None:
    account_id, states = some.account.id, RequestState
    sent = replace(some.request, sent_at=NOON, copy_id=None)
    known = replace(some.sending, version=2, acknowledged=2, unclear=False, cancel_taken=True)
    cases = {
        "new": (sent, None),
        "unclear": (sent, replace(known, unclear=True)),
        "older": (sent, replace(known, acknowledged=1)),
        "back": (replace(sent, state=states.CANCEL_REQUESTED), replace(known, cancel_taken=False)),
        "removed": (replace(sent, state=states.CANCELLED, state_reason=CONNECTION_REMOVED), replace(known, cancel_taken=False)),
        "x_known": (sent, known),
        "x_asked": (replace(sent, state=states.CANCEL_REQUESTED), known),
        "x_never": (replace(sent, state=states.CANCELLED, state_reason=CONNECTION_REMOVED, sent_at=None), None),
        "x_recalled": (replace(sent, state=states.CANCELLED), replace(known, cancel_taken=False)),
        "x_rejected": (replace(sent, state=states.REJECTED), replace(known, acknowledged=1)),
        "x_other": (replace(sent, connection_id="con_other"), None),
    }
    with database.unit_of_work() as unit:
        unit.connections.add(replace(some.connection, id="con_other", state=ConnectionState.REMOVED))
        for name, (request, sending) in cases.items():
            unit.requests.add(replace(request, id=name))
            if request.sent_at is not None:
                unit.requests.update(replace(request, id=name))
            if sending is not None:
                unit.integrated_providers.keep_sending(replace(sending, request_id=name))
        unit.commit()
    with database.reading_unit_of_work() as unit:
        found = unit.integrated_providers.list_untaken(account_id, some.integrated.connection_id)
        assert unit.integrated_providers.list_untaken("acc_other", some.integrated.connection_id) == []
    assert set(found) - {some.request.id} == {name for name in cases if not name.startswith("x_")}


def test_an_event_is_one_transactions_to_answer_and_then_answered_the_same(database: Database, some: Things) -> None:
    reply = EventReply(409, {"error": {"code": "x"}})
    with database.unit_of_work() as unit:
        assert unit.integrated_providers.claim_event(some.account.id, "msg_1", NOON) is None
        unit.integrated_providers.keep_reply(some.account.id, "msg_1", reply)
        assert unit.integrated_providers.claim_event(some.account.id, "msg_1", LATER) == reply
    with database.unit_of_work() as unit:
        assert unit.integrated_providers.claim_event(some.account.id, "msg_1", NOON) is None, "the first one did not end well"
        unit.integrated_providers.keep_reply(some.account.id, "msg_1", reply)
        unit.commit()
    with database.unit_of_work() as unit:
        unit.integrated_providers.forget_events(NOON)
        assert unit.integrated_providers.claim_event(some.account.id, "msg_1", LATER) == reply
        unit.integrated_providers.forget_events(LATER)
        assert unit.integrated_providers.claim_event(some.account.id, "msg_1", LATER) is None


def test_the_account_of_a_system_is_named_by_its_slug_and_listed_nowhere(database: Database, some: Things) -> None:
    with database.unit_of_work() as unit:
        account = replace(some.account, id="acc_system", slug="norte", kind=AccountKind.INTEGRATED)
        unit.accounts.add(account)
        connection = Connection(
            "con_system", "acc_system", some.account.id, ConnectionState.ACTIVE, "a", "Norte", NOON, is_integrated=True
        )
        unit.connections.add(connection)
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.accounts.find_by_slug("norte") == account
        assert [one.id for one in unit.accounts.list_all()] == [some.account.id]
        assert unit.connections.get(some.account.id, "con_system") == connection
