"""`worker`: works off the outbox without serving pages."""

from __future__ import annotations

from collections import Counter

import click

from adapters.cli.output import say
from adapters.cli.runtime import runtime_of
from engine.jobs.registry import JobResult
from engine.jobs.worker import drain
from engine.model.ids import new_id
from engine.model.job import JobState
from rules.messages import Text

DONE = Text(
    "{done} done, {later} to try again, {waiting} held back, {dead} given up",
    "{done} hechos, {later} por reintentar, {waiting} retenidos, {dead} abandonados",
)


@click.command()
@click.option("--drain", "only_due", is_flag=True, help="Do what is due now and end.")
@click.pass_context
def worker(context: click.Context, only_due: bool) -> None:
    """Work off what is due: delegations, alerts, scheduled imports."""
    runtime = runtime_of(context)
    runtime.check_database()
    if not only_due:
        runtime.runner().run_until_stopped()
        return
    language = runtime.settings.language
    ended: Counter[JobState] = Counter()

    def count(worked: JobResult) -> None:
        ended[worked.state] += 1
        if worked.error is not None:
            say(f"{worked.job.kind.value}: {worked.error.format(language)}", err=True)

    drain(runtime.application, new_id("wrk"), count)
    counts = {"done": JobState.DONE, "later": JobState.DUE, "waiting": JobState.WAITING, "dead": JobState.DEAD}
    say(DONE.format(language, **{name: ended[state] for name, state in counts.items()}))
