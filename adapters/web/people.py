"""Who is using the pages. The browser holds a random token; whose it is, and whether it still counts, is asked for each page."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import abort, g, session
from flask_login import UserMixin, current_user, login_required, login_user, logout_user

from adapters.web.parts import parts
from engine.model.account import Account, User
from engine.ports import NotFound
from engine.services.accounts.web_sessions import begin_session, end_session, find_session

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

_CHOOSING = "choosing"
_CHOOSE_WITHIN_S = 600


@dataclass(frozen=True, slots=True, eq=False)
class Person(UserMixin):
    """A user who has logged in, with the account that all of the pages are about."""

    user: User
    account: Account
    kept: str = field(default="", repr=False)  # by the browser
    accounts: int = 1  # how many open ones the person belongs to

    @property
    def is_admin(self) -> bool:
        return self.user.is_admin

    @property
    def ships_for_others(self) -> bool:
        return self.account.ships_for_others

    @property
    def may_change_stores(self) -> bool:
        """Whether this person may connect, change and disconnect the account's stores; everybody may look."""
        return self.user.is_admin

    @property
    def time_zone(self) -> str:
        """In which the person reads times."""
        return self.user.time_zone or self.account.time_zone

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
    return Person(found.user, found.account, kept, found.accounts)


def person_of(user: User) -> Person | None:
    """A user as a person of an account that is still open."""
    with parts().app.reading() as uow:
        try:
            account = uow.accounts.get(user.account_id)
        except NotFound:
            return None
    return Person(user, account) if account.closed_at is None else None


def keep_choice(users: Sequence[User]) -> None:
    """Remember, for a few minutes, who has shown their password and is to choose one of their accounts."""
    leave()
    user = users[0]
    session[_CHOOSING] = [user.email, _stamp(user), parts().app.clock.now().timestamp()]


def choices() -> list[User]:
    """The person of this request as each account of theirs has them: whoever is logged in, or about to choose."""
    email, stamp = None, ""
    if current_user.is_authenticated:
        email, stamp = this_person().user.email, _stamp(this_person().user)
    elif (kept := session.get(_CHOOSING)) and parts().app.clock.now().timestamp() - kept[2] < _CHOOSE_WITHIN_S:
        email, stamp = kept[0], kept[1]
    if email is None:
        return []
    with parts().app.reading() as uow:
        users = uow.users.list_by_email(email)
    return [user for user in users if hmac.compare_digest(stamp, _stamp(user))]


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
    g.pop("csrf_token", None)  # that of the session which has ended would stand on the page
    if language:
        session["language"] = language


def this_person() -> Person:
    """The person of this request, inside a view that asks for a log-in."""
    return cast(Person, current_user)


def for_admins(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """A view that changes something: for people who may do that."""

    @login_required
    @wraps(view)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        if not this_person().is_admin:
            abort(403)
        return view(*args, **kwargs)

    return guarded


def for_providers(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """A page that only accounts have that ship for others."""

    @login_required
    @wraps(view)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        if not this_person().ships_for_others:
            abort(404)
        return view(*args, **kwargs)

    return guarded
