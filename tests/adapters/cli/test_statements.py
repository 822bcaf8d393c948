"""Prices and statements by command, for a 3PL and its client."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from pypdf import PdfReader
from support.command_line import Call, create

OPS, ANA = ("--by", "owner@acme-3pl.example"), ("--by", "owner@merchant-a.example")
MARCH, MAY = datetime(2026, 3, 20, 12, tzinfo=UTC), datetime(2026, 5, 2, 12, tzinfo=UTC)


@pytest.fixture
def connection(relevo: Call, merchant: str) -> str:
    create(relevo, "Acme 3PL", "3pl")
    with time_machine.travel(MARCH, tick=False):
        return str(relevo("connections", "create", "--provider", "acme-3pl", "--client", merchant, "--json").json["id"])


def test_prices_are_set_changed_and_shown(relevo: Call, connection: str) -> None:
    first = ("--per-order", "1.50", "--storage", "0.05", "--currency", "EUR", "--from", "2026-03")
    set_first = relevo("connections", "prices", connection, *first, *OPS, "--json").json
    charged = {"per_order": "1.50", "per_line": "0", "per_parcel": "0", "storage": "0.05", "monthly": "0"}
    assert set_first == {"prices": [{"from": "2026-03", "currency": "EUR", **charged}]}
    for odd in ("1,200", "1e3"):
        refused = relevo("connections", "prices", connection, "--per-order", odd, "--from", "2026-06", *OPS)
        assert (refused.code, f'"{odd}" is not a price' in refused.sentence) == (1, True)
    relevo("connections", "prices", connection, "--per-order", "1,75", "--from", "2026-06", *OPS)
    shown = relevo("connections", "prices", connection, *ANA, "--json").json["prices"]
    assert [(one["from"], one["per_order"], one["storage"]) for one in shown] == [
        ("2026-03", "1.50", "0.05"),
        ("2026-06", "1.75", "0.05"),
    ]
    for wrong, says in (
        (("--per-order", "-1"), '"-1" is not a price'),
        (("--currency", "EURO"), '"EURO" is not a currency'),
        (("--from", "2026"), '"2026" is not a month'),
    ):
        assert says in relevo("connections", "prices", connection, *wrong, *OPS).sentence
    assert "the provider's to set" in relevo("connections", "prices", connection, "--monthly", "0", *ANA).sentence


def test_a_statement_is_listed_shown_issued_saved_and_paid(relevo: Call, merchant: str, connection: str, tmp_path: Path) -> None:
    relevo("connections", "prices", connection, "--monthly", "25", "--currency", "EUR", "--from", "2026-03", *OPS)
    with time_machine.travel(MAY, tick=False):
        listed = relevo("statements", "list", "--account", "acme-3pl", "--client", merchant, "--json").json["statements"]
        assert [(one["month"], one["state"], one["total"], one["client"]) for one in listed] == [
            ("2026-05", "provisional", "25.00", merchant),
            ("2026-04", "provisional", "25.00", merchant),
            ("2026-03", "provisional", "25.00", merchant),
        ]
        march = listed[-1]["id"]
        shown = relevo("statements", "show", march, *ANA, "--json").json
        assert shown["charges"] == [{"kind": "monthly", "month": "2026-03", "quantity": 1, "price": "25", "amount": "25.00"}]
        assert (shown["provider"], shown["shipments"]) == ("acme-3pl", [])
        assert "Only the provider" in relevo("statements", "issue", march, *ANA).sentence
        assert "issue it first" in relevo("statements", "paid", march, *OPS).sentence
        assert relevo("statements", "issue", march, *OPS, "--json").json["statements"][0]["state"] == "issued"
        assert relevo("statements", "paid", march, *OPS, "--json").json["state"] == "paid"
        assert relevo("statements", "paid", march, "--undo", *OPS, "--json").json["paid"] is False
        assert relevo("statements", "paid", march, *OPS).out.decode() == "The statement of March 2026 is marked as paid.\n"
        assert relevo("statements", "paid", march, "--undo", *OPS).out.decode() == "The statement of March 2026 is open again.\n"
        mine = relevo("statements", "list", "--account", merchant, "--month", "2026-03", "--json").json["statements"]
        assert [(one["id"], one["provider"], one["state"]) for one in mine] == [(march, "acme-3pl", "issued")]

        paper, table = tmp_path / "march.pdf", tmp_path / "march.csv"
        relevo("statements", "save", march, "--format", "pdf", "--out", str(paper), "--language", "es", *ANA)
        relevo("statements", "save", march, "--format", "csv", "--out", str(table), *OPS)
        assert "Estado de cuenta de marzo de 2026" in PdfReader(paper).pages[0].extract_text()
        assert b"monthly,2026-03,,,,,,,1,25,25.00,EUR\r\n" in table.read_bytes()
        nowhere = relevo("statements", "save", march, "--format", "csv", "--out", str(tmp_path / "no" / "x.csv"), *OPS)
        assert "cannot be written" in nowhere.sentence
        stdout = relevo("statements", "save", march, "--format", "csv", "--out", "-", *OPS)
        assert (stdout.code, '"-" is not a file' in stdout.sentence, Path("-").exists()) == (2, True, False)

        removed = relevo("connections", "remove", connection, *OPS, "--json").json
        assert removed["reminder"]["unpaid"] == [{"amount": "75.00", "currency": "EUR"}]
