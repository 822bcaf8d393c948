"""What people do with forms at the same moment: one wish sent twice is carried out once, and who saves the same thing waits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from engine.application import Application
from engine.model.ids import new_id

REMEMBERED = timedelta(days=1)  # what was carried out: so long a form that was sent is not sent anew


@dataclass(slots=True)
class Once:
    """A wish that is being carried out with `app`; where that is None it was before, and `made` is what came of it."""

    app: Application | None
    made: str = ""  # set by who carries it out


@contextmanager
def carried_out_once(app: Application, account_id: str, wish: bytes) -> Iterator[Once]:
    """Whether a wish is carried out now, or was before: where that goes on right now it is waited for.

    All that is done with its `app` is kept together with the note that it was done, or not at all: what was refused may be
    asked again.
    """
    now, owner = app.clock.now(), new_id("wsh")
    name = f"wish:{account_id}:{hashlib.sha256(wish).hexdigest()}"
    with app.unit_of_work() as uow:
        # A right that nobody gives back. Who wants the same one waits at its row until this transaction ends.
        if not uow.leases.take(account_id, name, owner, now, now + REMEMBERED):
            yield Once(None, uow.leases.owner(account_id, name))
            return
        once = Once(app.within(uow))
        yield once
        uow.leases.release(account_id, name, owner)
        uow.leases.take(account_id, name, once.made, now, now + REMEMBERED)
        uow.commit()
    app.wake.notify()


@contextmanager
def one_after_another(app: Application, account_id: str, what: str) -> Iterator[Application]:
    """The application for who compares what is kept and then replaces it, in one transaction: nobody else who does so of the same
    thing comes in between. What was done is kept at the end of the block, but not where that raises something.

    Short work alone: meanwhile others wait, on SQLite whoever writes.
    """
    now, owner, name = app.clock.now(), new_id("one"), f"saving:{account_id}:{what}"
    with app.unit_of_work() as uow:
        uow.leases.take(account_id, name, owner, now, now)  # its row is locked until this transaction ends, and gone then
        yield app.within(uow)
        uow.leases.release(account_id, name, owner)
        uow.commit()
    app.wake.notify()
