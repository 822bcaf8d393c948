"""`products defaults` and `stores methods`: setting, listing, removing, files, and what orders say of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import Call
from support.shop import PASSWORD

ACCOUNT = ("--account", "merchant-a")
DEFAULTS = ("products", "defaults")
METHODS = ("stores", "methods")


@pytest.fixture
def account(relevo: Call) -> Call:
    owner = ("--email", "merchant@x.example", "--password-stdin", "--country", "ES")
    relevo("accounts", "create", "--name", "Merchant A", "--kind", "merchant", *owner, stdin=f"{PASSWORD}\n")
    relevo("carrier-accounts", "add", *ACCOUNT, "--carrier", "dhl", "--service", "express")
    return relevo


MUG = {
    "sku": "ACM-MUG",
    "tag": None,
    "weight_g": 412.5,
    "length_mm": 120,
    "width_mm": 100,
    "height_mm": 90,
    "package": "box-s",
    "warehouse_location": "A-01",
    "hs_code": "6912.00",
    "origin_country": "PT",
    "customs_description": "Ceramic mug",
}


def test_what_is_said_of_a_product_is_listed_and_removed(account: Call) -> None:
    said = ("--weight", "412.5", "--size", "120x100x90", "--package", "box-s", "--warehouse-location", "A-01")
    customs = ("--hs-code", "6912.00", "--origin", "pt", "--customs-description", "Ceramic mug")
    assert account(*DEFAULTS, "set", *ACCOUNT, "--sku", "ACM-MUG", *said, *customs, "--json").json == MUG
    told = account(*DEFAULTS, "set", *ACCOUNT, "--tag", "fragile", "--package", "padded").out
    assert told == b"The default for fragile is kept.\n"
    listed = account(*DEFAULTS, "list", *ACCOUNT, "--json").json["defaults"]
    assert (listed[0], listed[1]["tag"], len(listed)) == (MUG, "fragile", 2)
    line = "sku ACM-MUG  412.5 g  120×100×90 mm  box-s  A-01  6912.00  PT  Ceramic mug"
    assert account(*DEFAULTS, "list", *ACCOUNT, "--search", "mug").out.decode().strip() == line
    gone = account(*DEFAULTS, "remove", *ACCOUNT, "--tag", "Fragile", "--by", "merchant@x.example", "--json").json
    assert gone == {"sku": None, "tag": "fragile", "state": "removed"}
    assert 'no default for the tag "fragile"' in account(*DEFAULTS, "remove", *ACCOUNT, "--tag", "fragile").sentence
    assert "--sku: write a SKU or a tag" in account(*DEFAULTS, "remove", *ACCOUNT).sentence
    assert b"no product defaults yet" in account(*DEFAULTS, "list", *ACCOUNT, "--search", "nothing").out


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--sku", "A", "--weight", "heavy"), '--weight: "heavy" is not a weight'),
        (("--sku", "A", "--size", "1x2"), "--size: write all three sides or none."),
        (("--sku", "A", "--size", "1x2x3x4"), '--size: "3x4" is not a length'),
        (("--sku", "A", "--origin", "Spain"), '--origin: "Spain" is not a country'),
        (("--sku", "A", "--hs-code", "12"), '--hs-code: "12" is not an HS code'),
        (("--sku", "A", "--tag", "b", "--weight", "1"), "--sku: write a SKU or a tag, and not both."),
        (("--sku", "A"), "--sku: nothing is said of it"),
    ],
)
def test_what_cannot_be_said_of_a_product_is_wrong_usage(account: Call, given: tuple[str, ...], says: str) -> None:
    wrong = account(*DEFAULTS, "set", *ACCOUNT, *given)
    assert (wrong.code, says in wrong.sentence) == (2, True)


def test_product_defaults_go_out_and_in_as_a_file(account: Call, tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text("sku,tag,weight_g\nA,,10\n,b,5\n")
    assert account(*DEFAULTS, "import", str(file), *ACCOUNT, "--json").json == {"changed": 2, "unchanged": 0, "removed": 0}
    assert account(*DEFAULTS, "export", *ACCOUNT, "--out", str(out)).code == 0
    assert account(*DEFAULTS, "export", *ACCOUNT, "--out", "-").out == out.read_bytes()
    assert account(*DEFAULTS, "export", *ACCOUNT).out == out.read_bytes()
    assert account(*DEFAULTS, "import", str(out), *ACCOUNT, "--json").json == {"changed": 0, "unchanged": 2, "removed": 0}
    file.write_text("sku,weight_g\nA,11\n")
    told = account(*DEFAULTS, "import", str(file), *ACCOUNT, "--replace").out
    assert told == b"Changed: 1. As before: 0. Removed: 1.\n"
    file.write_text("sku,weight_g\nC,1\nA,much\n")
    wrong = account(*DEFAULTS, "import", str(file), *ACCOUNT)
    assert (wrong.code, 'Line 3: column weight_g: "much" is not a weight' in wrong.sentence) == (1, True)
    assert [one["sku"] for one in account(*DEFAULTS, "list", *ACCOUNT, "--json").json["defaults"]] == ["A"]


def test_methods_are_mapped_listed_and_left_alone_again(account: Call) -> None:
    air = ("--method", "Air Mail", "--carrier", "dhl", "--service", "express")
    made = account(*METHODS, "set", *ACCOUNT, *air, "--json").json
    plain = {"store_id": None, "method": "Air Mail", "code": None, "carrier": "dhl", "service": "express", "package": None}
    assert made == {"id": made["id"], **plain}
    assert account(*METHODS, "list", *ACCOUNT, "--json").json == {"methods": [made]}
    assert account(*METHODS, "list", *ACCOUNT).out.decode().strip() == f"{made['id']}  Air Mail: dhl express"
    assert account(*METHODS, "remove", made["id"], *ACCOUNT, "--json").json == {"id": made["id"], "state": "removed"}
    assert b"No shipping method is mapped yet." in account(*METHODS, "list", *ACCOUNT).out
    assert "no shipping method" in account(*METHODS, "remove", made["id"], *ACCOUNT).sentence


def test_services_that_nobody_offers_and_stores_that_are_not_there_are_refused(account: Call) -> None:
    wrong = account(*METHODS, "set", *ACCOUNT, "--method", "Air", "--carrier", "dhl", "--service", "balloon")
    assert (wrong.code, '--service: no carrier account with "dhl" offers the service "balloon"' in wrong.sentence) == (2, True)
    assert 'no store "sto_x"' in account(*METHODS, "list", "sto_x", *ACCOUNT).sentence


def test_methods_go_out_and_in_as_a_file(account: Call, tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text("method,carrier,service\nAir,dhl,express\n")
    assert account(*METHODS, "import", str(file), *ACCOUNT, "--json").json == {"changed": 1, "unchanged": 0, "removed": 0}
    account(*METHODS, "export", *ACCOUNT, "--out", str(out))
    assert out.read_text().splitlines()[1] == ",Air,,dhl,express,"
    assert account(*METHODS, "import", str(out), *ACCOUNT).out == b"Changed: 0. As before: 1. Removed: 0.\n"
    file.write_text("method,carrier,service\nAir,ups,express\n")
    wrong = account(*METHODS, "import", str(file), *ACCOUNT)
    assert "Line 2: column carrier: no carrier account is with" in wrong.sentence


def test_only_admins_of_the_account_change_anything(account: Call) -> None:
    other = ("--email", "eve@y.example", "--password-stdin", "--country", "ES")
    account("accounts", "create", "--name", "Elsewhere", "--kind", "merchant", *other, stdin=f"{PASSWORD}\n")
    by = ("--by", "eve@y.example")
    for command in (
        (*DEFAULTS, "set", *ACCOUNT, "--sku", "A", "--weight", "1", *by),
        (*DEFAULTS, "list", *ACCOUNT, *by),
        (*METHODS, "set", *ACCOUNT, "--method", "A", "--carrier", "dhl", "--service", "express", *by),
        (*METHODS, "list", *ACCOUNT, *by),
    ):
        assert "Nobody in the account" in account(*command).sentence
