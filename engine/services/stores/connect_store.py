"""Connects a store: checks the credentials with the store itself before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from engine.application import Application
from engine.model.account import Account
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.store import Store, StoreChoices, StoreState
from engine.ports import ChoosingConnector, HasChoices, NotFound, StoreConnector, UnitOfWork
from engine.services.accounts.acting import find_account
from engine.services.kept_credentials import readable
from engine.services.refusals import NO_STORE, STORE_CLOSED, Refused
from engine.services.stores.sessions import open_session
from engine.services.stores.store_takeover import refuse_twin, take_over
from engine.services.stores.store_webhooks import turn_on_at_connect
from rules.messages import Text

UNKNOWN_KIND = Text('"{kind}" is not a kind of store; there are: {known}.', '"{kind}" no es un tipo de tienda; hay: {known}.')
LONGEST_NAME = 100
BAD_NAME = Text(
    "A store has a name of 1 to {limit} characters, on one line.",
    "Una tienda tiene un nombre de 1 a {limit} caracteres, en una sola línea.",
)
BAD_REFRESH = Text(
    "A store is refreshed every 1 to 1440 minutes, not every {minutes}.",
    "Una tienda se actualiza cada 1 a 1440 minutos, no cada {minutes}.",
)
BAD_DAILY = Text(
    '"{time}" is not a time of day: write hours and minutes such as 03:00.',
    '"{time}" no es una hora del día: escribe horas y minutos, como 03:00.',
)


@dataclass(frozen=True, slots=True)
class StoreForm:
    """What a person enters to connect a store."""

    kind: str
    name: str
    settings: Mapping[str, Any]
    credentials: Mapping[str, str] = field(repr=False)
    refresh_minutes: int = 15
    daily_refresh_at: str = "03:00"


def connect_store(app: Application, slug: str, form: StoreForm, *, actor: str = "operator") -> Store:
    """A connected store. Raises Refused, or StoreError when the store cannot be reached or refuses the credentials.

    Refused also where another open store imports the same channels of the same account; the orders of one that is closed
    go on in this one. A refused log-in leaves nothing behind. `actor`: a user's id, or `operator`.
    """
    store = new_store(app, _account(app, slug), form)
    with closing(connector_of(app, form.kind).open(store)) as session:
        session.check()
    keep_store(app, store, actor)
    return store


def try_connection(app: Application, slug: str, form: StoreForm) -> StoreChoices:
    """What the account that a form leads to has to choose from, after its log-in; keeps nothing.

    What is chosen from it may still be missing in the form (the channels). Raises as `connect_store`.
    """
    return try_out(connector_of(app, form.kind), new_store(app, _account(app, slug), form))


def try_out(connector: StoreConnector, store: Store) -> StoreChoices:
    """What a store's account has to choose from, after its log-in; nothing where its kind has no lists. Raises StoreError."""
    if isinstance(connector, ChoosingConnector):
        return connector.try_out(store)
    with closing(connector.open(store)) as session:
        session.check()
    return StoreChoices()


def choices_of(app: Application, account_id: str, store_id: str) -> StoreChoices:
    """What a store's settings can choose from, as the store's account has it now. Raises Refused or StoreError."""
    with app.reading() as uow:
        store = get_open_store(uow, account_id, store_id)
    with closing(open_session(app, store)) as session:
        return session.choices() if isinstance(session, HasChoices) else StoreChoices()


def replace_credentials(
    app: Application, account_id: str, store_id: str, credentials: Mapping[str, str], actor: str = "operator"
) -> Store:
    """The store, connected again: with these credentials, and those of before that are not among them and can be read.

    They are checked with the store itself first; refused ones change nothing. Raises Refused or StoreError.
    """
    with app.reading() as uow:
        store = get_open_store(uow, account_id, store_id)
    candidate = replace(store, credentials={**readable(store.credentials), **credentials})
    with closing(connector_of(app, store.kind).open(candidate)) as session:
        session.check()
    return keep_credentials(app, candidate, actor)


def keep_credentials(app: Application, candidate: Store, actor: str) -> Store:
    """Put a store's checked credentials in the place of those it had: it counts as connected, and its failures are forgotten.

    Raises Refused when it was closed meanwhile.
    """
    with app.unit_of_work() as uow:
        store = get_open_store(uow, candidate.account_id, candidate.id)
        while not uow.stores.swap_credentials(store.account_id, store.id, store.credentials_version, candidate.credentials):
            store = get_open_store(uow, candidate.account_id, candidate.id)  # a renewal came in between: these are newer
        uow.stores.set_state(store.account_id, store.id, StoreState.CONNECTED)
        uow.stores.keep_progress(store.account_id, store.id, scanned_until=store.scanned_until, failures=0, retry_at=None)
        before, after = ({"state": state.value} for state in (store.state, StoreState.CONNECTED))
        uow.audit.append([AuditEntry(store.account_id, app.clock.now(), actor, "store.reconnected", store.id, before, after)])
        kept = uow.stores.get(store.account_id, store.id)
        uow.commit()
    return kept


def new_store(app: Application, account: Account, form: StoreForm) -> Store:
    """The store that a form asks for; nothing is kept or asked yet. Raises Refused."""
    _check(app, form)
    return Store(
        id=new_id("sto"),
        account_id=account.id,
        kind=form.kind,
        name=form.name,
        settings=form.settings,
        credentials=form.credentials,
        created_at=app.clock.now(),
        refresh_minutes=form.refresh_minutes,
        daily_refresh_at=form.daily_refresh_at,
        time_zone=account.time_zone,
    )


def keep_store(app: Application, store: Store, actor: str) -> None:
    """Keep a new store whose credentials were checked. Raises Refused for one that has a twin by now."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        account = uow.accounts.get(store.account_id, for_change=True)  # of two connected at once, the second sees the first
        refuse_twin(app, uow, store)
        uow.stores.add(replace(store, time_zone=account.time_zone))  # which may have changed since the form was read
        after = {"kind": store.kind, "name": store.name, **store.settings}
        uow.audit.append([AuditEntry(store.account_id, now, actor, "store.connected", store.id, None, after)])
        if taken := take_over(app, uow, store):
            uow.audit.append([AuditEntry(store.account_id, now, actor, "store.took_over", store.id, None, {"orders": taken})])
        uow.commit()
    if selects_orders(app, store):  # else somebody agreed to it at the store, and chooses that in a moment
        turn_on_at_connect(app, store, actor)


def selects_orders(app: Application, store: Store) -> bool:
    """Whether it is known which orders come: a kind of store that leaves no choice takes them all."""
    selecting = [one for one in app.connector(store.kind).describes.settings if one.selects_orders]
    return not selecting or any(store.settings.get(one.name) for one in selecting)


def get_open_store(uow: UnitOfWork, account_id: str, store_id: str, *, for_change: bool = False) -> Store:
    """A store of this account that is not closed; with `for_change` nobody else changes it until this transaction has ended.

    Raises Refused.
    """
    try:
        store = uow.stores.get(account_id, store_id, for_change=for_change)
    except NotFound:
        raise Refused("no_store", NO_STORE, store=store_id) from None
    if store.state is StoreState.CLOSED:
        raise Refused("store_closed", STORE_CLOSED, store=store.name)
    return store


def connector_of(app: Application, kind: str) -> StoreConnector:
    """Raises Refused for an unknown kind of store."""
    if kind not in app.connectors:
        raise Refused("unknown_kind", UNKNOWN_KIND, kind=kind, known=", ".join(sorted(app.connectors)))
    return app.connector(kind)


def _account(app: Application, slug: str) -> Account:
    with app.reading() as uow:
        return find_account(uow, slug)


def _check(app: Application, form: StoreForm) -> None:
    connector_of(app, form.kind)
    if not form.name.strip() or not is_line(form.name):
        raise Refused("bad_name", BAD_NAME, limit=LONGEST_NAME)
    if not 1 <= form.refresh_minutes <= 1440:
        raise Refused("bad_refresh", BAD_REFRESH, minutes=form.refresh_minutes)
    if not is_time_of_day(form.daily_refresh_at):
        raise Refused("bad_daily_refresh", BAD_DAILY, time=form.daily_refresh_at)


def is_line(text: str) -> bool:
    """Whether a text is short enough for a name and is written on one line."""
    return len(text) <= LONGEST_NAME and text.isprintable()


def is_time_of_day(text: str) -> bool:
    """Whether a text is hours and minutes, such as 03:00."""
    hours, colon, minutes = text.partition(":")
    return bool(colon) and hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60
