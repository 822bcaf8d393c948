"""Values as a person reads them: amounts, weights, times and countries in the page's language and time zone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from flask_babel import get_locale, get_timezone, gettext, lazy_gettext
from markupsafe import Markup, escape

from adapters.web.language import page_language
from adapters.web.parts import parts
from engine.model.field_words import field_label
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, Field
from rules.values import FieldType, Unreadable, is_blank, parse_time, read_number
from rules.visible import with_unseen

NOTHING = "–"
GRAMS_IN_KILOGRAM = 1000
_KEPT = 4096  # of each kind, written before: lists show the same values again and again
_CODE = re.compile(r"`([^`\n]+)`")
MONEY_FIELDS = frozenset(
    {
        "order_total",
        "subtotal",
        "amount_paid",
        "tax_paid",
        "shipping_paid",
        "shipment_value",
        "insured_value",
        "cash_on_delivery.amount",
    }
)
WEIGHT_FIELDS = frozenset({"weight_g", "carrier_options.dry_ice"})
LAYER_NAMES = {
    "status": lazy_gettext("Status"),
    "items": lazy_gettext("Lines"),
    "notes": lazy_gettext("Notes"),
    "ship_to": lazy_gettext("Ship to"),
    "bill_to": lazy_gettext("Bill to"),
    "customer": lazy_gettext("Customer"),
}


def _locale() -> Locale:
    return get_locale() or Locale("en")


def number(value: Any) -> str:
    """A number with its exact digits; anything else as it is written."""
    read = _read_number(value)
    return _as_text(value) if read is None else _number(read, _locale())


def money(value: Any, currency: Any) -> str:
    """An amount in its currency, to the cent and with any further digits it has."""
    read = _read_number(value)
    if read is None or not isinstance(currency, str) or not currency.strip():
        return number(value)
    return _money(read, currency.strip().upper(), _locale())


@lru_cache(maxsize=_KEPT)
def _number(value: Decimal | int, locale: Locale) -> str:
    return format_decimal(value, locale=locale, decimal_quantization=False)


@lru_cache(maxsize=_KEPT)
def _money(amount: Decimal | int, currency: str, locale: Locale) -> str:
    return format_currency(amount, currency, locale=locale, decimal_quantization=False)


def weight(grams: Any) -> str:
    """Grams below a kilogram, else kilograms."""
    read = _read_number(grams)
    if read is None:
        return _as_text(grams)
    exact = Decimal(read)
    if abs(exact) < GRAMS_IN_KILOGRAM:
        return format_unit(exact, "mass-gram", length="short", locale=_locale())
    return format_unit(exact / GRAMS_IN_KILOGRAM, "mass-kilogram", length="short", locale=_locale())


def moment(time: datetime | str | None) -> Markup | str:
    """A time in the account's time zone, with the exact instant for machines; text that is not a time stays as it is."""
    return _timed(time, _moment)


def time_of_day(time: datetime | str | None) -> Markup | str:
    """A time of today as the clock shows it, of another day as `moment` does; in the account's time zone."""
    zone = get_timezone() or UTC
    today = parts().app.clock.now().astimezone(zone).date()
    return _timed(time, lambda local, locale: _clock_time(local, locale) if local.date() == today else _moment(local, locale))


def day(time: datetime | str | None) -> Markup | str:
    """The day of a time in the account's time zone."""
    return _timed(time, _day)


def calendar_day(value: date) -> str:
    """A day that is the same in every time zone, such as one that somebody has set."""
    return format_date(value, "medium", locale=_locale())


def ago(time: datetime | None) -> Markup | str:
    """How long ago a time was."""

    def write(local: datetime, locale: Locale) -> str:
        passed: timedelta = local - parts().app.clock.now()
        if abs(passed) < timedelta(minutes=1):
            return gettext("just now")
        return format_timedelta(passed, add_direction=True, locale=locale, threshold=1.2)

    return _timed(time, write)


def _timed(time: datetime | str | None, write: Callable[[datetime, Locale], str]) -> Markup | str:
    read = parse_time(time) if isinstance(time, str) else time
    if read is None:
        return _as_text(time)
    aware = read if read.tzinfo else read.replace(tzinfo=UTC)
    written = _written if write in _ALWAYS_THE_SAME else _written.__wrapped__
    try:
        return written(aware, get_timezone() or UTC, _locale(), write)
    except OverflowError:
        return _as_text(time)


@lru_cache(maxsize=_KEPT)
def _written(time: datetime, zone: tzinfo, locale: Locale, write: Callable[[datetime, Locale], str]) -> Markup:
    local = time.astimezone(zone)
    exact, words = _exactly(time, zone, locale), write(local, locale)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(local.isoformat(timespec="seconds"), exact, words)


@lru_cache(maxsize=_KEPT)
def _exactly(time: datetime, zone: tzinfo, locale: Locale) -> str:
    return format_datetime(time.astimezone(zone), "long", locale=locale)


def _moment(local: datetime, locale: Locale) -> str:
    return format_datetime(local, "medium", locale=locale).replace(f":{local:%S}", "", 1)


def _day(local: datetime, locale: Locale) -> str:
    return format_date(local.date(), "medium", locale=locale)


def _clock_time(local: datetime, locale: Locale) -> str:
    return format_time(local, "short", locale=locale)


_ALWAYS_THE_SAME = frozenset({_moment, _day})  # whatever the clock says


def duration(passed: timedelta) -> str:
    """How long something took."""
    return str(format_timedelta(passed, granularity="second", threshold=1.2, locale=_locale()))


def span(seconds: float) -> str:
    """How long something took, by its two largest units; the signs are the same in both languages."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"


def share(part: float) -> str:
    """A part of one in per cent."""
    return str(format_percent(part, locale=_locale()))


def country(code: Any) -> str:
    """A country's name; an unknown code as it is written."""
    text = _as_text(code)
    return _country(text.upper(), _locale()) or text


@lru_cache(maxsize=_KEPT)
def _country(code: str, locale: Locale) -> str | None:
    found: str | None = locale.territories.get(code)
    return found


def yes_or_no(value: bool) -> str:
    return gettext("yes") if value else gettext("no")


def field_name(name: str) -> str:
    """What a field of an order is called, with a capital."""
    if name == "weight_g":
        return gettext("Weight")  # pages write and read it with its unit
    text = field_label(name)
    label = text.format(page_language()) if text else str(LAYER_NAMES.get(name, name))
    return label[:1].upper() + label[1:]


def _part_name(within: str, key: str) -> str:
    """What a part of a field is called: `internal` of the notes by the label of `notes.internal`."""
    return field_name(f"{within}.{key}" if field_label(f"{within}.{key}") else key)


def _known_field(name: str) -> Field | None:
    """Fields of lines are written `items.sku`."""
    of_line = name.startswith("items.")
    return ITEM_FIELDS.find(name.removeprefix("items.")) if of_line else ORDER_FIELDS.find(name)


def field_value(name: str, value: Any, currency: Any = None) -> Markup | str:
    """A field's value by its type; the words of a status are the business of `wording`."""
    if is_blank(value):
        return NOTHING
    known = ORDER_FIELDS.find(name)
    if name in MONEY_FIELDS:
        return money(value, currency)
    if name in WEIGHT_FIELDS:
        return weight(value)
    if name.endswith(".country"):
        return country(value)
    if known and known.type is FieldType.TIME:
        return moment(value)
    if known and known.type is FieldType.NUMBER:
        return number(value)
    return _as_text(value)


def prose(sentence: str) -> Markup:
    """A sentence of the core, in which names and commands stand between backticks, with these set as code."""
    parts = enumerate(_CODE.split(str(sentence)))  # words and names by turns
    return Markup("").join(Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in parts)


def order_prose(sentence: str) -> Markup:
    """The same of a sentence about an order that begins with the field it is about, which is called as people call it."""
    name, colon, rest = str(sentence).partition(": ")
    return prose(f"{field_name(name)}: {rest}" if colon and _known_field(name) else str(sentence))


def plain_value(value: Any) -> Markup | str:
    """Any value of a document, nested ones as `name: value` pairs."""
    return nested(value, _as_text)


def nested(value: Any, in_words: Callable[[Any], Markup | str], within: str = "") -> Markup | str:
    """What a value holds: a mapping as `name: value` pairs, a list one after the other, each single value by `in_words`.

    `within`: the field that it is a part of.
    """
    if isinstance(value, Mapping):
        told = ((_part_name(within, str(key)), nested(part, in_words, str(key))) for key, part in value.items())
        pairs = (Markup("<span>{}: {}</span>").format(name, words) for name, words in told)
        return Markup("; ").join(pairs) or NOTHING
    if isinstance(value, list | tuple):
        return Markup(", ").join(escape(nested(part, in_words)) for part in value) or NOTHING
    return in_words(value)


def operand(value: Any, field: str = "") -> Markup | str:
    """A value that a condition compared, with what nobody sees written out: else two may look the same and differ.

    One of a field that holds numbers or times is written as these are.
    """
    known = _known_field(field) or ITEM_FIELDS.find(field)
    if known and known.type is FieldType.TIME and isinstance(value, str):
        return moment(value)
    if known and known.type is FieldType.NUMBER:
        return nested(value, number)
    return plain_value(_with_unseen(value))


def _with_unseen(value: Any) -> Any:
    if isinstance(value, str):
        return with_unseen(value)
    if isinstance(value, Mapping):
        return {key: _with_unseen(part) for key, part in value.items()}
    return [_with_unseen(part) for part in value] if isinstance(value, list | tuple) else value


def _read_number(value: Any) -> Decimal | int | None:
    if is_blank(value):
        return None
    read = read_number(value)
    return None if isinstance(read, Unreadable) else read


def _as_text(value: Any) -> str:
    if is_blank(value):
        return NOTHING
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, list | tuple):
        return ", ".join(_as_text(part) for part in value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


FILTERS = {
    "number": number,
    "money": money,
    "weight": weight,
    "moment": moment,
    "time_of_day": time_of_day,
    "day": day,
    "calendar_day": calendar_day,
    "ago": ago,
    "duration": duration,
    "span": span,
    "share": share,
    "country": country,
    "field_name": field_name,
    "operand": operand,
    "plain_value": plain_value,
    "prose": prose,
    "order_prose": order_prose,
}
