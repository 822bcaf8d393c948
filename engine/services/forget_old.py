"""Forgets what is kept for a time only, of closed and failing stores too, whose imports no longer do it."""

from __future__ import annotations

from datetime import timedelta

from engine.application import Application

ENDED_LEASES = timedelta(days=1)  # those of processes that died are left behind; the others are given back


def forget_old(app: Application) -> None:
    """Forget what stores answered longer ago than they keep it, consents that nobody came back from, and what ended."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        uow.stores.drop_outdated_raw(now)
        uow.authorisations.forget_ended(now)
        uow.leases.forget_ended(now - ENDED_LEASES)
        uow.web_sessions.forget_ended(now)
        uow.commit()
