"""States of named lists that were used lately, made ready once: a list may have 100,000 members, and orders come in batches."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping

from engine.ports import NotFound, UnitOfWork
from rules.named_lists import NamedList

MOST_MEMBERS = 400_000  # of all lists kept in memory, about 500 bytes each where several operators use them

_Key = tuple[str, str, str, int]  # whose, the name, the digest; and the count, which is another one where a person was erased


class ListStates:
    """What one process keeps of lists. Safe to share between threads."""

    def __init__(self, most_members: int = MOST_MEMBERS) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, NamedList] = OrderedDict()
        self._size = 0
        self._most = most_members

    def load(
        self, uow: UnitOfWork, account_id: str, digests: Mapping[str, str], counts: Mapping[str, int] | None = None
    ) -> dict[str, NamedList]:
        """The states with these digests, by the names of the lists. Raises NotFound where one is gone.

        Whoever knows how many members each has by now saves a query.
        """
        counts = uow.lists.counts(account_id, list(digests.values())) if counts is None else counts
        keys = {name: (account_id, name, digest, counts.get(digest, -1)) for name, digest in digests.items()}
        found = {name: kept for name, key in keys.items() if (kept := self._find(key)) is not None}
        missing = {name: digest for name, digest in digests.items() if name not in found}
        members = uow.lists.members(account_id, list(missing.values())) if missing else {}
        for name, digest in missing.items():
            if digest not in members:
                raise NotFound(digest)
            found[name] = self._keep(keys[name], NamedList(name, members[digest]))
        return found

    def _find(self, key: _Key) -> NamedList | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def _keep(self, key: _Key, state: NamedList) -> NamedList:
        """What was not used for longest makes room."""
        with self._lock:
            kept = self._kept.setdefault(key, state)
            if kept is state:
                self._size += len(state.members)
            while self._size > self._most and self._kept:
                _key, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped.members)
        return kept
