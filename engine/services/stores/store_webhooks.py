"""Turns a store's webhooks on and off, and looks once a day whether they are still there."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from engine.application import Application
from engine.log import get_logger
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.sentence import Sentence, sentence_of
from engine.model.store import Store, StoreState
from engine.model.store_kind import Capability
from engine.model.webhook import digest_of
from engine.ports import CallingConnector, HasWebhooks, NotFound, StoreError
from engine.services.refusals import NO_STORE, STORE_CLOSED, Refused
from engine.services.stores.sessions import open_session
from rules.messages import Text

log = get_logger(__name__)

OPERATOR = "operator"
_ALONE = timedelta(minutes=5)  # longer than the few requests take; a process that died with it holds nobody up for long

NO_ADDRESS = Text(
    'The store "{store}" cannot call this service, so it is only looked at every {minutes} minutes: to be told of changes '
    "at once, the operator sets RELEVO_PUBLIC_URL to the address at which this service is reached from outside.",
    'La tienda "{store}" no puede llamar a este servicio, así que solo se consulta cada {minutes} minutos: para recibir los '
    "cambios al momento, el administrador define RELEVO_PUBLIC_URL con la dirección externa de este servicio.",
)
BUSY = Text(
    'The webhooks of the store "{store}" are being changed at this moment: try again in some minutes.',
    'Los webhooks de la tienda "{store}" se están cambiando en este momento: inténtalo de nuevo en unos minutos.',
)
NOT_ON = Text(
    'The webhooks of the store "{store}" could not be registered, so it is only looked at every {minutes} minutes: {problem} '
    "Turn them on again on the store's page, or with `stores webhooks {id} on`.",
    'No se pudieron registrar los webhooks de la tienda "{store}", así que solo se consulta cada {minutes} minutos: {problem} '
    "Vuelve a activarlos en la página de la tienda o con `stores webhooks {id} on`.",
)


NO_WEBHOOKS = Text(
    "{kind} does not tell of changes at once: they come with the next import.",
    "{kind} no avisa de los cambios al momento: llegan con la próxima importación.",
)


@dataclass(frozen=True, slots=True)
class WebhookStatus:
    """Whether a store's calls are listened to, and which of the registrations are there at the store."""

    on: bool
    registered: tuple[str, ...]  # as kept here
    missing: tuple[str, ...]  # of those, at the store
    address: str | None  # that the store calls, without the secret; None when it cannot reach this service


def turn_on(app: Application, account_id: str, store_id: str, *, base: str | None = None, actor: str = OPERATOR) -> None:
    """Have the store call this service, under a new secret. What it called before ends.

    `actor`: who wants that, as the audit trail tells it. `base` is this service's address as the store reaches it, when it is
    another than the application knows. Raises Refused (unknown or closed store, one that does not call, no address, another
    change under way) and StoreError; then everything is as it was.
    """
    store = _calling_store(app, account_id, store_id)
    address = address_for(app, store, base)
    if address is None:
        raise Refused("no_public_url", NO_ADDRESS, store=store.name, minutes=store.refresh_minutes)
    with _alone(app, store), _session(app, store) as session:
        _register(app, store, address, session, actor)


def turn_on_at_connect(app: Application, store: Store, actor: str) -> None:
    """The same for a store just connected. A failure does not undo the connection: the account's people are told."""
    if address_for(app, store) is None:
        return
    try:
        turn_on(app, store.account_id, store.id, actor=actor)
    except (StoreError, Refused) as error:
        params = {"store": store.name, "minutes": store.refresh_minutes, "problem": sentence_of(error), "id": store.id}
        alert = Alert(new_id("alr"), store.account_id, None, Sentence.of(NOT_ON, **params), app.clock.now())
        with app.unit_of_work() as uow:
            uow.alerts.add(alert)
            uow.commit()


def turn_off(app: Application, account_id: str, store_id: str, *, actor: str = OPERATOR) -> None:
    """Take the registrations back and listen no more. Raises Refused and StoreError; then nothing has changed here."""
    store = _calling_store(app, account_id, store_id)
    with taken_back(app, store), app.unit_of_work() as uow:
        uow.stores.keep_webhooks(store.account_id, store.id, None, ())
        uow.pending_changes.remove_all(store.account_id, store.id)
        uow.audit.append([AuditEntry(store.account_id, app.clock.now(), actor, "store.webhooks_off", store.id, None, None)])
        uow.commit()


@contextmanager
def taken_back(app: Application, store: Store) -> Iterator[None]:
    """The store's registrations are gone from it, and none is made by anybody else while the block runs.

    Whether calls are still listened to is the block's business. Raises Refused and StoreError.
    """
    with _alone(app, store):
        with _session(app, store) as session:
            address = address_for(app, store)
            listed = [] if address is None else session.list_webhooks(address)
            session.remove_webhooks(sorted({*store.webhook_ids, *listed}))
        yield


def see_webhooks(app: Application, account_id: str, store_id: str) -> WebhookStatus:
    """How things stand, here and at the store. Raises Refused and StoreError."""
    store = _calling_store(app, account_id, store_id)
    address = address_for(app, store)
    if store.webhook_digest is None:
        return WebhookStatus(False, (), (), address)
    with _session(app, store) as session:
        listed = set() if address is None else set(session.list_webhooks(address))
    return WebhookStatus(True, store.webhook_ids, tuple(one for one in store.webhook_ids if one not in listed), address)


def repair_webhooks(app: Application, account_id: str, store_id: str, *, base: str | None = None) -> bool:
    """Where webhooks are on, register them anew if one is gone or the address is another by now. Whether that was needed.

    Raises Refused and StoreError.
    """
    store = _open_store(app, account_id, store_id)
    address = address_for(app, store, base)
    if store.webhook_digest is None or address is None:
        return False
    with _alone(app, store), _session(app, store) as session:
        listed = set(session.list_webhooks(address))
        if listed.issuperset(store.webhook_ids):
            session.remove_webhooks(sorted(listed.difference(store.webhook_ids)))
            return False
        _register(app, store, address, session, OPERATOR)
    log.info("webhooks.mended", store=store.id)
    return True


def _register(app: Application, store: Store, address: str, session: HasWebhooks, actor: str) -> None:
    """Register, then listen, then take back what was there before: at any moment some registration is listened to."""
    secret = secrets.token_urlsafe(32)
    ids = session.register_webhooks(f"{address}?token={secret}")
    with app.unit_of_work() as uow:
        uow.stores.keep_webhooks(store.account_id, store.id, digest_of(secret), ids)
        uow.audit.append([AuditEntry(store.account_id, app.clock.now(), actor, "store.webhooks_on", store.id, None, list(ids))])
        uow.commit()
    try:
        session.remove_webhooks(sorted({*store.webhook_ids, *session.list_webhooks(address)}.difference(ids)))
    except StoreError as error:  # calls of these are refused by now, and the next look at them tries again
        log.warning("webhooks.not_removed", store=store.id, error=str(error))


def address_for(app: Application, store: Store, base: str | None = None) -> str | None:
    """Where the store calls: a store on this machine within it, any other from outside.

    None: it cannot reach this service, or never calls. The secret is left out. The store is not asked.
    """
    connector = app.connectors.get(store.kind)
    if not isinstance(connector, CallingConnector):
        return None
    if base is None and app.local_url is not None and connector.is_local(store.settings):
        base = app.local_url
    base = base or app.public_url
    return None if base is None else f"{base}/hooks/{store.kind}/{store.id}"


def _open_store(app: Application, account_id: str, store_id: str) -> Store:
    with app.reading() as uow:
        try:
            store = uow.stores.get(account_id, store_id)
        except NotFound:
            raise Refused("no_store", NO_STORE, store=store_id) from None
    if store.state is StoreState.CLOSED:
        raise Refused("store_closed", STORE_CLOSED, store=store.name)
    return store


def _calling_store(app: Application, account_id: str, store_id: str) -> Store:
    """An open store of a kind that tells of changes. Raises Refused."""
    store = _open_store(app, account_id, store_id)
    if not app.describe(store.kind).can(Capability.WEBHOOKS):
        raise Refused("no_webhooks", NO_WEBHOOKS, kind=app.describe(store.kind).name)
    return store


@contextmanager
def _session(app: Application, store: Store) -> Iterator[HasWebhooks]:
    """A session of a store that calls. Raises Refused and StoreError."""
    with closing(open_session(app, store)) as session:
        if not isinstance(session, HasWebhooks):
            raise Refused("no_webhooks", NO_WEBHOOKS, kind=app.describe(store.kind).name)
        yield session


@contextmanager
def _alone(app: Application, store: Store) -> Iterator[None]:
    """Two changes at once would take back each other's registrations."""
    name, owner, now = f"webhooks:{store.id}", new_id("hks"), app.clock.now()
    with app.unit_of_work() as uow:
        taken = uow.leases.take(store.account_id, name, owner, now, now + _ALONE)
        uow.commit()
    if not taken:
        raise Refused("webhooks_busy", BUSY, store=store.name)
    try:
        yield
    finally:
        with app.unit_of_work() as uow:
            uow.leases.release(store.account_id, name, owner)
            uow.commit()
