"""`mails`: what an account has written to people, and sending it again."""

from __future__ import annotations

from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.output import answer, json_option
from adapters.cli.people import by_option
from adapters.cli.runtime import runtime_of
from engine.model.mail import MailEntry
from engine.services.mail import account_mails
from rules.messages import Language, Text

NONE_YET = Text("{account} has not written any mail yet.", "{account} aún no ha escrito ningún correo.")
SENT_AGAIN = Text("The mail {id} is sent again in a moment.", "El correo {id} se vuelve a enviar enseguida.")


@click.group()
def mails() -> None:
    """Mails that accounts write to people."""


@mails.command("list")
@account_option
@by_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List what an account has written, the newest first."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    account, _actor = account_mails.account_for(runtime.application, account_slug, by)
    entries = [_data(one, language) for one in account_mails.list_all_mails(runtime.application, account.id)]
    lines = ["  ".join(filter(None, map(one.get, ("id", "to", "kind", "state", "created_at", "error")))) for one in entries]
    answer({"mails": entries}, as_json, *(lines or [NONE_YET.format(language, account=account_slug)]))


@mails.command("send-again")
@click.argument("mail_id", metavar="ID")
@account_option
@by_option
@json_option
@click.pass_context
def send_again_command(context: click.Context, mail_id: str, account_slug: str, by: str | None, as_json: bool) -> None:
    """Send a mail that has failed, or was sent, once more."""
    runtime = runtime_of(context)
    account, actor = account_mails.account_for(runtime.application, account_slug, by)
    account_mails.send_again(runtime.application, account.id, mail_id, actor)
    answer({"id": mail_id, "state": "waiting"}, as_json, SENT_AGAIN.format(runtime.settings.language, id=mail_id))


def _data(entry: MailEntry, language: Language) -> dict[str, Any]:
    return {
        "id": entry.id,
        "to": entry.to_address,
        "kind": entry.kind.value,
        "state": entry.state.value,
        "created_at": entry.created_at.isoformat(),
        "sent_at": None if entry.sent_at is None else entry.sent_at.isoformat(),
        "error": None if entry.last_error is None else entry.last_error.format(language),
    }
