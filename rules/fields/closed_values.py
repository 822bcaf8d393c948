"""Vocabularies of fields whose values are codes: what codes there are, and which one somebody meant who wrote another text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache

from msgspec import Struct, field

from rules.fields.closed_words import REFUSAL_WORDS, STATUS_WORDS
from rules.messages import Text
from rules.values import folded_text

# Babel, which knows names and codes of all kinds, takes longer to load than a rule file to check: it is loaded only when a value
# is met that is not a code.

_COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
_CURRENCIES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK "
    "HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL "
    "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON "
    "RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH "
    "UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)
ORDER_STATUSES = (
    "awaiting_shipment",
    "on_hold",
    "pending_fulfillment",
    "rejected_fulfillment",
    "partially_shipped",
    "shipped",
    "cancelled",
    "combined",
    "skipped",
)
REFUSAL_REASONS = (
    "incorrect_address",
    "incorrect_product_info",
    "ineligible_product",
    "international_unavailable",
    "invalid_contact",
    "invalid_sku",
    "out_of_stock",
    "client_blocked",
    "missing_customs_info",
    "too_large",
    "payment_declined",
    "undeliverable",
    "cutoff_missed",
    "service_unavailable",
    "duplicate",
    "other",
)
TRACKING_CODES = (
    "label_created",
    "accepted",
    "in_transit",
    "out_for_delivery",
    "available_for_pickup",
    "delivered",
    "exception",
    "returned",
)
_LANGUAGES = ("en", "es", "de", "fr", "it", "pt", "nl", "ca", "pl", "sv", "da", "nb", "fi", "cs", "el", "hu", "ro", "tr")
_NOT_WORD = re.compile(r"[\W_]+")


class ClosedValues(Struct, frozen=True, eq=False):
    """All values that a field can have. `meant` gives the code for another text, where it is plain which one it stands for."""

    kind: Text
    codes: tuple[str, ...]
    meant: Callable[[str], str | None]
    further: Callable[[], frozenset[str]] = frozenset  # codes out of use, which old orders may have
    labels: Mapping[str, Text] = field(default_factory=dict)  # what people call them, where it is not the code


def _key(text: str) -> str:
    """A text without case, accents, blanks and signs."""
    letters = unicodedata.normalize("NFD", folded_text(text))
    return _NOT_WORD.sub("", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def _meant_country(text: str) -> str | None:
    return _country_names().get(_key(text))


@cache
def _country_names() -> Mapping[str, str]:
    """Codes by all that people write for them: names in many languages, three letters, numbers."""
    from babel import Locale
    from babel.core import get_global

    codes = frozenset(_COUNTRIES.split())
    names: dict[str, str] = {}
    for alias, targets in get_global("territory_aliases").items():
        if targets and targets[0] in codes:
            names.setdefault(_key(alias), targets[0])
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in codes:
                names.setdefault(_key(name), code)
                names.setdefault(_key(name.partition("(")[0]), code)
    for code, others in _OTHER_COUNTRY_NAMES.items():
        names.update((_key(other), code) for other in others)
    return names


_OTHER_COUNTRY_NAMES = {
    "GB": ("UK", "U.K.", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland", "Inglaterra"),
    "GR": ("EL", "Hellas"),
    "US": ("USA", "America", "United States of America", "EE. UU.", "EEUU"),
    "NL": ("Holland", "Holanda", "The Netherlands"),
    "CZ": ("Czech Republic",),
    "IE": ("Eire", "Republic of Ireland"),
    "KR": ("South Korea",),
    "RU": ("Russian Federation",),
    "TR": ("Turkey", "Türkiye"),
    "AE": ("UAE",),
}


def _meant_currency(text: str) -> str | None:
    return _currency_names().get(folded_text(text)) or _currency_names().get(_key(text) or text)


@cache
def _currency_names() -> Mapping[str, str]:
    from babel import Locale

    codes = frozenset(_CURRENCIES.split())
    names = {"rmb": "CNY", "$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "stg": "GBP"}
    for language in _LANGUAGES:
        locale = Locale(language)
        for code in codes:
            said = (locale.currencies.get(code), locale.currency_symbols.get(code))
            names.update((folded_text(word), code) for word in said if word and folded_text(word) not in names)
    english = Locale("en").currencies
    for words, code in _COMMON_CURRENCIES.items():
        if code in english:
            names.update((word, code) for word in words.split())
    return names


_COMMON_CURRENCIES = {
    "euro euros": "EUR",
    "pound pounds sterling libra libras": "GBP",
    "dollar dollars dolar dolares": "USD",
    "yen yenes": "JPY",
}


@cache
def _past_currencies() -> frozenset[str]:
    from babel import Locale

    return frozenset(Locale("en").currencies)


def _meant_status(text: str) -> str | None:
    return _STATUS_NAMES.get(_key(text))


_STATUS_NAMES = {_key(status): status for status in ORDER_STATUSES} | {
    "onhold": "on_hold",
    "hold": "on_hold",
    "held": "on_hold",
    "canceled": "cancelled",
    "open": "awaiting_shipment",
    "awaitingfulfillment": "pending_fulfillment",
    "pendingfulfilment": "pending_fulfillment",
    "rejectedfulfilment": "rejected_fulfillment",
    "enesperadeenvio": "awaiting_shipment",
    "pendientedeenvio": "awaiting_shipment",
    "retenido": "on_hold",
    "enespera": "on_hold",
    "enviado": "shipped",
    "cancelado": "cancelled",
}


def _meant_verification(text: str) -> str | None:
    return _VERIFICATION_NAMES.get(_key(text))


_VERIFICATION_NAMES = {
    **dict.fromkeys(("yes", "true", "ok", "valid", "si", "verificada", "verificado", "correcta"), "verified"),
    **dict.fromkeys(("no", "false", "invalid", "failed", "incorrecta"), "error"),
    **dict.fromkeys(("warn", "dudosa", "unverified"), "warning"),
}


def _meant_reason(text: str) -> str | None:
    return _REASON_NAMES.get(_key(text))


_REASON_NAMES = {
    **{_key(reason): reason for reason in REFUSAL_REASONS},
    **dict.fromkeys(("nostock", "stockout", "soldout", "sinexistencias", "sinstock", "agotado"), "out_of_stock"),
    **dict.fromkeys(("wrongaddress", "badaddress", "invalidaddress", "direccionincorrecta"), "incorrect_address"),
    **dict.fromkeys(("unknownsku", "wrongsku", "skudesconocido"), "invalid_sku"),
    **dict.fromkeys(("toobig", "tooheavy", "oversize", "demasiadogrande"), "too_large"),
    **dict.fromkeys(("customs", "nocustomsinfo", "faltandatosdeaduana"), "missing_customs_info"),
    **dict.fromkeys(("nointernational", "sinenviosinternacionales"), "international_unavailable"),
    **dict.fromkeys(("cutoff", "missedcutoff", "toolate"), "cutoff_missed"),
    "duplicado": "duplicate",
    "otro": "other",
}


def _meant_tracking(text: str) -> str | None:
    return _TRACKING_NAMES.get(_key(text))


_TRACKING_NAMES = {
    **{_key(code): code for code in TRACKING_CODES},
    **dict.fromkeys(("pretransit", "nothandedover", "etiquetacreada", "sinentregar"), "label_created"),
    **dict.fromkeys(("transit", "ontheway", "entransito", "encamino"), "in_transit"),
    **dict.fromkeys(("enreparto",), "out_for_delivery"),
    **dict.fromkeys(("pickup", "listopararecoger"), "available_for_pickup"),
    **dict.fromkeys(("entregado",), "delivered"),
    **dict.fromkeys(("problem", "failure", "incidencia"), "exception"),
    **dict.fromkeys(("returntosender", "devuelto"), "returned"),
}


COUNTRIES = ClosedValues(
    Text("a country's two-letter code (ISO 3166)", "el código de dos letras de un país (ISO 3166)"),
    tuple(_COUNTRIES.split()),
    _meant_country,
)
CURRENCIES = ClosedValues(
    Text("a currency's three-letter code (ISO 4217)", "el código de tres letras de una moneda (ISO 4217)"),
    tuple(_CURRENCIES.split()),
    _meant_currency,
    _past_currencies,
)
STATUSES = ClosedValues(
    Text(f"one of {', '.join(ORDER_STATUSES)}", f"uno de {', '.join(ORDER_STATUSES)}"),
    ORDER_STATUSES,
    _meant_status,
    labels=STATUS_WORDS,
)
VERIFICATIONS = ClosedValues(
    Text("verified, warning or error", "verified (correcta), warning (dudosa) o error"),
    ("verified", "warning", "error"),
    _meant_verification,
)
REFUSALS = ClosedValues(
    Text(f"one of {', '.join(REFUSAL_REASONS)}", f"uno de {', '.join(REFUSAL_REASONS)}"),
    REFUSAL_REASONS,
    _meant_reason,
    labels=REFUSAL_WORDS,
)
TRACKING_STATES = ClosedValues(
    Text(f"one of {', '.join(TRACKING_CODES)}", f"uno de {', '.join(TRACKING_CODES)}"), TRACKING_CODES, _meant_tracking
)
