"""The brand on the A4 sheet: where its logo stands, and how it is printed."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import combinations

import pytest
from PIL import Image
from pypdf import PdfReader
from support.house_parcels import REQUEST, codes_of_pdf, extent, words_of_pdf
from support.pictures import photo, png

from adapters.carriers.house.documents import draw_documents
from adapters.carriers.house.forms import LABEL_PDF, LABEL_PNG, LABEL_ZPL, SLIP_PDF
from adapters.carriers.house.label import ParcelLabel
from adapters.carriers.house.packing_slip import slip_pages
from adapters.documents.drawing.elements import Words
from engine.model.carrier import DocumentForm
from engine.model.label import ParcelToShip
from engine.model.store_preferences import Brand, StoreLogo
from engine.services.stores.store_logo import MAX_BYTES, MAX_SIDE

NAME = "Casa Verde Hogar"
LONG = "Comercial Internacional de Suministros Ñandú e Hijos Sociedad Limitada Unipersonal " * 3


def label(logo: bytes | None, name: str = NAME, lines: int = 1) -> ParcelLabel:
    contents = tuple(replace(REQUEST.contents[0], line_key=str(number)) for number in range(lines))
    of_store = None if logo is None else StoreLogo("image/png", logo)
    request = replace(REQUEST, contents=contents)
    return ParcelLabel(request, 0, REQUEST.numbers[0], "Next day", "Own delivery", "en", brand=Brand(name, of_store))


def drawn(made: ParcelLabel, form: DocumentForm = SLIP_PDF) -> bytes:
    [document] = draw_documents([made], form)
    return document.content


def pictures(content: bytes) -> list[list[Image.Image]]:
    """Those of each page."""
    pages = PdfReader(io.BytesIO(content)).pages
    return [[one.image.convert("RGB") for one in page.images if one.image is not None] for page in pages]


def is_red(dot: object) -> bool:
    red, green, blue = dot  # type: ignore[misc]
    return bool(red > 180 and green < 20 and blue < 20)


def test_a_jpeg_is_printed_dot_for_dot() -> None:
    [[logo]] = pictures(drawn(label(photo(300, 120))))

    assert logo.size == (300, 120)
    assert is_red(logo.getpixel((150, 60)))


def test_a_photo_on_its_side_stands_upright() -> None:
    [[logo]] = pictures(drawn(label(photo(300, 120, turned=True))))

    assert logo.size == (300, 120)


def test_what_is_transparent_is_white_paper() -> None:
    out = io.BytesIO()
    picture = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    picture.paste((192, 0, 0, 255), (0, 0, 20, 20))
    picture.save(out, "PNG")
    [[logo]] = pictures(drawn(label(out.getvalue())))

    assert is_red(logo.getpixel((5, 5)))
    assert logo.getpixel((35, 5)) == (255, 255, 255)


def test_the_largest_logo_makes_a_small_file_of_600_dots_an_inch() -> None:
    largest = png(MAX_SIDE, MAX_SIDE)
    assert len(largest) <= MAX_BYTES
    content = drawn(label(largest))
    [[logo]] = pictures(content)

    assert logo.size == (283, 283)  # 12 mm
    assert len(content) < 200_000


@pytest.mark.parametrize("size", [(1, 1), (4000, 10), (10, 4000), (300, 100)])
@pytest.mark.parametrize("name", [NAME, LONG])
def test_the_logo_stands_beside_the_name_and_covers_nothing(size: tuple[int, int], name: str) -> None:
    for page in slip_pages(label(png(*size), name, lines=60)):
        [logo] = page.pictures
        taken = [extent(words) for words in page.elements if isinstance(words, Words)]
        taken.append((logo.x, logo.y, logo.x + logo.width, logo.y + logo.height))
        for (left, upper, right, lower), (left2, upper2, right2, lower2) in combinations(taken, 2):
            assert right <= left2 or right2 <= left or lower <= upper2 + 0.01 or lower2 <= upper + 0.01
        assert (logo.width <= 50, logo.height <= 12) == (True, True)


def test_further_sheets_and_parcels_have_it_as_well() -> None:
    many = label(photo(300, 100), lines=60)
    second = replace(many, parcel=1, request=replace(REQUEST, parcels=(ParcelToShip(1), ParcelToShip(1))))

    for content in (drawn(many), drawn(second)):
        assert all(NAME in page for page in words_of_pdf(content))
        assert all(len(found) == 1 for found in pictures(content))
    assert len(pictures(drawn(many))) > 1


def test_the_code_of_the_label_is_read_back_beside_a_logo() -> None:
    assert codes_of_pdf(drawn(label(photo(300, 100))))["Code 128"] == REQUEST.numbers[0]


@pytest.mark.parametrize("form", [LABEL_PDF, LABEL_PNG, LABEL_ZPL])
def test_labels_of_4_by_6_inches_have_no_brand(form: DocumentForm) -> None:
    made = label(photo(300, 100))

    assert drawn(made, form) == drawn(replace(made, brand=None), form)


def test_the_same_sheet_is_the_same_file() -> None:
    assert drawn(label(photo(30, 10))) == drawn(label(photo(30, 10)))
