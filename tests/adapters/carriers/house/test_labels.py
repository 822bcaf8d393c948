"""Labels and packing slips, read as people, scanners and printers read them."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from PIL import Image
from support.house_parcels import (
    RECIPIENT,
    REQUEST,
    WAREHOUSE,
    codes_by_zbar,
    codes_of_pdf,
    codes_of_png,
    extent,
    fields_of_zpl,
    page_of_pdf,
    words_of_pdf,
)

from adapters.carriers.house.documents import draw_documents
from adapters.carriers.house.forms import LABEL_PDF, LABEL_PNG, LABEL_ZPL, SLIP_PDF
from adapters.carriers.house.label import ParcelLabel, label_page
from adapters.carriers.house.packing_slip import slip_pages
from adapters.documents.drawing.elements import Page, Words
from adapters.documents.typeface import seen
from engine.model.carrier import DocumentForm
from engine.model.label import ContentLine, LabelRequest, ParcelToShip, PostalAddress
from rules.messages import Language

NUMBER = REQUEST.numbers[0]
LONG = PostalAddress(
    name="Maximiliano Bartholomäus von und zu Hohenlohe-Waldenburg-Schillingsfürst " * 4,
    company="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
    street1="Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzstraße 1234567, Hinterhaus, Aufgang C",
    street2="Stock 17, linke Seite, Klingel ganz unten neben dem Aufzug im zweiten Innenhof",
    street3="c/o Familie Schmidt-Müller",
    city="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    state="Sir Ynys Môn / Isle of Anglesey",
    postal_code="LL61 5UJ 0000000000000000",
    country="GS",
    phone="+44 1234 567890 ext. 12345, ask for reception on the second floor, please",
)
CHINESE = replace(
    RECIPIENT,
    name="王小明",
    company="绿色商店贸易有限责任公司" * 6,
    street2="서울특별시 중구 세종대로 110",
    city="上海市",
    country="CN",
)
ARABIC = replace(RECIPIENT, name="محمد عبد الله", street1="شارع الملك فهد 15", city="الرياض", country="SA")
CYRILLIC = replace(RECIPIENT, name="Владимир Щербаков", street1="Ленинградский проспект 36", city="Київ", country="UA")


def label(request: LabelRequest = REQUEST, **changes: Any) -> ParcelLabel:
    return replace(ParcelLabel(request, 0, NUMBER, "Next day", "Own delivery", "en"), **changes)


def drawn(form: DocumentForm, made: ParcelLabel) -> bytes:
    (document,) = draw_documents([made], form)
    return document.content


def addressed(address: PostalAddress) -> ParcelLabel:
    request = replace(
        REQUEST,
        ship_to=address,
        sender="Comercial Internacional de Suministros Ñandú e Hijos Sociedad Limitada Unipersonal",
        order_number="ORDER-" + "0123456789" * 5,
        confirmation="adult_signature",
        options={"cash_on_delivery": {"amount": Decimal("123456789.50")}, "carrier_options": {"saturday_delivery": True}},
    )
    return label(request, service="Express before ten in the morning of the next working day", carrier="Nuestra furgoneta " * 5)


def test_a_pdf_says_everything_and_both_codes_are_read_back() -> None:
    content = drawn(LABEL_PDF, label())
    (said,) = words_of_pdf(content)

    for words in (
        "Casa Verde", "Acme Logística 3PL", "Calle de la Industria 12", "28906 Getafe", "9 Mar 2026", "1.25 kg", "Own delivery",
        "María José Fernández Ñuñez", "Talleres Pérez e Hijos", "Avenida de la Constitución 148", "Escalera B", "3.º izquierda",
        "28801", "Alcalá de Henares, Madrid", "SPAIN", "ES", "Tel. +34 600 123 456", "Next day", "1 / 1", "SO-100234",
        "ACME 000 000 1234",
    ):  # fmt: skip
        assert words in said
    assert "COPY" not in said
    assert codes_of_pdf(content) == {"Code 128": NUMBER, "QR Code": NUMBER}  # and no personal data


def test_a_png_is_black_and_white_at_203_dots_an_inch_and_is_read_back() -> None:
    content = drawn(LABEL_PNG, label())
    picture = Image.open(io.BytesIO(content))

    assert (picture.mode, picture.size) == ("1", (813, 1219))
    assert [round(dots) for dots in picture.info["dpi"]] == [203, 203]
    assert codes_of_png(content) == {"Code 128": NUMBER, "QR Code": NUMBER}


def test_zpl_holds_the_same_and_leaves_the_codes_to_the_printer() -> None:
    content = drawn(LABEL_ZPL, label()).decode()
    fields = fields_of_zpl(content.encode())

    assert content.startswith("^XA\n^CI28\n^PW813\n^LL1219\n")
    assert content.endswith("^XZ\n")
    assert re.search(r"\^BY4\^FO\d+,\d+\^BCN,132,N,N,N,A\^FH\^FDACME0000001234\^FS", content)
    assert re.search(r"\^BQN,2,7\^FH\^FDMA,ACME0000001234\^FS", content)
    for words in ("María José Fernández Ñuñez", "3.º izquierda", "28801", "SPAIN", "Next day", "1 / 1", "ACME 000 000 1234"):
        assert words in fields
    assert "^GFA" not in content


@pytest.mark.zbar
def test_another_reader_finds_the_same_codes() -> None:
    found = {"CODE-128": NUMBER, "QR-Code": NUMBER}
    assert codes_by_zbar(page_of_pdf(drawn(LABEL_PDF, label()))) == found
    assert codes_by_zbar(Image.open(io.BytesIO(drawn(LABEL_PNG, label())))) == found


@pytest.mark.parametrize("prefix", ["A", "X1Y2Z3", "WWWWWW", "123456"])
def test_codes_of_every_prefix_are_read_back(prefix: str) -> None:
    number = f"{prefix}0123456789"

    assert codes_of_pdf(drawn(LABEL_PDF, label(number=number))) == {"Code 128": number, "QR Code": number}
    assert codes_of_png(drawn(LABEL_PNG, label(number=number))) == {"Code 128": number, "QR Code": number}


def test_zpl_commands_in_data_are_only_data() -> None:
    name = r"^XZ ~JA A\&B _5E"
    content = drawn(LABEL_ZPL, label(replace(REQUEST, ship_to=replace(RECIPIENT, name=name))))

    assert name in fields_of_zpl(content)
    assert content.decode().count("^XZ") == 1
    assert b"~" not in content


def test_letters_that_printers_may_not_have_are_pictures() -> None:
    content = drawn(LABEL_ZPL, addressed(CYRILLIC)).decode()
    pictures = re.findall(r"\^FO(\d+),(\d+)\^GFA,(\d+),\3,(\d+),([0-9A-F]+)\^FS", content)

    assert len(pictures) >= 3  # name, street and city, beside the ellipses, which printers have as dots
    assert [len(dots) for *_place, dots in pictures] == [2 * int(size) for _x, _y, size, _row, _dots in pictures]
    assert all(int(x) + 8 * int(row) <= 813 + 8 for x, _y, _size, row, _dots in pictures)
    assert all(0 < sum(int(digit, 16).bit_count() for digit in dots) < 2 * len(dots) for *_place, dots in pictures)


@pytest.mark.parametrize(
    "address", [RECIPIENT, LONG, CHINESE, ARABIC, CYRILLIC, PostalAddress(company="X", city="Y", country="ES")]
)
@pytest.mark.parametrize("is_copy", [False, True])
def test_nothing_overlaps_or_leaves_the_page(address: PostalAddress, is_copy: bool) -> None:
    made = replace(addressed(address), is_copy=is_copy)

    check(label_page(made))
    for page in slip_pages(made):
        check(page)


def check(page: Page) -> None:
    boxes = [(words, *extent(words)) for words in page.elements if isinstance(words, Words)]
    for words, left, upper, right, lower in boxes:
        assert 0 < left < right < page.width, words
        assert 0 < upper < lower < page.height, words
    for (one, left, upper, right, lower), (other, left2, upper2, right2, lower2) in combinations(boxes, 2):
        assert right <= left2 or right2 <= left or lower <= upper2 + 0.01 or lower2 <= upper + 0.01, (one, other)


@pytest.mark.parametrize("address", [LONG, CHINESE, ARABIC, CYRILLIC])
def test_codes_are_read_back_whatever_the_address(address: PostalAddress) -> None:
    made = addressed(address)

    assert codes_of_pdf(drawn(LABEL_PDF, made)) == codes_of_png(drawn(LABEL_PNG, made)) == {"Code 128": NUMBER, "QR Code": NUMBER}


def test_of_long_addresses_every_part_is_there_and_what_is_cut_says_so() -> None:
    (said,) = words_of_pdf(drawn(LABEL_PDF, addressed(LONG)))

    for part in (
        "Maximiliano Bartholomäus",
        "Donaudampf",
        "Rindfleisch",
        "Stock 17",
        "c/o Familie Schmidt-Müller",
        "LL61",
        "Llanfair",
    ):
        assert part in said
    assert "…" in said


def test_east_asian_names_are_part_of_the_file() -> None:
    content = drawn(LABEL_PDF, label(replace(REQUEST, ship_to=CHINESE)))
    (said,) = words_of_pdf(content)

    assert ["王小明" in said, "서울특별시" in said, "上海市" in said] == [True] * 3
    assert b"DroidSansFallback" in content
    assert b"DroidSansFallback" not in drawn(LABEL_PDF, label())


def test_arabic_letters_are_joined_and_run_from_the_right() -> None:
    (said,) = words_of_pdf(drawn(LABEL_PDF, label(replace(REQUEST, ship_to=ARABIC))))

    shown = seen("محمد")
    assert shown[::-1] in said  # the reader turns round what runs from the right
    assert [unicodedata.name(letter).rsplit(" ", 2)[-2:] for letter in shown] == [
        ["FINAL", "FORM"],
        ["MEDIAL", "FORM"],
        ["MEDIAL", "FORM"],
        ["INITIAL", "FORM"],
    ]
    assert unicodedata.normalize("NFKC", shown)[::-1] == "محمد"
    assert seen("لا") == "\ufefb"


def test_what_is_delivered_for_cash_says_the_amount_on_the_first_parcel() -> None:
    request = replace(
        REQUEST, parcels=(ParcelToShip(1), ParcelToShip(1)), options={"cash_on_delivery": {"amount": Decimal("25.5")}}
    )
    said = [words_of_pdf(drawn(LABEL_PDF, label(request, parcel=parcel)))[0] for parcel in (0, 1)]

    assert "Collect €25.50" in said[0]
    assert "Collect" not in said[1]
    saturday = replace(REQUEST, options={"carrier_options": {"saturday_delivery": True}})
    assert "Saturday delivery" in words_of_pdf(drawn(LABEL_PDF, label(saturday)))[0]


@pytest.mark.parametrize(
    ("confirmation", "english", "spanish"),
    [
        ("signature", "Next day Signature required Parcel", "Next day Pedir firma Bulto"),
        (" Adult-Signature ", "Next day Adult signature required Parcel", "Next day Pedir firma a un mayor de edad Bulto"),
        ("delivery", "Next day Parcel", "Next day Bulto"),
        ("", "Next day Parcel", "Next day Bulto"),
    ],
)
def test_every_parcel_says_who_has_to_sign(confirmation: str, english: str, spanish: str) -> None:
    request = replace(REQUEST, parcels=(ParcelToShip(1), ParcelToShip(1)), confirmation=confirmation)
    for parcel in (0, 1):
        assert english in words_of_pdf(drawn(LABEL_PDF, label(request, parcel=parcel)))[0]
        assert spanish in words_of_pdf(drawn(LABEL_PDF, label(request, parcel=parcel, language="es")))[0]


@pytest.mark.parametrize("language", ["en", "es"])
def test_all_that_is_asked_of_whoever_delivers_is_said_whole(language: Language) -> None:
    wishes = {"cash_on_delivery": {"amount": Decimal("123456.50")}, "carrier_options": {"saturday_delivery": True}}
    page = label_page(label(replace(REQUEST, confirmation="adult_signature", options=wishes), language=language))
    said = " ".join(words.shown for words in page.elements if isinstance(words, Words))

    check(page)
    assert {
        "en": "Collect €123,456.50 · Adult signature required · Saturday delivery",
        "es": "Cobrar 123.456,50 € · Pedir firma a un mayor de edad · Entrega en sábado",
    }[language] in said.replace("\u00a0", " ")


def test_a_copy_says_so_in_the_language_of_the_label() -> None:
    copy, copia = label(is_copy=True), label(is_copy=True, language="es")

    assert "COPY" in words_of_pdf(drawn(LABEL_PDF, copy))[0]
    assert "COPIA" in words_of_pdf(drawn(LABEL_PDF, copia))[0]
    assert words_of_pdf(drawn(SLIP_PDF, copia))[0].count("COPIA") == 2  # on the slip, and on its label
    assert "COPY" in fields_of_zpl(drawn(LABEL_ZPL, copy))
    assert codes_of_png(drawn(LABEL_PNG, copy)) == {"Code 128": NUMBER, "QR Code": NUMBER}
    blacker = [sum(Image.open(io.BytesIO(drawn(LABEL_PNG, one))).histogram()[:1]) for one in (label(), copy)]
    assert blacker[1] > blacker[0] + 20_000


def test_a_spanish_label_is_spanish() -> None:
    (said,) = words_of_pdf(drawn(LABEL_PDF, label(language="es")))

    for words in ("Remitente", "Destinatario", "ESPAÑA", "9 mar 2026", "1,25 kg", "Servicio", "Bulto", "Pedido"):
        assert words in said


def test_a_packing_slip_has_the_label_and_the_contents_without_prices() -> None:
    content = drawn(SLIP_PDF, label())
    (said,) = words_of_pdf(content)

    for words in ("Casa Verde", "Packing slip", "Order SO-100234", "9 Mar 2026", "28801 Alcalá de Henares, Madrid", "Spain"):
        assert words in said
    assert "MUG-RED Taza roja 2" in said
    assert "Total 2" in said
    assert "7.77" not in said
    assert codes_of_pdf(content) == {"Code 128": NUMBER, "QR Code": NUMBER}


def test_a_packing_slip_with_prices_has_each_line_s_and_what_they_come_to() -> None:
    contents = (
        ContentLine("1", "MUG-RED", "Taza roja", Decimal(2), Decimal("7.77")),
        ContentLine("2", "TEA", "Té", Decimal("0.333"), Decimal("12.50")),
        ContentLine("3", "BOX", "Caja", Decimal(3), Decimal("1.115")),
        ContentLine("4", "BAG", "Bolsa", Decimal("0.5"), Decimal("1.01")),
    )
    request = replace(REQUEST, contents=contents, currency="EUR", options={"packing_slip": "Prices"})
    (said,) = words_of_pdf(drawn(SLIP_PDF, label(request)))

    assert "SKU Item Quantity Unit price Amount" in said
    assert "MUG-RED Taza roja 2 €7.77 €15.54" in said
    assert "TEA Té 0.333 €12.50 €4.16" in said
    assert "BOX Caja 3 €1.115 €3.35" in said
    assert "BAG Bolsa 0.5 €1.01 €0.51" in said
    assert "Total 5.833 €23.56" in said  # of what is printed; exactly it were 23.5475


def test_where_a_price_is_not_known_no_sum_is_said() -> None:
    contents = (ContentLine("1", "A", "A", Decimal(2), Decimal(3)), ContentLine("2", "B", "B", Decimal(1)))
    request = replace(REQUEST, contents=contents, currency="", options={"packing_slip": "prices"})
    (said,) = words_of_pdf(drawn(SLIP_PDF, label(request)))

    assert "A A 2 3 6" in said
    assert "Total 3" in said
    assert "Total 3 6" not in said


def test_a_gift_s_packing_slip_has_its_message_and_no_prices() -> None:
    wishes = {"packing_slip": "gift", "gift_message": "Feliz cumpleaños, abuela"}
    (gift,) = words_of_pdf(drawn(SLIP_PDF, label(replace(REQUEST, options=wishes))))
    (usual,) = words_of_pdf(drawn(SLIP_PDF, label(replace(REQUEST, options={**wishes, "packing_slip": "standard"}))))
    (silent,) = words_of_pdf(drawn(SLIP_PDF, label(replace(REQUEST, options={"packing_slip": "gift"}))))

    assert "Feliz cumpleaños, abuela" in gift
    assert "MUG-RED Taza roja 2" in gift
    assert "7.77" not in gift
    assert "abuela" not in usual
    assert "MUG-RED Taza roja 2" in silent


@pytest.mark.parametrize("template", ["prices", "gift"])
def test_endless_texts_fit_on_every_packing_slip(template: str) -> None:
    contents = (
        ContentLine("1", "S" * 90, "N" * 2000, Decimal("12345678901234567890.125"), Decimal("12345678901234567890.125")),
        ContentLine("2", "绿色" * 20, "Ткань " * 200, Decimal(1), Decimal(0)),
    )
    wishes = {"packing_slip": template, "gift_message": "Alles Gute zum Geburtstag, liebe Großmutter! " * 30}
    pages = slip_pages(label(replace(REQUEST, contents=contents, currency="EUR", options=wishes)))

    check(pages[0])


def test_the_slip_is_headed_by_the_sender_and_not_by_the_3pl() -> None:
    slip = slip_pages(label())[0]

    assert "Casa Verde" in [words.shown for words in slip.elements if isinstance(words, Words)]
    assert "Acme Logística 3PL" not in [words.shown for words in slip.elements if isinstance(words, Words)]


def test_a_long_list_goes_on_on_further_sheets() -> None:
    contents = tuple(
        ContentLine(str(n), f"SKU-{n:03}", f"Item {n:03} " + "of many words " * (n % 7), Decimal(n)) for n in range(1, 151)
    )
    pages = words_of_pdf(drawn(SLIP_PDF, label(replace(REQUEST, contents=contents))))

    assert len(pages) >= 4
    assert [f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    assert all("SKU Item Quantity" in page and "Casa Verde" in page and "SO-100234" in page for page in pages)
    everything = " ".join(pages)
    assert [everything.count(f"SKU-{n:03}") for n in range(1, 151)] == [1] * 150
    assert "Total 11,325" in pages[-1]
    assert "Total" not in " ".join(pages[:-1])


def test_fractions_and_endless_names_fit_into_the_list() -> None:
    contents = (
        ContentLine("1", "S" * 90, "N" * 2000, Decimal("0.250")),
        ContentLine("2", "绿色" * 20, "Ткань " * 200, Decimal("12345678901234567890.125")),
        ContentLine("3", "", "", Decimal(0)),
    )
    pages = slip_pages(label(replace(REQUEST, contents=contents)))

    check(pages[0])
    said = [words.shown for words in pages[0].elements if isinstance(words, Words)]
    assert "0.25" in said
    assert any(line.endswith("…") for line in said)


def test_the_contents_stand_with_the_first_parcel_alone() -> None:
    request = replace(REQUEST, parcels=(ParcelToShip(1), ParcelToShip(1)))
    first, second = (words_of_pdf(drawn(SLIP_PDF, label(request, parcel=parcel)))[0] for parcel in (0, 1))

    assert "MUG-RED" in first
    assert "MUG-RED" not in second
    assert "Parcel 2 of 2. What is in the shipment is listed with parcel 1." in second


def test_a_shipment_without_a_list_says_so() -> None:
    request = replace(REQUEST, contents=(), order_number="", sender="", ship_from=replace(WAREHOUSE, company="", name="Ana"))
    (said,) = words_of_pdf(drawn(SLIP_PDF, label(request)))

    assert "No contents are listed." in said
    assert said.count("Ana") == 2
    assert "Order" not in said
