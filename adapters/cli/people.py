"""`people`: who logs in to an account and what they may do, and buyers whose data has to go."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from adapters.cli.accounts import KEEPS_PASSWORD, account_option
from adapters.cli.naming_rules import naming_lines
from adapters.cli.output import answer, json_option, password_option, read_password, say
from adapters.cli.runtime import runtime_of
from engine.model.account import User
from engine.services.accounts import people as service
from engine.services.accounts.acting import find_account, find_memberships
from engine.services.accounts.invitations import invite_colleague
from engine.services.deciding.rules_naming import rules_naming_user
from rules.messages import Text

ADDED = Text("{email} is {role} of {account} ({id})", "{email} es {role} de {account} ({id})")
INVITED = Text(
    "Invited {email}; the invitation expires on {day}. ({id})", "Invitación enviada a {email}; caduca el {day}. ({id})"
)
PASSWORD_SET = Text(
    "{email} has a new password and is logged out everywhere.", "{email} tiene una contraseña nueva y ninguna sesión abierta."
)
ROLE_SET = Text("{email} is {role} of {account} now.", "{email} es ahora {role} de {account}.")
REMOVED = Text("{email} no longer belongs to {account}.", "{email} ya no pertenece a {account}.")
LOGGED_OUT = Text(
    "{email} is logged out; sessions ended: {sessions}.", "{email} no tiene sesiones abiertas; terminadas: {sessions}."
)
NOBODY_YET = Text("Nobody belongs to {account}.", "Nadie pertenece a {account}.")

email_option = click.option("--email", required=True, help="The person's e-mail address.")
role_option = click.option("--role", type=click.Choice(service.ROLES), required=True)
by_option = click.option("--by", metavar="EMAIL", help="The admin of the account on whose behalf you act.")


@click.group()
def people() -> None:
    """The people of an account, and buyers whose data has to go."""


@people.command("list")
@account_option
@by_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List everybody who logs in to an account."""
    runtime = runtime_of(context)
    found = service.list_people(runtime.application, account_slug, by)
    entries = [{**_data(user), "language": user.language, "created_at": user.created_at.isoformat()} for user in found]
    lines = [f"{user.email}  {user.role}" for user in found]
    empty = NOBODY_YET.format(runtime.settings.language, account=account_slug)
    answer({"people": entries}, as_json, *(lines or [empty]))


@people.command("add")
@account_option
@email_option
@role_option
@password_option
@by_option
@json_option
@click.pass_context
def add_command(context: click.Context, account_slug: str, email: str, role: str, by: str | None, as_json: bool) -> None:
    """Add a person to an account."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    password = read_password(language)
    known = service.is_known(runtime.application, email)
    user = service.add_person(
        runtime.application, account_slug, email=email, role=role, password=password, language=language, by=by
    )
    if known:
        say(KEEPS_PASSWORD.format(language, email=email), err=True)
    _answer(context, ADDED, user, account_slug, as_json)


@people.command("invite")
@account_option
@email_option
@role_option
@by_option
@json_option
@click.pass_context
def invite_command(context: click.Context, account_slug: str, email: str, role: str, by: str | None, as_json: bool) -> None:
    """Invite a person to an account: they get a mail with a link to join."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    with app.reading() as uow:
        account = find_account(uow, account_slug)
        admin = None if by is None else find_memberships(uow, by, account_slug)[0]
    invited = invite_colleague(app, account.id, by=admin, email=email, role=role, language=language)
    data = {
        "id": invited.id,
        "email": invited.email,
        "role": role,
        "account": account_slug,
        "expires_at": invited.ends_at.isoformat(),
    }
    answer(data, as_json, INVITED.format(language, email=invited.email, day=invited.ends_at.date(), id=invited.id))


@people.command("reset-password")
@account_option
@email_option
@password_option
@by_option
@json_option
@click.pass_context
def reset_password_command(context: click.Context, account_slug: str, email: str, by: str | None, as_json: bool) -> None:
    """Give a person a new password; all their sessions end."""
    runtime = runtime_of(context)
    password = read_password(runtime.settings.language)
    user = service.reset_password(runtime.application, account_slug, email, password, by)
    _answer(context, PASSWORD_SET, user, account_slug, as_json)


@people.command("role")
@account_option
@email_option
@role_option
@by_option
@json_option
@click.pass_context
def role_command(context: click.Context, account_slug: str, email: str, role: str, by: str | None, as_json: bool) -> None:
    """Make a person an admin or a member; all their sessions end."""
    user = service.change_role(runtime_of(context).application, account_slug, email, role, by)
    _answer(context, ROLE_SET, user, account_slug, as_json)


@people.command("remove")
@account_option
@email_option
@by_option
@json_option
@click.pass_context
def remove_command(context: click.Context, account_slug: str, email: str, by: str | None, as_json: bool) -> None:
    """End a person's access; what they did stays on record."""
    app, language = runtime_of(context).application, runtime_of(context).settings.language
    user = service.remove_person(app, account_slug, email, by)
    naming = [rule.id for rule in rules_naming_user(app, user.account_id, user.email)]
    data = {**_data(user), "account": account_slug, "rules": naming}
    answer(data, as_json, REMOVED.format(language, **data), *naming_lines(naming, language))


@people.command("log-out")
@account_option
@email_option
@by_option
@json_option
@click.pass_context
def log_out_command(context: click.Context, account_slug: str, email: str, by: str | None, as_json: bool) -> None:
    """Log a person out on every device."""
    user, ended = service.log_out_everywhere(runtime_of(context).application, account_slug, email, by)
    _answer(context, LOGGED_OUT, user, account_slug, as_json, sessions=ended)


def _data(user: User) -> dict[str, Any]:
    return {"id": user.id, "email": user.email, "role": user.role}


def _answer(context: click.Context, text: Text, user: User, account_slug: str, as_json: bool, **more: Any) -> None:
    data = {**_data(user), "account": account_slug, **more}
    answer(data, as_json, text.format(runtime_of(context).settings.language, **data))


import_module("adapters.cli.erase")  # adds its command to the group
