"""Options of commands that are made of what kinds of store say of themselves, and what was given by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import click
from click.core import ParameterSource

from engine.model.store_commands import CommandOption, StoreCommand
from engine.model.store_kind import StoreKind
from engine.model.store_settings import LOGIN, LoginScheme, Setting, SettingType, Stage


@dataclass(frozen=True, slots=True)
class SettingOption:
    """An option of a command, and the setting or credential that it gives."""

    described: CommandOption
    setting: Setting
    parameter: click.Option

    @property
    def flag(self) -> str:
        """As it is written on the command line."""
        return self.parameter.opts[0]

    def value_in(self, given: Mapping[str, Any]) -> Any:
        """What was given by it, as a setting is kept; None where it was not."""
        value = given[str(self.parameter.name)]
        if self.described.empties:
            return self.setting.empty if value else None
        if self.setting.type.is_list:
            return list(value) or None
        return value


def options_of(kind: StoreKind, command: StoreCommand) -> list[SettingOption]:
    """The options by which a command takes settings and credentials of a kind."""
    known = {setting.name: setting for setting in (*kind.settings, *(one for login in kind.logins for one in login.fields))}
    return [
        SettingOption(described, known[described.setting], _parameter(described, known[described.setting]))
        for described in kind.commands.options.get(command, ())
        if described.setting != LOGIN
    ]


def parameters_of(kind: StoreKind, command: StoreCommand) -> list[click.Option]:
    """The same as the command line's parser takes them, with the choice of the way to log in."""
    by_setting = {(one.setting.name, one.described.name): one.parameter for one in options_of(kind, command)}
    return [
        _login_parameter(described) if described.setting == LOGIN else by_setting[described.setting, described.name]
        for described in kind.commands.options.get(command, ())
    ]


def parameters_of_all(kinds: Iterable[StoreKind], command: StoreCommand) -> list[click.Option]:
    """The parameters of a command that is for stores of every kind: each option once, with whose it is where that differs."""
    everyone = list(kinds)
    by_flag: dict[str, list[tuple[StoreKind, SettingOption]]] = {}
    for kind in everyone:
        for option in options_of(kind, command):
            by_flag.setdefault(option.flag, []).append((kind, option))
    return [_joined(theirs, len(everyone)) for theirs in by_flag.values()]


def settings_to_connect(kind: StoreKind, options: Iterable[SettingOption], given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a new store: those of its account always, of the others what was given."""
    own = {setting.name for setting in kind.settings}
    values = {}
    for option in options:
        setting, value = option.setting, option.value_in(given)
        if setting.name not in own:
            continue
        if value is None and (setting.type.is_list or setting.type is SettingType.CHOICE):
            value = setting.empty
        if value or setting.type.is_list or Stage.CONNECT in setting.stages:
            values[setting.name] = value
    return values


def settings_to_change(options: Iterable[SettingOption], given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that were given; what empties one counts last."""
    in_order = sorted(options, key=lambda option: option.described.empties)
    return {option.setting.name: value for option in in_order if (value := option.value_in(given)) is not None}


def login_of(kind: StoreKind, given: Mapping[str, Any]) -> LoginScheme:
    """The way to log in that was chosen, where there is a choice."""
    return kind.login_of({LOGIN: given.get(LOGIN)})


def is_given(context: click.Context, name: str) -> bool:
    """Whether a parameter of a command stood on its command line."""
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _joined(theirs: list[tuple[StoreKind, SettingOption]], of: int) -> click.Option:
    _, first = theirs[0]
    helps: dict[str, list[str]] = {}
    for kind, option in theirs:
        helps.setdefault(option.described.help or "", []).append(kind.name)
    if len(helps) == 1 and len(theirs) == of:
        help_text = first.described.help
    else:
        help_text = " ".join(f"{', '.join(names)}: {text}".rstrip(": ") for text, names in helps.items())
    codes = dict.fromkeys(choice for _, option in theirs for choice in option.setting.options)
    return _parameter(replace(first.described, help=help_text), replace(first.setting, options=tuple(codes)))


def _parameter(described: CommandOption, setting: Setting) -> click.Option:
    given_as = described.name or f"--{setting.name.replace('_', '-')}{'-stdin' if setting.type.is_concealed else ''}"
    common: dict[str, Any] = {"help": described.help}
    if described.empties or setting.type.is_concealed:
        return click.Option([given_as], is_flag=True, **common)
    if setting.type is SettingType.FLAG:
        if "/" in given_as:
            return click.Option([given_as], default=None, **common)
        return click.Option([given_as], is_flag=True, **common)
    common |= {"required": described.is_required, "metavar": described.metavar, "multiple": setting.type.is_list}
    if described.default is not None:
        common |= {"default": described.default, "show_default": True}
    if setting.type is SettingType.CHOICE:
        return click.Option([given_as], type=click.Choice(list(dict.fromkeys(one.code for one in setting.options))), **common)
    return click.Option([given_as], type=int if setting.type.is_number else str, **common)


def _login_parameter(described: CommandOption) -> click.Option:
    return click.Option(
        [f"--{LOGIN}"], type=click.Choice(described.codes), default=described.default, show_default=True, help=described.help
    )
