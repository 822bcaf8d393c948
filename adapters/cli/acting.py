"""On whose behalf a command acts, and options that commands about connections, requests and orders share."""

from __future__ import annotations

from collections.abc import Callable

import click

from engine.application import Application
from engine.model.account import Account, User
from engine.ports import UnitOfWork
from engine.services.accounts.acting import find_account, find_acting, find_memberships, require_admin
from engine.services.accounts.people import OPERATOR

by_option = click.option("--by", metavar="EMAIL", required=True, help="The person on whose behalf you act.")
maybe_by_option = click.option("--by", metavar="EMAIL", help="The person on whose behalf you act; else the operator.")
looking_by_option = click.option("--by", metavar="EMAIL", help="The person on whose behalf you look; else the operator.")
of_account_option = click.option("--account", "account_slug", metavar="SLUG", help="Which of that person's accounts acts.")

order_account_option = click.option("--account", "account_slug", metavar="SLUG", help="The order's account; only to make sure.")


def acting(app: Application, by: str, account_slug: str | None, look_up: Callable[[UnitOfWork, str], object]) -> User:
    """The person as the account of theirs has them in which `look_up` finds the thing. Raises Refused and NotFound."""
    with app.reading() as uow:
        return find_acting(uow, by, account_slug, lambda account_id: look_up(uow, account_id))


def account_looked_at(app: Application, account_slug: str, by: str | None) -> Account:
    """The account of a slug; who looks on somebody's behalf, names somebody of that account. Raises Refused."""
    with app.reading() as uow:
        account = find_account(uow, account_slug)
        if by is not None:
            find_memberships(uow, by, account_slug)
        return account


def operator_or_admin(app: Application, account_slug: str, by: str | None) -> str:
    """The id of who changes what only admins may: an admin of the account, else the operator. Raises Refused."""
    if by is None:
        return OPERATOR
    user = acting(app, by, account_slug, lambda uow, account_id: uow.accounts.get(account_id))
    require_admin(user)
    return user.id
