"""The root command: finds the others, and turns what they cannot do into one sentence and an exit code."""

from __future__ import annotations

import sys

import click

from adapters.cli.late_commands import LateGroup
from adapters.cli.output import ANSWER_NOT_WRITTEN, NOT_TEXT, NotWritten, say
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
    "serve": ("adapters.cli.serve:serve", "Start the service."),
    "worker": ("adapters.cli.worker:worker", "Work off what is due: delegations, alerts, scheduled imports."),
    "migrate": ("adapters.cli.database:migrate", "Prepare the database, or bring it up to date."),
    "doctor": (
        "adapters.cli.doctor:doctor",
        "Look at database, files and key without changing anything; exit 1 when something is wrong.",
    ),
    "demo": ("adapters.cli.demo:demo", "Put the demo into an empty database, or show its log-ins again."),
    "sandbox": ("adapters.cli.sandbox:sandbox", "Local stand-ins for services."),
    "accounts": ("adapters.cli.accounts:accounts", "Merchants and 3PLs."),
    "people": ("adapters.cli.people:people", "The people of an account, and buyers whose data has to go."),
    "mails": ("adapters.cli.mails:mails", "Mails that accounts write to people."),
    "locations": ("adapters.cli.locations:locations", "The addresses orders ship from."),
    "packages": ("adapters.cli.packages:packages", "Boxes that an account keeps under a name."),
    "carrier-accounts": ("adapters.cli.carriers:carrier_accounts", "Contracts with carriers and the services they offer."),
    "connections": ("adapters.cli.connections:connections", "Merchants and 3PLs that work together."),
    "providers": ("adapters.cli.providers:providers", "Fulfillment providers with a system of their own."),
    "stores": ("adapters.cli.stores:stores", "Sales channels."),
    "products": ("adapters.cli.products:products", "What an account says of its products."),
    "orders": ("adapters.cli.orders:orders", "The orders of an account."),
    "views": ("adapters.cli.views:views", "The saved views of a person's orders: filters, columns and sorting under a name."),
    "inbox": ("adapters.cli.inbox:inbox", "What stands still until a person acts."),
    "insights": ("adapters.cli.insights:insights", "Figures about what came in, what was asked, and what shipped."),
    "inventory": ("adapters.cli.inventory:inventory", "What 3PLs have of their clients' products."),
    "statements": ("adapters.cli.statements:statements", "What clients owe their 3PLs, month by month."),
    "holds": ("adapters.cli.holds:holds", "Everything that is held, by whom and since when."),
    "labels": ("adapters.cli.label_printing:labels", "The documents of labels, and labels that were asked for together."),
    "manifests": ("adapters.cli.manifests:manifests", "What carriers are given at the end of the day."),
    "pickups": ("adapters.cli.pickups:pickups", "Drivers of carriers who are asked to come."),
    "stations": ("adapters.cli.stations:stations", "Workplaces, and how each prints what."),
    "requests": ("adapters.cli.requests:requests", "Fulfillment requests, and what providers answer."),
    "services": ("adapters.cli.services:services", "The services of all carrier accounts that an account may use."),
    "rules": ("adapters.cli.rules:rules", "Check, test, try out and publish rule files, and line up an account's rule sets."),
    "lists": ("adapters.cli.lists:lists", "Named lists that an account's rules compare with: `value: {list: NAME}`."),
}


@click.group(
    cls=LateGroup,
    late=_COMMANDS,
    in_order=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
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
    except NotWritten as error:
        _say(ANSWER_NOT_WRITTEN.format(_language(runtime), why=str(error)))
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
