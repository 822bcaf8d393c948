"""`inventory`: what a 3PL has of its clients' products."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, by_option, looking_by_option
from adapters.cli.output import WRITTEN, WrongInput, answer, json_option, write_bytes, write_file
from adapters.cli.runtime import Runtime, runtime_of
from engine.application import Application
from engine.model.account import User
from engine.model.inventory import AdjustReason, StockCount
from engine.services.accounts.acting import find_account, find_memberships
from engine.services.inventory.change_counts import (
    BAD_CHANGE,
    BAD_COUNT,
    BAD_RECEIPT,
    Adjustment,
    Receipt,
    adjust_count,
    read_clear_units,
    receive_goods,
    set_count,
)
from engine.services.inventory.count_files import LONGEST_FILE_BYTES, import_counts, write_counts
from engine.services.inventory.counts import list_counts
from engine.services.inventory.movements import SeenMovement, Wanted, list_movements
from engine.services.refusals import Refused
from rules.messages import Language, Text

NOTHING = Text("Nothing has been counted.", "No se ha contado nada.")
NO_MOVEMENTS = Text("No count has changed.", "Ninguna cantidad ha cambiado.")
UNCOUNTED = Text("{sku}: not counted, {reserved} reserved", "{sku}: sin contar, reservado {reserved}")
COUNTED = Text(
    "{sku}: {on_hand} on hand − {reserved} reserved = {available} available",
    "{sku}: en almacén {on_hand} − reservado {reserved} = disponible {available}",
)
IMPORTED = Text(
    "Counts changed: {changed}. As before: {unchanged}.", "Cantidades cambiadas: {changed}. Sin cambios: {unchanged}."
)

Option = Callable[[Callable[..., Any]], Callable[..., Any]]
_client = click.option("--client", "client_slug", metavar="SLUG", required=True, help="Whose product it is.")
_sku = click.option("--sku", required=True, help="As the 3PL calls it.")
_note = click.option("--note", default="", metavar="T")


@click.group()
def inventory() -> None:
    """What 3PLs have of their clients' products."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A change of one count: by whom, of whose product, and with which note."""

    runtime: Runtime
    actor: User
    client_slug: str
    sku: str
    note: str

    @property
    def app(self) -> Application:
        return self.runtime.application

    def units(self, text: str, refusal: Text) -> Decimal:
        """What is not a number at all, or may be two, is wrong usage."""
        try:
            return read_clear_units(text, refusal)
        except Refused as refused:
            raise WrongInput(refused.format(self.runtime.settings.language)) from None


def _changes_a_count(name: str, *options: Option) -> Callable[[Callable[..., StockCount]], click.Command]:
    """A command that changes one count and answers with it: what all of these take, and some options of its own."""

    def made(change: Callable[..., StockCount]) -> click.Command:
        def command(
            context: click.Context,
            account_slug: str,
            client_slug: str,
            sku: str,
            note: str,
            by: str,
            as_json: bool,
            **its_own: str,
        ) -> None:
            runtime = runtime_of(context)
            count = change(Asked(runtime, _actor(runtime, by, account_slug), client_slug, sku, note), **its_own)
            answer(_entry(count), as_json, _line(count, runtime.settings.language))

        taken: list[Option] = [account_option, _client, _sku, *options, _note, by_option, json_option, click.pass_context]
        answering: Callable[..., Any] = command
        for option in reversed(taken):
            answering = option(answering)
        return inventory.command(name, help=change.__doc__)(answering)

    return made


@_changes_a_count("set", click.option("--on-hand", required=True, metavar="N", help="How much there is."))
def set_command(asked: Asked, on_hand: str) -> StockCount:
    """Say how much there is of a client's product."""
    units = asked.units(on_hand, BAD_COUNT)
    return set_count(asked.app, asked.actor, asked.client_slug, asked.sku, units, note=asked.note)


@_changes_a_count(
    "receive",
    click.option("--quantity", required=True, metavar="N", help="How much came in."),
    click.option("--reference", default="", metavar="T", help="What the delivery is called: its delivery note, the pallet."),
)
def receive_command(asked: Asked, quantity: str, reference: str) -> StockCount:
    """Add what came in of a client's product."""
    receipt = Receipt(asked.units(quantity, BAD_RECEIPT), reference, asked.note)
    return receive_goods(asked.app, asked.actor, asked.client_slug, asked.sku, receipt)


@_changes_a_count(
    "adjust",
    click.option("--change", required=True, metavar="N", help="How many units more; fewer with a minus: --change=-3."),
    click.option("--reason", type=click.Choice([one.value for one in AdjustReason]), required=True),
)
def adjust_command(asked: Asked, change: str, reason: str) -> StockCount:
    """Correct a count by some units, for a reason."""
    adjustment = Adjustment(asked.units(change, BAD_CHANGE), reason, asked.note)
    return adjust_count(asked.app, asked.actor, asked.client_slug, asked.sku, adjustment)


@inventory.command("list")
@account_option
@looking_by_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List counts: a 3PL's of all its clients, a client's own at each provider."""
    runtime = runtime_of(context)
    account = account_looked_at(runtime.application, account_slug, by)
    listed = list_counts(runtime.application, account)
    language = runtime.settings.language
    entries = [
        {"client" if one.partner.is_client else "provider": one.partner.slug, **_entry(one.count), "name": one.name}
        for one in listed
    ]
    lines = [f"{one.partner.slug}  {_line(one.count, language)}" for one in listed]
    answer({"counts": entries}, as_json, *(lines or [NOTHING.format(language)]))


@inventory.command("movements")
@account_option
@click.option("--with", "partner_slug", metavar="SLUG", help="Only of this client, or at this provider.")
@click.option("--sku", default="", help="Only of this product, as the 3PL calls it.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many, the newest first.")
@click.option("--after", metavar="ID", help="Only those before the movement with this id.")
@json_option
@click.pass_context
def movements_command(
    context: click.Context, account_slug: str, partner_slug: str | None, sku: str, limit: int, after: str | None, as_json: bool
) -> None:
    """List how counts changed: who, when, why, by how much, and what remained."""
    runtime = runtime_of(context)
    with runtime.application.reading() as uow:
        account = find_account(uow, account_slug)
    listed = list_movements(runtime.application, account, Wanted(partner_slug, sku.strip(), after, limit))
    entries = [_movement(one) for one in listed]
    lines = [
        f"{entry['at']}  {one.partner.slug}  {entry['sku']}  {entry['kind']}  {entry['change']:+f} = {entry['on_hand']}"
        f"  {' '.join(filter(None, (entry['reason'], entry['reference'], entry['note'])))}  ({one.who})"
        for one, entry in zip(listed, entries, strict=True)
    ]
    answer({"movements": entries}, as_json, *(lines or [NO_MOVEMENTS.format(runtime.settings.language)]))


@inventory.command("import")
@click.argument("file", type=click.File("rb"))
@account_option
@click.option("--received", is_flag=True, help="The file says in `units` what came in, not what there is.")
@by_option
@json_option
@click.pass_context
def import_command(context: click.Context, file: Any, account_slug: str, received: bool, by: str, as_json: bool) -> None:
    """Count many products anew by a CSV file with the columns client, sku, on_hand; all of it, or nothing."""
    runtime = runtime_of(context)
    actor = _actor(runtime, by, account_slug)
    imported = import_counts(runtime.application, actor, file.read(LONGEST_FILE_BYTES + 1), received=received)
    data = {"changed": imported.changed, "unchanged": imported.unchanged}
    answer(data, as_json, IMPORTED.format(runtime.settings.language, **data))


@inventory.command("export")
@account_option
@click.option("--client", "client_slug", metavar="SLUG", help="Only this client's products.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where to, instead of the output.")
@click.pass_context
def export_command(context: click.Context, account_slug: str, client_slug: str | None, out: Path | None) -> None:
    """Write counts as CSV, which `inventory import` reads again."""
    runtime = runtime_of(context)
    with runtime.application.reading() as uow:
        account = find_account(uow, account_slug)
    content = write_counts(runtime.application, account, client_slug=client_slug).encode()
    if out is None or str(out) == "-":
        write_bytes(content)
    else:
        write_file(out, content, runtime.settings.language)
        answer({}, False, WRITTEN.format(runtime.settings.language, file=str(out)))


def _actor(runtime: Runtime, by: str, account_slug: str) -> User:
    with runtime.application.reading() as uow:
        return find_memberships(uow, by, account_slug)[0]


def _entry(count: StockCount) -> dict[str, Any]:
    return {"sku": count.sku, "on_hand": count.on_hand, "reserved": count.reserved, "available": count.available}


def _line(count: StockCount, language: Language) -> str:
    return (UNCOUNTED if count.on_hand is None else COUNTED).format(language, **_entry(count))


def _movement(seen: SeenMovement) -> dict[str, Any]:
    movement = seen.movement
    return {
        "id": movement.id,
        "client" if seen.partner.is_client else "provider": seen.partner.slug,
        "sku": movement.sku,
        "kind": movement.kind.value,
        "change": movement.change,
        "on_hand": movement.on_hand,
        "at": movement.at.isoformat(),
        "by": seen.who,
        "reason": None if movement.reason is None else movement.reason.value,
        "reference": movement.reference,
        "note": movement.note,
    }
