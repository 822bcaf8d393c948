"""What people enter to connect a store, or to connect it again: forms that are made of what its kind says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from adapters.web.language import page_language
from adapters.web.stores.setting_fields import SettingsOfKind, fields_of, login_fields_of
from engine.model.store_kind import StoreKind
from engine.model.store_settings import LOGIN, LoginScheme, Stage
from engine.services.stores.connect_store import StoreForm


class ConnectForm(SettingsOfKind):
    """The account and how to get in; `connect_form` adds what the kind of store asks for."""

    name: StringField

    def to_store_form(self, kind: StoreKind, login: LoginScheme) -> StoreForm:
        """What was entered, as the use cases want it."""
        chosen_later = {one.name: one.empty for one in kind.settings_at(Stage.CHOOSE) if one.type.is_list}
        settings: dict[str, Any] = {
            **({LOGIN: login.code} if login.code else {}),
            **chosen_later,
            **self.values_of(kind.settings_at(Stage.CONNECT)),
            **self.entered(login.settings),
        }
        name = (self.name.data or "").strip() or kind.store_name(settings)
        return StoreForm(kind.code, name, settings, self.entered(login.credentials))


class ChooseForm(SettingsOfKind):
    """The second step: what of the account is to be imported."""

    word = HiddenField()


def connect_form(kind: StoreKind, login: LoginScheme) -> ConnectForm:
    """The form of a new store, with the fields of one way to log in."""
    help_text = kind.connecting.name_help
    name = StringField(
        lazy_gettext("Name of the store"),
        [Length(max=100)],
        description="" if help_text is None else help_text.format(page_language()),
    )
    fields = {"name": name, **fields_of(kind.settings_at(Stage.CONNECT), Stage.CONNECT), **login_fields_of(login.fields)}
    return type("ConnectFormOfKind", (ConnectForm,), fields)()


def choose_form(kind: StoreKind, chosen: Mapping[str, Any] | None = None) -> ChooseForm:
    """The form of the second step: as it was sent, or, before it was, with what is `chosen` already."""
    form = type("ChooseFormOfKind", (ChooseForm,), fields_of(kind.settings_at(Stage.CHOOSE), Stage.CHOOSE))
    return form() if chosen is None else form(formdata=None, data=chosen)


def credentials_form(login: LoginScheme) -> SettingsOfKind:
    """The form for new credentials; without fields where people agree at the store instead."""
    fields = {} if login.by_consent else login_fields_of(login.credentials)
    return type("CredentialsForm", (SettingsOfKind,), fields)()


class ButtonForm(FlaskForm):
    """A button."""
