"""The fields of forms that are made of a kind of store's settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from adapters.web.language import page_language
from adapters.web.stores.fields import IdsField, TextIdsField, one_id
from engine.model.store_settings import Setting, SettingType, Stage

LONGEST = [Length(max=2000)]
LONGEST_TEXT = [Length(max=4000)]
NEEDED = [InputRequired(lazy_gettext("This is needed to connect.")), *LONGEST]
_ATTRIBUTES = {
    SettingType.CODE: {"autocapitalize": "off", "spellcheck": "false"},
    SettingType.URL: {"inputmode": "url"},
    SettingType.ID: {"inputmode": "numeric"},
    SettingType.IDS: {"inputmode": "numeric"},
    SettingType.PASSWORD: {"autocomplete": "new-password"},
}
_NOT_REMEMBERED = {"autocomplete": "off"}  # by the browser: it would offer one account's to another


class SettingsOfKind(FlaskForm):
    """A form with fields for settings of a kind of store."""

    def values_of(self, settings: Iterable[Setting]) -> dict[str, Any]:
        """What was entered for these settings."""
        return {setting.name: self._value_of(setting) for setting in settings}

    def entered(self, settings: Iterable[Setting]) -> dict[str, str]:
        """The same without what was left blank."""
        return {name: value for name, value in self.values_of(settings).items() if value and str(value).strip()}

    def _value_of(self, setting: Setting) -> Any:
        entered = self[setting.name].data
        match setting.type:
            case SettingType.IDS | SettingType.TEXT_IDS:
                return entered or []
            case SettingType.ID:
                return one_id(entered)
            case SettingType.TEXT_ID:
                return (entered or "").strip() or None
            case SettingType.CHOICE:
                return entered
            case SettingType.FLAG:
                return bool(entered)
            case SettingType.PASSWORD:
                return entered or ""
            case _:
                return (entered or "").strip()


def fields_of(settings: Iterable[Setting], stage: Stage) -> dict[str, Any]:
    """A field for each setting as it is asked for at a stage, by name; in the page's language."""
    return {setting.name: _field_of(setting, stage, {}) for setting in settings}


def login_fields_of(settings: Iterable[Setting]) -> dict[str, Any]:
    """The same for what a way to log in needs."""
    return {setting.name: _field_of(setting, Stage.CONNECT, _NOT_REMEMBERED) for setting in settings}


def _field_of(setting: Setting, stage: Stage, attributes: dict[str, str]) -> Any:
    language = page_language()
    help_text = setting.help_at(stage)
    common: dict[str, Any] = {
        "label": setting.label_at(stage).format(language),
        "description": "" if help_text is None else help_text.format(language),
        "render_kw": {**attributes, **_ATTRIBUTES.get(setting.type, {})},
    }
    match setting.type:
        case SettingType.FLAG:
            return BooleanField(**common)
        case SettingType.CHOICE:
            return _choice_of(setting, stage, common)
        case SettingType.IDS:
            return IdsField(**common)
        case SettingType.TEXT_IDS:
            return TextIdsField(**common)
        case SettingType.LONG_TEXT:
            return TextAreaField(validators=LONGEST_TEXT, **common)
    field: type[Field] = PasswordField if setting.type.is_concealed else StringField
    has_to_be_entered = setting.is_needed and stage is Stage.CONNECT and Stage.CHOOSE not in setting.stages
    return field(validators=NEEDED if has_to_be_entered else LONGEST, **common)


def _choice_of(setting: Setting, stage: Stage, common: dict[str, Any]) -> Any:
    choices = [SelectChoice(option.code, option.label.format(page_language())) for option in setting.options]
    if stage is Stage.CHANGE:
        return RadioField(choices=choices, **common)
    return SelectField(choices=choices, default=setting.default or setting.empty, validate_choice=False, **common)
