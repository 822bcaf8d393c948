"""What carriers and providers' systems refuse is in the inbox while it lasts, and ends by itself."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.remote_provider import open_remote_side
from support.standing_still import kinds, listed

from engine.model.inbox import InboxKind, InboxView
from engine.model.label import LabelState
from engine.ports import LOG_IN_REFUSED, CarrierRefused
from engine.services.accounts.carrier_accounts import CarrierAccountChange, change_carrier_account
from engine.services.attention.inbox import list_inbox
from engine.services.attention.inbox_words import KINDS, entry_words, what_of
from engine.services.refusals import Refused
from rules.messages import Message, Text
from storage.database import Database

NO_KEY = CarrierRefused(Message(LOG_IN_REFUSED, Text("Paid Post does not take the key.", "Paid Post no acepta la clave.")))


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> Shippers:
    return open_shippers(database, clock)


def refused_once(sides: Shippers) -> None:
    sides.carrier.fails_before["buy"] = [NO_KEY]
    with pytest.raises(Refused):
        sides.buy()


def test_a_refused_log_in_of_a_carrier_account_needs_a_person_until_a_label_is_made(sides: Shippers, clock: FixedClock) -> None:
    assert kinds(sides.shop) == []
    refused_once(sides)
    since = clock.now()
    clock.sleep(60.0)
    refused_once(sides)

    [entry] = [one for one in listed(sides.shop) if one.kind is InboxKind.CARRIER_REFUSES]
    assert (entry.since, what_of(entry), entry.assignee_email) == (since, "paid", "")
    said = entry_words(entry)
    assert said.en == (
        'The carrier account "paid" is refused its log-in: no label is made with it. Paid Post does not take the key.'
    )
    assert said.es.endswith("con ella no se hace ninguna etiqueta. Paid Post no acepta la clave.")
    with sides.app.reading() as uow:
        provider = uow.accounts.get(sides.provider)
    assert list_inbox(sides.app, provider, InboxView()) == [], "it is the merchant's"

    assert sides.buy().label.state is LabelState.BOUGHT
    assert InboxKind.CARRIER_REFUSES not in kinds(sides.shop)


def test_another_log_in_ends_it_and_any_other_refusal_is_none(sides: Shippers) -> None:
    refused_once(sides)
    [entry] = [one for one in listed(sides.shop) if one.kind is InboxKind.CARRIER_REFUSES]
    change_carrier_account(sides.app, sides.merchant, entry.subject, CarrierAccountChange(nickname="Post"))
    assert InboxKind.CARRIER_REFUSES not in kinds(sides.shop)

    other = CarrierRefused(Message("too_far", Text("The carrier does not go there.", "La empresa no llega allí.")))
    sides.carrier.fails_before["buy"] = [other]
    with pytest.raises(Refused):
        sides.buy()
    assert InboxKind.CARRIER_REFUSES not in kinds(sides.shop)


def test_a_failing_provider_needs_a_person_once_admins_are_told_until_it_answers(database: Database, clock: FixedClock) -> None:
    with open_remote_side(database, clock) as side:
        side.server.change(down=True)
        side.delegate()
        side.work_off()
        assert kinds(side.shop) == [], "most failures mend by themselves"
        since = side.health().provider.failing_since
        for _ in range(8):
            side.later()

        [entry] = listed(side.shop)
        assert (entry.kind, entry.since, entry.subject) == (InboxKind.PROVIDER_FAILS, since, side.seen.connection.id)
        assert what_of(entry) == "Norte Logística"
        assert entry_words(entry).en.startswith("Orders do not reach Norte Logística: its system fails. ")
        assert KINDS[entry.kind].es == "Proveedor sin respuesta"
        side.server.change(down=False)
        side.later()
        side.later()
        assert kinds(side.shop) == []
