"""`migrate`: bring the database up to date. Every command that uses it does so first; this one does nothing else."""

from __future__ import annotations

import click

from adapters.cli.output import say
from adapters.cli.runtime import runtime_of
from rules.messages import Text

READY = Text("The database is up to date.", "La base de datos está al día.")


@click.command()
@click.pass_context
def migrate(context: click.Context) -> None:
    """Prepare the database, or bring it up to date."""
    runtime = runtime_of(context)
    runtime.application  # noqa: B018 - opening it migrates the database
    say(READY.format(runtime.settings.language))
