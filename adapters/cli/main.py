"""The root command: finds the others, and turns what they cannot do into one sentence and an exit code."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from adapters.cli.output import NOT_TEXT, say
from adapters.cli.runtime import Runtime
from adapters.cli.usage import sentence_of_usage
from adapters.settings import SettingsError
from engine.model.sentence import sentence_of
from engine.services.refusals import LeaseLost, Refused
from rules.messages import Language, Text
from rules.order_document import HALF_SURROGATE

USAGE = 2  # exit code for wrong usage and unreadable files
FAILED = 1

STOPPED = Text("Stopped.", "Detenido.")

_COMMANDS = {
    "serve": "adapters.cli.serve:serve",
    "worker": "adapters.cli.worker:worker",
    "migrate": "adapters.cli.database:migrate",
    "doctor": "adapters.cli.doctor:doctor",
    "demo": "adapters.cli.demo:demo",
    "sandbox": "adapters.cli.sandbox:sandbox",
    "accounts": "adapters.cli.accounts:accounts",
    "people": "adapters.cli.people:people",
    "mails": "adapters.cli.mails:mails",
    "locations": "adapters.cli.accounts:locations",
    "packages": "adapters.cli.packages:packages",
    "carrier-accounts": "adapters.cli.carriers:carrier_accounts",
    "connections": "adapters.cli.connections:connections",
    "providers": "adapters.cli.providers:providers",
    "stores": "adapters.cli.stores:stores",
    "products": "adapters.cli.products:products",
    "orders": "adapters.cli.orders:orders",
    "views": "adapters.cli.views:views",
    "inbox": "adapters.cli.inbox:inbox",
    "insights": "adapters.cli.insights:insights",
    "inventory": "adapters.cli.inventory:inventory",
    "statements": "adapters.cli.statements:statements",
    "holds": "adapters.cli.holds:holds",
    "labels": "adapters.cli.label_printing:labels",
    "manifests": "adapters.cli.manifests:manifests",
    "pickups": "adapters.cli.pickups:pickups",
    "stations": "adapters.cli.stations:stations",
    "requests": "adapters.cli.requests:requests",
    "services": "adapters.cli.services:services",
    "rules": "adapters.cli.rules:rules",
    "lists": "adapters.cli.lists:lists",
}


class _Commands(click.Group):
    """Loads a command's module when it is called: checking a rule file does not load a web server."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = _COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def relevo() -> None:
    """Relevo: imports orders, runs your rules on them and hands them over to your 3PL."""


def run(runtime: Runtime, arguments: list[str] | None = None) -> int:
    """Run one command; the exit code. Whatever it cannot do is one sentence on stderr."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] != ["rules"] and any(HALF_SURROGATE.search(argument) for argument in given):  # file names may be any bytes
        _say(NOT_TEXT.format(_language(runtime)))
        return USAGE
    try:
        result = relevo.main(given, prog_name="python app.py", standalone_mode=False, obj=runtime)
    except click.exceptions.Abort:
        _say(STOPPED.format(_language(runtime)))
        return FAILED
    except click.exceptions.NoArgsIsHelpError as error:
        error.show(sys.stderr)
        return USAGE
    except click.ClickException as error:
        _say(sentence_of_usage(error, _language(runtime)))
        return error.exit_code
    except SettingsError as error:
        _say(str(error))
        return FAILED
    except _refusals(runtime) as error:
        _say(sentence_of(error).format(_language(runtime)))
        return FAILED
    return result if isinstance(result, int) else 0


def _refusals(runtime: Runtime) -> tuple[type[Exception], ...]:
    from engine.ports import CarrierError, NotFound, StoreError  # here, so that commands that need none start without them

    return (Refused, LeaseLost, CarrierError, StoreError, NotFound, *runtime.errors)


def _language(runtime: Runtime) -> Language:
    try:
        return runtime.settings.language
    except SettingsError:
        return "en"


def _say(sentence: str) -> None:
    say(sentence, err=True)
