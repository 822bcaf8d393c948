"""`stores …`: sales channels and what is imported from them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, looking_by_option, maybe_by_option
from adapters.cli.output import (
    WrongInput,
    answer,
    json_option,
    progress_line,
    say,
    write_json,
)
from adapters.cli.owners import account_of_named_store
from adapters.cli.reconciling import reconcile_command
from adapters.cli.runtime import Runtime, runtime_of
from adapters.cli.store_access import choices, reconnect_command
from adapters.cli.store_connect import authorise, authorise_finish, connect
from adapters.cli.store_methods import methods
from adapters.cli.store_reference import reference
from adapters.cli.store_settings import disconnect, set_command
from adapters.cli.store_webhooks import webhooks
from adapters.cli.usage import not_blank
from engine.model.sentence import sentence_of
from engine.model.store import ImportSummary
from engine.model.store_kind import Capability
from engine.ports import StoreError
from engine.services.importing.explain_import import explain_store
from engine.services.importing.import_store import import_store
from engine.services.importing.import_summary import summary_data
from engine.services.kept_credentials import can_be_read
from engine.services.refusals import LeaseLost, Refused
from rules.messages import Language, Text
from rules.values import parse_time

BAD_SINCE = Text('"{value}" is not a date: write it as 2026-03-01.', '"{value}" no es una fecha: escríbela como 2026-03-01.')
NO_STORES = Text(
    "There is no store to import from: `stores connect` adds one.", "No hay tiendas que importar: `stores connect` añade una."
)
ONE_OR_ALL = Text("Name one store, or give --all.", "Indica una tienda, o usa --all.")
COUNTS = Text(
    "{imported} imported, {updated} updated, {unchanged} unchanged, {closed} closed, {parked} parked, {requests} requests",
    "{imported} importados, {updated} actualizados, {unchanged} sin cambios, {closed} cerrados, {parked} apartados, "
    "{requests} peticiones",
)
SKIPPED = Text("skipped: {counts}", "omitidos: {counts}")
AS_OF = Text(
    "The store cannot be reached; this was so on {time} (UTC).", "No se puede acceder a la tienda; así estaba el {time} (UTC)."
)
UNKNOWN_FIELDS = Text(
    "fields that Relevo does not know: {fields}. Nothing is wrong with these orders; tell whoever looks after Relevo.",
    "campos que Relevo no conoce: {fields}. Estos pedidos están bien; avisa a quien se ocupa de Relevo.",
)
SEEN = Text("This was so on {time} (UTC).", "Así estaba el {time} (UTC).")
SO_FAR = Text("{imported} imported, {skipped} skipped", "{imported} importados, {skipped} omitidos")
UNREADABLE = Text(
    "Its credentials were encrypted with another RELEVO_SECRET_KEY: bring that key back, or enter new ones with "
    "`stores reconnect {id}`.",
    "Sus credenciales se cifraron con otra RELEVO_SECRET_KEY: recupera esa clave, o indica otras con `stores reconnect {id}`.",
)
IMPORTING = Text("Importing", "Importando")


_account = click.option("--account", "account_slug", metavar="SLUG", help="The store's account; only to make sure.")
_OF_ALL_KINDS = {"reconnect": reconnect_command, "set": set_command}


class _Stores(click.Group):
    """Makes the commands whose options kinds of store describe when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_OF_ALL_KINDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        make = _OF_ALL_KINDS.get(cmd_name)
        return super().get_command(ctx, cmd_name) if make is None else make(runtime_of(ctx).store_kinds.values())


@click.group(cls=_Stores)
def stores() -> None:
    """Sales channels."""


for _command in (connect, authorise, authorise_finish, choices, methods, webhooks, disconnect, reference, reconcile_command):
    stores.add_command(_command)


@stores.command("list")
@account_option
@looking_by_option
@json_option
@click.pass_context
def list_stores(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List an account's stores."""
    app = runtime_of(context).application
    account = account_looked_at(app, account_slug, by)
    with app.reading() as uow:
        found = uow.stores.list_for(account.id)
    entries = [
        {
            "id": one.id,
            "kind": one.kind,
            "name": one.name,
            "status": one.state.value,
            "credentials_readable": can_be_read(one.credentials),
        }
        for one in found
    ]
    language = runtime_of(context).settings.language
    lines = []
    for one in entries:
        lines.append(f"{one['id']}  {one['status']}  {one['name']}")
        if not one["credentials_readable"]:
            lines.append(f"  {UNREADABLE.format(language, id=one['id'])}")
    answer({"stores": entries}, as_json, *lines)


@stores.command("import")
@click.argument("store_id", required=False)
@click.option("--all", "everything", is_flag=True, help="Every open store; one that fails does not stop the others.")
@click.option("--since", metavar="DATE", help="Look at what was created since then, instead of the last 90 days.")
@click.option("--full", is_flag=True, help="Read everything again, also what the store did not change.")
@_account
@maybe_by_option
@json_option
@click.pass_context
def import_command(
    context: click.Context,
    store_id: str | None,
    everything: bool,
    since: str | None,
    full: bool,
    account_slug: str | None,
    by: str | None,
    as_json: bool,
) -> int:
    """Import orders now, and let the rules decide about them."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    if (store_id is None) != everything or (everything and (account_slug or by)):
        raise WrongInput(ONE_OR_ALL.format(language))
    start = _read_since(since, language)
    if store_id is not None:
        account_id = account_of_named_store(runtime.application, account_slug, by, store_id)
        summary = _import(runtime, account_id, store_id, start, full, language)
        answer(summary_data(summary, language), as_json, *_lines(summary, language))
        return 0
    return _import_all(runtime, start, full, as_json, language)


@stores.command("explain")
@click.argument("store_id")
@click.option(
    "--order", "number", required=True, callback=not_blank, help="An order number, its reference, or its id in the store."
)
@_account
@looking_by_option
@json_option
@click.pass_context
def explain(context: click.Context, store_id: str, number: str, account_slug: str | None, by: str | None, as_json: bool) -> None:
    """Say why an order was imported, or was not. Asks the store and changes nothing."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    account_id = account_of_named_store(runtime.application, account_slug, by, store_id)
    explanation = explain_store(runtime.application, account_id, store_id, number)
    data = explanation.to_json(language)
    notes = [f"  {note['external_id']}: {note['message']}" for note in data["notes"]]
    as_of = explanation.as_of
    told = AS_OF if explanation.kind.can(Capability.EXPLAIN) else SEEN
    dated = [] if as_of is None else [told.format(language, time=f"{as_of.astimezone(UTC):%Y-%m-%d %H:%M}")]
    answer(data, as_json, data["message"], *notes, *dated)


def _import(
    runtime: Runtime, account_id: str, store_id: str, since: datetime | None, full: bool, language: Language
) -> ImportSummary:
    with progress_line(IMPORTING.format(language)) as show:

        def report(summary: ImportSummary) -> None:
            show(SO_FAR.format(language, imported=summary.imported, skipped=sum(summary.skipped.values())))

        return import_store(runtime.application, account_id, store_id, since=since, full=full, progress=report)


def _import_all(runtime: Runtime, since: datetime | None, full: bool, as_json: bool, language: Language) -> int:
    with runtime.application.reading() as uow:
        found = uow.stores.list_open()
    entries: list[dict[str, Any]] = []
    for store in found:
        try:
            summary = _import(runtime, store.account_id, store.id, since, full, language)
        except (StoreError, Refused, LeaseLost) as error:
            sentence = sentence_of(error).format(language)
            entries.append({"id": store.id, "name": store.name, "error": sentence})
            say(f"{store.name}: {sentence}", err=True)
        else:
            entries.append({"id": store.id, "name": store.name, **summary_data(summary, language)})
            if not as_json:
                for line in _lines(summary, language):
                    say(f"{store.name}: {line}")
    if as_json:
        write_json({"stores": entries})
    elif not entries:
        say(NO_STORES.format(language))
    return 1 if any("error" in entry for entry in entries) else 0


def _lines(summary: ImportSummary, language: Language) -> list[str]:
    counts = {
        "imported": summary.imported,
        "updated": summary.updated,
        "unchanged": summary.unchanged,
        "closed": summary.closed,
        "parked": summary.parked,
        "requests": summary.requests,
    }
    lines = [COUNTS.format(language, **counts)]
    if summary.skipped:
        lines.append(SKIPPED.format(language, counts=", ".join(f"{reason} {n}" for reason, n in sorted(summary.skipped.items()))))
    if summary.unknown_fields:
        fields = ", ".join(f"{path} ({n})" for path, n in sorted(summary.unknown_fields.items()))
        lines.append(UNKNOWN_FIELDS.format(language, fields=fields))
    return lines


def _read_since(text: str | None, language: Language) -> datetime | None:
    if text is None:
        return None
    time = parse_time(text)
    if time is None:
        raise WrongInput(BAD_SINCE.format(language, value=text))
    return time if time.tzinfo else time.replace(tzinfo=UTC)
