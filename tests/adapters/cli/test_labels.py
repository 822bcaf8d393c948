"""Labels from the command line: what they cost, buying, printing, taking back; the keys are those that other programs rely on."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from support.command_line import Call, connect, create

from adapters.sandboxes.brightpearl import SandboxServer

RATES = """
currency: EUR
zones: {everywhere: [AT, BE, CH, DE, DK, ES, FR, GB, IE, IT, LU, NL, PT, SE]}
services:
  night:
    days: 1
    zones: {everywhere: [{up_to_g: 5000, price: 4.10}]}
  slow:
    days: 4
    zones: {everywhere: [{up_to_g: 5000, price: 2.05}]}
"""
PARCEL = ("--parcel", "750:200x150x100")


class Shop:
    """A merchant with two orders, and an account of the house carrier."""

    def __init__(self, relevo: Call, server: SandboxServer, rates: Path) -> None:
        self.relevo = relevo
        self.slug = create(relevo, "Casa Verde", "merchant")
        self.email = "owner@casa-verde.example"
        store = connect(relevo, self.slug, server)
        assert store.code == 0, store.err
        assert relevo("stores", "import", store.json["id"]).code == 0
        orders = relevo("orders", "list", "--account", self.slug, "--json-lines").lines
        self.orders = [one["id"] for one in orders if one["status"] == "awaiting_shipment"]
        added = relevo(
            *("carrier-accounts", "add", "--account", self.slug, "--carrier", "house", "--service", "night", "--service", "slow"),
            *("--rates", str(rates), "--number-prefix", "CV", "--by", self.email, "--json"),
        )
        assert added.code == 0, added.err
        self.account_id = added.json["id"]

    def label(self, *order_ids: str, options: tuple[str, ...] = (*PARCEL, "--carrier", "house", "--service", "night")) -> Any:
        return self.relevo("orders", "label", *order_ids, *options, "--by", self.email, "--json")

    def order(self, order_id: str) -> dict[str, Any]:
        listed = self.relevo("orders", "list", "--account", self.slug, "--json-lines").lines
        return next(one for one in listed if one["id"] == order_id)


@pytest.fixture
def shop(relevo: Call, server: SandboxServer, tmp_path: Path) -> Shop:
    rates = tmp_path / "rates.yaml"
    rates.write_text(RATES)
    return Shop(relevo, server, rates)


def test_a_label_is_bought_written_printed_again_and_taken_back(shop: Shop, tmp_path: Path) -> None:
    order_id = shop.orders[0]
    answer = shop.label(order_id)
    [result] = answer.json["results"]
    [parcel] = result["parcels"]
    assert answer.code == 0
    assert {**result, "shipment_id": "", "parcels": []} == {
        "order_id": order_id,
        "shipment_id": "",
        "carrier": "house",
        "service": "night",
        "carrier_account": shop.account_id,
        "parcels": [],
        "cost": {"amount": "4.10", "currency": "EUR"},
    }
    file = Path(parcel["label"])
    assert file.is_absolute()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert parcel["tracking_number"].startswith("CV")
    assert "night" in PdfReader(file).pages[0].extract_text()
    assert shop.label(order_id).json == answer.json, "asked again it is the same label"
    [shipment] = shop.order(order_id)["shipments"]
    assert (shipment["id"], shipment["state"], shipment["carrier"]) == (result["shipment_id"], "shipped", "house")
    assert shipment["cost"] == result["cost"]
    for format, beginning in (("pdf", b"%PDF"), ("zpl", b"^XA"), ("png", b"\x89PNG")):
        out = tmp_path / f"label.{format}"
        saved = shop.relevo("labels", "save", shipment["id"], "--format", format, "--out", str(out), "--by", shop.email, "--json")
        assert saved.json == {"shipment_id": shipment["id"], "files": [str(out)]}
        assert out.read_bytes().startswith(beginning)
    assert '"-" is not a file' in shop.relevo("labels", "save", shipment["id"], "--out", "-").sentence
    sheet = tmp_path / "sheet.pdf"
    shop.relevo("labels", "save", shipment["id"], "--size", "a4", "--out", str(sheet))
    assert "COPY" in PdfReader(sheet).pages[0].extract_text()
    tracked = shop.relevo("orders", "track", shipment["id"], "--json").json
    assert (tracked["state"], [one["state"] for one in tracked["events"]]) == ("label_created", ["label_created"])
    voided = shop.relevo("orders", "void", shipment["id"], "--by", shop.email, "--json")
    assert voided.json == {"shipment_id": shipment["id"], "state": "voided"}
    assert shop.order(order_id)["status"] == "awaiting_shipment"


def test_rates_name_the_cheapest_first(shop: Shop) -> None:
    found = shop.relevo("orders", "rates", shop.orders[0], *PARCEL, "--by", shop.email, "--json").json
    of_account = {"carrier_account": shop.account_id, "owner": "own", "carrier": "house", "currency": "EUR"}
    assert found["problems"] == []
    assert found["rates"] == [
        {**of_account, "service": "slow", "amount": "2.05", "days": 4},
        {**of_account, "service": "night", "amount": "4.10", "days": 1},
    ]


def test_where_no_carrier_account_tells_a_price_that_is_said(relevo: Call, server: SandboxServer) -> None:
    slug = create(relevo, "Casa Verde", "merchant")
    assert relevo("stores", "import", connect(relevo, slug, server).json["id"]).code == 0
    order = next(one["id"] for one in relevo("orders", "list", "--account", slug, "--json-lines").lines)
    relevo("carrier-accounts", "add", "--account", slug, "--carrier", "correos", "--service", "paq48")
    told = relevo("orders", "rates", order, *PARCEL)
    assert told.code == 0
    assert told.out.startswith(b"No carrier says what this costs:")
    assert relevo("orders", "rates", order, *PARCEL, "--json").json == {"rates": [], "problems": []}


def test_rates_of_an_order_that_has_left_say_so(shop: Shop) -> None:
    shop.label(shop.orders[0])
    told = shop.relevo("orders", "rates", shop.orders[0], *PARCEL)
    assert (told.code, b"house slow 2.05" in told.out) == (0, True)
    assert "was already shipped on" in told.err
    assert shop.relevo("orders", "rates", shop.orders[1], *PARCEL).err == ""


def test_one_order_that_cannot_ship_keeps_none_back_and_all_refused_is_exit_1(shop: Shop) -> None:
    mixed = shop.label(shop.orders[0], "ord_unknown", shop.orders[1])
    assert mixed.code == 0
    assert [sorted(one)[:2] for one in mixed.json["results"]][1] == ["order_id", "refused"]
    assert [one["order_id"] for one in mixed.json["results"]] == [shop.orders[0], "ord_unknown", shop.orders[1]]
    numbers = [one["parcels"][0]["tracking_number"] for one in mixed.json["results"] if "parcels" in one]
    assert len(set(numbers)) == 2
    none = shop.label("ord_unknown", "ord_other")
    assert (none.code, len(none.json["results"])) == (1, 2)
    invalid = shop.label(shop.orders[2], options=(*PARCEL, "--carrier", "house", "--service", "teleport")).json["results"]
    sentence = "The shipping service is not valid because the client does not have a carrier account that supports it"
    assert invalid == [{"order_id": shop.orders[2], "refused": sentence}]


def test_wrong_usage_is_one_sentence_and_exit_2(shop: Shop, tmp_path: Path) -> None:
    for wrong in ("light", "750:200x150", "-1", "750:0x1x1y"):
        answer = shop.label(shop.orders[0], options=("--parcel", wrong))
        assert (answer.code, "is not a parcel" in answer.sentence) == (2, True)
    for price, says in (
        ("dear", "is not an amount"),
        ("-1", "is not an amount"),
        ("1.2345", "with up to 3 decimals"),
        ("1000000000", "too large"),
    ):
        assert says in shop.label(shop.orders[0], options=("--max-price", price)).sentence
    assert "is not a day" in shop.label(shop.orders[0], options=("--ship-date", "tomorrow")).sentence
    broken = tmp_path / "broken.yaml"
    broken.write_text("currency: EUR\nservices: 3\n")
    add = ("carrier-accounts", "add", "--account", shop.slug, "--carrier", "house", "--service", "x", "--rates")
    refused = shop.relevo(*add, str(broken))
    assert (refused.code, "Line" in refused.err) == (1, True)
    assert "cannot be read" in shop.relevo(*add, str(tmp_path / "missing.yaml")).sentence


def test_what_is_another_account_s_is_not_there(shop: Shop) -> None:
    [result] = shop.label(shop.orders[0]).json["results"]
    create(shop.relevo, "Stranger", "merchant")
    by = ("--by", "owner@stranger.example", "--json")
    for command in (("orders", "void"), ("orders", "track")):
        own = shop.relevo(*command, result["shipment_id"], *by)
        unknown = shop.relevo(*command, "shp_unknown", *by)
        assert own.sentence.replace(result["shipment_id"], "X") == unknown.sentence.replace("shp_unknown", "X")
    answer = shop.relevo("orders", "label", shop.orders[0], *by)
    assert (answer.code, json.loads(answer.out)["results"][0].get("refused", "")[:17]) == (1, "There is no order")


def test_what_is_not_told_yet_is_listed(shop: Shop) -> None:
    assert shop.relevo("orders", "not-told", "--account", shop.slug, "--json").json == {"shipments": []}
    [result] = shop.label(shop.orders[0]).json["results"]
    [untold] = shop.relevo("orders", "not-told", "--account", shop.slug, "--json").json["shipments"]
    assert (untold["shipment_id"], untold["attempts"], untold["given_up"]) == (result["shipment_id"], 0, False)
    assert (untold["listener"], untold["mail"], untold["tried_at"]) == ("store", None, None)
    assert "was not given up" in shop.relevo("orders", "tell-again", shop.orders[0]).sentence


def test_a_mail_to_the_buyer_is_sent_by_command(shop: Shop) -> None:
    command = ("orders", "tell-again", shop.orders[0], "--mail", "shipment", "--json")
    assert "Nothing of order" in shop.relevo(*command).sentence
    [result] = shop.label(shop.orders[0]).json["results"]
    sent = shop.relevo(*command)
    assert sent.json == {"order_id": shop.orders[0], "shipment_id": result["shipment_id"], "mail": "shipment"}
    mails = shop.relevo("mails", "list", "--account", shop.slug, "--json").json["mails"]
    assert [mail["state"] for mail in mails if mail["kind"] == "buyer_shipment"] == ["waiting"]
    assert "not been sent yet" in shop.relevo(*command).sentence
    assert "delivered" in shop.relevo("orders", "tell-again", shop.orders[0], "--mail", "delivery").sentence


def test_parts_of_what_has_not_left_in_part_cannot_be_told(shop: Shop) -> None:
    command = ("orders", "tell-parts", shop.orders[0], "--json", "--when")
    refused = shop.relevo(*command, "each_part")
    assert (refused.code, "has not left in part" in refused.sentence) == (1, True)
    assert "has not left in part" in shop.relevo(*command, "split").sentence
    assert shop.relevo(*command, "ask").code == 2
