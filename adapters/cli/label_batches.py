"""`labels batches|batch`: labels of many orders that were asked for together on the pages."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, acting, looking_by_option, maybe_by_option
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.application import Application
from engine.model.label_batch import BatchedOrder, LabelBatch
from engine.services.accounts.people import OPERATOR
from engine.services.labels.label_batches import get_batch, go_on, list_batches, stop_batch
from rules.messages import Language, Text

NONE_YET = Text("No labels were created together yet.", "Aún no se han creado etiquetas en lote.")
STOP, GO_ON, AGAIN = "stop", "go-on", "again"


@click.command("batches")
@account_option
@looking_by_option
@json_option
@click.pass_context
def batches(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List the batches of labels, the newest first."""
    runtime = runtime_of(context)
    account = account_looked_at(runtime.application, account_slug, by)
    found = list_batches(runtime.application, account.id)
    language = runtime.settings.language
    entries = [
        {**_entry(batch, language), "orders": {str(one): count for one, count in counts.items()}} for batch, counts in found
    ]
    lines = [_line(entry) for entry in entries]
    answer({"batches": entries}, as_json, *(lines or [NONE_YET.format(language)]))


@click.command("batch")
@click.argument("batch_id", metavar="ID")
@account_option
@click.option("--stop", "change", flag_value=STOP, help="Buy no further labels.")
@click.option("--go-on", "change", flag_value=GO_ON, help="Take it up where it was.")
@click.option("--again", "change", flag_value=AGAIN, help="The same, and try those that were refused once more.")
@maybe_by_option
@json_option
@click.pass_context
def batch(context: click.Context, batch_id: str, account_slug: str, change: str | None, by: str | None, as_json: bool) -> None:
    """Show what came of each order of a batch, in its order; or stop it, or have the worker go on with it."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account = account_looked_at(app, account_slug, by)
    if change is not None:
        _change(app, account.id, batch_id, change, _actor(app, by, account_slug))
    found, orders = get_batch(app, account.id, batch_id)
    counts = Counter(str(one.outcome) for one in orders)
    entry = {**_entry(found, language), "orders": dict(counts)}
    results = [_result(one, language) for one in orders]
    lines = ["  ".join(str(value) for value in one.values() if value) for one in results]
    answer({**entry, "results": results}, as_json, _line(entry), *lines)


def _actor(app: Application, by: str | None, account_slug: str) -> str:
    return OPERATOR if by is None else acting(app, by, account_slug, lambda _uow, _account_id: None).id


def _change(app: Application, account_id: str, batch_id: str, change: str, actor: str) -> None:
    if change == STOP:
        stop_batch(app, account_id, batch_id, actor)
    else:
        go_on(app, account_id, batch_id, actor, again=change == AGAIN)


def _entry(batch: LabelBatch, language: Language) -> dict[str, Any]:
    return {
        "id": batch.id,
        "state": batch.state.value,
        "created_at": batch.created_at.isoformat(),
        "problem": None if batch.problem is None else batch.problem.format(language),
    }


def _line(entry: dict[str, Any]) -> str:
    counts = ", ".join(f"{outcome} {count}" for outcome, count in entry["orders"].items())
    return "  ".join(filter(None, (entry["id"], entry["created_at"], entry["state"], counts, entry["problem"])))


def _result(one: BatchedOrder, language: Language) -> dict[str, Any]:
    return {
        "order_number": one.order_number,
        "order_id": one.order_id,
        "outcome": one.outcome.value,
        "shipment_id": one.label.shipment_id if one.label is not None and one.label.is_paid else None,
        "tracking_numbers": list(one.tracking_numbers),
        "message": None if one.reason is None else one.reason.format(language),
    }
