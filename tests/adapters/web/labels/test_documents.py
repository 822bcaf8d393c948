"""Printing labels, and voiding them once a person has read what that does."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

from flask.testing import FlaskClient
from pypdf import PdfReader
from support.browsing import press, token_of, words_of
from support.labels import STANDARD, Shippers, one_page
from support.paid_carrier import FORM, NO_ANSWER, TOO_FAR
from support.shop import OWNER, PROVIDER, STRANGER, ready
from support.two_sides import TRACKED
from werkzeug.test import TestResponse

from engine.jobs.make_label import make_label
from engine.model.carrier import CarrierCapability, DocumentForm
from engine.model.label import DocumentFormat, DocumentKind, LabelState, PaperSize, ParcelToShip
from engine.model.order import OrderState
from engine.services.connections.set_connection import set_connection
from engine.services.fulfillment.ship_order import ship_order
from engine.services.labels.label_request import ParcelWish

LogIn = Callable[[str], FlaskClient]
TWO_PARCELS = replace(STANDARD, parcels=ParcelWish(parcels=(ParcelToShip(500), ParcelToShip(700))))
SLIP = DocumentForm(DocumentKind.PACKING_SLIP, DocumentFormat.PDF, PaperSize.A4)
ZPL = DocumentForm(DocumentKind.LABEL, DocumentFormat.ZPL, PaperSize.LABEL)
PNG = DocumentForm(DocumentKind.LABEL, DocumentFormat.PNG, PaperSize.LABEL)


def print_of(client: FlaskClient, shipment_id: str, **form: str) -> TestResponse:
    return client.post(f"/labels/{shipment_id}/print", data={"csrf_token": token_of(client.get("/orders")), **form})


def draws(sides: Shippers) -> None:
    """From now on the carrier draws its documents again, in all forms."""
    kind = sides.carrier.describes
    able = kind.capabilities | {CarrierCapability.DRAWS_DOCUMENTS}
    sides.carrier.describes = replace(kind, capabilities=able, forms=(FORM, SLIP, ZPL, PNG))


def test_a_label_is_a_file_that_no_cache_keeps(sides: Shippers, log_in: LogIn) -> None:
    sides.carrier.paint = one_page
    made, client = sides.buy(), log_in(OWNER)
    page = client.get(f"/orders/{sides.shop.order_id('1')}")
    assert f'action="/labels/{made.shipment.id}/print"' in page.text
    file, copy = (print_of(client, made.shipment.id, form="pdf-4x6") for _ in range(2))
    assert (file.status_code, file.content_type) == (200, "application/pdf")
    assert file.headers["Content-Disposition"] == 'attachment; filename="label-1.pdf"'
    assert file.headers["Cache-Control"] == "no-store"
    words = [PdfReader(io.BytesIO(one.data)).pages[0].extract_text().strip() for one in (file, copy)]
    assert words == ["", "COPY · COPIA"]
    press(client, "/orders", "/language", language="es", back="/orders")
    assert print_of(client, made.shipment.id).headers["Content-Disposition"] == 'attachment; filename="etiqueta-1.pdf"'


def test_every_form_that_the_carrier_has_is_offered(sides: Shippers, log_in: LogIn) -> None:
    draws(sides)
    made, client = sides.buy(wish=TWO_PARCELS), log_in(OWNER)
    page = words_of(client.get(f"/orders/{sides.shop.order_id('1')}"))
    assert "PDF, label of 4 × 6 inches PDF, A4 with packing slip ZPL, for label printers PNG, a picture Print label" in page
    zpl = print_of(client, made.shipment.id, form="zpl-4x6")
    assert (zpl.data, zpl.headers["Content-Disposition"]) == (b"zpl P1-1zpl P1-2", 'attachment; filename="label-1.zpl"')
    pictures = print_of(client, made.shipment.id, form="png-4x6")
    assert pictures.headers["Content-Disposition"] == 'attachment; filename="label-1.zip"'
    with zipfile.ZipFile(io.BytesIO(pictures.data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "label-1-1.png": b"png P1-1 COPY",
            "label-1-2.png": b"png P1-2 COPY",
        }


def test_a_form_that_the_carrier_does_not_have_is_refused(sides: Shippers, log_in: LogIn) -> None:
    made, client = sides.buy(), log_in(OWNER)
    back = print_of(client, made.shipment.id, form="pdf-a4")
    assert back.status_code == 302
    assert "Paid Post has no such document as pdf in a4. It has: pdf 4x6." in words_of(client.get(back.location))
    assert print_of(client, made.shipment.id, form="odd-size").data == b"%PDF P1-1"


def test_the_page_says_what_voiding_does_before_it_is_done(sides: Shippers, log_in: LogIn) -> None:
    made, client = sides.buy(), log_in(OWNER)
    order, address = f"/orders/{sides.shop.order_id('1')}", f"/labels/{made.shipment.id}/void"
    assert f'<form method="get" action="{address}"><button' in client.get(order).text
    asked = words_of(client.get(address))
    assert "Paid Post is asked to take back the label: standard, P1-1, €4.90." in asked
    assert "Its tracking numbers no longer count: throw away what was printed." in asked
    assert "The order awaits shipment again" in asked
    assert "The store hears that nothing has left, if it was told." in asked
    assert sides.carrier.voided == []

    done = words_of(press(client, address, address))
    assert "The label is voided. Throw away what was printed." in done
    assert "The label is voided: do not use what was printed." in done
    assert f"Label voided {OWNER}" in done
    assert "Configure shipment" in done
    assert "Print label" not in done
    assert ">Void label<" not in client.get(order).text
    assert client.get(address).location == f"{order}#shipments"
    assert print_of(client, made.shipment.id).status_code == 302
    assert sides.order().state is OrderState.OPEN
    assert len(sides.carrier.voided) == 1


def test_a_3pl_reads_what_becomes_of_its_clients_order(sides: Shippers, log_in: LogIn) -> None:
    copy = sides.copy(sides.taken())
    made = make_label(sides.app, sides.provider, copy.id, STANDARD, sides.clerk.id, "test")
    asked = words_of(log_in(PROVIDER).get(f"/labels/{made.shipment.id}/void"))
    assert "The client's order is in fulfillment again, and its store hears that nothing has left." in asked


def test_a_client_sees_on_its_order_what_its_providers_label_cost_where_that_is_shared(sides: Shippers, log_in: LogIn) -> None:
    sides.shop.import_all(ready("2"))
    for number in "12":
        make_label(sides.app, sides.provider, sides.copy(sides.taken(number)).id, STANDARD, sides.clerk.id, "test")
        sides.shop.work_off()
        page = words_of(log_in(OWNER).get(f"/orders/{sides.shop.order_id(number)}"))
        assert f"Parcel 1: P{number}-1" in page
        assert ("€4.90" in page) == sides.connection().shares_costs
        set_connection(sides.app, sides.clerk, sides.connection().id, shares_costs=True)


def test_a_void_that_the_carrier_refuses_or_does_not_answer_is_told(sides: Shippers, log_in: LogIn) -> None:
    made, client = sides.buy(), log_in(OWNER)
    order, address = f"/orders/{sides.shop.order_id('1')}", f"/labels/{made.shipment.id}/void"
    sides.carrier.fails_before["void"] = [TOO_FAR, NO_ANSWER]
    refused = words_of(press(client, address, address))
    assert "Paid Post did not void the label: The carrier does not go there. It stays paid, and the shipment counts." in refused
    assert "Void label" in refused

    waiting = words_of(press(client, address, address))
    assert "The label is not taken back yet: the carrier did not answer." in waiting
    assert "The label is not voided yet: the carrier did not answer. It is tried again by itself" in waiting
    assert "Print label" not in waiting
    assert "Due Void the label" in waiting
    sides.shop.app.clock.sleep(7200)
    sides.shop.work_off()
    assert sides.labels()[0].state is LabelState.VOIDED
    assert "Configure shipment" in words_of(client.get(order))


def test_what_the_store_holds_for_shipped_is_not_voided(sides: Shippers, log_in: LogIn) -> None:
    made, client = sides.buy(), log_in(OWNER)
    sides.shop.connector.steps = ("reference", "shipped")
    sides.shop.work_off()
    page = client.get(f"/orders/{sides.shop.order_id('1')}")
    assert "cannot be taken back: the store has marked it as shipped" in words_of(page)
    assert ">Void label<" not in page.text
    address = f"/labels/{made.shipment.id}/void"
    assert "cannot be taken back" in words_of(press(client, address, address))
    assert sides.carrier.voided == []


def test_labels_of_others_and_shipments_without_one_are_not_there(sides: Shippers, log_in: LogIn) -> None:
    made = sides.buy()
    for email in (STRANGER, PROVIDER):
        client = log_in(email)
        assert print_of(client, made.shipment.id).status_code == 404
        assert client.get(f"/labels/{made.shipment.id}/void").status_code == 404
        assert press(client, "/orders", f"/labels/{made.shipment.id}/void").status_code == 404
    assert sides.carrier.voided == []
    with sides.app.unit_of_work() as unit:
        assert unit.labels.note_printed(sides.merchant, made.label.id, sides.app.clock.now()) is False


def test_a_shipment_by_hand_has_no_label(sides: Shippers, log_in: LogIn) -> None:
    shipped = ship_order(sides.app, sides.merchant, sides.shop.order_id("1"), TRACKED, sides.owner.id)
    client = log_in(OWNER)
    assert print_of(client, shipped.shipment.id).status_code == 404
    page = words_of(client.get(f"/orders/{sides.shop.order_id('1')}"))
    assert "Take back" in page
    assert "Print label" not in page
