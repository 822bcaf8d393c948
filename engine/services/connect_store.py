"""Connects a store: checks the credentials with the store itself before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.store import Store
from engine.services.accounts import get_account
from engine.services.refusals import Refused
from engine.services.store_webhooks import turn_on_at_connect
from rules.messages import Text

UNKNOWN_KIND = Text('"{kind}" is no kind of store; there are: {known}.', '"{kind}" no es un tipo de tienda; hay: {known}.')
BAD_REFRESH = Text(
    "A store is refreshed every 1 to 1440 minutes, not every {minutes}.",
    "Una tienda se actualiza cada 1 a 1440 minutos, no cada {minutes}.",
)
BAD_DAILY = Text(
    '"{time}" is no time of day: write hours and minutes such as 03:00.',
    '"{time}" no es una hora del día: escribe horas y minutos, como 03:00.',
)


@dataclass(frozen=True, slots=True)
class StoreForm:
    """What a person enters to connect a store."""

    kind: str
    name: str
    settings: Mapping[str, Any]
    credentials: Mapping[str, str]
    refresh_minutes: int = 15
    daily_refresh_at: str = "03:00"


def connect_store(app: Application, slug: str, form: StoreForm) -> Store:
    """A connected store. Raises Refused, or StoreError when the store cannot be reached or refuses the credentials.

    A refused log-in leaves nothing behind.
    """
    _check(app, form)
    with app.reading() as uow:
        account = get_account(uow, slug)
    now = app.clock.now()
    store = Store(
        id=new_id("sto"),
        account_id=account.id,
        kind=form.kind,
        name=form.name,
        settings=form.settings,
        credentials=form.credentials,
        created_at=now,
        refresh_minutes=form.refresh_minutes,
        daily_refresh_at=form.daily_refresh_at,
        time_zone=account.time_zone,
    )
    session = app.connector(form.kind).open(store)
    try:
        session.check()
    finally:
        session.close()
    with app.unit_of_work() as uow:
        uow.stores.add(store)
        after = {"kind": store.kind, "name": store.name, **store.settings}
        uow.audit.append([AuditEntry(account.id, now, "operator", "store.connected", store.id, None, after)])
        uow.commit()
    turn_on_at_connect(app, store)
    return store


def _check(app: Application, form: StoreForm) -> None:
    if form.kind not in app.connectors:
        raise Refused("unknown_kind", UNKNOWN_KIND, kind=form.kind, known=", ".join(sorted(app.connectors)))
    if not 1 <= form.refresh_minutes <= 1440:
        raise Refused("bad_refresh", BAD_REFRESH, minutes=form.refresh_minutes)
    hours, colon, minutes = form.daily_refresh_at.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
        raise Refused("bad_daily_refresh", BAD_DAILY, time=form.daily_refresh_at)
