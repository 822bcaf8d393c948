"""The parties of a Brightpearl order: addresses and who bought. Pure."""

from __future__ import annotations

from typing import Any

from adapters.stores.brightpearl.countries import find_country
from adapters.stores.brightpearl.raw_values import Raw, id_text, put_text, read_text
from rules.messages import Message, Text

_ADDRESS = (
    ("addressFullName", "name"),
    ("companyName", "company"),
    ("addressLine1", "street1"),
    ("addressLine2", "street2"),
    ("addressLine3", "city"),
    ("addressLine4", "state"),
    ("postalCode", "postal_code"),
)
_PHONES = ("telephone", "mobileTelephone")
_COUNTRIES = ("countryIsoCode", "country", "countryIsoCode3")

NO_COUNTRY = Text(
    "Order {order} has no country in its delivery address, so rules and carriers do not know where it goes. Enter the country "
    "in Brightpearl: it comes with the next import.",
    "El pedido {order} no tiene país en su dirección de entrega, así que ni las reglas ni las empresas de transporte "
    "saben adónde va. Indica el país en Brightpearl: llegará con la próxima importación.",
)
UNKNOWN_COUNTRY = Text(
    "The delivery address of order {order} names the country “{found}”, which is not the name of one country. Choose the country "
    "in Brightpearl: it comes with the next import.",
    "La dirección de entrega del pedido {order} indica el país «{found}», que no es el nombre de un solo país. Elige el país en "
    "Brightpearl: llegará con la próxima importación.",
)


def read_address(party: Raw, path: str, *phones_of: tuple[str, Raw]) -> dict[str, str]:
    """A party's address; its phone is the party's own, else that of the first of the others that has one."""
    address: dict[str, str] = {}
    for source, target in _ADDRESS:
        if value := party.get(source):
            if type(value) is str and value.isprintable() and not value.isspace():  # nearly always
                address[target] = value
            else:
                put_text(address, target, value, f"{path}.{source}")
    if country := find_country_of(party):
        address["country"] = country
    if phone := _first_text(_PHONES, (path, party), *phones_of):
        address["phone"] = phone
    return address


def read_customer(customer: Raw, delivery: Raw, billing: Raw) -> dict[str, str]:
    """Who bought; the e-mail address is the delivery's, else the customer's, else the billing party's."""
    contact: dict[str, str] = {}
    put_text(contact, "name", customer.get("addressFullName"), "parties.customer.addressFullName")
    parties = (("parties.delivery", delivery), ("parties.customer", customer), ("parties.billing", billing))
    if email := _first_text(("email",), *parties):
        contact["email"] = email.strip()  # no address has blanks around it, and no mail reaches one that has
    if contact_id := customer.get("contactId"):
        put_text(contact, "id", id_text(contact_id) or contact_id, "parties.customer.contactId")
    return contact


def find_country_of(party: Raw) -> str | None:
    for key in _COUNTRIES:
        name = party.get(key)
        if isinstance(name, str) and name and (code := find_country(name)):
            return code
    return None


def country_problem(party: Raw, order_number: str) -> Message:
    """What to say of a delivery party whose country is not known."""
    for key in ("country", "countryIsoCode", "countryIsoCode3"):
        found = party.get(key)
        if isinstance(found, str) and (found := read_text(found, f"parties.delivery.{key}")):
            return Message("unknown_country", UNKNOWN_COUNTRY, {"order": order_number, "found": found[:60]})
    return Message("no_country", NO_COUNTRY, {"order": order_number})


def _first_text(keys: tuple[str, ...], *parties: tuple[str, Raw]) -> str | None:
    for path, party in parties:
        for key in keys:
            value: Any = party.get(key)
            if type(value) is not str:
                value = id_text(value)  # a number that an app wrote as one
            if value and (text := read_text(value, f"{path}.{key}")):
                return text
    return None
