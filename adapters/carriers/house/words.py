"""The words on labels and packing slips, in the language of where the parcel leaves."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from babel import Locale

from adapters.documents.words import money_words, number_words
from rules.messages import Language, Text

OWN_DELIVERY = Text("Own delivery", "Reparto propio")
FROM, TO = Text("From", "Remitente"), Text("Ship to", "Destinatario")
SHIP_DATE, WEIGHT = Text("Ship date", "Fecha de envío"), Text("Weight", "Peso")
CARRIER, SERVICE = Text("Carrier", "Transportista"), Text("Service", "Servicio")
PARCEL, ORDER = Text("Parcel", "Bulto"), Text("Order", "Pedido")
PHONE = Text("Tel. {phone}", "Tel. {phone}")
COLLECT = Text("Collect {amount}", "Cobrar {amount}")
SATURDAY_DELIVERY = Text("Saturday delivery", "Entrega en sábado")
SIGNATURE = Text("Signature required", "Pedir firma")
ADULT_SIGNATURE = Text("Adult signature required", "Pedir firma a un mayor de edad")
RETURN = Text("Return", "Devolución")
COPY = Text("COPY", "COPIA")
LABEL_TITLE = Text("Label {number}", "Etiqueta {number}")

PACKING_SLIP = Text("Packing slip", "Albarán")
SKU, ITEM, QUANTITY = Text("SKU", "SKU"), Text("Item", "Artículo"), Text("Quantity", "Cantidad")
PRICE, AMOUNT = Text("Unit price", "Precio"), Text("Amount", "Importe")
TOTAL, NOTHING = Text("Total", "Total"), Text("No contents are listed.", "No se indica el contenido.")
PAGE = Text("Page {page} of {pages}", "Página {page} de {pages}")
WITH_FIRST = Text(
    "Parcel {parcel} of {parcels}. What is in the shipment is listed with parcel 1.",
    "Bulto {parcel} de {parcels}. El contenido del envío está en la hoja del bulto 1.",
)

_SPEAK_SPANISH = "AR BO CL CO CR CU DO EC ES GQ GT HN MX NI PA PE PR PY SV UY VE"


def language_of(country: str) -> Language:
    """What is spoken where a parcel leaves: Spanish, and English everywhere else."""
    return "es" if country in _SPEAK_SPANISH.split() else "en"


@cache
def country_words(country: str, language: Language) -> str:
    """A country's name; its code where it has none."""
    return str(Locale(language).territories.get(country, country))


def quantity_words(quantity: Decimal, language: Language) -> str:
    """How many, with no zeros at the end."""
    return number_words(quantity.normalize() if quantity else Decimal(0), language)


def weight_words(weight_g: int, language: Language) -> str:
    """Kilograms, to the gram."""
    return f"{quantity_words(Decimal(weight_g) / 1000, language)} kg"


def amount_words(amount: Decimal, currency: str, language: Language) -> str:
    """An amount in its currency; without one, the number alone."""
    return money_words(amount, currency, language) if currency else quantity_words(amount, language)
