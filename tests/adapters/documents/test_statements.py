"""A statement's files, as spreadsheets and PDF readers read them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from pypdf import PdfReader

from adapters.documents.statement_csv import write_statement_csv
from adapters.documents.statement_pdf import write_statement_pdf
from engine.model.money import Money
from engine.model.price_list import Charge
from engine.model.statement import Statement, StatementEntry, StatementRow
from engine.model.transitions import Side
from engine.services.billing.statements import SeenStatement, StatementDetails
from rules.messages import Language

AT = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)
ROWS = (
    StatementRow(Charge.ORDERS, "2026-03", Decimal(1200), Decimal("1.50"), Decimal("1800.00")),
    StatementRow(Charge.STORAGE, "2026-03", Decimal("78.06"), Decimal("0.0505"), Decimal("3.94")),
    StatementRow(Charge.LINES, "2026-02", Decimal(-2), Decimal("0.20"), Decimal("-0.40")),
    StatementRow(Charge.LABELS, "2026-03", Decimal(1), None, Decimal("4.10")),
)
STATEMENT = Statement(
    "stm_1_202603_EUR", "acc_1", "acc_2", "2026-03", "EUR", "Acme & Söhne", "Casa <Verde>", "the slow payers", "Europe/Madrid",
    ROWS, 1200, 3000, 1300, issued_at=AT, issued_by="usr_1",
)  # fmt: skip


def shipment(number: str, **changes: object) -> StatementEntry:
    entry = StatementEntry("shp_1", "ord_1", number, AT, "2026-03", 1, 1, 2, 1, (Money(Decimal("4.10"), "EUR"),), "EUR")
    return replace(entry, **changes)


def details(*entries: StatementEntry, **changes: object) -> StatementDetails:
    return StatementDetails(SeenStatement(replace(STATEMENT, **changes), Side.PROVIDER, "casa-verde"), entries)


def test_the_csv_has_each_charge_the_total_and_each_shipment() -> None:
    taken_back = shipment("1002", sign=-1, orders=-1, lines=-2, parcels=-1, of_month="2026-02", costs=())
    back = shipment("1001", shipment_id="rtn_1", orders=0, lines=0, parcels=0, currency=None, is_return=True)
    rows = list(csv.DictReader(io.StringIO(write_statement_csv(details(shipment("1001"), taken_back, back)))))

    assert [(row["kind"], row["month"], row["quantity"], row["price"], row["amount"]) for row in rows[:5]] == [
        ("orders", "2026-03", "1200", "1.50", "1800.00"),
        ("storage", "2026-03", "78.06", "0.0505", "3.94"),
        ("lines", "2026-02", "-2", "0.20", "-0.40"),
        ("labels", "2026-03", "1", "", "4.10"),
        ("total", "2026-03", "", "", "1807.64"),
    ]
    assert [tuple(row.values())[:8] for row in rows[5:]] == [
        ("shipment", "2026-03", "1001", "2026-03-31T23:30:00+02:00", "1", "2", "1", "4.10"),
        ("taken_back", "2026-02", "1002", "2026-03-31T23:30:00+02:00", "-1", "-2", "-1", ""),
        ("return", "2026-03", "1001", "2026-03-31T23:30:00+02:00", "0", "0", "0", "4.10"),
    ]
    assert {row["currency"] for row in rows} == {"EUR"}


def test_no_cell_of_the_csv_is_a_formula() -> None:
    wicked = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", '=cmd|"/c calc"!A1']
    rows = list(csv.reader(io.StringIO(write_statement_csv(details(*map(shipment, wicked))), newline="")))

    assert [row[2] for row in rows[-len(wicked) :]] == [f"'{text}" for text in wicked]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "Statement March 2026", "Acme & Söhne", "Casa <Verde>", "1 Mar 2026 to 31 Mar 2026, Europe/Madrid",
                "Issued, not paid", "Orders 1,200 €1.50 €1,800.00", "Storage, units on an average day 78.06 €0.0505 €3.94",
                "Order lines, correction of February 2026 -2 €0.20 -€0.40", "Total €1,807.64", "1001 31 Mar 2026 1 2 1 €4.10",
                "1002 (taken back) 31 Mar 2026 1 2 1 €4.10",
                "1003 (return label) 31 Mar 2026 0 0 0 €4.10", "1003 (return label) (taken back)",
            ],
        ),
        (
            "es",
            [
                "Estado de cuenta de marzo de 2026", "del 1 mar 2026 al 31 mar 2026", "Emitido, sin pagar",
                "Pedidos 1.200 1,50 €",
                "Líneas de pedido, corrección de febrero de 2026", "Total 1.807,64 €", "1002 (deshecho)",
                "1003 (etiqueta de devolución)",
            ],
        ),
    ],
)  # fmt: skip
def test_the_pdf_says_all_in_the_readers_language(language: Language, said: list[str]) -> None:
    back = shipment("1003", orders=0, lines=0, parcels=0, is_return=True)
    entries = shipment("1001"), shipment("1002", sign=-1), back, replace(back, sign=-1)
    words = text_of(write_statement_pdf(details(*entries), language))

    assert [sentence for sentence in said if sentence not in words] == []
    assert "slow payers" not in words  # the nickname is the 3PL's own


def test_a_long_pdf_repeats_its_head_and_numbers_its_pages() -> None:
    many = [shipment(f"SHOP-{number}", shipped_at=AT + timedelta(minutes=number)) for number in range(150)]
    pages = [" ".join(page.extract_text().split()) for page in reader(write_statement_pdf(details(*many), "en")).pages]

    assert len(pages) >= 3
    assert [f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    assert all("Order Shipped Orders Lines Parcels Labels" in page for page in pages)
    assert sum(page.count("SHOP-") for page in pages) == 150


def test_names_in_any_script_are_drawn() -> None:
    names = "Ελλάδα Україна Łódź שלום 株式会社みどり 한국 \x1b[31m 🙂 <b>&amp; \ud7ff" + "x" * 200
    content = write_statement_pdf(details(shipment(names), provider_name=names, client_name="绿色商店"), "es")

    words = text_of(content)
    for name in ("Ελλάδα Україна Łódź", "שלום", "株式会社みどり", "한국", "<U+001B>[31m", "<b>&amp;", "绿色商店"):
        assert name in words
    fonts = {font for page in reader(content).pages for font in page["/Resources"]["/Font"]}
    assert len(fonts) >= 5  # regular, bold, and one each for Chinese, Japanese and Korean


def test_a_statement_of_nothing_says_so() -> None:
    assert "Nothing is charged. Total €0.00" in text_of(write_statement_pdf(details(rows=()), "en"))
    assert "it changes until it is issued" in text_of(write_statement_pdf(details(issued_at=None), "en"))


def reader(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader(content).pages).split())
