"""Who is using the pages."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import cast

from flask import session
from flask_login import UserMixin, current_user, login_user

from adapters.web.parts import parts
from engine.model.account import Account, AccountKind, User
from engine.ports import NotFound

ADMIN = "admin"


@dataclass(frozen=True, slots=True, eq=False)
class Person(UserMixin):
    """A user who has logged in, with the account that all of the pages are about."""

    user: User
    account: Account

    @property
    def ships_for_others(self) -> bool:
        return self.account.kind is AccountKind.PROVIDER

    @property
    def may_change_stores(self) -> bool:
        """Whether this person may connect, change and disconnect the account's stores; everybody may look."""
        return self.user.role == ADMIN

    def get_id(self) -> str:
        """What the session keeps: it stops being good when the password changes."""
        return f"{self.user.id}.{_stamp(self.user)}"


def _stamp(user: User) -> str:
    return hmac.new(parts().session_key, user.password_hash.encode(), hashlib.sha256).hexdigest()[:32]


def load_person(kept: str) -> Person | None:
    """The person of a session; None when the user is gone, has a new password, or the account was closed."""
    user_id, _, stamp = kept.partition(".")
    with parts().app.reading() as uow:
        user = uow.users.find(user_id)
        if user is None or not hmac.compare_digest(stamp, _stamp(user)):
            return None
        return _person(user, uow.accounts.get(user.account_id))


def person_of(user: User) -> Person | None:
    """A user as a person of an account that is still open."""
    with parts().app.reading() as uow:
        try:
            return _person(user, uow.accounts.get(user.account_id))
        except NotFound:
            return None


def _person(user: User, account: Account) -> Person | None:
    return Person(user, account) if account.closed_at is None else None


def enter(person: Person) -> None:
    """Begin a session. What an earlier session in this browser held does not go along, but for the language it chose."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = True
    login_user(person)


def this_person() -> Person:
    """The person of this request, inside a view that asks for a log-in."""
    return cast(Person, current_user)
