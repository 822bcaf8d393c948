"""What is wrong with a command line, in the operator's language. The parser of the command line speaks English alone."""

from __future__ import annotations

import re
from typing import Any

import click

from rules.messages import Language, Message, Text

MISSING_OPTION = Text("Missing option {name}.", "Falta la opción {name}.")
MISSING_ARGUMENT = Text("Missing argument {name}.", "Falta el argumento {name}.")
CHOOSE_FROM = Text("{sentence} Choose from: {known}.", "{sentence} Elige entre: {known}.")
NO_SUCH_OPTION = Text("No such option '{name}'.", "No existe la opción '{name}'.")
NO_SUCH_COMMAND = Text("No such command '{name}'.", "No existe el comando '{name}'.")
DID_YOU_MEAN = Text("{sentence} Did you mean {names}?", "{sentence} ¿Querías decir {names}?")
OR = Text(" or ", " o ")
NEEDS_A_VALUE = Text("Option '{name}' requires an argument.", "La opción '{name}' necesita un valor.")
TAKES_NO_VALUE = Text("Option '{name}' does not take a value.", "La opción '{name}' no admite ningún valor.")
INVALID_VALUE = Text("Invalid value for {name}: {reason}.", "Valor no válido para {name}: {reason}.")
NOT_ONE_OF = Text("{found} is not one of {known}", "{found} no es ninguno de {known}")
NOT_WHOLE = Text("{found} is not a whole number", "{found} no es un número entero")
OUT_OF_RANGE = Text("{found} is not a whole number from {low} to {high}", "{found} no es un número entero de {low} a {high}")
TOO_MUCH = Text("Got unexpected extra arguments: {given}.", "Sobran argumentos: {given}.")
SEE_HELP = Text("{sentence} `{command} --help` says more.", "{sentence} `{command} --help` lo explica.")

_TOO_MUCH = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)


def not_blank(context: click.Context, option: click.Parameter, value: Any) -> Any:
    """A callback for options of which a blank value says nothing: that is wrong usage, and nothing is looked up by it."""
    values = value if isinstance(value, tuple) else (value,)
    if any(isinstance(one, str) and not one.strip() for one in values):
        name = option.opts[0]
        raise click.BadOptionUsage(name, f"Option {name!r} requires an argument.", context)
    return value


def sentence_of_usage(error: click.ClickException, language: Language) -> str:
    """The sentence in one line; where the command line itself is wrong, with the command that explains it.

    What is not worded here stays in English.
    """
    worded = _worded(error, language)
    sentence = " ".join((error.format_message() if worded is None else worded.format(language)).split())
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return sentence
    if not sentence.endswith((".", "?")):
        sentence += "."
    return SEE_HELP.format(language, sentence=sentence, command=error.ctx.command_path)


def _worded(error: click.ClickException, language: Language) -> Message | None:
    match error:
        case click.MissingParameter(param=click.Parameter() as param):
            return _missing(param, error.ctx)
        case click.BadParameter(param=click.Parameter() as param):
            return _invalid(error.message, param, error.ctx)
        case click.NoSuchOption():
            return _unknown(NO_SUCH_OPTION, error.option_name, error.possibilities, language)
        case click.exceptions.NoSuchCommand():
            return _unknown(NO_SUCH_COMMAND, error.command_name, error.possibilities, language)
        case click.BadOptionUsage():
            text = TAKES_NO_VALUE if "does not take" in error.message else NEEDS_A_VALUE
            return Message("option_usage", text, {"name": error.option_name})
        case click.UsageError() if extra := _TOO_MUCH.fullmatch(error.message):
            return Message("too_much", TOO_MUCH, {"given": extra[1]})
        case _:
            return None


def _missing(param: click.Parameter, ctx: click.Context | None) -> Message:
    text = MISSING_OPTION if isinstance(param, click.Option) else MISSING_ARGUMENT
    missing = Message("missing", text, {"name": param.get_error_hint(ctx)})
    if isinstance(param.type, click.Choice):
        return Message("missing", CHOOSE_FROM, {"sentence": missing, "known": ", ".join(map(str, param.type.choices))})
    return missing


def _unknown(text: Text, name: str, close: list[str] | None, language: Language) -> Message:
    unknown = Message("unknown", text, {"name": name})
    if not close:
        return unknown
    names = OR.format(language).join(f"'{one}'" for one in close)
    return Message("unknown", DID_YOU_MEAN, {"sentence": unknown, "names": names})


def _invalid(reason: str, param: click.Parameter, ctx: click.Context | None) -> Message | None:
    """For the kinds of values that the commands take; their reasons begin with the value that was given."""
    found = {"found": reason.rpartition(" is not ")[0]}
    match param.type:
        case click.Choice(choices=choices):
            wrong = Message("not_one_of", NOT_ONE_OF, {**found, "known": ", ".join(f"'{one}'" for one in choices)})
        case click.IntRange(min=low, max=high) if low is not None and high is not None:
            wrong = Message("out_of_range", OUT_OF_RANGE, {**found, "low": low, "high": high})
        case click.INT:
            wrong = Message("not_whole", NOT_WHOLE, found)
        case _:
            return None
    return Message("invalid", INVALID_VALUE, {"name": param.get_error_hint(ctx), "reason": wrong})
