"""`stores reference KIND`: the settings of a kind of store as a Markdown page, as docs has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from adapters.cli.output import say
from adapters.cli.rule_reference import language_option
from adapters.cli.runtime import runtime_of
from adapters.cli.setting_options import options_of
from engine.model.store_commands import StoreCommand
from engine.model.store_kind import StoreKind
from engine.model.store_settings import LOGIN, LoginScheme, Setting, SettingType, Stage
from engine.services.refusals import Refused
from engine.services.stores.connect_store import UNKNOWN_KIND
from rules.messages import Language, Text

TITLE = Text("Settings of {kind}", "Configuración de {kind}")
INTRODUCTION = Text(
    "What a store of this kind is given by form and by command line. The command line writes this page:",
    "Lo que se le da a una tienda de este tipo por formulario y por línea de comandos. Esta página la escribe la línea de "
    "comandos:",
)
COMMAND = "    .venv/bin/python app.py stores reference {kind} --language {language} > docs/{kind}-settings.{ending}"
SETTINGS = Text("Settings", "Configuración")
LOGINS = Text("Ways to log in", "Formas de acceso")
COLUMNS = Text(
    "| setting | called | value | asked for | option | what it is |",
    "| clave | nombre | valor | se pide | opción | qué es |",
)
NEEDED = Text("{value}, needed", "{value}, necesario")
TYPES = {
    SettingType.TEXT: Text("text", "texto"),
    SettingType.CODE: Text("text", "texto"),
    SettingType.URL: Text("web address", "dirección web"),
    SettingType.PASSWORD: Text("secret", "secreto"),
    SettingType.CONCEALED: Text("secret", "secreto"),
    SettingType.LONG_TEXT: Text("text of several lines", "texto de varias líneas"),
    SettingType.ID: Text("number", "número"),
    SettingType.IDS: Text("numbers", "números"),
    SettingType.TEXT_ID: Text("text", "texto"),
    SettingType.TEXT_IDS: Text("texts", "textos"),
    SettingType.FLAG: Text("yes or no", "sí o no"),
}
STAGES = {
    Stage.CONNECT: Text("to connect", "al conectar"),
    Stage.CHOOSE: Text("in the second step", "en el segundo paso"),
    Stage.CHANGE: Text("in the settings", "en la configuración"),
}


@click.command()
@click.argument("kind")
@language_option
@click.pass_context
def reference(context: click.Context, kind: str, language: Language | None) -> None:
    """Print the settings of a kind of store as a Markdown page."""
    runtime = runtime_of(context)
    described = runtime.store_kinds.get(kind)
    if described is None:
        raise Refused("unknown_kind", UNKNOWN_KIND, kind=kind, known=", ".join(sorted(runtime.store_kinds)))
    for line in _lines(described, language or runtime.settings.language):
        say(line)


def _lines(kind: StoreKind, language: Language) -> Iterator[str]:
    yield f"# {TITLE.format(language, kind=kind.name)}"
    yield from ("", INTRODUCTION.format(language), "")
    yield COMMAND.format(kind=kind.code, language=language, ending="md" if language == "en" else f"{language}.md")
    yield from ("", f"## {SETTINGS.format(language)}", "")
    yield from _table(kind, kind.settings, language)
    yield from ("", f"## {LOGINS.format(language)}")
    for login in kind.logins:
        yield from _login_lines(kind, login, language)


def _login_lines(kind: StoreKind, login: LoginScheme, language: Language) -> Iterator[str]:
    yield from ("", f"### {login.label.format(language)} (`{LOGIN}`: `{login.code}`)", "")
    if login.note is not None:
        yield from (login.note.format(language), "")
    yield from _table(kind, login.fields, language)


def _table(kind: StoreKind, settings: Iterable[Setting], language: Language) -> Iterator[str]:
    options: dict[str, dict[str, None]] = {}
    for command in StoreCommand:
        for option in options_of(kind, command):
            flags = (*option.parameter.opts, *option.parameter.secondary_opts)
            options.setdefault(option.setting.name, {}).update(dict.fromkeys(flags))
    yield COLUMNS.format(language)
    yield "| --- | --- | --- | --- | --- | --- |"
    asked = {setting.name for setting in kind.settings}
    for setting in settings:
        stages = [words.format(language) for stage, words in STAGES.items() if setting.name in asked and stage in setting.stages]
        cells = (
            f"`{setting.name}`",
            setting.label.format(language),
            _value(setting, language),
            ", ".join(stages) or STAGES[Stage.CONNECT].format(language),
            ", ".join(f"`{flag}`" for flag in options.get(setting.name, ())),
            "" if setting.help is None else setting.help.format(language),
        )
        yield f"| {' | '.join(cells)} |"


def _value(setting: Setting, language: Language) -> str:
    if setting.type is SettingType.CHOICE:
        value = "; ".join(f"`{option.code}`: {option.label.format(language)}" for option in setting.options)
    else:
        value = TYPES[setting.type].format(language)
        if setting.blank_choice is not None:
            value += f"; `0`: {setting.blank_choice.format(language)}"
    return NEEDED.format(language, value=value) if setting.is_needed else value
