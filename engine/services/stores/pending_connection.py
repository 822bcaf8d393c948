"""A store that is being connected in two steps: what was entered waits here, encrypted, until its channels are chosen.

It can be taken up once, within a quarter of an hour, by the user who entered it: so a password is never sent back to a browser.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict
from datetime import timedelta

from engine.application import Application
from engine.model.authorisation import PendingAuthorisation
from engine.services.stores.connect_store import StoreForm

LIFETIME = timedelta(minutes=15)


def keep_pending(app: Application, account_id: str, user: str, form: StoreForm) -> str:
    """Keep what was entered; the word to take it up with."""
    word = secrets.token_urlsafe(32)
    now = app.clock.now()
    pending = PendingAuthorisation(_digest(word), account_id, user, now, now + LIFETIME, {"entered": asdict(form)})
    with app.unit_of_work() as uow:
        uow.authorisations.add(pending)
        uow.commit()
    return word


def take_pending(app: Application, account_id: str, user: str, word: str) -> StoreForm | None:
    """What this user entered, once; None when it was taken up already, or is too old."""
    with app.unit_of_work() as uow:
        pending = uow.authorisations.take(_digest(word), account_id, user)
        uow.commit()
    if pending is None or pending.ends_at <= app.clock.now():
        return None
    return StoreForm(**pending.request["entered"])


def _digest(word: str) -> str:
    # Not that of a consent's state: neither can be taken up as the other.
    return hashlib.sha256(f"entered:{word[:200]}".encode()).hexdigest()
