"""What people change of a connected store: its name, settings, preferences and plan; and its end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.buyer_mail import BuyerMail
from engine.model.job import import_now_key
from engine.model.sentence import Sentence, sentence_of
from engine.model.store import Store, StoreState
from engine.model.store_preferences import NoticeTopic, ProductDetails, WeightUnit
from engine.ports import SettingProblem, StoreError, UnitOfWork
from engine.services.refusals import Refused
from engine.services.stores.connect_store import (
    BAD_DAILY,
    BAD_NAME,
    BAD_REFRESH,
    LONGEST_NAME,
    get_open_store,
    is_line,
    is_time_of_day,
    selects_orders,
)
from engine.services.stores.sessions import open_session
from engine.services.stores.store_takeover import TWIN, find_twin, scope_of, take_over
from engine.services.stores.store_webhooks import taken_back, turn_on_at_connect
from rules.messages import LANGUAGES, Message, Text

SHAPING = ("product_details", "weight_unit")  # the preferences that decide how an order is read

ENDS_WITH_CONNECTION = Text(
    'The store "{store}" is a connected client: remove the connection, and choose what becomes of the open orders.',
    'La tienda "{store}" es un cliente conectado: da de baja la conexión y elige qué pasa con los pedidos abiertos.',
)
BAD_SLIP_NAME = Text(
    "The name on packing slips has at most {limit} characters, on one line.",
    "El nombre de los albaranes tiene como máximo {limit} caracteres, en una sola línea.",
)
BAD_RAW_DAYS = Text(
    "What a store answered is kept for 1 to 365 days, not for {days}.",
    "Lo que respondió una tienda se guarda de 1 a 365 días, no {days}.",
)
_ALL = Text("{problems}", "{problems}")
WEBHOOKS_LEFT = Text(
    "The store could not be told to stop calling this service: {problem} Its calls are not listened to any more. You may "
    "remove its webhooks there by hand.",
    "No se pudo decir a la tienda que deje de llamar a este servicio: {problem} Ya no se escuchan sus llamadas. Puedes quitar "
    "allí sus webhooks manualmente.",
)


@dataclass(frozen=True, slots=True)
class StoreChanges:
    """What a person wants to have otherwise; None leaves a thing as it is. `settings` holds only keys that change."""

    name: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    packing_slip_name: str | None = None
    notices: Sequence[NoticeTopic] | None = None
    buyer_mails: Sequence[BuyerMail] | None = None
    product_details: ProductDetails | None = None
    weight_unit: WeightUnit | None = None
    keep_raw_days: int | None = None
    refresh_minutes: int | None = None
    daily_refresh_at: str | None = None

    def apply(self, store: Store) -> Store:
        """The store with these changes."""
        chosen: dict[str, Any] = {
            "packing_slip_name": None if self.packing_slip_name is None else self.packing_slip_name.strip(),
            "notices": None if self.notices is None else tuple(topic for topic in NoticeTopic if topic in self.notices),
            "buyer_mails": None if self.buyer_mails is None else tuple(mail for mail in BuyerMail if mail in self.buyer_mails),
            "product_details": self.product_details,
            "weight_unit": self.weight_unit,
            "keep_raw_days": self.keep_raw_days,
        }
        plan: dict[str, Any] = {
            "name": None if self.name is None else self.name.strip(),
            "refresh_minutes": self.refresh_minutes,
            "daily_refresh_at": self.daily_refresh_at,
        }
        return replace(
            store,
            settings={**store.settings, **self.settings},
            preferences=replace(store.preferences, **_given(chosen)),
            **_given(plan),
        )


class ChangesRefused(Refused):
    """Changes that cannot be kept: the fields of `StoreChanges`, or keys of its settings, with what is wrong with each."""

    def __init__(self, problems: Iterable[SettingProblem]) -> None:
        self.problems = tuple(problems)
        said = (" ".join(problem.message.format(language) for problem in self.problems) for language in LANGUAGES)
        super().__init__("bad_changes", _ALL, problems=Sentence(*said))


@dataclass(frozen=True, slots=True)
class Disconnected:
    """A store that is closed. `warning` says what the store could not be told."""

    store: Store
    warning: Message | None


def update_store(
    app: Application,
    account_id: str,
    store_id: str,
    changes: StoreChanges,
    actor: str,
    check_seen: Callable[[Store], None] = lambda _: None,
) -> Store:
    """The store as it is kept now; one that has its first channels now is told to call.

    The store is asked whether it has the channels, warehouses and status that are new; when it cannot be asked, they are
    kept as they are given. When other channels or warehouses are wanted, or orders are to be completed otherwise, the
    next import looks at everything again; with the first channels it waits no longer for failures. Orders of channels that
    are new here go on in this store. `check_seen` is asked about the store as nobody else changes it any more, and raises where
    that is not what the changes are about. Raises Refused for a closed store, ChangesRefused, also for channels that another open
    store of the same account has.
    """
    with app.reading() as uow:
        store = get_open_store(uow, account_id, store_id)
    problems = [*_problems(changes), *_problems_of_settings(app, store, changes)]
    if problems:
        raise ChangesRefused(problems)
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)  # before the store: whoever connects one takes it in this order too
        store = get_open_store(uow, account_id, store_id, for_change=True)
        check_seen(store)
        changed = changes.apply(store)
        before, after = _differences(store, changed)
        if not after:
            return store
        uow.stores.update(changed)
        if scope_of(app, changed) != scope_of(app, store):
            _take_channels(app, uow, changed)
        _look_again(app, uow, store, after.keys())
        entry = AuditEntry(account_id, app.clock.now(), actor, "store.changed", store.id, before, after)
        uow.audit.append([entry])
        uow.commit()
        kept = uow.stores.get(store.account_id, store.id)
    if kept.webhook_digest is None and not selects_orders(app, store) and selects_orders(app, kept):
        turn_on_at_connect(app, kept, actor)
    return kept


def _look_again(app: Application, uow: UnitOfWork, store: Store, changed: Collection[str]) -> None:
    """Let the next import read everything, where other orders are wanted or they are read otherwise."""
    settings = [one for one in app.connector(store.kind).describes.settings if one.name in changed]
    selects_others = any(one.selects_orders for one in settings)
    if selects_others:
        uow.stores.forget_skipped(store.account_id, store.id)
    if selects_others or any(one.shapes_orders for one in settings) or not set(SHAPING).isdisjoint(changed):
        failures, retry_at = (store.failures, store.retry_at) if selects_orders(app, store) else (0, None)  # that was why
        uow.stores.keep_progress(store.account_id, store.id, scanned_until=None, failures=failures, retry_at=retry_at)


def disconnect_store(app: Application, account_id: str, store_id: str, actor: str) -> Disconnected:
    """Close a store and forget its credentials; its orders stay as they are.

    The store is asked to stop calling; when that fails, it is closed all the same. Raises Refused.
    """
    with app.reading() as uow:
        store = get_open_store(uow, account_id, store_id)
    if not app.describe(store.kind).by_people:
        raise Refused("ends_with_connection", ENDS_WITH_CONNECTION, store=store.name)
    try:
        with _no_longer_calling(app, store):
            return Disconnected(_close(app, account_id, store_id, actor), None)
    except StoreError as error:
        warning = Message("webhooks_left", WEBHOOKS_LEFT, {"problem": sentence_of(error)})
    return Disconnected(_close(app, account_id, store_id, actor), warning)


def _no_longer_calling(app: Application, store: Store) -> AbstractContextManager[None]:
    return taken_back(app, store) if store.webhook_ids else nullcontext()


def _close(app: Application, account_id: str, store_id: str, actor: str) -> Store:
    with app.unit_of_work() as uow:
        store = get_open_store(uow, account_id, store_id, for_change=True)
        uow.stores.set_state(store.account_id, store.id, StoreState.CLOSED)
        uow.stores.swap_credentials(store.account_id, store.id, store.credentials_version, {})
        uow.stores.keep_webhooks(store.account_id, store.id, None, ())
        uow.pending_changes.remove_all(store.account_id, store.id)
        uow.jobs.cancel(store.account_id, import_now_key(store.id))
        entry = AuditEntry(account_id, app.clock.now(), actor, "store.disconnected", store.id, store.state.value, "closed")
        uow.audit.append([entry])
        uow.commit()
        return uow.stores.get(store.account_id, store.id)


def _take_channels(app: Application, uow: UnitOfWork, store: Store) -> None:
    twin = find_twin(app, uow, store)
    if twin is not None:
        selecting = next((one.name for one in app.connector(store.kind).describes.settings if one.selects_orders), "")
        raise ChangesRefused([SettingProblem(selecting, Message("store_twin", TWIN, {"other": twin.name}))])
    take_over(app, uow, store)


def _problems(changes: StoreChanges) -> list[SettingProblem]:
    found = []

    def report(name: str, text: Text, **params: Any) -> None:
        found.append(SettingProblem(name, Message(f"bad_{name}", text, params)))

    if changes.name is not None and not (changes.name.strip() and is_line(changes.name.strip())):
        report("name", BAD_NAME, limit=LONGEST_NAME)
    if changes.packing_slip_name is not None and not is_line(changes.packing_slip_name.strip()):
        report("packing_slip_name", BAD_SLIP_NAME, limit=LONGEST_NAME)
    if changes.keep_raw_days is not None and not 1 <= changes.keep_raw_days <= 365:
        report("keep_raw_days", BAD_RAW_DAYS, days=changes.keep_raw_days)
    if changes.refresh_minutes is not None and not 1 <= changes.refresh_minutes <= 1440:
        report("refresh_minutes", BAD_REFRESH, minutes=changes.refresh_minutes)
    if changes.daily_refresh_at is not None and not is_time_of_day(changes.daily_refresh_at):
        report("daily_refresh_at", BAD_DAILY, time=changes.daily_refresh_at)
    return found


def _problems_of_settings(app: Application, store: Store, changes: StoreChanges) -> list[SettingProblem]:
    """What the store's connector says against the settings that change. What it says of others hinders nothing."""
    if not changes.settings:
        return []
    changed = changes.apply(store)
    settings = app.connector(store.kind).describes.settings
    borne_on = {name for one in settings if one.name in changes.settings for name in one.bears_on}
    concerned = {*changes.settings, *borne_on}
    asked_about = [one.name for one in settings if one.choices is not None or one.bears_on]  # only the store knows them
    try:
        with closing(open_session(app, changed)) as session:
            if any((store.settings.get(key) or None) != (changed.settings.get(key) or None) for key in asked_about):
                session.check()
    except StoreError as error:
        return [problem for problem in error.problems if problem.field in concerned]
    return []


def _differences(store: Store, changed: Store) -> tuple[dict[str, Any], dict[str, Any]]:
    before, after = _told(store), _told(changed)
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def _told(store: Store) -> dict[str, Any]:
    """What the audit trail tells of a store: all that people may change."""
    plan = {"name": store.name, "refresh_minutes": store.refresh_minutes, "daily_refresh_at": store.daily_refresh_at}
    return {**plan, **store.preferences.to_data(), **store.settings}


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
