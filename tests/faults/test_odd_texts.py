from __future__ import annotations

from datetime import timedelta

from support.brightpearl_stub import PASSWORD, StubBrightpearl, make_note, make_order, serving
from support.clock import FixedClock
from support.sandbox_shop import LOOPBACK

from adapters.stores.brightpearl.session import BrightpearlConnector
from engine.model.store import Ready, Store


def test_half_an_emoji_spoils_no_page(clock: FixedClock) -> None:
    """A name that was cut to a length by somebody who counts in UTF-16."""
    with serving(StubBrightpearl()) as stub:
        stub.notes = {81: make_note(7001), 82: make_note(7002)}
        party = {**make_order()["parties"]["delivery"], "addressFullName": "Ann \ud83d", "addressLine1": "\U0001f600 Street"}
        stub.orders = {7001: make_order(7001), 7002: make_order(7002, parties={"delivery": party, "billing": party})}
        settings = {
            "integration_url": stub.url,
            "account_code": "testacct",
            "datacenter": "eu1",
            "channel_ids": [2],
            "on_ship": "none",
            "warehouse_ids": [],
        }
        credentials = {"username": "u@example.com", "password": PASSWORD}
        store = Store("sto_1", "acc_1", "brightpearl", "Shop", settings, credentials, clock.now())
        session = BrightpearlConnector(clock, [LOOPBACK]).open(store)
        records = [record for batch in session.scan(clock.now() - timedelta(days=300)) for record in batch]
        session.close()

    first, second = records
    assert isinstance(first, Ready)
    assert isinstance(second, Ready)
    assert second.document["ship_to"]["name"] == "Ann ?"
    assert second.document["ship_to"]["street1"] == "\U0001f600 Street"
