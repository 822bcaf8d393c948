"""`manifests`: what carriers are given at the end of the day."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, looking_by_option, maybe_by_option
from adapters.cli.output import WRITTEN, answer, json_option, write_file
from adapters.cli.runtime import runtime_of
from engine.application import Application
from engine.jobs.make_manifests import make_manifests
from engine.model.ids import new_id
from engine.model.manifest import Manifest, ManifestState
from engine.services.accounts.acting import find_account, find_acting
from engine.services.accounts.carriers_told_apart import told_apart
from engine.services.manifests.hand_over import carrier_document, describe_hand_over
from engine.services.manifests.list_manifests import SHOWN, list_manifests
from engine.services.manifests.ready import ReadyGroup, list_ready
from rules.messages import Language, Text
from rules.visible import harmless_line

FAILED = 1
NONE_YET = Text("There are no manifests.", "No hay manifiestos.")
NOTHING = Text("Nothing is ready to be handed over.", "No hay nada listo para entregar.")


@click.group()
def manifests() -> None:
    """What carriers are given at the end of the day."""


@manifests.command("ready")
@account_option
@looking_by_option
@json_option
@click.pass_context
def ready_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List what leaves today and is on no manifest, by carrier account and by where it leaves."""
    runtime = runtime_of(context)
    groups = list_ready(runtime.application, account_looked_at(runtime.application, account_slug, by))
    entries = [_group_entry(group) for group in groups]
    shown = [{**entry, "carrier": group.name} for entry, group in zip(entries, groups, strict=True)]
    lines = [harmless_line("  ".join(str(value) for value in entry.values())) for entry in shown]
    answer({"ready": entries}, as_json, *(lines or [NOTHING.format(runtime.settings.language)]))


@manifests.command("create")
@account_option
@click.option("--carrier-account", metavar="ID", help="Only what was bought with this carrier account.")
@click.option("--location", metavar="CODE", help="Only what leaves this location.")
@maybe_by_option
@json_option
@click.pass_context
def create_command(
    context: click.Context,
    account_slug: str,
    carrier_account: str | None,
    location: str | None,
    by: str | None,
    as_json: bool,
) -> int:
    """Make the manifests of all that is ready; exit code 1 when carriers refused all of them."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    with app.reading() as uow:
        account = find_account(uow, account_slug)
        actor = "operator" if by is None else find_acting(uow, by, account_slug, lambda _: None).id
    made = make_manifests(app, account.id, actor, new_id("cli"), carrier_account_id=carrier_account, location_code=location)
    answer({"manifests": [_entry(one, language) for one in made]}, as_json, *_lines(app, made, language))
    return FAILED if all(one.state is ManifestState.REFUSED for one in made) else 0


@manifests.command("list")
@account_option
@looking_by_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List an account's manifests, the newest first."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    found = list_manifests(runtime.application, account_looked_at(runtime.application, account_slug, by).id, SHOWN)
    lines = _lines(runtime.application, found, language) or [NONE_YET.format(language)]
    answer({"manifests": [_entry(one, language) for one in found]}, as_json, *lines)


@manifests.command("save")
@account_option
@click.argument("manifest_id", metavar="ID")
@click.option("--carriers", is_flag=True, help="The carrier's own document; else the hand-over list to be signed.")
@click.option("--out", "file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", required=True)
@click.option("--language", type=click.Choice(["en", "es"]), help="Of the hand-over list; else the service's.")
@looking_by_option
@json_option
@click.pass_context
def save_command(
    context: click.Context,
    account_slug: str,
    manifest_id: str,
    carriers: bool,
    file: Path,
    language: Language | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Write the PDF of a manifest to a file."""
    runtime = runtime_of(context)
    app = runtime.application
    account = account_looked_at(app, account_slug, by)
    if carriers:
        content = carrier_document(app, account.id, manifest_id)
    else:
        from adapters.documents.hand_over_pdf import write_hand_over_pdf  # takes long to load

        details = describe_hand_over(app, account.id, manifest_id)
        content = write_hand_over_pdf(details, language or runtime.settings.language)
    write_file(file, content, runtime.settings.language)
    data = {"id": manifest_id, "file": str(file.absolute()), "bytes": len(content)}
    answer(data, as_json, WRITTEN.format(runtime.settings.language, file=str(file)))


def _group_entry(group: ReadyGroup) -> dict[str, Any]:
    return {
        "carrier_account": group.carrier_account.id,
        "carrier": group.line or group.carrier_account.carrier,
        "ship_from": group.ship_from.name or group.ship_from.city,
        "shipments": len(group.labels),
        "parcels": group.parcels,
    }


def _entry(manifest: Manifest, language: Language) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "state": manifest.state.value,
        "carrier_account": manifest.carrier_account_id,
        "carrier": manifest.line or manifest.carrier,
        "ship_from": manifest.ship_from.name or manifest.ship_from.city,
        "shipments": manifest.shipments,
        "parcels": manifest.parcels,
        "created_at": manifest.created_at.isoformat(),
        "problem": None if manifest.error is None else manifest.error.format(language),
    }


def _lines(app: Application, found: Sequence[Manifest], language: Language) -> list[str]:
    called = told_apart(app, found)
    entries = [{**_entry(one, language), "carrier": called[one.id]} for one in found]
    return [harmless_line("  ".join(str(value) for value in entry.values() if value not in (None, ""))) for entry in entries]
