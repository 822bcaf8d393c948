"""The fields of orders that a person may set as inputs of a form: which kind, what they offer, what was typed into them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import lazy_gettext

from adapters.web.formatting import country, field_name, yes_or_no
from adapters.web.labels.measures import parse_weight
from adapters.web.language import page_language
from adapters.web.typed_numbers import typed_number
from engine.model.written_number import read_number
from engine.services.connections.list_connections import Provider
from engine.services.editing.editable_fields import editable_fields, find_editable
from rules.actions import ParameterKind, Reference
from rules.context import RuleContext
from rules.messages import Message
from rules.values import FieldType
from rules.written_fields import ANY, WrittenField

PREFIX, SHOWN, CLOCK = "f.", "shown.", "time."  # of the names of inputs: what is typed, what was shown, the time of a day
NEW_NAME, NEW_VALUE = "new-name.", "new-value."  # for fields whose last part anybody may name
# By the beginnings of their names, in the order shown; the last group has all others.
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        lazy_gettext("Who ships it and how"),
        ("logistics_provider", "carrier", "service", "package", "ship_from", "service_level", "confirmation"),
    ),
    (lazy_gettext("Weight and size"), ("weight_g", "length_mm", "width_mm", "height_mm", "insured_value")),
    (lazy_gettext("Delivery address"), ("ship_to.",)),
    (lazy_gettext("Dates"), ("ship_date", "ship_by", "deliver_by")),
    (lazy_gettext("Tags, notes and own fields"), ("tags", "notes.", "custom_field_", "assigned_to")),
    (lazy_gettext("Customs and payment"), ("customs.", "duties.", "billing.", "cash_on_delivery.")),
    (lazy_gettext("Papers, messages and carrier options"), ()),
)
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?: ([0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?")
_LONG = ("notes.", "customs.declaration")


@dataclass(frozen=True, slots=True)
class FieldInput:
    """One input. `kind`: text, long, lines, select or date; `value` is what it shows, `shown` what the order said.

    `problem` is the sentence of what was refused; `choices` and `suggestions` are codes with what people call them.
    """

    name: str
    label: str
    kind: str
    value: str = ""
    shown: str = ""
    clock: str = ""  # of a date
    problem: str = ""
    is_number: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    suggestions: tuple[str, ...] = ()
    set_by: str | None = None  # who, where a person has set it
    set_at: Any = None

    @property
    def id(self) -> str:
        return f"field-{self.name.replace('.', '-').replace(ANY, 'any')}"

    @property
    def is_made_up(self) -> bool:
        """Whether its last part is for a person to name."""
        return self.name.endswith(ANY)


@dataclass(frozen=True, slots=True)
class Offers:
    """What the account has to choose among."""

    providers: Mapping[str, str] = field(default_factory=dict)  # names by slug
    context: RuleContext | None = None

    @classmethod
    def of(cls, providers: Sequence[Provider], context: RuleContext) -> Offers:
        return cls({one.slug: one.name for one in providers}, context)


def grouped(inputs: Mapping[str, FieldInput]) -> list[tuple[str, list[FieldInput]]]:
    """The inputs under the titles of their groups."""
    left = dict(inputs)
    groups = []
    for title, beginnings in GROUPS:
        names = [name for start in beginnings for name in left if name == start or (start[-1] in "._" and name.startswith(start))]
        members = [left.pop(name) for name in dict.fromkeys(names)] if beginnings else list(left.values())
        if members:
            groups.append((str(title), members))
    return groups


def blank_input(known: WrittenField, offers: Offers) -> FieldInput:
    """The input of a field, without a value."""
    choices, suggestions = _choices(known, offers), _suggestions(known, offers)
    kind = "select" if choices else "text"
    if known.type is FieldType.TIME:
        kind = "date"
    elif known.type is FieldType.SET:
        kind = "lines"
    elif known.name.startswith(_LONG):
        kind = "long"
    return FieldInput(
        known.name,
        field_name(known.name.removesuffix(f".{ANY}")),
        kind,
        is_number=known.type is FieldType.NUMBER,
        choices=choices,
        suggestions=suggestions,
    )


def typed_fields() -> Iterator[tuple[str, str, str | None]]:
    """The fields of this request's form: name, what was typed as the engine reads it, and what the form had shown."""
    form = request.form
    for key in form:
        if key.startswith(PREFIX):
            name = key.removeprefix(PREFIX)
            known = find_editable(name)
            typed = f"{form[key]} {form.get(CLOCK + name, '')}".replace("\r\n", "\n").strip()
            if not isinstance(known, Message) and (known.type is FieldType.NUMBER or known.may_be_number):
                typed = _typed_weight(typed) if name == "weight_g" else typed_number(typed)
            yield name, typed, form.get(SHOWN + name)
    for name in editable_fields():
        own = form.get(NEW_NAME + name, "").strip()
        if own:
            yield f"{name.removesuffix(ANY)}{own}", form.get(NEW_VALUE + name, "").strip(), None


def _typed_weight(text: str) -> str:
    """Plain numbers are grams; `1.25 kg` and `2 lb 3 oz` are read as where parcels are weighed."""
    number = typed_number(text)
    grams = None if read_number(number) is not None else parse_weight(text)
    return number if grams is None else str(grams)


def in_language(text: str, known: WrittenField) -> str:
    """A number with the decimal sign of the page's language; anything else as it is."""
    return text.replace(".", ",") if known.type is FieldType.NUMBER and page_language() == "es" else text


def date_parts(text: str) -> tuple[str, str] | None:
    """Day and time of what the engine shows of a date; None where an input of a browser would not show all of it."""
    found = _DATE.fullmatch(text)
    return (found[1], found[2] or "") if found else ("", "") if not text else None


def _choices(known: WrittenField, offers: Offers) -> tuple[tuple[str, str], ...]:
    parameter, context = known.parameter, offers.context
    if known.type is FieldType.BOOLEAN and not known.may_be_number:
        return ("yes", yes_or_no(True)), ("no", yes_or_no(False))
    if known.closed is not None:
        by_country = known.name.endswith(".country")
        labels = {code: label.format(page_language()) for code, label in known.closed.labels.items()}
        named = ((code, country(code) if by_country else labels.get(code, code)) for code in known.closed.codes)
        return tuple(sorted(named, key=lambda one: one[1])) if by_country else tuple(named)
    if parameter is None or known.type is FieldType.SET:
        return ()
    if parameter.kind is ParameterKind.CHOICE:
        return tuple((code, label.format(page_language())) for code, label in parameter.choices.items())
    if parameter.refers_to is Reference.PROVIDER:
        return tuple(offers.providers.items())
    return tuple((name, name) for name in _names(parameter.refers_to, context))


def _names(refers_to: Reference | None, context: RuleContext | None) -> list[str]:
    """The locations or the people of the account, as it writes them."""
    if context is None:
        return []
    known: Iterable[str] = ()
    if refers_to is Reference.LOCATION:
        known = context.locations or ()
    elif refers_to is Reference.USER:
        known = context.users or ()
    return [context.spellings.get(name, name) for name in sorted(known)]


def _suggestions(known: WrittenField, offers: Offers) -> tuple[str, ...]:
    refers_to = None if known.parameter is None else known.parameter.refers_to
    context = offers.context
    if context is None or context.offers is None or known.type is FieldType.SET:
        return ()
    found: set[str] = set()
    if refers_to is Reference.CARRIER:
        found = {offer.carrier for offer in context.offers}
    elif refers_to is Reference.SERVICE:
        found = {service for offer in context.offers for service in offer.services}
    return tuple(context.spellings.get(name, name) for name in sorted(found))
