"""Who somebody is, by their password."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.application import Application
from engine.model.account import User
from engine.model.audit import AuditEntry
from engine.ports import UnitOfWork
from engine.services.accounts.people import OPERATOR, check_password
from engine.services.refusals import Refused
from rules.messages import Text

NO_USER = Text('There is no user "{email}".', 'No existe el usuario "{email}".')


def log_in(app: Application, email: str, password: str) -> list[User]:
    """The person of these credentials, as each open account of theirs has them; nobody if they are wrong.

    Takes the same time whether the e-mail is known or not.
    """
    with app.reading() as uow:
        users = uow.users.list_by_email(email)
        accounts = uow.accounts.get_many(user.account_id for user in users)
    password_hash = users[0].password_hash if users else _unknown_user_hash(app)
    matches = app.passwords.verify(password_hash, password)
    return [user for user in users if matches and accounts[user.account_id].closed_at is None]


def set_password(app: Application, email: str, password: str) -> None:
    """Give a user a new password; their sessions end. Raises Refused."""
    check_password(password, email)
    password_hash = app.passwords.hash(password)
    with app.unit_of_work() as uow:
        users = uow.users.list_by_email(email)
        if not users:
            raise Refused("no_user", NO_USER, email=email)
        keep_password(uow, users, password_hash, app.clock.now(), OPERATOR)
        uow.commit()


def keep_password(uow: UnitOfWork, users: Sequence[User], password_hash: str, now: datetime, actor: str) -> None:
    """Give a person, as their accounts have them, a new password; all their sessions end."""
    for user in users:
        uow.users.set_password(user.account_id, user.id, password_hash)
        uow.web_sessions.end_everywhere(user.account_id, user.id)
        uow.audit.append([AuditEntry(user.account_id, now, actor, "user.password_set", user.id)])


def _unknown_user_hash(app: Application) -> str:
    global _nobody  # noqa: PLW0603 - computed once a process, it costs as much as a log-in
    if _nobody is None:
        _nobody = app.passwords.hash("nobody")
    return _nobody


_nobody: str | None = None
