"""What has to be given to log in to a store, and the secrets among it, which come from the standard input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

from adapters.cli.output import WrongInput, read_password, read_secret
from adapters.cli.setting_options import SettingOption
from engine.model.store_kind import StoreKind
from engine.model.store_settings import LoginScheme, Setting, SettingType
from rules.messages import Language, Text

NEEDED = Text("--auth {auth} also needs {option}.", "--auth {auth} también necesita {option}.")
NOT_NEEDED = Text("--auth {auth} has no use for {option}: leave it out.", "--auth {auth} no usa {option}: quítalo.")


def check_login(
    context: click.Context,
    kind: StoreKind,
    login: LoginScheme,
    options: Iterable[SettingOption],
    given: Mapping[str, Any],
    language: Language,
) -> None:
    """That a way to log in gets the options it needs, and none of another's. Raises what wrong usage raises."""
    of_all = {setting.name for one in kind.logins for setting in one.fields}
    its_own = {setting.name for setting in login.fields}
    needed = {setting.name for setting in login.fields if setting.is_needed}
    for option in options:
        name, value = option.setting.name, given[str(option.parameter.name)]
        if name in needed and not value:
            if login is kind.login_of({}):  # it is meant where none is named
                raise click.MissingParameter(ctx=context, param=option.parameter)
            raise WrongInput(NEEDED.format(language, auth=login.code, option=option.flag))
        if name in of_all - its_own and value:
            raise WrongInput(NOT_NEEDED.format(language, auth=login.code, option=option.flag))


def login_settings(login: LoginScheme, options: Iterable[SettingOption], given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a way to log in that were given."""
    own = {setting.name for setting in login.settings}
    values = {option.setting.name: option.value_in(given) for option in options if option.setting.name in own}
    return {name: value for name, value in values.items() if value}


def read_credentials(
    login: LoginScheme, options: Iterable[SettingOption], given: Mapping[str, Any], language: Language
) -> dict[str, str]:
    """The credentials that were given: those that are concealed line by line from the standard input, in their order.

    One that has no option of its own comes before the one whose option says that secrets are there.
    """
    values = {option.setting.name: option.value_in(given) for option in options}
    is_told = any(values.get(one.name) for one in login.credentials if one.type.is_concealed)
    credentials = {}
    for one in login.credentials:
        if not one.type.is_concealed:
            if values.get(one.name):
                credentials[one.name] = values[one.name]
        elif values.get(one.name, is_told):
            credentials[one.name] = _read(one, language)
    return credentials


def _read(credential: Setting, language: Language) -> str:
    if credential.type is SettingType.PASSWORD:
        return read_password(language)
    return read_secret(Text(_in_a_sentence(credential.label.en), _in_a_sentence(credential.label.es)), language)


def _in_a_sentence(label: str) -> str:
    """A label as it stands in the middle of a sentence; an abbreviation stays as it is."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
