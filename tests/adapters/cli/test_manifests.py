"""Manifests from the command line: what is ready, making, listing, printing."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from support.command_line import Call, connect, create

from adapters.sandboxes.brightpearl import SandboxServer


@pytest.fixture
def slug(relevo: Call, server: SandboxServer) -> str:
    """A merchant that has bought two labels of its own delivery."""
    slug = create(relevo, "Casa Verde", "merchant")
    assert relevo("stores", "import", connect(relevo, slug, server).json["id"]).code == 0
    orders = relevo("orders", "list", "--account", slug, "--json-lines").lines
    ids = [one["id"] for one in orders if one["status"] == "awaiting_shipment"][:2]
    added = relevo("carrier-accounts", "add", "--account", slug, "--carrier", "house", "--service", "24h", "--json")
    assert added.code == 0, added.err
    bought = relevo("orders", "label", *ids, "--carrier", "house", "--service", "24h", "--parcel", "750", "--json")
    assert bought.code == 0, bought.err
    return slug


def test_the_end_of_a_day(relevo: Call, slug: str, tmp_path: Path) -> None:
    owner = ("--by", "owner@casa-verde.example")
    [ready] = relevo("manifests", "ready", "--account", slug, *owner, "--json").json["ready"]
    assert (ready["carrier"], ready["shipments"], ready["parcels"]) == ("house", 2, 2)

    [made] = relevo("manifests", "create", "--account", slug, *owner, "--json").json["manifests"]
    assert (made["state"], made["carrier"], made["shipments"], made["problem"]) == ("made", "house", 2, None)
    assert relevo("manifests", "list", "--account", slug, "--json").json == {"manifests": [made]}
    assert relevo("manifests", "ready", "--account", slug, "--json").json == {"ready": []}

    file = tmp_path / "list.pdf"
    saved = relevo("manifests", "save", made["id"], "--account", slug, "--out", str(file), "--language", "es", "--json")
    assert saved.json == {"id": made["id"], "file": str(file), "bytes": file.stat().st_size}
    assert "Lista de entrega" in PdfReader(file).pages[0].extract_text()


def test_two_accounts_of_one_carrier_are_told_apart(relevo: Call, slug: str) -> None:
    [ready] = relevo("manifests", "ready", "--account", slug, "--json").json["ready"]
    assert relevo("carrier-accounts", "set", ready["carrier_account"], "--nickname", "CV vans").code == 0
    assert b"  house \xc2\xb7 CV vans  " in relevo("manifests", "ready", "--account", slug).out
    assert b"  house \xc2\xb7 CV vans  " in relevo("manifests", "create", "--account", slug).out
    assert b"  house \xc2\xb7 CV vans  " in relevo("manifests", "list", "--account", slug).out


def test_what_cannot_be_done_is_a_sentence(relevo: Call, slug: str, tmp_path: Path) -> None:
    [made] = relevo("manifests", "create", "--account", slug, "--json").json["manifests"]
    assert relevo("manifests", "create", "--account", slug).sentence.startswith("There is nothing to hand over")
    unknown = relevo("manifests", "create", "--account", slug, "--location", "moon").sentence
    assert unknown == 'There is no ship-from location "moon" in this account.'
    out = ("--account", slug, "--out", str(tmp_path / "x.pdf"))
    assert "print the hand-over list" in relevo("manifests", "save", made["id"], "--carriers", *out).sentence
    assert "man_none" in relevo("manifests", "save", "man_none", *out).sentence
