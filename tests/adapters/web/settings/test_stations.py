"""Print stations: added by admins, chosen once by a browser, which then prints as its station does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_of
from support.clock import FixedClock
from support.labels import Shippers, one_page, open_shippers
from support.partners import add_member
from support.printer import NetworkPrinter, unused_port
from support.shop import OWNER, STRANGER, Shop
from werkzeug.test import TestResponse

from adapters.printer_address import NamedPrinter
from adapters.printers.raw import RawPrinters
from storage.database import Database

LogIn = Callable[[str], FlaskClient]
MEMBER = "bo@casa-verde.example"
STATIONS = "/settings/shipping/stations"
IN_BROWSER = {"name": "Desk", "location": "", "label-form": "pdf-4x6", "label-printer": ""}


@pytest.fixture
def printer() -> Iterator[NetworkPrinter]:
    with NetworkPrinter() as printer:
        yield printer


@pytest.fixture
def switched_off() -> str:
    """The address of a printer that does not answer."""
    return f"127.0.0.1:{unused_port()}"


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock, printer: NetworkPrinter, switched_off: str) -> Shippers:
    """Where the operator has named two printers."""
    sides = open_shippers(sqlite_database, clock)
    ports = (printer.port, int(switched_off.partition(":")[2]))
    sides.shop.app = replace(sides.app, printers=RawPrinters([NamedPrinter("127.0.0.1", port) for port in ports]))
    return sides


@pytest.fixture
def shop(sides: Shippers) -> Shop:
    return sides.shop


def on_printer(address: str) -> dict[str, str]:
    """What is entered for a station that prints labels on a printer of the network."""
    return {**IN_BROWSER, "name": "Table 1", "location": "main", "label-printer": address}


def at_station(client: FlaskClient, form: dict[str, str]) -> str:
    """Add a station and choose it for this browser: its id."""
    press(client, STATIONS, STATIONS, **form)
    page = client.get(STATIONS).text
    station = page.partition('name="station" value="')[2].partition('"')[0]
    press(client, STATIONS, f"{STATIONS}/use", station=station)
    return station


def press_print(client: FlaskClient, shipment_id: str, document: str = "label") -> TestResponse:
    return client.post(f"/labels/{shipment_id}/print", data={"csrf_token": token_of(client.get("/orders")), "document": document})


def test_a_station_is_added_used_and_removed(printer: NetworkPrinter, log_in: LogIn) -> None:
    client = log_in(OWNER)
    added = words_of(press(client, STATIONS, STATIONS, **on_printer(printer.address)))
    assert "The print station Table 1 is added. Use it on the device that stands there." in added
    assert f"Table 1 main PDF, 4 × 6″ · {printer.address} PDF, A4 · in the browser" in added
    station = at_station(client, IN_BROWSER | {"name": "Desk"})
    assert "Stop using it here" in words_of(client.get(STATIONS))
    press(client, STATIONS, f"{STATIONS}/use", station="")
    assert "Stop using it here" not in words_of(client.get(STATIONS))
    assert "The print station Desk is removed." in words_of(press(client, STATIONS, f"{STATIONS}/remove", station=station))
    assert "has no print station" in words_of(press(client, STATIONS, f"{STATIONS}/remove", station=station))


def test_what_cannot_be_added_is_said_at_its_field(printer: NetworkPrinter, log_in: LogIn) -> None:
    client, form = log_in(OWNER), on_printer(printer.address)
    press(client, STATIONS, STATIONS, **form)
    taken = press(client, STATIONS, STATIONS, **form)
    assert taken.status_code == 422
    assert 'id="name-error">There is a print station' in taken.text
    assert f'<option value="{printer.address}" selected>' in taken.text, "what was chosen is still there"
    elsewhere = press(client, STATIONS, STATIONS, **{**form, "name": "Two", "label-printer": "10.0.0.1:25"})
    assert "knows no printer 10.0.0.1:25 for this account: the operator has to name it in RELEVO_PRINTERS" in words_of(elsewhere)
    odd = press(client, STATIONS, STATIONS, **{**form, "name": "Three", "location": "moon"})
    assert 'id="location-error">The account has no location' in odd.text


def test_members_use_stations_and_do_not_add_them(sides: Shippers, log_in: LogIn) -> None:
    add_member(sides.shop)
    press(log_in(OWNER), STATIONS, STATIONS, **IN_BROWSER)
    client = log_in(MEMBER)
    page = words_of(client.get(STATIONS))
    assert "Use on this device" in page
    assert "Admins of your account can add print stations." in page
    assert press(client, STATIONS, STATIONS, **IN_BROWSER).status_code == 403
    assert press(client, STATIONS, f"{STATIONS}/remove", station="Desk").status_code == 403
    assert "This device prints at Desk from now on." in words_of(press(client, STATIONS, f"{STATIONS}/use", station="Desk"))


def test_a_station_of_another_account_cannot_be_used(sides: Shippers, log_in: LogIn) -> None:
    station = at_station(log_in(OWNER), IN_BROWSER)
    client = log_in(STRANGER)
    assert "Desk" not in words_of(client.get(STATIONS))
    assert "has no print station" in words_of(press(client, "/orders", f"{STATIONS}/use", station=station))


def test_who_came_from_an_order_goes_back_to_it(sides: Shippers, log_in: LogIn) -> None:
    client, order = log_in(OWNER), f"/orders/{sides.shop.order_id('1')}"
    press(client, STATIONS, STATIONS, **IN_BROWSER)
    assert press(client, STATIONS, f"{STATIONS}/use", station="Desk", next=order).request.path == order
    assert press(client, STATIONS, f"{STATIONS}/use", station="Desk", next="//evil.example").request.path == STATIONS


def test_a_label_opens_in_the_browser_where_the_station_says_so(sides: Shippers, log_in: LogIn) -> None:
    made, client = sides.buy(), log_in(OWNER)
    order = f"/orders/{sides.shop.order_id('1')}"
    assert "Choose a print station" in words_of(client.get(order))
    at_station(client, IN_BROWSER)
    page = client.get(order)
    assert "Print: Label (opens a new tab) At Desk · change" in words_of(page)
    assert 'target="_blank"' in page.text
    shown = press_print(client, made.shipment.id)
    assert shown.headers["Content-Disposition"] == 'inline; filename="label-1.pdf"'
    assert (shown.content_type, shown.data, shown.headers["Cache-Control"]) == ("application/pdf", b"%PDF P1-1", "no-store")
    assert press_print(client, made.shipment.id, "odd").status_code == 404
    lacking = press_print(client, made.shipment.id, "packing_slip")
    assert "Paid Post has no such document as pdf in a4." in words_of(client.get(lacking.location or ""))


def test_a_label_goes_to_the_printer_where_the_station_says_so(sides: Shippers, printer: NetworkPrinter, log_in: LogIn) -> None:
    made, client = sides.buy(), log_in(OWNER)
    at_station(client, on_printer(printer.address))
    order = client.get(press_print(client, made.shipment.id).location or "")
    assert f"Sent to the printer {printer.address}." in words_of(order)
    assert "Due Print on the network printer" in words_of(order)
    sides.shop.work_off()
    assert printer.printed == [b"%PDF P1-1"]
    assert "Done Print on the network printer" in words_of(client.get(f"/orders/{sides.shop.order_id('1')}"))


def test_a_printer_that_is_off_is_told_on_the_orders_page(sides: Shippers, switched_off: str, log_in: LogIn) -> None:
    made, client = sides.buy(), log_in(OWNER)
    at_station(client, on_printer(switched_off))
    press_print(client, made.shipment.id)
    sides.shop.work_off()
    page = words_of(client.get(f"/orders/{sides.shop.order_id('1')}"))
    assert f"Given up Print on the network printer 1 attempt The printer {switched_off} does not answer" in page


def test_a_label_is_created_and_printed_by_one_button(sides: Shippers, log_in: LogIn) -> None:
    client, order = log_in(OWNER), f"/orders/{sides.shop.order_id('1')}"
    assert "Create label and print" not in words_of(client.get(order))
    at_station(client, IN_BROWSER)
    page = client.get(order).text
    assert 'value="create-print" formtarget="_blank">Create label and print' in page
    service = page.partition('optgroup label="Your services"')[2].partition('option value="')[2].partition('"')[0]
    form = {"csrf_token": token_of(client.get(order)), "service": service, "ship_from": "main", "weight": "500"}
    wrong = client.post(f"{order}/label", data={**form, "weight": "much", "do": "create-print"})
    assert wrong.status_code == 422
    made = client.post(f"{order}/label", data={**form, "do": "create-print"})
    assert (made.status_code, made.data) == (200, b"%PDF P1-1")
    assert len(sides.carrier.purchases) == 1


def test_the_labels_of_many_orders_go_to_the_stations_printer(sides: Shippers, printer: NetworkPrinter, log_in: LogIn) -> None:
    sides.carrier.paint = one_page
    made, client = sides.buy(), log_in(OWNER)
    at_station(client, on_printer(printer.address))
    token = {"csrf_token": token_of(client.get("/orders"))}
    batch = client.post("/orders/labels", data={**token, "order": [made.shipment.order_id]}).location or ""
    told = words_of(client.get(client.post(f"{batch}/print", data=token).location or ""))
    assert f"1 label is sent to the printer {printer.address}." in told
    sides.shop.work_off()
    assert [one[:4] for one in printer.printed] == [b"%PDF"]
    press(client, STATIONS, f"{STATIONS}/use", station="")
    assert client.post(f"{batch}/print", data=token).headers["Content-Disposition"].startswith("attachment")
