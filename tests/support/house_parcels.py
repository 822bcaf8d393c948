"""Shipments of the carrier `house`, and what is read off the labels that it makes."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from support.servers import program

from adapters.documents.drawing.elements import Align, Words
from adapters.documents.typeface import width
from engine.model.account import CarrierAccount
from engine.model.label import ContentLine, LabelRequest, ParcelToShip, PostalAddress

WAREHOUSE = PostalAddress(
    company="Acme Logística 3PL", street1="Calle de la Industria 12", city="Getafe", postal_code="28906", country="ES"
)
RECIPIENT = PostalAddress(
    name="María José Fernández Ñuñez",
    company="Talleres Pérez e Hijos",
    street1="Avenida de la Constitución 148",
    street2="Escalera B",
    street3="3.º izquierda",
    city="Alcalá de Henares",
    state="Madrid",
    postal_code="28801",
    country="ES",
    phone="+34 600 123 456",
)
REQUEST = LabelRequest(
    reference="lbl_1",
    service="next_day",
    ship_from=WAREHOUSE,
    ship_to=RECIPIENT,
    parcels=(ParcelToShip(1250),),
    ship_date=date(2026, 3, 9),
    order_number="SO-100234",
    sender="Casa Verde",
    contents=(ContentLine("1", "MUG-RED", "Taza roja", Decimal(2), unit_price=Decimal("7.77")),),
    currency="EUR",
    numbers=("ACME0000001234",),
)


def to(country: str, postal_code: str = "", **changes: Any) -> LabelRequest:
    """The shipment, to another place."""
    return replace(REQUEST, ship_to=replace(RECIPIENT, country=country, postal_code=postal_code), **changes)


def account(**settings: Any) -> CarrierAccount:
    return CarrierAccount("car_1", "acc_1", "house", ("next_day", "economy"), settings=settings)


def documented_sheet() -> str:
    """The rate sheet that the documentation shows."""
    page = Path("docs/carriers.md").read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    return blocks[0]


def words_of_pdf(content: bytes) -> list[str]:
    """What each page says, with one blank between words."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def codes_of_pdf(content: bytes, page: int = 0) -> dict[str, str]:
    """The bar codes of a page as a printer of 203 dots an inch draws them, by their kind."""
    return codes_of(page_of_pdf(content, page))


def page_of_pdf(content: bytes, page: int = 0) -> Image.Image:
    """A page as a printer of 203 dots an inch draws it."""
    document = pypdfium2.PdfDocument(content)
    try:
        return document[page].render(scale=203 / 72).to_pil()
    finally:
        document.close()


def codes_of_png(content: bytes) -> dict[str, str]:
    return codes_of(Image.open(io.BytesIO(content)).convert("L"))


def codes_of(picture: Image.Image) -> dict[str, str]:
    return {str(code.format): code.text for code in zxingcpp.read_barcodes(picture)}


def codes_by_zbar(picture: Image.Image) -> dict[str, str]:
    """The same as another reader finds them: zbar, which the machine has or the test skips."""
    png = io.BytesIO()
    picture.save(png, "PNG")
    command = [program("zbarimg", "zbar"), "--quiet", "-"]
    found = subprocess.run(command, input=png.getvalue(), capture_output=True, check=True).stdout.decode()
    return dict(line.split(":", 1) for line in found.splitlines())


def fields_of_zpl(content: bytes) -> list[str]:
    """The data of each field as the printer reads it."""
    fields = re.findall(r"(\^FH)?\^FD(.*?)\^FS", content.decode(), re.DOTALL)
    return [re.sub("_([0-9A-F]{2})", lambda code: chr(int(code[1], 16)), data) if hexed else data for hexed, data in fields]


def extent(words: Words) -> tuple[float, float, float, float]:
    """Left, upper, right and lower edge of a line of text, in millimetres."""
    wide = width(words.shown, bold=words.bold) * words.size
    left = words.x - {Align.LEFT: 0, Align.CENTER: wide / 2, Align.RIGHT: wide}[words.align]
    return left, words.y - 0.93 * words.size, left + wide, words.y + 0.24 * words.size
