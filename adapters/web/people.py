"""Who is using the pages. The browser holds a random token; whose it is, and whether it still counts, is asked for each page."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from typing import cast

from flask import session
from flask_login import UserMixin, current_user, login_user, logout_user

from adapters.web.parts import parts
from engine.model.account import Account, AccountKind, User
from engine.ports import NotFound
from engine.services.accounts.web_sessions import begin_session, end_session, find_session

ADMIN = "admin"


@dataclass(frozen=True, slots=True, eq=False)
class Person(UserMixin):
    """A user who has logged in, with the account that all of the pages are about."""

    user: User
    account: Account
    kept: str = field(default="", repr=False)  # by the browser

    @property
    def ships_for_others(self) -> bool:
        return self.account.kind is AccountKind.PROVIDER

    @property
    def may_change_stores(self) -> bool:
        """Whether this person may connect, change and disconnect the account's stores; everybody may look."""
        return self.user.role == ADMIN

    def get_id(self) -> str:
        """What the browser keeps of the log-in."""
        return self.kept


def _stamp(user: User) -> str:
    return hmac.new(parts().session_key, user.password_hash.encode(), hashlib.sha256).hexdigest()[:32]


def load_person(kept: str) -> Person | None:
    """The person of a session; None when it is over, the user is gone or has a new password, or the account was closed."""
    token, _, stamp = kept.partition(".")
    found = find_session(parts().app, token)
    if found is None or not hmac.compare_digest(stamp.encode(), _stamp(found.user).encode()):
        return None
    return Person(found.user, found.account, kept)


def person_of(user: User) -> Person | None:
    """A user as a person of an account that is still open."""
    with parts().app.reading() as uow:
        try:
            account = uow.accounts.get(user.account_id)
        except NotFound:
            return None
    return Person(user, account) if account.closed_at is None else None


def enter(person: Person) -> None:
    """Begin a session. What an earlier session in this browser held does not go along, but for the language it chose."""
    leave()
    session.permanent = True
    token = begin_session(parts().app, person.user)
    login_user(replace(person, kept=f"{token}.{_stamp(person.user)}"))


def leave() -> None:
    """End the session, here and in the browser, but for the language it chose."""
    language, kept = session.get("language"), session.get("_user_id")
    if isinstance(kept, str):
        end_session(parts().app, kept.partition(".")[0])
    logout_user()
    session.clear()
    if language:
        session["language"] = language


def this_person() -> Person:
    """The person of this request, inside a view that asks for a log-in."""
    return cast(Person, current_user)
