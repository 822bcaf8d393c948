"""Gives orders the names that people know their store's shipping methods and channels by; the store's orders have codes only.

The names are kept with the store. They are read again when an order has a code that nobody knows, when they are a day old, and
in each import that reads everything, so that a new name reaches the orders that have not shipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from engine.application import Application
from engine.log import get_logger
from engine.model.store import KnownNames, NameKind, Ready, Record, Store
from engine.ports import CredentialsRefused, HasNames, StoreError, StoreSession, StoreUnavailable

NAMES_LAST = timedelta(days=1)
# The field of an order that has a code, and the one that gets the name.
_FIELDS = {
    NameKind.SHIPPING_METHODS: ("requested_service_code", "requested_service"),
    NameKind.CHANNELS: ("channel_id", "marketplace"),
}
_log = get_logger("stores")


class StoreNames:
    """The names of one store during one import."""

    def __init__(self, app: Application, store: Store) -> None:
        self._store = store
        self._clock = app.clock
        self._due = set(NameKind)  # not looked at yet in this import
        self._fetched: dict[NameKind, KnownNames] = {}
        self._afresh = False
        with app.reading() as uow:
            self._known = dict(uow.stores.names(store.account_id, store.id))

    def read_afresh(self) -> None:
        """Ask for all names that are needed once more, however young those that are known."""
        self._afresh = True

    def complete(self, session: StoreSession, records: Iterable[Record]) -> None:
        """Put the names into the documents. Never inside a transaction: it may ask the store.

        A code that the store has no name for gives none. Raises StoreUnavailable and CredentialsRefused when a name is needed
        that nobody knows; a store that has no names, or does not show them to this log-in, does without.
        """
        if not isinstance(session, HasNames):
            return
        documents = [record.document for record in records if isinstance(record, Ready)]
        for kind, (code_field, name_field) in _FIELDS.items():
            coded = [(document, code) for document in documents if (code := document.get(code_field))]
            names = self._names(session, kind, {code for _, code in coded})
            for document, code in coded:
                if name := names.get(code):
                    document[name_field] = name

    def take_fetched(self) -> dict[NameKind, KnownNames]:
        """What was read since this was asked last, to be kept."""
        fetched, self._fetched = self._fetched, {}
        return fetched

    def _names(self, session: HasNames, kind: NameKind, codes: set[str]) -> Mapping[str, str]:
        known = self._known.get(kind)
        names = {} if known is None else known.names
        unknown = codes - names.keys()
        if not codes or not (unknown or (kind in self._due and self._is_stale(known))):
            return names
        self._due.discard(kind)
        now = self._clock.now()
        try:
            names = session.names(kind)
        except (StoreUnavailable, CredentialsRefused):
            if unknown:
                raise
            _log.warning("stores.names_not_refreshed", kind=kind.value)
            return names
        except StoreError as refused:
            _log.warning("stores.no_names", kind=kind.value, problem=str(refused))
        self._keep(kind, {**dict.fromkeys(codes, ""), **names}, now)
        return self._known[kind].names

    def _is_stale(self, known: KnownNames | None) -> bool:
        return known is None or self._afresh or known.fetched_at <= self._clock.now() - NAMES_LAST

    def _keep(self, kind: NameKind, names: Mapping[str, str], now: datetime) -> None:
        self._known[kind] = self._fetched[kind] = KnownNames(names, now)
