"""`worker`: works off the outbox without serving pages."""

from __future__ import annotations

import click

from adapters.cli.runtime import runtime_of
from engine.model.ids import new_id
from engine.model.job import JobState
from engine.services.work_off import Worked, drain
from rules.messages import Text

DONE = Text("{done} done, {later} to try again, {dead} given up", "{done} hechos, {later} por reintentar, {dead} abandonados")


@click.command()
@click.option("--drain", "only_due", is_flag=True, help="Do what is due now and end.")
@click.pass_context
def worker(context: click.Context, only_due: bool) -> None:
    """Work off what is due: delegations, alerts, scheduled imports."""
    runtime = runtime_of(context)
    if not only_due:
        runtime.runner().run_until_stopped()
        return
    counts = dict.fromkeys((JobState.DONE, JobState.DUE, JobState.DEAD), 0)

    def count(worked: Worked) -> None:
        counts[worked.state] += 1
        if worked.error is not None:
            click.echo(f"{worked.job.kind.value}: {worked.error}", err=True)

    drain(runtime.application, new_id("wrk"), count)
    language = runtime.settings.language
    click.echo(DONE.format(language, done=counts[JobState.DONE], later=counts[JobState.DUE], dead=counts[JobState.DEAD]))
