"""What searches see of fresh writes, and how `updatedOn` moves."""

from datetime import datetime, timedelta

import pytest

from adapters.sandboxes.brightpearl import SandboxOptions, SandboxServer

ORDERS = "/order-service/order-search"


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(server: SandboxServer, now: datetime) -> Clock:
    moving = Clock(now)
    server.data.clock = moving
    return moving


def ids(api, **query: str) -> set[int]:
    return {row["goodsOutNoteId"] for row in api.search(**query)}


def changed(api, since: datetime) -> list[int]:
    return [row["orderId"] for row in api.search(ORDERS, updatedOn=f"{since.isoformat()}/")]


def test_writes_show_when_the_lag_is_over(api, server: SandboxServer, clock: Clock) -> None:
    server.options = SandboxOptions(search_lag_s=30)
    before = ids(api, printed="true", shipped="false")
    assert 81 not in before
    assert 82 in before
    server.data.print_note(81)
    server.data.ship_note(82)
    server.data.delete_note(83)
    new_order, new_note = server.data.create_order()
    assert server.data.note(81)["status"]["printed"]
    clock.tick(29)
    assert ids(api, printed="true", shipped="false") == before
    assert not api.search(ORDERS, orderId=str(new_order))
    clock.tick(1)
    assert ids(api, printed="true", shipped="false") == before - {82, 83} | {81, new_note}
    assert [row["orderId"] for row in api.search(ORDERS, orderId=str(new_order))] == [new_order]


def test_of_several_writes_each_has_its_own_time(api, server: SandboxServer, clock: Clock) -> None:
    server.options = SandboxOptions(search_lag_s=30)
    server.data.print_note(81)
    clock.tick(20)
    server.data.unprint_note(81)
    clock.tick(15)
    assert 81 in ids(api, printed="true")
    clock.tick(15)
    assert 81 not in ids(api, printed="true")


def test_without_a_lag_everything_shows_at_once(api, server: SandboxServer, clock: Clock) -> None:
    server.options = SandboxOptions(search_lag_s=3000)
    server.data.print_note(81)
    assert 81 not in ids(api, printed="true")
    server.options = SandboxOptions()
    assert 81 in ids(api, printed="true")


def test_every_change_moves_updated_on(api, server: SandboxServer, clock: Clock, order_of) -> None:
    order_id = order_of["drop_ship"]
    note = next(each for each, document in server.data.drop_ship_notes.items() if document["orderId"] == order_id)
    changes = {
        7002: lambda: server.data.change_address(7002, addressLine1="New 1"),
        7003: lambda: api.call("PUT", "/order-service/order/7003/status", json={"orderStatusId": 23}),
        7001: lambda: server.data.ship_note(server.data.note_ids(7001)[0]),
        7006: lambda: api.call(
            "PATCH", "/order-service/order/7006/custom-field", json=[{"op": "add", "path": "/PCF_GIFT", "value": "x"}]
        ),
        order_id: lambda: server.data.add_drop_ship_event(note),
    }
    for changed_id, change in changes.items():
        clock.tick(60)
        change()
        assert changed(api, clock.now) == [changed_id]
    assert changed(api, clock.now - timedelta(minutes=10)) == sorted(changes)
    assert changed(api, clock.now + timedelta(seconds=1)) == []


def test_changed_since_may_be_ignored_or_wrong(api, server: SandboxServer, clock: Clock) -> None:
    server.options = SandboxOptions(ignored_filters=frozenset({"updatedOn"}))
    assert len(changed(api, clock.now)) == 60
    server.options = SandboxOptions()
    assert api.get(ORDERS, updatedOn="soon/").json()["errors"][0]["code"] == "CMNC-018"
    assert len(api.search(ORDERS, updatedOn=f"/{clock.now.isoformat()}")) == 60


def test_many_changes_of_one_order_are_found_once(api, server: SandboxServer, clock: Clock) -> None:
    for number in range(1500):
        clock.tick(1)
        server.data.change_address(7002, addressLine2=str(number))
    assert changed(api, clock.now) == [7002]
    assert changed(api, clock.now - timedelta(minutes=20)) == [7002]
