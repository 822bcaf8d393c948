"""What the forms about stores show of a kind's settings: their sections, and what the account has to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from wtforms import Field

from adapters.web.language import page_language
from adapters.web.stores.setting_fields import SettingsOfKind
from engine.model.store import StoreChoices
from engine.model.store_kind import StoreKind
from engine.model.store_settings import Section, Setting, Stage


@dataclass(frozen=True, slots=True)
class Entry:
    """Something of the account that can be chosen."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A field with what there is to choose for it: None where that has to be written, or needs no list."""

    field: Field
    entries: list[Entry] | None = None
    is_list: bool = False  # several can be chosen


@dataclass(frozen=True, slots=True)
class Panel:
    """Fields that are shown together."""

    heading: str
    fields: list[Asked]
    comes_first: bool


def panels_of(kind: StoreKind, stage: Stage, form: SettingsOfKind, choices: StoreChoices | None = None) -> list[Panel]:
    """A kind's settings at a stage, section by section, with the account's lists where these are known."""
    sections: dict[Section | None, list[Setting]] = {}
    for setting in kind.settings_at(stage):
        sections.setdefault(setting.section_at(stage), []).append(setting)
    return [
        Panel(
            "" if section is None else section.heading.format(page_language()),
            [_asked(kind, setting, form, choices) for setting in settings],
            section is not None and section.comes_first,
        )
        for section, settings in sections.items()
    ]


def offered_ids(setting: Setting, choices: StoreChoices) -> dict[str, str]:
    """What the account has for a setting to choose from: names by ids."""
    known = {str(choice.id): choice.name for choice in getattr(choices, setting.choices or "", ())}
    if setting.blank_choice is not None:
        known["0"] = setting.blank_choice.format(page_language())
    return known


def _asked(kind: StoreKind, setting: Setting, form: SettingsOfKind, choices: StoreChoices | None) -> Asked:
    field = form[setting.name]
    if choices is None or setting.choices is None:
        return Asked(field)
    value = form.values_of([setting])[setting.name]
    chosen = value if setting.type.is_list else [] if value is None else [value]
    return Asked(field, _entries(kind, setting, offered_ids(setting, choices), chosen), setting.type.is_list)


def _entries(kind: StoreKind, setting: Setting, known: dict[str, str], chosen: Iterable[Any]) -> list[Entry]:
    """What there is to choose, and what is chosen and the account no longer has."""
    ids = {str(one): isinstance(one, int) for one in chosen}
    is_id = {one for one, is_number in ids.items() if is_number or not setting.type.is_number}
    lost = {one: gettext("%(number)s (no longer in %(kind)s)", number=one, kind=kind.name) for one in is_id - known.keys()}
    in_order = {one: lost[one] for one in ids if one in lost}
    return [Entry(value, name, value in ids) for value, name in {**known, **in_order}.items()]
