"""`inventory`: count, receive, adjust, list, movements, import and export."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import Call
from support.shop import PASSWORD

WHOSE = ("--account", "acme-3pl", "--client", "merchant-a", "--by", "acme@x.example")


@pytest.fixture
def accounts(relevo: Call) -> Call:
    for name, kind in (("Merchant A", "merchant"), ("Acme 3PL", "3pl")):
        email = f"{name.split()[0].lower()}@x.example"
        relevo(
            *("accounts", "create", "--name", name, "--kind", kind, "--email", email, "--password-stdin", "--country", "ES"),
            stdin=f"{PASSWORD}\n",
        )
    relevo("connections", "create", "--provider", "acme-3pl", "--client", "merchant-a")
    return relevo


def test_a_3pl_receives_adjusts_and_counts_and_both_list_it(accounts: Call) -> None:
    relevo = accounts
    first = relevo("inventory", "receive", *WHOSE, "--sku", "P-77", "--quantity", "40", "--reference", "DN-1", "--json")
    assert first.json == {"sku": "P-77", "on_hand": 40, "reserved": 0, "available": 40}
    adjust = ("inventory", "adjust", *WHOSE, "--sku", "P-77", "--change=-3", "--reason", "damaged", "--note", "wet", "--json")
    assert relevo(*adjust).json["on_hand"] == 37
    assert relevo("inventory", "set", *WHOSE, "--sku", "P-77", "--on-hand", "36", "--json").json["available"] == 36
    assert b"P-77: 36 on hand" in relevo("inventory", "set", *WHOSE, "--sku", "P-77", "--on-hand", "36").out

    entry = {"sku": "P-77", "on_hand": 36, "reserved": 0, "available": 36, "name": ""}
    assert relevo("inventory", "list", "--account", "acme-3pl", "--json").json == {"counts": [{"client": "merchant-a", **entry}]}
    theirs = relevo("inventory", "list", "--account", "merchant-a", "--json").json
    assert theirs == {"counts": [{"provider": "acme-3pl", **entry}]}

    moved = relevo("inventory", "movements", "--account", "acme-3pl", "--sku", "P-77", "--json").json["movements"]
    told = [
        (one["kind"], one["change"], one["on_hand"], one["reason"], one["reference"], one["note"], one["by"]) for one in moved
    ]
    assert told[1:] == [
        ("counted", -1, 36, None, "", "", "acme@x.example"),
        ("adjusted", -3, 37, "damaged", "", "wet", "acme@x.example"),
        ("received", 40, 40, None, "DN-1", "", "acme@x.example"),
    ]
    seen = relevo("inventory", "movements", "--account", "merchant-a", "--with", "acme-3pl", "--limit", "1", "--json").json
    assert [one["by"] for one in seen["movements"]] == ["Acme 3PL"]
    assert b"received  +40 = 40  DN-1  (acme@x.example)" in relevo("inventory", "movements", "--account", "acme-3pl").out
    assert "neither a client nor a provider" in relevo("inventory", "movements", "--account", "acme-3pl", "--with", "x").sentence


def test_what_cannot_be_done_is_one_sentence(accounts: Call) -> None:
    client = ("--account", "merchant-a", "--client", "acme-3pl", "--sku", "A", "--by", "merchant@x.example")
    wrong = accounts("inventory", "receive", *WHOSE, "--sku", "A", "--quantity", "some")
    assert (wrong.code, '"some" cannot be received' in wrong.sentence) == (2, True)
    for ambiguous in (("receive", "--quantity"), ("set", "--on-hand"), ("adjust", "--reason", "found", "--change")):
        command, *option = ambiguous
        for written in ("1.250", "1,250"):
            wrong = accounts("inventory", command, *WHOSE, "--sku", "A", *option, written)
            assert (wrong.code, f'"{written}" may be two numbers: write 1250 or 1.25.' in wrong.sentence) == (2, True)
    comma = accounts("inventory", "set", *WHOSE, "--sku", "B", "--on-hand", "1,5", "--json")
    assert comma.json["on_hand"] == 1.5
    for refused, says in (
        (("adjust", *WHOSE, "--sku", "A", "--change", "1", "--reason", "found"), "A has never been counted"),
        (("receive", *client, "--quantity", "1"), '"acme-3pl" is not a connected client'),
        (("adjust", *client, "--change", "1", "--reason", "found"), '"acme-3pl" is not a connected client'),
        (("set", *client, "--on-hand", "1"), '"acme-3pl" is not a connected client'),
    ):
        answer = accounts("inventory", *refused)
        assert answer.code == 1
        assert says in answer.sentence


def test_counts_go_out_and_in_as_csv(accounts: Call, tmp_path: Path) -> None:
    relevo, file = accounts, tmp_path / "counts.csv"
    whose = ("--account", "acme-3pl", "--by", "acme@x.example", "--json")
    file.write_text("client,sku,on_hand\nmerchant-a,A,3\nmerchant-a,=B,4\n", "utf-8")
    assert relevo("inventory", "import", str(file), *whose).json == {"changed": 2, "unchanged": 0}

    assert relevo("inventory", "export", "--account", "acme-3pl", "--out", str(file)).code == 0
    assert relevo("inventory", "export", "--account", "acme-3pl", "--client", "merchant-a").out == file.read_bytes()
    assert relevo("inventory", "export", "--account", "acme-3pl", "--out", "-").out == file.read_bytes()
    assert b"merchant-a,'=B,,4,0,4" in file.read_bytes()
    assert relevo("inventory", "import", str(file), *whose).json == {"changed": 0, "unchanged": 2}

    file.write_text("client,sku,units\nmerchant-a,A,2\nnobody,A,2\nmerchant-a,,2\n", "utf-8")
    assert "Line 4: Write a SKU" in relevo("inventory", "import", str(file), "--received", *whose).sentence
    file.write_text("client,sku,units\nmerchant-a,A,2\n", "utf-8")
    assert relevo("inventory", "import", str(file), "--received", *whose).json == {"changed": 1, "unchanged": 0}
    assert "cannot be written" in relevo("inventory", "export", "--account", "acme-3pl", "--out", f"{tmp_path}/no/way").sentence


def test_the_end_of_a_connection_names_what_is_left(accounts: Call) -> None:
    accounts("inventory", "set", *WHOSE, "--sku", "A", "--on-hand", "3")
    [connection] = accounts("connections", "list", "--account", "acme-3pl", "--json").json["connections"]
    removed = accounts("connections", "remove", connection["id"], "--by", "acme@x.example", "--json").json
    assert removed["reminder"] == {"open_orders": 0, "unpaid": [], "stock": [{"sku": "A", "on_hand": 3}]}
    assert accounts("inventory", "list", "--account", "merchant-a", "--json").json == {"counts": []}
    assert "is no longer connected" in accounts("inventory", "receive", *WHOSE, "--sku", "A", "--quantity", "1").sentence
    assert accounts("inventory", "set", *WHOSE, "--sku", "A", "--on-hand", "0", "--json").json["on_hand"] == 0
