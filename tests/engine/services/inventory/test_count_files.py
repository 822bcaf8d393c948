"""Counts as CSV: what is exported can be imported, spreadsheets carry nothing out, and a file counts whole or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.two_sides import TwoSides, open_two_sides

from engine.services.connections.connect_accounts import connect_accounts
from engine.services.inventory.change_counts import Receipt, receive_goods
from engine.services.inventory.count_files import LONGEST_FILE_BYTES, import_counts, write_counts
from engine.services.inventory.counts import list_counts
from engine.services.inventory.movements import list_movements
from engine.services.refusals import Refused
from engine.services.spreadsheets import LinesRefused
from storage.database import Database


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(sqlite_database, clock)


def load(sides: TwoSides, content: str | bytes, **options: bool) -> tuple[int, int]:
    data = content if isinstance(content, bytes) else content.encode()
    imported = import_counts(sides.app, sides.clerk, data, **options)
    return imported.changed, imported.unchanged


def counted(sides: TwoSides) -> dict[str, Decimal | None]:
    return {one.count.sku: one.count.on_hand for one in list_counts(sides.app, sides.shop.provider)}


def test_what_is_exported_can_be_imported_and_carries_nothing_out(sides: TwoSides) -> None:
    odd = ["=1+2", "+A", "-B", "@C", "'D", "'=E", 'quo"te', "semi;colon", "com,ma", "ÑANDÚ"]
    for sku in odd:
        receive_goods(sides.app, sides.clerk, "casa-verde", sku, Receipt(Decimal("1.5")))
    sides.ship(sides.taken())  # of what nobody has counted
    receive_goods(sides.app, sides.clerk, "casa-verde", "LOW", Receipt(Decimal(1)))
    sides.shop.import_all()
    before = counted(sides)
    assert before["ACM-MUG"] is None

    text = write_counts(sides.app, sides.shop.provider)

    header, *rows = text.splitlines()
    assert header == "client,sku,name,on_hand,reserved,available"
    assert 'casa-verde,ACM-MUG,"Mug, blue",,0,' in rows
    cells = [cell.strip('"') for row in rows for cell in row.split(",")]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    moved = len(list_movements(sides.app, sides.shop.provider))
    assert load(sides, text) == (0, len(before) - 1)
    assert load(sides, text.replace(",LOW,,1,", ",LOW,,8,").replace(',ACM-MUG,"Mug, blue",,', ",ACM-MUG,,0,")) == (2, 10)
    assert counted(sides) == {**before, "LOW": 8, "ACM-MUG": 0}
    assert len(list_movements(sides.app, sides.shop.provider)) == moved + 2

    theirs = write_counts(sides.app, sides.shop.merchant).splitlines()
    assert theirs[0].startswith("provider,sku")
    assert "acme-3pl,LOW,,8,0,8" in theirs


def test_more_may_have_shipped_than_was_counted_and_the_file_still_fits(sides: TwoSides) -> None:
    receive_goods(sides.app, sides.clerk, "casa-verde", "ACM-MUG", Receipt(Decimal(1)))
    sides.ship(sides.taken())
    text = write_counts(sides.app, sides.shop.provider)
    assert ",'-1,0,'-1" in text
    assert load(sides, text) == (0, 1)
    with pytest.raises(LinesRefused, match='Line 2: "-2" is not a count'):
        load(sides, text.replace("'-1,0", "'-2,0"))
    assert counted(sides) == {"ACM-MUG": -1}

    connect_accounts(sides.app, provider_slug="acme-3pl", client_slug="elsewhere")
    receive_goods(sides.app, sides.clerk, "elsewhere", "A", Receipt(Decimal(1)))
    with pytest.raises(LinesRefused) as refused:
        load(sides, "client,sku,on_hand\nelsewhere,A,-3\ncasa-verde,ACM-MUG,-2\nelsewhere,B,4\n")
    assert [line for line, _ in refused.value.problems] == [2, 3]  # of both clients
    assert counted(sides) == {"ACM-MUG": -1, "A": 1}


def test_other_spreadsheets_write_other_files(sides: TwoSides) -> None:
    assert load(sides, "\ufeffCliente;SKU;Existencias;Nota\r\ncasa-verde;A;1,5;caja 3\r\n\r\ncasa-verde;B;2;\r\n") == (2, 0)
    assert counted(sides) == {"A": Decimal("1.5"), "B": 2}
    assert load(sides, "client,sku,units,reference\ncasa-verde,A,1,DN-7\ncasa-verde,A,2,DN-8\n", received=True) == (1, 0)
    assert counted(sides)["A"] == Decimal("4.5")
    assert [one.movement.reference for one in list_movements(sides.app, sides.shop.provider)][:2] == ["DN-8", "DN-7"]


@pytest.mark.parametrize(("written", "ways"), [("1.250", "1250 or 1.25"), ("12,000", "12000 or 12"), ("1.125", "1125 or 1.1250")])
def test_a_number_that_may_be_two_is_asked_for_again(sides: TwoSides, written: str, ways: str) -> None:
    with pytest.raises(LinesRefused, match=f'Line 3: "{written}" may be two numbers: write {ways}'):
        load(sides, f"client;sku;on_hand\ncasa-verde;A;1,5\ncasa-verde;B;{written}\n")
    assert counted(sides) == {}
    for way in ways.split(" or "):
        load(sides, f"client;sku;on_hand\ncasa-verde;B;{way}\n")
        assert counted(sides) == {"B": Decimal(way)}


def test_a_count_with_three_decimals_is_written_so_that_it_is_read_again(sides: TwoSides) -> None:
    receive_goods(sides.app, sides.clerk, "casa-verde", "A", Receipt(Decimal("1.125")))
    assert load(sides, write_counts(sides.app, sides.shop.provider)) == (0, 1)


def test_every_line_that_cannot_be_used_is_named_and_nothing_is_changed(sides: TwoSides) -> None:
    lines = [
        "client,sku,on_hand",
        "casa-verde,A,1",
        "casa-verde,,1",
        "casa-verde,B,many",
        "casa-verde,A,2",
        "casa-verde,C,1e99",
        "casa-verde,E,-3",
        "casa-verde,F,0.1234567",
        "nobody,D,1",
    ]
    with pytest.raises(LinesRefused) as refused:
        load(sides, "\n".join(lines))
    said = [(line, str(problem)) for line, problem in refused.value.problems]
    assert said == [
        (3, "Write a SKU of 1 to 200 characters."),
        (4, '"many" is not a count: write a number of 0 or more.'),
        (5, '"A" of "casa-verde" is in line 2 already: leave one of the two.'),
        (6, '"1E+99" is too large or has too many decimals: write at most 1000000000000, with up to 6 decimals.'),
        (7, '"-3" is not a count: write a number of 0 or more.'),
        (8, '"0.1234567" is too large or has too many decimals: write at most 1000000000000, with up to 6 decimals.'),
        (9, '"nobody" is not a connected client of yours: counts are kept of connected clients\' products.'),
    ]
    assert "because 7 of the lines cannot be used. Line 3: Write a SKU" in str(refused.value)
    assert "Línea 4: " in refused.value.format("es")
    for stranger in ("elsewhere", "nobody"):
        with pytest.raises(LinesRefused, match=f'Line 3: "{stranger}" is not a connected client'):
            load(sides, f"client,sku,on_hand\ncasa-verde,A,1\n{stranger},A,1\n")
    assert counted(sides) == {}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no lines below"),
        (b"client,sku,on_hand\n", "no lines below"),
        (b"client,sku\ncasa-verde,A\n", '"on_hand" is not among them: write client, sku, on_hand.$'),
        (b"sku,on_hand\nA,1\n", '"client" is not among them: write client, sku, on_hand.$'),
        (b"cliente,existencias\ncasa-verde,1\n", '"sku" is not among them: write client, sku, on_hand.$'),
        (b"client,sku,on_hand,SKU\ncasa-verde,A,1,B\n", 'names the column "sku" twice'),
        (b"client,sku,on_hand,existencias\ncasa-verde,A,1,2\n", 'names the column "on_hand" twice'),
        (b"client,sku,on_hand,note,nota\ncasa-verde,A,1,,\n", 'names the column "note" twice'),
        (b"casa-verde,A,1\n", "has to name the columns"),
        ("client,sku,on_hand\ncasa-verde,Ñ,1\n".encode("latin-1"), "not text in UTF-8"),
        (b'client,sku,on_hand\ncasa-verde,"A,1\n', "Line 2: From here on the file cannot be read"),
        (b"x" * (LONGEST_FILE_BYTES + 1), "larger than 4 MiB"),
        (b"client,sku,on_hand\n" + b"casa-verde,A,1\n" * 20_001, "more than 20000 lines"),
    ],
)
def test_what_is_no_file_of_counts_says_why(sides: TwoSides, content: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        load(sides, content)


def test_a_file_of_receipts_without_a_column_says_which_columns_it_needs(sides: TwoSides) -> None:
    with pytest.raises(Refused) as refused:
        load(sides, "sku,units\nA,1\n", received=True)
    assert str(refused.value).endswith('"client" is not among them: write client, sku, units.')
    assert refused.value.format("es").endswith("falta «client»: escribe client, sku, units.")


def test_a_column_that_is_not_read_may_be_there_twice(sides: TwoSides) -> None:
    assert load(sides, "client,sku,on_hand,name,name,units,units,,\ncasa-verde,A,1,x,y,2,3,,\n") == (1, 0)


def test_a_client_imports_nothing(sides: TwoSides) -> None:
    with pytest.raises(LinesRefused, match='"acme-3pl" is not a connected client'):
        import_counts(sides.app, sides.owner, b"client,sku,on_hand\nacme-3pl,A,1\n")
