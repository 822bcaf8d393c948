"""Whether carriers let the account in: that one refuses the log-in is kept, until it lets the account in again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.application import Application
from engine.model.account import CarrierAccount
from engine.model.sentence import sentence_of
from engine.ports import LOG_IN_REFUSED, CarrierRefused


@contextmanager
def log_in_watched(app: Application, account: CarrierAccount) -> Iterator[None]:
    """Around calls to the carrier of an account. No transaction may be open where it begins or ends."""
    try:
        yield
    except CarrierRefused as refusal:
        if refusal.code == LOG_IN_REFUSED and account.refused_since is None:
            _keep(app, account, refusal)
        raise
    if account.refused_since is not None:
        _keep(app, account, None)


def _keep(app: Application, account: CarrierAccount, refusal: CarrierRefused | None) -> None:
    since = None if refusal is None else app.clock.now()
    with app.unit_of_work() as uow:
        said = None if refusal is None else sentence_of(refusal)
        uow.carrier_accounts.keep_refusal(account.account_id, account.id, since, said)
        uow.commit()
