"""What an account still lacks before its first order is decided and handed over: read from what is there, kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from engine.application import Application
from engine.model.account import Account, User
from engine.model.audit import AuditEntry
from engine.model.connection import ConnectionState
from engine.ports import UnitOfWork
from engine.services.accounts.acting import require_admin

HIDDEN, SHOWN = "getting_started.hidden", "getting_started.shown"
_SUBJECT = "getting_started"
_CONNECTING = (ConnectionState.PENDING, ConnectionState.ACTIVE)


class Step(StrEnum):
    """What has to be there, in the order in which it is asked for."""

    ACCOUNT = "account"  # with a ship-from location
    STORE = "store"
    PROVIDER = "provider"
    RULE = "rule"
    IMPORT = "import"
    CLIENT = "client"
    CARRIER = "carrier"
    REQUEST = "request"


MERCHANT_STEPS = (Step.ACCOUNT, Step.STORE, Step.PROVIDER, Step.RULE, Step.IMPORT)
PROVIDER_STEPS = (Step.ACCOUNT, Step.CLIENT, Step.CARRIER, Step.REQUEST)


@dataclass(frozen=True, slots=True)
class GettingStarted:
    """The steps of an account with what is done. `store_id`: the open store that the first import is of, if there is one."""

    steps: tuple[tuple[Step, bool], ...]
    store_id: str | None
    is_hidden: bool

    @property
    def next(self) -> Step | None:
        """The first that is not done."""
        return next((step for step, is_done in self.steps if not is_done), None)

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(is_done for _, is_done in self.steps)


def getting_started(app: Application, account: Account) -> GettingStarted:
    """How far an account has come, and whether its admins still want to be shown that."""
    steps = PROVIDER_STEPS if account.ships_for_others else MERCHANT_STEPS
    with app.reading() as uow:
        open_stores = [store.id for store in uow.stores.list_for(account.id) if not store.is_closed]
        return GettingStarted(
            tuple((step, _DONE[step](uow, account.id)) for step in steps),
            open_stores[0] if open_stores else None,
            _is_hidden(uow, account.id),
        )


def show_getting_started(app: Application, actor: User, *, shown: bool) -> None:
    """Have the empty orders page show the steps, or no longer. Raises Refused for who is not an admin."""
    require_admin(actor)
    with app.unit_of_work() as uow:
        uow.accounts.get(actor.account_id, for_change=True)
        if _is_hidden(uow, actor.account_id) is shown:
            action = SHOWN if shown else HIDDEN
            uow.audit.append([AuditEntry(actor.account_id, app.clock.now(), actor.id, action, _SUBJECT)])
        uow.commit()


def _is_hidden(uow: UnitOfWork, account_id: str) -> bool:
    """What was said last counts: the audit trail is the only place where it is kept."""
    said = [entry.action for entry in uow.audit.list_for(account_id, _SUBJECT)]
    return bool(said) and said[-1] == HIDDEN


def _has_order(uow: UnitOfWork, account_id: str) -> bool:
    return bool(uow.orders.list_newest(account_id, None, 1))


_DONE: dict[Step, Callable[[UnitOfWork, str], bool]] = {
    Step.ACCOUNT: lambda uow, account_id: bool(uow.locations.list_for(account_id)),
    Step.STORE: lambda uow, account_id: any(not store.is_closed for store in uow.stores.list_for(account_id)),
    Step.PROVIDER: lambda uow, account_id: any(one.state in _CONNECTING for one in uow.connections.list_for_client(account_id)),
    Step.RULE: lambda uow, account_id: bool(uow.rule_sets.list_published(account_id)),
    Step.IMPORT: _has_order,
    Step.CLIENT: lambda uow, account_id: any(one.state in _CONNECTING for one in uow.connections.list_for_provider(account_id)),
    Step.CARRIER: lambda uow, account_id: bool(
        uow.carrier_accounts.list_for(account_id) or uow.carrier_accounts.list_usable_by_provider(account_id)
    ),
    Step.REQUEST: _has_order,
}
