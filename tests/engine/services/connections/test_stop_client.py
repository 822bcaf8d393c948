"""A client on stop, or a provider that is closed: orders come in, and nothing is sent."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.labels import STANDARD, open_shippers
from support.two_sides import TwoSides, open_two_sides

from engine.jobs.make_label import make_label
from engine.services.connections.set_connection import stop_client
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


def test_nothing_is_sent_for_a_client_on_stop_and_the_reason_shows(sides: TwoSides) -> None:
    stop_client(sides.app, sides.clerk, sides.connection().id, "invoices of May are open.")

    request = sides.taken()
    assert sides.copy(request).status() == "awaiting_shipment"
    with pytest.raises(
        Refused, match=r"Nothing is sent for Casa Verde now \(invoices of May are open\): its orders come in and wait\."
    ):
        sides.ship(request)

    stop_client(sides.app, sides.clerk, sides.connection().id, "")
    sides.ship(request)


def test_nothing_is_labelled_for_a_client_on_stop(sqlite_database: Database, clock: FixedClock) -> None:
    sides = open_shippers(sqlite_database, clock)
    request = sides.taken()

    def label() -> None:
        make_label(sides.app, sides.provider, sides.copy(request).id, STANDARD, sides.clerk.id, "test")

    stop_client(sides.app, sides.clerk, sides.connection().id, "invoices of May are open.")
    with pytest.raises(Refused, match=r"Nothing is sent for Casa Verde now \(invoices of May are open\)"):
        label()
    assert sides.carrier.purchases == []

    stop_client(sides.app, sides.clerk, sides.connection().id, "")
    label()
    assert len(sides.carrier.purchases) == 1


def test_who_is_closed_sends_again_when_the_time_has_come(sides: TwoSides, clock: FixedClock) -> None:
    stop_client(sides.app, sides.clerk, sides.connection().id, "", "2026-11-21")
    request = sides.taken()
    with pytest.raises(Refused, match=r"\(closed until 21 November 2026 00:00\): its orders"):
        sides.ship(request)
    stop_client(sides.app, sides.clerk, sides.connection().id, "Stock-taking.", "2026-11-21")
    with pytest.raises(Refused) as refused:
        sides.ship(request)
    assert "(cerrado hasta el 21 de noviembre de 2026 00:00; Stock-taking): sus pedidos" in refused.value.format("es")

    clock.sleep(24 * 3600)
    sides.ship(request)


def test_only_the_provider_stops(sides: TwoSides) -> None:
    with pytest.raises(Refused, match="Only the provider can stop sending"):
        stop_client(sides.app, sides.owner, sides.connection().id, "no")
    with pytest.raises(Refused, match='"soon" is not a time'):
        stop_client(sides.app, sides.clerk, sides.connection().id, "", "soon")
    with pytest.raises(Refused, match="longer than 500"):
        stop_client(sides.app, sides.clerk, sides.connection().id, "x" * 501)
