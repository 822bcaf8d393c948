"""Customers and their addresses, made up country by country."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random
from typing import Final

from ..replies import Json


@dataclass(frozen=True, slots=True)
class Country:
    """What an address and a tax line need to know about a country. `vat` is a percentage."""

    id: int
    iso2: str
    iso3: str
    name: str
    currency: str
    vat: int
    method_id: int
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[tuple[str, str, str], ...]
    phone: str
    companies: tuple[str, ...]


SPAIN: Final = Country(
    195,
    "ES",
    "ESP",
    "Spain",
    "EUR",
    21,
    5,
    ("Lucía", "Martín", "Begoña", "Íñigo", "Carmen", "Javier", "Nuria", "Álvaro", "Marta", "Pau"),
    ("García López", "Muñoz Peña", "Fernández Ruiz", "Ibáñez Soler", "Núñez Castro", "Etxeberria Agirre", "Puig Ferrer"),
    ("Calle Mayor {n}, 3.º B", "Avenida de la Constitución {n}", "Plaza del Olivo {n}", "Carrer de la Pau {n}", "Calle Real {n}"),
    (
        ("Madrid", "Madrid", "28004"),
        ("Sevilla", "Sevilla", "41001"),
        ("Barcelona", "Barcelona", "08015"),
        ("Bilbao", "Bizkaia", "48001"),
        ("A Coruña", "A Coruña", "15003"),
        ("Cádiz", "Cádiz", "11005"),
    ),
    "+34 600 {d3} {d3}",
    ("Viveros El Roble S.L.", "Terrazas Sol y Sombra S.A."),
)
PORTUGAL: Final = Country(
    171,
    "PT",
    "PRT",
    "Portugal",
    "EUR",
    23,
    5,
    ("João", "Inês", "Conceição", "Tiago", "Beatriz", "Rui"),
    ("Araújo", "Gonçalves", "Simões", "Magalhães", "Leitão"),
    ("Rua das Flores {n}", "Avenida da Liberdade {n}, 2.º Esq.", "Travessa do Carmo {n}"),
    (("Lisboa", "Lisboa", "1250-096"), ("Porto", "Porto", "4050-262"), ("Évora", "Évora", "7000-508")),
    "+351 910 {d3} {d3}",
    ("Jardim & Casa Lda",),
)
FRANCE: Final = Country(
    73,
    "FR",
    "FRA",
    "France",
    "EUR",
    20,
    7,
    ("Chloé", "François", "Zoé", "Étienne", "Aurélie", "Luc"),
    ("Lefèvre", "Dubois", "Béranger", "D'Artois", "Müller-Roche"),
    ("{n} rue de l'Église", "{n} bis avenue Foch", "{n} place du Marché"),
    (("Lyon", "", "69002"), ("Paris", "", "75011"), ("Bourg-en-Bresse", "Ain", "01000"), ("Nîmes", "Gard", "30000")),
    "+33 6 00 {d3} {d3}",
    ("Maison Verte SARL",),
)
GERMANY: Final = Country(
    81,
    "DE",
    "DEU",
    "Germany",
    "EUR",
    19,
    7,
    ("Jürgen", "Anke", "Björn", "Käthe", "Sören", "Mia"),
    ("Müller", "Groß", "Schäfer", "Weiß", "von der Heide"),
    ("Hauptstraße {n}", "Am Mühlbach {n}", "Königsallee {n}a"),
    (("München", "Bayern", "80331"), ("Dresden", "Sachsen", "01067"), ("Köln", "", "50667"), ("Berlin", "", "10115")),
    "+49 1512 {d3} {d3}",
    ("Grünwerk GmbH",),
)
BRITAIN: Final = Country(
    222,
    "GB",
    "GBR",
    "United Kingdom",
    "GBP",
    20,
    7,
    ("Ann", "Oliver", "Siân", "Callum", "Priya", "Zoë"),
    ("Sample", "O'Neill", "Hughes", "Patel", "Smith-Jones"),
    ("{n} High Street", "Flat 2, {n} Mill Lane", "The Old Dairy, {n} Church Road"),
    (("Leeds", "West Yorkshire", "LS1 1AA"), ("London", "", "SW1A 1AA"), ("Cardiff", "South Glamorgan", "CF10 1AA")),
    "020 7946 0{d3}",
    ("Leaf & Loam Ltd",),
)
UNITED_STATES: Final = Country(
    223,
    "US",
    "USA",
    "United States",
    "USD",
    0,
    8,
    ("Emily", "Noah", "José", "Ava", "Ethan"),
    ("Johnson", "Nguyen", "Ramírez", "Cohen", "Baker"),
    ("{n} Maple Ave", "{n} W 4th St Apt 5B", "{n} County Road 12"),
    (("Portland", "OR", "97205"), ("Boston", "MA", "02108"), ("Austin", "Texas", "78701"), ("Brooklyn", "NY", "11201")),
    "+1 555 01{d2} {d3}",
    ("Backyard Supply Co.",),
)

COUNTRIES: Final = (SPAIN, PORTUGAL, FRANCE, GERMANY, BRITAIN, UNITED_STATES)
_WEIGHTS: Final = (52, 12, 12, 12, 8, 4)


def pick_country(rng: Random) -> Country:
    """A country, as often as the shop sells there."""
    return rng.choices(COUNTRIES, _WEIGHTS)[0]


def make_address(rng: Random, country: Country) -> Json:
    """An address as an order's party carries it, without a contact id."""
    first, last = rng.choice(country.first_names), rng.choice(country.last_names)
    city, state, postal_code = rng.choice(country.cities)
    phone = country.phone.format(d3=rng.randrange(100, 1000), d2=rng.randrange(10, 100))
    return {
        "addressFullName": f"{first} {last}",
        "companyName": rng.choice(country.companies) if rng.random() < 0.08 else "",
        "addressLine1": rng.choice(country.streets).format(n=rng.randrange(1, 180)),
        "addressLine2": "Timbre 2" if rng.random() < 0.1 else "",
        "addressLine3": city,
        "addressLine4": state,
        "postalCode": postal_code,
        "country": country.name,
        "telephone": phone,
        "mobileTelephone": "",
        "fax": "",
        "email": f"{_plain(first)}.{_plain(last)}@example.com",
        "countryId": country.id,
        "countryIsoCode": country.iso2,
        "countryIsoCode3": country.iso3,
    }


def _plain(name: str) -> str:
    """A name as it may stand in an e-mail address."""
    letters = unicodedata.normalize("NFKD", name.replace("ß", "ss")).lower()
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())
