"""What Brightpearl is told of a shipment: references, bodies, and what happens when others write at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from support.clock import FixedClock
from support.sandbox_shop import LOOPBACK, STORE_PASSWORD, sandbox, store_form

from adapters.sandboxes.brightpearl import SandboxServer
from adapters.stores.brightpearl.description.steps import STEPS
from adapters.stores.brightpearl.session import BrightpearlConnector, BrightpearlSession
from adapters.stores.brightpearl.transport import Reply, TransientFailure, Unanswered
from engine.model.store import Store
from engine.model.store_preferences import StorePreferences, WeightUnit
from engine.model.write_back import ShipmentNotice
from engine.ports import NoticeFinal, StoreError, StoreUnavailable
from rules.messages import Text

REFERENCE, SHIPPED, STATUS, NOTE = (step.code for step in STEPS)
SHIPPED_AT = datetime(2026, 3, 2, 9, 15, 0, 123456, tzinfo=timezone(timedelta(hours=1)))


def a_notice(*tracking: str, **changes: Any) -> ShipmentNotice:
    values = {
        "external_id": "81",
        "external_order_id": "7001",
        "order_number": "7001/2",
        "carrier": "seur",
        "service": "24h",
        "tracking_numbers": tracking or ("T1",),
        "weight_g": None,
        "shipped_at": SHIPPED_AT,
    }
    return ShipmentNotice(**{**values, **changes})


OpenSession = Callable[..., BrightpearlSession]


@pytest.fixture
def server(clock: FixedClock) -> Iterator[SandboxServer]:
    with sandbox(clock.now, orders=1) as running:
        yield running


@pytest.fixture
def open_session(server: SandboxServer, clock: FixedClock) -> Iterator[OpenSession]:
    opened: list[BrightpearlSession] = []

    def open_one(preferences: StorePreferences | None = None, **settings: Any) -> BrightpearlSession:
        form = store_form(server, **settings)
        credentials = {"username": "u@example.com", "password": STORE_PASSWORD}
        store = Store("sto_1", "acc_1", "brightpearl", "Shop", form.settings, credentials, datetime(2026, 1, 1, tzinfo=UTC))
        store = replace(store, preferences=preferences or StorePreferences())
        opened.append(BrightpearlConnector(clock, [LOOPBACK]).open(store))
        return opened[-1]

    yield open_one
    for session in opened:
        session.close()


@pytest.fixture
def notice(server: SandboxServer) -> ShipmentNotice:
    order_id, note_id = server.data.create_order()
    return a_notice(external_id=str(note_id), external_order_id=str(order_id))


def interrupt(session: BrightpearlSession, *happenings: Callable[[], object]) -> list[str]:
    """Let these happen, one before each call that changes something; the calls that were made."""
    made: list[str] = []
    waiting = list(happenings)
    real = session._client.call

    def call(method: str, path: str, body: Any, headers: Any = None) -> Reply:
        if waiting:
            waiting.pop(0)()
        made.append(f"{method} {path.rpartition('/')[2]}")
        return real(method, path, body, headers)

    session._client.call = call  # type: ignore[method-assign]
    return made


def note_of(server: SandboxServer, notice: ShipmentNotice) -> dict[str, Any]:
    return server.data.note(int(notice.external_id))


@pytest.mark.parametrize("status", [409, 412])
def test_events_between_look_and_shipping_are_looked_at_again(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice, status: int
) -> None:
    server.options = server.options.changed({"version_clash_status": status})
    session, note_id = open_session(), int(notice.external_id)
    assert session.write_back(REFERENCE, notice)
    made = interrupt(session, lambda: server.data.pick_note(note_id), lambda: server.data.pack_note(note_id))
    assert session.write_back(SHIPPED, notice)

    assert made == ["POST event"] * 3
    note = note_of(server, notice)
    assert [event["eventCode"] for event in note["events"]].count("SHW") == 1
    shipped = next(event for event in note["events"] if event["eventCode"] == "SHW")
    assert datetime.fromisoformat(shipped["occured"]) == SHIPPED_AT.replace(microsecond=123000)
    assert shipped["eventOwnerId"] == note["createdBy"]


@pytest.mark.parametrize("step", [REFERENCE, SHIPPED, STATUS, NOTE])
def test_what_gave_no_answer_is_not_asked_again_at_once(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice, step: str
) -> None:
    session = open_session(on_ship="both", shipped_status_id=23, status_when="always", order_note="{tracking}")
    session.write_back(REFERENCE, replace(notice, tracking_numbers=("T0",)) if step is REFERENCE else notice)

    def time_out() -> None:
        raise Unanswered(TransientFailure(Text("no answer in time", "no hubo respuesta a tiempo"), answered=False))

    made = interrupt(session, time_out)
    with pytest.raises(StoreUnavailable, match="no answer in time"):
        session.write_back(step, notice)
    assert made == []  # it may still arrive: a later try looks again
    assert session.write_back(step, notice)
    assert len(made) == 1


def test_a_note_that_never_rests_is_left_for_later(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice
) -> None:
    session, note_id = open_session(), int(notice.external_id)
    session.write_back(REFERENCE, notice)
    interrupt(session, *[lambda: server.data.print_note(note_id)] * 5)
    with pytest.raises(StoreUnavailable, match="kept changing"):
        session.write_back(SHIPPED, notice)
    assert not note_of(server, notice)["status"]["shipped"]


def test_the_reference_is_written_again_when_somebody_changed_it(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice
) -> None:
    session = open_session()
    session.write_back(REFERENCE, notice)
    with server.data.edit_note(int(notice.external_id)) as note:
        note["shipping"]["reference"] = "typed over"
    session.write_back(SHIPPED, notice)
    note = note_of(server, notice)
    assert (note["status"]["shipped"], note["shipping"]["reference"]) == (True, "T1")


@pytest.mark.parametrize("step", [REFERENCE, SHIPPED])
@pytest.mark.parametrize(("theirs", "says"), [("X9", "with the reference X9"), ("", "with the reference (none)")])
def test_what_others_ship_meanwhile_is_named(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice, step: str, theirs: str, says: str
) -> None:
    session, note_id = open_session(), int(notice.external_id)
    if step is SHIPPED:
        session.write_back(REFERENCE, notice)

    def ship() -> None:
        with server.data.edit_note(note_id) as note:
            note["shipping"]["reference"] = theirs
        server.data.ship_note(note_id)

    interrupt(session, ship)
    with pytest.raises(StoreError, match="nothing more can be written") as refused:
        session.write_back(step, notice)
    assert not isinstance(refused.value, StoreUnavailable)
    assert says in str(refused.value)
    assert "T1" in str(refused.value)


def test_what_is_there_already_is_not_written_again(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice
) -> None:
    session = open_session(on_ship="both", shipped_status_id=23, order_note="Sent <b>today</b> & soon: {tracking}")
    steps = session.write_back_steps()
    assert [session.write_back(step, notice) for step in steps] == [True] * 4
    made = interrupt(session)
    assert [session.write_back(step, notice) for step in steps] == [True] * 4
    assert made == []


def test_a_note_that_brightpearl_turned_into_html_is_known_again(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice
) -> None:
    server.data.add_order_note(int(notice.external_order_id), "<p>Sent by seur &amp; co:<br>T1</p>")
    session = open_session(order_note="Sent by {carrier} & co:\n{tracking}", order_note_public=True)
    made = interrupt(session)
    assert session.write_back(NOTE, notice)
    assert made == []
    assert session.write_back(NOTE, a_notice("T2", external_order_id=notice.external_order_id))
    written = server.data.order_notes[int(notice.external_order_id)][-1]
    assert (written["text"], written["isPublic"]) == ("Sent by seur & co:\nT2", True)


@pytest.mark.parametrize(("unit", "weight"), [(WeightUnit.KILOGRAM, "1.25"), (WeightUnit.GRAM, "1250.00")])
def test_a_known_weight_is_told_in_the_account_s_unit(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice, unit: WeightUnit, weight: str
) -> None:
    session = open_session(StorePreferences(weight_unit=unit))
    session.write_back(REFERENCE, replace(notice, weight_g=1250))
    assert note_of(server, notice)["shipping"]["weight"] == weight


def test_the_settings_name_the_event_owner(server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice) -> None:
    session = open_session(event_owner_id=77)
    session.write_back(SHIPPED, notice)
    events = note_of(server, notice)["events"]
    assert [event["eventOwnerId"] for event in events if event["eventCode"] == "SHW"] == [77]


def test_without_an_event_owner_a_person_has_to_name_one(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice
) -> None:
    with server.data.edit_note(int(notice.external_id)) as note:
        note["createdBy"] = 0
        note["status"].pop("printedById", None)
    with pytest.raises(StoreError, match="set the event owner"):
        open_session().write_back(SHIPPED, notice)


@pytest.mark.parametrize(("wanted", "says"), [(None, "choose in the store's settings"), (999, "There is no order status 999")])
def test_a_status_that_cannot_be_set_is_told(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice, wanted: int | None, says: str
) -> None:
    session = open_session(on_ship="order_status", shipped_status_id=wanted, status_when="always")
    with pytest.raises(StoreError, match=says):
        session.write_back(STATUS, notice)


@pytest.mark.parametrize("step", [REFERENCE, SHIPPED])
def test_a_note_that_is_gone_is_told(server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice, step: str) -> None:
    for style in ("404", "empty"):
        server.options = server.options.changed({"note_not_found": style})
        gone = a_notice(external_id="987654")
        with pytest.raises(StoreError, match="987654 no longer exists"):
            open_session().write_back(step, gone)


@pytest.mark.parametrize("step", [REFERENCE, SHIPPED, STATUS, NOTE])
def test_a_404_that_is_not_brightpearls_is_tried_again_later(
    open_session: OpenSession, notice: ShipmentNotice, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    session = open_session(on_ship="both", shipped_status_id=23, status_when="always", order_note="{tracking}")
    session.write_back(REFERENCE, replace(notice, tracking_numbers=("T0",)) if step is REFERENCE else notice)
    transport, brought = session._client._transport, session._client._transport._interpret
    monkeypatch.setattr(transport, "_interpret", lambda status, content: brought(404, b"<html>no such site</html>"))
    with pytest.raises(StoreUnavailable, match="not Brightpearl's"):
        session.write_back(step, notice)
    monkeypatch.undo()
    assert session.write_back(step, notice)


def test_a_withdrawal_leaves_what_is_not_ours(server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice) -> None:
    session, note_id = open_session(), int(notice.external_id)
    made = interrupt(session)
    session.withdraw(notice)
    with server.data.edit_note(note_id) as note:
        note["shipping"]["reference"] = "THEIRS"
    session.withdraw(notice)
    session.withdraw(a_notice(external_id="987654"))
    assert made == []


def test_a_withdrawal_clears_our_reference_and_nothing_else(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice
) -> None:
    session = open_session()
    before = note_of(server, notice)["shipping"]
    session.write_back(REFERENCE, notice)
    session.withdraw(notice)
    assert note_of(server, notice)["shipping"] == {**before, "reference": "", "boxes": 1}


@pytest.mark.parametrize(
    ("theirs", "staying", "is_part", "left"),
    [
        ("T1, t 2", ("T2",), True, "T2"),
        ("T2,T1", ("T2",), False, ""),
        ("T2", ("T2",), True, None),
        ("T1, X9", ("T2",), True, None),
    ],
)
def test_a_withdrawal_keeps_what_else_has_left(
    server: SandboxServer,
    open_session: OpenSession,
    notice: ShipmentNotice,
    theirs: str,
    staying: tuple[str, ...],
    is_part: bool,
    left: str | None,
) -> None:
    with server.data.edit_note(int(notice.external_id)) as note:
        note["shipping"]["reference"] = theirs
    open_session().withdraw(replace(notice, staying=staying, is_part=is_part))
    assert note_of(server, notice)["shipping"]["reference"] == (theirs if left is None else left)


def test_of_a_part_the_note_gets_its_number_and_stays_open(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice
) -> None:
    session, part = open_session(on_ship="both", shipped_status_id=23, status_when="always"), replace(notice, is_part=True)
    assert [session.write_back(step, part) for step in (REFERENCE, SHIPPED, STATUS)] == [True, False, False]
    assert note_of(server, notice)["shipping"]["reference"] == "T1"
    assert note_of(server, notice)["status"]["shipped"] is False


def test_a_withdrawal_after_shipping_is_final(server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice) -> None:
    session, note_id = open_session(), int(notice.external_id)
    session.write_back(REFERENCE, notice)
    interrupt(session, lambda: server.data.ship_note(note_id))
    with pytest.raises(NoticeFinal, match="cannot be undone"):
        session.withdraw(notice)
    assert note_of(server, notice)["shipping"]["reference"] == "T1"


def test_no_sentence_holds_the_password(server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice) -> None:
    session = open_session(on_ship="order_status", shipped_status_id=999, status_when="always")
    with pytest.raises(StoreError) as refused:
        session.write_back(STATUS, notice)
    assert STORE_PASSWORD not in str(refused.value)


def test_without_a_number_the_reference_stays_and_the_note_is_shipped(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice
) -> None:
    session, note_id = open_session(), int(notice.external_id)
    letter = replace(notice, tracking_numbers=())
    with server.data.edit_note(note_id) as note:
        note["shipping"]["reference"] = "THEIRS"
    made = interrupt(session)
    assert session.write_back(REFERENCE, letter)
    assert made == []
    assert session.write_back(SHIPPED, letter)
    assert note_of(server, notice)["shipping"]["reference"] == "THEIRS"
    assert session.write_back(SHIPPED, letter)
    assert made == ["POST event"]
    with pytest.raises(NoticeFinal):
        session.withdraw(letter)


def test_a_letter_that_was_taken_back_leaves_the_note_alone(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice
) -> None:
    session = open_session()
    made = interrupt(session)
    session.withdraw(replace(notice, tracking_numbers=()))
    assert made == []


@pytest.mark.parametrize(("numbers", "boxes"), [(("T1",), 3), ((), 2)])
def test_boxes_are_written(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice, numbers: tuple[str, ...], boxes: int
) -> None:
    session = open_session()
    made = interrupt(session)
    for _ in range(2):
        assert session.write_back(REFERENCE, replace(notice, tracking_numbers=numbers, boxes=boxes))
    shipping = note_of(server, notice)["shipping"]
    assert (shipping["boxes"], shipping["reference"]) == (boxes, "".join(numbers))
    assert len(made) == 1


def test_a_note_that_has_our_reference_gets_what_else_is_known(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice
) -> None:
    with server.data.edit_note(int(notice.external_id)) as note:
        note["shipping"].update(reference="t1", boxes="1", shippingMethodId="7")
    session = open_session(service_methods="seur 24h: 7")
    made = interrupt(session)
    session.write_back(REFERENCE, notice)
    assert made == []
    for _ in range(2):
        session.write_back(REFERENCE, replace(notice, boxes=3, weight_g=1250))
    shipping = note_of(server, notice)["shipping"]
    assert (shipping["boxes"], shipping["weight"], len(made)) == (3, "1.25", 1)


@pytest.mark.parametrize("numbers", [("T1",), ()])
def test_the_note_gets_the_shipping_method_that_the_merchant_has_for_the_service(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice, numbers: tuple[str, ...]
) -> None:
    session = open_session(service_methods="mrw 10h: 3\nSEUR  24H: 7\n")
    made = interrupt(session)
    for _ in range(2):
        session.write_back(REFERENCE, replace(notice, tracking_numbers=numbers))
    shipping = note_of(server, notice)["shipping"]
    assert (shipping["shippingMethodId"], shipping["reference"], len(made)) == (7, "".join(numbers), 1)


def test_of_a_service_that_the_merchant_does_not_name_the_note_keeps_its_own_method(
    server: SandboxServer, open_session: OpenSession, notice: ShipmentNotice
) -> None:
    before = note_of(server, notice)["shipping"]["shippingMethodId"]
    open_session(service_methods="mrw 10h: 3").write_back(REFERENCE, notice)
    assert note_of(server, notice)["shipping"]["shippingMethodId"] == before
