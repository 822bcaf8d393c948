"""`inbox list`, `assign`, `snooze`, `done` and `reopen`: what needs a person, and what people say about it."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import looking_by_option, maybe_by_option
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import Runtime, runtime_of
from engine.model.account import Account
from engine.model.inbox import NOBODY, InboxEntry, InboxKind, InboxMark, InboxView, Shown
from engine.services.accounts.acting import find_account, find_memberships
from engine.services.accounts.people import OPERATOR
from engine.services.attention import inbox as entries
from engine.services.attention.inbox_words import entry_words, what_of
from rules.messages import Language, Text
from rules.visible import harmless_line

NONE = Text("Nothing needs a person.", "Nada requiere intervención.")
ASSIGNED = Text("{entry}: assigned to {who}", "{entry}: asignado a {who}")
UNASSIGNED = Text("{entry}: nobody has it", "{entry}: no lo lleva nadie")
SNOOZED = Text("{entry}: put off until {until}", "{entry}: aplazado hasta {until}")
DONE = Text("{entry}: done", "{entry}: hecho")
REOPENED = Text("{entry}: open again", "{entry}: abierto de nuevo")
MINE_NEEDS_BY = Text("Say whose with --by: `--who me` is theirs.", "Indica de quién con --by: `--who me` son los suyos.")

entry_argument = click.argument("entry_id", metavar="ENTRY")


@click.group()
def inbox() -> None:
    """What stands still until a person acts."""


@inbox.command("list")
@account_option
@click.option("--kind", type=click.Choice([kind.value for kind in InboxKind]), help="Only entries of a kind.")
@click.option("--who", type=click.Choice(["all", "me", "nobody"]), default="all", help="Whose; `me` is who --by names.")
@click.option("--show", type=click.Choice([one.value for one in Shown]), default=Shown.OPEN.value, help="Open, put off or done.")
@looking_by_option
@json_option
@click.pass_context
def list_command(
    context: click.Context, account_slug: str, kind: str | None, who: str, show: str, by: str | None, as_json: bool
) -> None:
    """List what needs a person, the oldest first."""
    runtime = runtime_of(context)
    account, user_id = _who(runtime, account_slug, by)
    if who == "me" and by is None:
        raise click.UsageError(MINE_NEEDS_BY.format(runtime.settings.language), context)
    assignee = {"me": user_id, "nobody": NOBODY}.get(who)
    view = InboxView(Shown(show), None if kind is None else InboxKind(kind), assignee)
    language = runtime.settings.language
    found = [_data(one, language) for one in entries.list_whole_inbox(runtime.application, account, view)]
    columns = ("id", "since", "assignee", "name", "reason")
    lines = ["  ".join(str(one[name] or "–") for name in columns) for one in found]
    answer({"entries": found}, as_json, *(map(harmless_line, lines) if lines else [NONE.format(language)]))


@inbox.command("assign")
@entry_argument
@account_option
@click.option("--to", "email", metavar="EMAIL", required=True, help="A person of the account, or `nobody`.")
@maybe_by_option
@json_option
@click.pass_context
def assign_command(context: click.Context, entry_id: str, account_slug: str, email: str, by: str | None, as_json: bool) -> None:
    """Have a person take an entry up."""
    runtime = runtime_of(context)
    account, actor = _who(runtime, account_slug, by)
    wanted = None if email == "nobody" else email
    mark = entries.assign(runtime.application, account.id, entry_id, wanted, actor)
    _answer(runtime, mark, as_json, UNASSIGNED if wanted is None else ASSIGNED, email=wanted)


@inbox.command("snooze")
@entry_argument
@account_option
@click.option("--until", metavar="D", required=True, help="A day, at whose beginning it is back, or a time; the account's.")
@maybe_by_option
@json_option
@click.pass_context
def snooze_command(context: click.Context, entry_id: str, account_slug: str, until: str, by: str | None, as_json: bool) -> None:
    """Put an entry off."""
    runtime = runtime_of(context)
    account, actor = _who(runtime, account_slug, by)
    mark = entries.snooze(runtime.application, account.id, entry_id, until, ZoneInfo(account.time_zone), actor)
    _answer(runtime, mark, as_json, SNOOZED)


@inbox.command("done")
@entry_argument
@account_option
@maybe_by_option
@json_option
@click.pass_context
def done_command(context: click.Context, entry_id: str, account_slug: str, by: str | None, as_json: bool) -> None:
    """Say that an entry needs nobody: it comes back only if its cause happens anew."""
    runtime = runtime_of(context)
    account, actor = _who(runtime, account_slug, by)
    _answer(runtime, entries.set_done(runtime.application, account.id, entry_id, actor), as_json, DONE)


@inbox.command("reopen")
@entry_argument
@account_option
@maybe_by_option
@json_option
@click.pass_context
def reopen_command(context: click.Context, entry_id: str, account_slug: str, by: str | None, as_json: bool) -> None:
    """Take back that an entry is done, or put off."""
    runtime = runtime_of(context)
    account, actor = _who(runtime, account_slug, by)
    _answer(runtime, entries.reopen(runtime.application, account.id, entry_id, actor), as_json, REOPENED)


def _who(runtime: Runtime, account_slug: str, by: str | None) -> tuple[Account, str]:
    """The account, and on whose behalf. Raises Refused."""
    with runtime.application.reading() as uow:
        account = find_account(uow, account_slug)
        return account, OPERATOR if by is None else find_memberships(uow, by, account_slug)[0].id


def _answer(runtime: Runtime, mark: InboxMark, as_json: bool, said: Text, email: str | None = None) -> None:
    entry_id = f"{mark.kind.value}:{mark.subject}"
    until = None if mark.snoozed_until is None else mark.snoozed_until.isoformat()
    done_at = None if mark.done_at is None else mark.done_at.isoformat()
    shown = mark.shown(runtime.application.clock.now()).value
    data = {"id": entry_id, "state": shown, "snoozed_until": until, "done_at": done_at}
    answer(data, as_json, harmless_line(said.format(runtime.settings.language, entry=entry_id, who=email, until=until)))


def _data(entry: InboxEntry, language: Language) -> dict[str, Any]:
    mark = entry.mark
    until = None if mark is None or mark.snoozed_until is None else mark.snoozed_until.isoformat()
    return {
        "id": entry.id,
        "kind": entry.kind.value,
        "reason": entry_words(entry).format(language),
        "since": entry.since.isoformat(),
        "order_id": entry.order_id,
        "order_number": entry.order_number or None,
        "store_id": entry.store_id,
        "name": what_of(entry) or None,
        "assignee": entry.assignee_email or None,
        "snoozed_until": until,
        "done_at": None if mark is None or mark.done_at is None else mark.done_at.isoformat(),
    }
