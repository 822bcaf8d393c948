"""Contract of what a kind of store says of itself: forms and commands can be made of it, and what they collect is accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import click
import pytest
from flask import Flask
from support.brightpearl_access import ACCESS
from support.clock import FixedClock
from support.examples import NOON
from support.harbour import KEY, HarbourConnector
from support.pages import pages_over
from support.shop import open_shop

from adapters.cli.setting_options import options_of
from adapters.cli.stores import stores
from adapters.log import REDACTED, redact
from adapters.stores.brightpearl.session import BrightpearlConnector
from adapters.web.security import is_secret_field
from adapters.web.stores.forms import ChooseForm, ConnectForm, choose_form, connect_form
from adapters.web.stores.setting_fields import SettingsOfKind
from adapters.web.stores.settings_form import SettingsForm, settings_form
from app import Runtime
from engine.model.store import Store, StoreChoices
from engine.model.store_commands import StoreCommand
from engine.model.store_kind import StoreKind
from engine.model.store_settings import LOGIN, LoginScheme, Setting, SettingType, Stage
from engine.services.stores.connect_store import StoreForm
from rules.messages import Text
from storage.database import Database

NOWHERE = "http://127.0.0.1:9"
CONNECTORS: tuple[Any, ...] = (
    BrightpearlConnector(FixedClock(NOON), [ip_network("127.0.0.1/32")]),
    HarbourConnector(),
)
KINDS: tuple[StoreKind, ...] = tuple(connector.describes for connector in CONNECTORS)
LOGINS = [(connector, login) for connector in CONNECTORS for login in connector.describes.logins]
IDS = (SettingType.ID, SettingType.IDS, SettingType.TEXT_ID, SettingType.TEXT_IDS)

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)


@dataclass(frozen=True)
class Typed:
    """What a person types into the forms of a kind."""

    connect: Mapping[str, Any]
    logins: Mapping[str, Mapping[str, str]]
    choose: Mapping[str, Any]
    change: Mapping[str, Any]


TYPED = {
    "brightpearl": Typed(
        {"account_code": "testacct", "datacenter": "eu1", "integration_url": NOWHERE, "channel_ids": "", "on_ship": "none"},
        {code: {**settings, **credentials, "oauth_url": NOWHERE} for code, (settings, credentials) in ACCESS.items()},
        {"channel_ids": ["2", "0"], "warehouse_ids": "3", "on_ship": "both", "shipped_status_id": "4"},
        {
            "channel_ids": "2, 3",
            "warehouse_ids": "",
            "on_ship": "none",
            "shipped_status_id": "",
            "status_when": "always",
            "event_owner_id": "12",
            "order_note": "Sent: {tracking}",
            "order_note_public": "y",
            "buyer_note_field": "PCF_NOTE",
            "gift_message_field": "",
            "custom_field_2": "PCF_A",
            "custom_field_3": "",
        },
    ),
    "harbour": Typed(
        {"shop": "BIL", "tide": "high"},
        {"key": {"api_key": KEY}},
        {"berth_ids": ["north quay"]},
        {"berth_ids": "north quay, 007", "tide": "low", "fragile": "y", "motto": "Ahoy"},
    ),
}
OF_EVERY_STORE = {
    "name": "Shop",
    "packing_slip_name": "",
    "product_details": "never",
    "weight_unit": "kg",
    "keep_raw_days": "30",
    "refresh_minutes": "15",
    "daily_refresh_at": "03:00",
}


def test_every_kind_of_the_installation_keeps_to_this() -> None:
    installed = Runtime().store_kinds
    assert {kind.code: kind for kind in KINDS if kind.code in installed} == installed


@every_kind
def test_names_are_unique_and_no_form_uses_them_for_something_else(kind: StoreKind) -> None:
    names = Counter(setting.name for setting in kind.settings)
    of_logins = {setting.name: setting for login in kind.logins for setting in login.fields}
    taken = {*dir(ConnectForm), *dir(ChooseForm), *dir(SettingsForm), *OF_EVERY_STORE, LOGIN}

    assert [name for name, count in names.items() if count > 1] == []
    assert names.keys() & of_logins.keys() == set()
    assert all(of_logins[setting.name] is setting for login in kind.logins for setting in login.fields)
    assert {*names, *of_logins} & taken == set()
    assert len(kind.logins_by_code) == len(kind.logins)


@every_kind
def test_everything_is_worded_in_both_languages(kind: StoreKind) -> None:
    for name, text in _texts_of(kind):
        assert text.en.strip(), name
        assert text.es.strip(), name
        assert name not in (text.en, text.es)


def _texts_of(kind: StoreKind) -> Iterator[tuple[str, Text]]:
    for setting in _all_settings(kind):
        told = [setting.help, setting.blank_choice, *(option.label for option in setting.options)]
        for stage in setting.stages:
            section = setting.section_at(stage)
            told += [setting.label_at(stage), setting.help_at(stage), None if section is None else section.heading]
        yield from ((setting.name, text) for text in (setting.label, *told) if text is not None)
    for login in kind.logins:
        yield from ((login.code, text) for text in (login.label, login.note) if text is not None)
    connecting = kind.connecting
    told = [*connecting.needs, connecting.imports, connecting.name_help, connecting.left_to_choose]
    yield from ((kind.code, text) for text in told if text is not None)


def _all_settings(kind: StoreKind) -> list[Setting]:
    return [*kind.settings, *(setting for login in kind.logins for setting in login.fields)]


@every_kind
def test_settings_can_be_asked_for(kind: StoreKind) -> None:
    names = {setting.name for setting in kind.settings}
    for setting in _all_settings(kind):
        assert bool(setting.options) == (setting.type is SettingType.CHOICE), setting.name
        assert setting.default is None or setting.default in {option.code for option in setting.options}, setting.name
        assert setting.choices is None or setting.choices in {field.name for field in fields(StoreChoices)}, setting.name
        assert setting.choices is None or setting.type in IDS, setting.name
        assert set(setting.bears_on) <= names, setting.name
    for setting in kind.settings:
        assert setting.stages, setting.name
        assert not setting.type.is_concealed, setting.name
        assert not setting.is_needed or setting.stages & {Stage.CONNECT, Stage.CHOOSE}, setting.name


@every_kind
def test_what_is_concealed_is_known_by_its_name_to_pages_and_log(kind: StoreKind) -> None:
    concealed = [setting.name for setting in _all_settings(kind) if setting.type.is_concealed]

    assert [name for name in concealed if not is_secret_field(name)] == []
    assert redact(None, "", dict.fromkeys(concealed, "x")) == dict.fromkeys(concealed, REDACTED)


@pytest.fixture
def web(sqlite_database: Database, clock: FixedClock) -> Flask:
    return pages_over(open_shop(sqlite_database, clock).app, sqlite_database)


@pytest.mark.parametrize(("connector", "login"), LOGINS, ids=lambda one: getattr(one, "code", ""))
def test_what_the_forms_collect_is_accepted(web: Flask, connector: Any, login: LoginScheme) -> None:
    kind: StoreKind = connector.describes
    typed = TYPED[kind.code]
    with web.test_request_context("/", method="POST", data={"name": "", **typed.connect, **typed.logins[login.code]}):
        first = connect_form(kind, login)
        entered = _valid(first).to_store_form(kind, login)
    assert entered.name.startswith(kind.name)
    with web.test_request_context("/", method="POST", data=typed.choose):
        chosen = {**entered.settings, **_valid(choose_form(kind)).values_of(kind.settings_at(Stage.CHOOSE))}
    store = _store(kind, replace(entered, settings=chosen))
    if login.by_consent:
        assert connector.consent_address(store, "https://relevo.example/back", "state").startswith("http")
        store = replace(store, credentials={**store.credentials, "access_token": "given"})
    connector.open(store).close()
    with web.test_request_context("/", method="POST", data={**OF_EVERY_STORE, **typed.change}):
        changes = _valid(settings_form(kind, store)).changes(kind)
    assert changes.settings.keys() == {setting.name for setting in kind.settings_at(Stage.CHANGE)}
    connector.open(changes.apply(store)).close()


def _valid(form: Any) -> Any:
    assert isinstance(form, SettingsOfKind)
    form.validate()
    assert form.errors.keys() <= {"csrf_token"}
    return form


def _store(kind: StoreKind, form: StoreForm) -> Store:
    return Store("sto_1", "acc_1", kind.code, form.name, form.settings, form.credentials, NOON)


# The command line


def command(name: str, *kinds: StoreKind) -> click.Command:
    """`stores NAME`, or `stores NAME KIND`, of an installation that has these kinds."""
    context = click.Context(stores, obj=SimpleNamespace(store_kinds={kind.code: kind for kind in kinds}))
    found = stores.get_command(context, name)
    if isinstance(found, click.Group):
        found = found.get_command(context, kinds[0].code)
    assert found is not None
    return found


@every_kind
def test_every_setting_has_its_option(kind: StoreKind) -> None:
    by_command = {one: {option.setting.name for option in options_of(kind, one)} for one in StoreCommand}
    typed_in = [login for login in kind.logins if not login.by_consent]

    assert by_command[StoreCommand.SET] >= {setting.name for setting in kind.settings_at(Stage.CHANGE)}
    for login in typed_in:
        assert by_command[StoreCommand.CONNECT] >= {one.name for one in kind.settings_at(Stage.CONNECT)}
        assert by_command[StoreCommand.CONNECT] >= {
            one.name for one in login.fields if one.is_needed and not _comes_along(one, login)
        }
        assert by_command[StoreCommand.RECONNECT] >= {one.name for one in login.credentials if not _comes_along(one, login)}
    if kind.consent_login is not None:
        needed = {one.name for one in kind.consent_login.fields if one.is_needed}
        assert by_command[StoreCommand.AUTHORISE] >= needed | {one.name for one in kind.settings_at(Stage.CONNECT)}


def _comes_along(credential: Setting, login: LoginScheme) -> bool:
    """Whether a secret is read together with the last one, by whose option both are given."""
    concealed = [one for one in login.credentials if one.type.is_concealed]
    return credential in concealed[:-1]


@every_kind
def test_the_way_to_log_in_is_asked_for_where_there_are_several(kind: StoreKind) -> None:
    options = [one for one in kind.commands.options[StoreCommand.CONNECT] if one.setting == LOGIN]
    typed_in = {login.code for login in kind.logins if not login.by_consent}

    assert len(options) == (len(typed_in) > 1)
    for option in options:
        assert set(option.codes) == typed_in
        assert option.default == kind.logins[0].code


@every_kind
@pytest.mark.parametrize("name", ["connect", "reconnect", "set"])
def test_no_two_options_of_a_command_have_one_name(kind: StoreKind, name: str) -> None:
    parameters = command(name, kind).params
    flags = Counter(flag for parameter in parameters for flag in (*parameter.opts, *parameter.secondary_opts))
    names = Counter(parameter.name for parameter in parameters)

    assert [flag for flag, count in flags.items() if count > 1] == []
    assert [name for name, count in names.items() if count > 1] == []


@every_kind
def test_what_is_on_or_off_can_be_set_to_both(kind: StoreKind) -> None:
    flags = [one for one in options_of(kind, StoreCommand.SET) if one.setting.type is SettingType.FLAG]
    assert [one.flag for one in flags if not one.parameter.secondary_opts and not one.described.empties] == []


@pytest.mark.parametrize("of", [StoreCommand.RECONNECT, StoreCommand.SET])
def test_kinds_that_share_an_option_mean_the_same_type_by_it(of: StoreCommand) -> None:
    types: dict[str, set[tuple[Any, ...]]] = {}
    for kind in KINDS:
        for option in options_of(kind, of):
            how = (type(option.parameter.type), option.parameter.multiple, option.parameter.is_flag)
            types.setdefault(str(option.parameter.name), set()).add((*how, *option.parameter.secondary_opts))
    assert [name for name, ways in types.items() if len(ways) > 1] == []
    assert len(command(of.value, *KINDS).params) > len(types)
