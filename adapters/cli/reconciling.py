"""`stores reconcile`: compare a store with what is here, with providers and with what was written back, now."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import click

from adapters.cli.acting import maybe_by_option
from adapters.cli.output import answer, json_option, say
from adapters.cli.owners import account_of_named_store
from adapters.cli.runtime import Runtime, runtime_of
from engine.model.reconciliation import MOST_OF_A_KIND, Difference, DifferenceKind, Reconciliation
from engine.model.store_kind import Capability, StoreKind
from engine.services.reconciliation.ask import SeenReconciliation, list_differences, see_reconciliation
from engine.services.reconciliation.difference_words import KINDS, said_here, said_there
from engine.services.reconciliation.reconcile import reconcile_store
from engine.services.reconciliation.turn import Limits
from engine.services.stores.sessions import SessionPool
from rules.messages import Language, Text
from rules.visible import harmless_line

PATIENT = Limits(requests=5_000, looks=20_000, provider_calls=5_000, time=timedelta(minutes=30))

COMPARED = Text(
    "{there} open in the store, {here} open here, {providers} with providers: {count} differences",
    "{there} abiertos en la tienda, {here} abiertos aquí, {providers} con proveedores: {count} diferencias",
)
NO_LIST = Text(
    "{kind} does not list what is open there: what is missing here is not looked for.",
    "{kind} no lista lo que tiene abierto: no se busca lo que falta aquí.",
)
INCOMPLETE = Text("Not everything was compared: {problem}", "No se ha conciliado todo: {problem}")
GOES_ON = Text(
    "the limits of one run were reached. The same command goes on from there.",
    "se alcanzaron los límites de una ejecución. El mismo comando sigue desde ahí.",
)
LINE = Text(
    "{since}  {kind}  {order}  store or provider: {there}; here: {here}",
    "{since}  {kind}  {order}  tienda o proveedor: {there}; aquí: {here}",
)


@click.command("reconcile")
@click.argument("store_id")
@click.option("--account", "account_slug", metavar="SLUG", help="The store's account; only to make sure.")
@maybe_by_option
@json_option
@click.pass_context
def reconcile_command(context: click.Context, store_id: str, account_slug: str | None, by: str | None, as_json: bool) -> int:
    """Compare a store with what is here now, and list what differs. Exit 1 when not everything could be compared."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account_id = account_of_named_store(app, account_slug, by, store_id)
    with SessionPool(app) as sessions:
        last = reconcile_store(app, account_id, store_id, sessions, PATIENT)
    seen = see_reconciliation(app, account_id, store_id)
    found = list_differences(app, account_id, store_id, limit=MOST_OF_A_KIND * len(DifferenceKind))
    _answer(runtime, seen, last, found, as_json)
    problem = _problem(last, language)
    if problem is not None:
        say(INCOMPLETE.format(language, problem=problem), err=True)
    return 0 if problem is None else 1


def _problem(last: Reconciliation, language: Language) -> str | None:
    if last.goes_on:
        return GOES_ON.format(language)
    return None if last.problem is None else last.problem.format(language)


def _answer(runtime: Runtime, seen: SeenReconciliation, last: Reconciliation, found: list[Difference], as_json: bool) -> None:
    language, kind = runtime.settings.language, runtime.application.describe(seen.store.kind)
    data = {
        "id": seen.store.id,
        "complete": last.is_complete,
        "problem": _problem(last, language),
        "completed_at": None if last.completed_at is None else last.completed_at.isoformat(),
        "open_there": last.open_there,
        "open_here": last.open_here,
        "with_providers": last.with_providers,
        "counts": {one.value: number for one, number in seen.counts.items()},
        "differences": [_entry(one, kind, language) for one in found],
    }
    counted = {"there": last.open_there, "here": last.open_here, "providers": last.with_providers, "count": seen.total}
    lines = [COMPARED.format(language, **counted)]
    if not kind.can(Capability.OPEN_ORDERS):
        lines.append(NO_LIST.format(language, kind=kind.name))
    lines += [_line(one, kind, language) for one in found]
    answer(data, as_json, *map(harmless_line, lines))


def _entry(one: Difference, kind: StoreKind, language: Language) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "subject": one.subject,
        "order_number": one.order_number,
        "order_id": one.order_id,
        "external_id": one.external_id,
        "detail": one.detail or None,
        "there": said_there(one, kind).format(language),
        "here": said_here(one).format(language),
        "first_seen": one.first_seen.isoformat(),
        "last_seen": one.last_seen.isoformat(),
    }


def _line(one: Difference, kind: StoreKind, language: Language) -> str:
    since = f"{one.first_seen.astimezone(UTC):%Y-%m-%d %H:%M}"
    said = {"there": said_there(one, kind), "here": said_here(one), "kind": KINDS[one.kind]}
    return LINE.format(language, since=since, order=one.order_number or one.external_id, **said)
