"""Product defaults one by one and as files: all of a file, or nothing with every bad line named."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.shop import Shop

from engine.model.product_default import DefaultOf, ProductDefault
from engine.services.defaults import product_defaults
from engine.services.defaults.lines import Imported, WrongCell
from engine.services.defaults.product_defaults import (
    import_defaults,
    page_defaults,
    parse_default,
    remove_default,
    set_default,
    write_defaults,
)
from engine.services.inventory.count_files import LinesRefused
from engine.services.refusals import Refused

FILE = """sku,tag,weight_g,length_mm,width_mm,height_mm,package,warehouse_location,hs_code,origin_country,customs_description
ACM-MUG,,412.5,120,100,90,box-s,A-01,6912.00,pt,Ceramic mug
,fragile,,,,,padded,,,,
"""


def listed(shop: Shop) -> list[ProductDefault]:
    return list(page_defaults(shop.app, shop.merchant.id).defaults)


def imported(shop: Shop, text: str, *, replace_all: bool = False) -> Imported:
    return import_defaults(shop.app, shop.merchant.id, text.encode(), replace_all=replace_all)


def refusal(shop: Shop, text: str) -> str:
    with pytest.raises(Refused) as refused:
        imported(shop, text)
    assert listed(shop) == []
    return refused.value.format("en")


def history(shop: Shop) -> list[tuple[str, object, object]]:
    with shop.database.reading_unit_of_work() as unit:
        entries = unit.audit.list_for(shop.merchant.id, shop.merchant.id)
    return [(one.action, one.before, one.after) for one in entries if one.action.startswith("product_default")]


@pytest.mark.parametrize("written", ["1.250", "1,250"])
def test_a_weight_that_may_be_two_is_asked_for_again(sqlite_shop: Shop, written: str) -> None:
    said = refusal(sqlite_shop, f"sku;weight_g\nMUG;{written}\n")
    assert f'Line 2: column weight_g: "{written}" may be two numbers: write 1250 or 1.25.' in said
    assert imported(sqlite_shop, "sku;weight_g\nMUG;1.125000\n") == Imported(1, 0, 0)
    assert imported(sqlite_shop, write_defaults(sqlite_shop.app, sqlite_shop.merchant.id)) == Imported(0, 1, 0)


def test_a_file_is_written_as_it_was_read(sqlite_shop: Shop) -> None:
    assert imported(sqlite_shop, FILE) == Imported(2, 0, 0)
    mug, fragile = listed(sqlite_shop)
    sides = {"length_mm": 120, "width_mm": 100, "height_mm": 90}
    assert mug == ProductDefault(
        sqlite_shop.merchant.id,
        DefaultOf.SKU,
        "ACM-MUG",
        Decimal("412.5"),
        **sides,
        package="box-s",
        warehouse_location="A-01",
        hs_code="6912.00",
        origin_country="PT",
        customs_description="Ceramic mug",
    )
    assert fragile == ProductDefault(sqlite_shop.merchant.id, DefaultOf.TAG, "fragile", package="padded")
    written = write_defaults(sqlite_shop.app, sqlite_shop.merchant.id)
    assert written == FILE.replace("pt,", "PT,").replace("\n", "\r\n")
    assert imported(sqlite_shop, written) == Imported(0, 2, 0)


def test_what_a_spreadsheet_would_carry_out_is_written_as_text_and_read_as_it_was(sqlite_shop: Shop) -> None:
    imported(sqlite_shop, "sku,package\n'=SUM(A1),-box\n")
    assert [(one.name, one.package) for one in listed(sqlite_shop)] == [("=SUM(A1)", "-box")]
    written = write_defaults(sqlite_shop.app, sqlite_shop.merchant.id)
    assert "'=SUM(A1)," in written
    assert "'-box" in written
    assert imported(sqlite_shop, written).changed == 0


def test_semicolons_and_spanish_columns_do_too(sqlite_shop: Shop) -> None:
    imported(sqlite_shop, "\ufeffSKU;Peso_g;País_origen\nMUG;12,5;es\n")
    assert [(one.weight_g, one.origin_country) for one in listed(sqlite_shop)] == [(Decimal("12.5"), "ES")]


def test_lines_take_the_place_of_others_and_with_replace_the_rest_goes(sqlite_shop: Shop) -> None:
    imported(sqlite_shop, FILE)
    assert imported(sqlite_shop, "sku,weight_g\nacm-mug,5\n") == Imported(1, 0, 0)
    assert [(one.name, one.weight_g, one.package) for one in listed(sqlite_shop)] == [
        ("acm-mug", Decimal(5), ""),
        ("fragile", None, "padded"),
    ]
    assert imported(sqlite_shop, "sku,weight_g\nacm-mug,5\n", replace_all=True) == Imported(0, 1, 1)
    assert [one.name for one in listed(sqlite_shop)] == ["acm-mug"]
    assert history(sqlite_shop)[-2:] == [
        ("product_default.imported", None, {"changed": 1, "removed": 0}),
        ("product_default.imported", None, {"changed": 0, "removed": 1}),
    ]


def test_of_a_file_with_bad_lines_nothing_is_taken_and_each_is_named_with_its_column(sqlite_shop: Shop) -> None:
    text = (
        "sku,tag,weight_g,length_mm,width_mm,height_mm,hs_code,origin_country\n"
        "GOOD,,1,,,,,\n"
        "A,,heavy,,,,,\n"
        "B,,,1,,3,,\n"
        "C,,,1,0,3,,\n"
        "D,,,,,,12,\n"
        "E,,,,,,,Spain\n"
        "F,both,1,,,,,\n"
        ",,1,,,,,\n"
        "good,,2,,,,,\n"
        "G,,,,,,,\n"
        "H,,1,,,,,,more\n"
    )
    with pytest.raises(LinesRefused) as refused:
        imported(sqlite_shop, text)
    assert listed(sqlite_shop) == []
    assert [(line, problem.format("en").partition(":")[0]) for line, problem in refused.value.problems] == [
        (3, "column weight_g"),
        (4, "column width_mm"),
        (5, "column width_mm"),
        (6, "column hs_code"),
        (7, "column origin_country"),
        (8, "column sku"),
        (9, "column sku"),
        (10, "column sku"),
        (11, "column sku"),
        (12, "column origin_country"),
    ]
    told = refused.value.format("en")
    assert told.startswith("Nothing was imported, because 10 of the lines cannot be used. Line 3: column weight_g: ")
    assert '"heavy" is not a weight: write grams' in told
    assert "Line 10: column sku: it is in line 2 already" in told
    assert "Línea 11: columna sku: no se dice nada" in refused.value.format("es")


def test_files_that_are_none_are_refused_with_what_to_do(sqlite_shop: Shop) -> None:
    assert 'a column "weight" that is not known: the columns are sku, tag, weight_g' in refusal(sqlite_shop, "sku,weight\nA,1\n")
    assert refusal(sqlite_shop, "sku,sku\nA,B\n") == 'The first line names the column "sku" twice.'
    assert refusal(sqlite_shop, "sku,weight_g\n").startswith("The file has no lines below")
    assert refusal(sqlite_shop, "").startswith("The file has no lines below")
    assert "Line 2" in refusal(sqlite_shop, 'sku,package\n"A,1\n')
    with pytest.raises(Refused, match="not text in UTF-8"):
        import_defaults(sqlite_shop.app, sqlite_shop.merchant.id, b"\xff\xfe\x00")
    with pytest.raises(Refused, match="larger than 4 MiB"):
        import_defaults(sqlite_shop.app, sqlite_shop.merchant.id, b"x" * (4 * 1024 * 1024 + 1))


@pytest.mark.parametrize("weight", ["1e99", "2000001", "1.23456", "0." + "1" * 20])
def test_a_weight_that_is_too_large_or_too_fine_names_the_limit(weight: str) -> None:
    with pytest.raises(WrongCell) as wrong:
        parse_default("acc", {"sku": "A", "weight_g": weight})

    told = f'"{weight}" is too large or has too many decimals: write at most 2000000, with up to 3 decimals.'
    assert (wrong.value.column, str(wrong.value)) == ("weight_g", told)


@pytest.mark.parametrize("weight", ["0", "-1", "-1e99", "NaN", "Infinity"])
def test_a_weight_that_no_parcel_has_is_refused(weight: str) -> None:
    with pytest.raises(WrongCell, match="is not a weight"):
        parse_default("acc", {"sku": "A", "weight_g": weight})


def test_texts_that_are_too_long_are_refused_at_their_column() -> None:
    for column, longest in (("package", 60), ("warehouse_location", 60), ("customs_description", 200)):
        assert parse_default("acc", {"sku": "A", column: "x" * longest})
        with pytest.raises(WrongCell) as wrong:
            parse_default("acc", {"sku": "A", column: "x" * (longest + 1)})
        assert wrong.value.column == column


def test_what_is_set_and_removed_stands_in_the_history(sqlite_shop: Shop) -> None:
    app, account_id = sqlite_shop.app, sqlite_shop.merchant.id
    set_default(app, account_id, {"tag": "fragile", "package": "padded"}, "usr_1")
    set_default(app, account_id, {"tag": "Fragile", "package": "box"}, "usr_1")
    set_default(app, account_id, {"tag": "Fragile", "package": "box"}, "usr_1")
    assert remove_default(app, account_id, DefaultOf.TAG, " FRAGILE").package == "box"
    assert history(sqlite_shop) == [
        ("product_default.set", None, {"tag": "fragile", "package": "padded"}),
        ("product_default.set", {"tag": "fragile", "package": "padded"}, {"tag": "Fragile", "package": "box"}),
        ("product_default.removed", {"tag": "Fragile", "package": "box"}, None),
    ]
    with pytest.raises(Refused, match='There is no default for the tag "fragile"'):
        remove_default(app, account_id, DefaultOf.TAG, "fragile")


def test_an_account_keeps_no_more_than_the_limit(sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product_defaults, "MOST_DEFAULTS", 1)
    assert "at most 1 product defaults" in refusal(sqlite_shop, FILE)


def test_a_file_is_written_page_by_page(sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(sqlite_shop, "sku,weight_g\n" + "".join(f"S{number},1\n" for number in range(7)))
    pages = []
    asked = product_defaults.page_defaults

    def of_two(*args: object, **kwargs: object) -> object:
        pages.append(kwargs.get("after"))
        return asked(*args, **{**kwargs, "limit": 2})  # type: ignore[arg-type]

    monkeypatch.setattr(product_defaults, "page_defaults", of_two)
    assert [line.partition(",")[0] for line in write_defaults(sqlite_shop.app, sqlite_shop.merchant.id).split()[1:]] == [
        f"S{number}" for number in range(7)
    ]
    assert len(pages) == 4
