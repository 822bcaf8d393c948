"""What the editor offers to choose from: everything that is registered, and what the account has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask_babel import get_locale

from adapters.web.settings.choices import countries
from rules.actions import Reference, all_actions
from rules.document import TRIGGERS, RuleSet, conditions_of
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, Field, FieldCatalogue
from rules.fields.closed_values import COUNTRIES
from rules.fields.measures import MEASURES
from rules.messages import Language
from rules.operators import PRESENCE, Operator, Presence, operators_of
from rules.values import FieldType
from rules.vocabulary import AGGREGATES, GROUPS, ITEM_GROUPS
from rules.vocabulary import TRIGGERS as TRIGGER_WORDS

# The fields whose values are what the account has.
REFERENCES: Mapping[str, Reference] = {
    "logistics_provider": Reference.PROVIDER,
    "carrier": Reference.CARRIER,
    "service": Reference.SERVICE,
    "ship_from": Reference.LOCATION,
    "assigned_to": Reference.USER,
}
TAGS = "tags"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose, by the code that documents hold."""

    code: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Offers:
    """What an account has, for suggestions beside fields."""

    references: Mapping[Reference, list[Choice]]
    tags: list[Choice] = field(default_factory=list)
    lists: list[Choice] = field(default_factory=list)  # named lists

    def of_field(self, one: Field) -> list[Choice]:
        """What a field can be compared with; empty where anything goes."""
        if one.closed is COUNTRIES:
            return _countries()
        if one.closed is not None:
            return [Choice(code, code) for code in one.closed.codes]
        if one.name == TAGS:
            return self.tags
        return self.references.get(REFERENCES[one.name], []) if one.name in REFERENCES else []


def offers_of(data: Mapping[str, Any], sets: Iterable[RuleSet], lists: Iterable[str]) -> Offers:
    """What is in an account's context, the tags that its rules know, and its named lists."""
    carriers = {one["carrier"] for one in data["carrier_accounts"]}
    services = {service for one in data["carrier_accounts"] for service in one["services"]}
    names = {
        Reference.PROVIDER: data["providers"],
        Reference.CARRIER: carriers,
        Reference.SERVICE: services,
        Reference.CARRIER_OR_SERVICE: carriers | services,
        Reference.LOCATION: [one["code"] for one in data["locations"]],
        Reference.USER: data["users"],
    }
    return Offers({key: _choices(found) for key, found in names.items()}, _choices(_tags(sets)), _choices(lists))


def _choices(codes: Iterable[str]) -> list[Choice]:
    return [Choice(code, code) for code in sorted(set(codes), key=str.casefold)]


def _tags(sets: Iterable[RuleSet]) -> set[str]:
    found: set[str] = set()
    for rule in (rule for one in sets for rule in one.rules):
        for call in rule.then:
            if call.action.code in ("add_tag", "remove_tag") and call.params["tag"].constant:
                found.add(call.params["tag"].constant)
        for condition in conditions_of(rule.when):
            if condition.field.name == TAGS and condition.written is not None:
                written = condition.written if isinstance(condition.written, list) else [condition.written]
                found.update(one for one in written if isinstance(one, str))
    return found


def _countries() -> list[Choice]:
    locale = get_locale()
    return _countries_in("en" if locale is None else locale.language)


@cache
def _countries_in(_language: str) -> list[Choice]:
    return [Choice(str(one.value), f"{one.label} ({one.value})") for one in countries()]


@cache
def fields(of_item: bool, language: Language) -> list[Choice]:
    """The fields of an order, or of an item."""
    catalogue: FieldCatalogue = ITEM_FIELDS if of_item else ORDER_FIELDS
    return [Choice(one.name, _capitalised(one.label.format(language)), one.help.format(language)) for one in catalogue]


@cache
def fields_of_type(type_: FieldType, of_item: bool, language: Language) -> list[Choice]:
    """Those that are compared with each other."""
    catalogue: FieldCatalogue = ITEM_FIELDS if of_item else ORDER_FIELDS
    return [Choice(one.name, _capitalised(one.label.format(language))) for one in catalogue if one.type is type_]


@cache
def operators(type_: FieldType, language: Language) -> list[Choice]:
    """What a field of a type can be asked."""
    known: list[Operator | Presence] = [*operators_of(type_), *PRESENCE.values()]
    return [Choice(one.code, one.label.format(language), one.help.format(language)) for one in known]


@cache
def actions(language: Language) -> list[Choice]:
    """What a rule can do, by its label."""
    known = [Choice(one.code, one.label.format(language), one.help.format(language)) for one in all_actions()]
    return sorted(known, key=lambda choice: choice.label.casefold())


@cache
def groups(language: Language) -> list[Choice]:
    return [Choice(code, words.label.format(language), words.help.format(language)) for code, words in GROUPS.items()]


@cache
def item_groups(language: Language) -> list[Choice]:
    return [Choice(code, words.label.format(language), words.help.format(language)) for code, words in ITEM_GROUPS.items()]


@cache
def aggregates(language: Language) -> list[Choice]:
    """The numbers over lines."""
    return [Choice(code, words.label.format(language), words.help.format(language)) for code, words in AGGREGATES.items()]


@cache
def measures(language: Language) -> list[Choice]:
    """What such numbers are made of."""
    return [Choice(code, one.label.format(language), one.help.format(language)) for code, one in MEASURES.items()]


@cache
def triggers(language: Language) -> list[Choice]:
    """When a rule can run."""
    return [
        Choice(code, _capitalised(TRIGGER_WORDS[code].label.format(language)), TRIGGER_WORDS[code].help.format(language))
        for code in TRIGGERS
    ]


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
