"""Sessions of people on the pages: begun by a log-in, ended by a log-out, a new password, another role, a removal or time."""

from __future__ import annotations

import hashlib
import secrets

from engine.application import Application
from engine.model.account import User
from engine.model.audit import AuditEntry
from engine.model.web_session import IDLE, SEEN_EVERY, LoggedIn, WebSession


def begin_session(app: Application, user: User) -> str:
    """A new session; the token that the browser is to hold. It is kept nowhere else."""
    token, now = secrets.token_urlsafe(32), app.clock.now()
    with app.unit_of_work() as uow:
        uow.web_sessions.add(WebSession(digest_of_token(token), user.account_id, user.id, now, now, now + IDLE))
        uow.commit()
    return token


def find_session(app: Application, token: str) -> LoggedIn | None:
    """Whose session it is; None when it is over, or the person or the account no longer is."""
    now = app.clock.now()
    with app.reading() as uow:
        found = uow.web_sessions.find(digest_of_token(token))
    if found is None or found.session.is_over(now) or found.account.closed_at is not None:
        return None
    if now - found.session.last_seen_at >= SEEN_EVERY:
        with app.unit_of_work() as uow:
            uow.web_sessions.keep_seen(found.session.token_digest, now, found.session.end_if_seen(now))
            uow.commit()
    return found


def list_sessions(app: Application, user: User) -> list[WebSession]:
    """Those of a person that are not over, the one used last first."""
    now = app.clock.now()
    with app.reading() as uow:
        return [session for session in uow.web_sessions.list_for(user.account_id, user.id) if not session.is_over(now)]


def end_session(app: Application, token: str) -> None:
    """Whoever holds the token is logged out."""
    with app.unit_of_work() as uow:
        uow.web_sessions.end(digest_of_token(token))
        uow.commit()


def end_all_sessions(app: Application, user: User, actor: str) -> int:
    """Log a person out on every device; on how many that was."""
    with app.unit_of_work() as uow:
        ended = uow.web_sessions.end_all(user.account_id, user.id)
        uow.audit.append(
            [AuditEntry(user.account_id, app.clock.now(), actor, "user.logged_out", user.id, None, {"sessions": ended})]
        )
        uow.commit()
    return ended


def digest_of_token(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
