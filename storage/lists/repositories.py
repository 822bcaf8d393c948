"""Named lists of accounts and their states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, select, update

from engine.model.account_list import AccountList
from engine.model.redaction import Redaction
from storage.statements import in_parts, upsert
from storage.tables import ListRow, ListStateRow


class SqlLists:
    """Implements `engine.ports.Lists`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_for(self, account_id: str) -> list[AccountList]:
        row, state = ListRow, ListStateRow
        columns = row.id, row.account_id, row.name, row.digest, state.count, row.changed_at, row.changed_by
        query = (
            select(*columns)
            .join(state, and_(state.account_id == row.account_id, state.digest == row.digest))
            .where(row.account_id == account_id)
            .order_by(row.name)
        )
        return [AccountList(**one) for one in self._connection.execute(query).mappings()]

    def put(self, kept: AccountList, members: Sequence[str]) -> None:
        row = ListRow
        self._keep_state(kept.account_id, kept.digest, members)
        own = and_(row.account_id == kept.account_id, row.id == kept.id)
        before = self._connection.execute(select(row.digest).where(own)).scalar()
        values = {"name": kept.name, "digest": kept.digest, "changed_at": kept.changed_at, "changed_by": kept.changed_by}
        if before is None:
            self._connection.execute(insert(row).values(id=kept.id, account_id=kept.account_id, **values))
        else:
            self._connection.execute(update(row).where(own).values(values))
            self._release(kept.account_id, before, kept.changed_at)

    def remove(self, account_id: str, list_id: str, at: datetime) -> None:
        row = ListRow
        own = and_(row.account_id == account_id, row.id == list_id)
        before = self._connection.execute(select(row.digest).where(own)).scalar()
        if before is not None:
            self._connection.execute(delete(row).where(own))
            self._release(account_id, before, at)

    def counts(self, account_id: str, digests: Sequence[str]) -> Mapping[str, int]:
        return self._of_states(account_id, digests, ListStateRow.count)

    def members(self, account_id: str, digests: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return self._of_states(account_id, digests, ListStateRow.members)

    def note_seen(self, account_id: str, states: Mapping[str, Sequence[str]]) -> None:
        known: Mapping[str, bool] = self._of_states(account_id, list(states), ListStateRow.seen)
        for digest, members in states.items():
            if not known.get(digest, False):
                values = _values(account_id, digest, members) | {"seen": True}
                self._connection.execute(
                    upsert(self._connection, ListStateRow).on_conflict_do_update(
                        index_elements=["account_id", "digest"], set_={"seen": True}
                    ),
                    values,
                )

    def redact(self, account_id: str, redaction: Redaction) -> int:
        row, redacted = ListStateRow, 0
        for digest in list(self._connection.execute(select(row.digest).where(row.account_id == account_id)).scalars()):
            (members,) = self.members(account_id, [digest]).values()
            left = [member for member in members if not redaction.names(member)]
            if len(left) < len(members):
                changed = update(row).where(row.account_id == account_id, row.digest == digest)
                self._connection.execute(changed.values(members=left, count=len(left)))
                redacted += 1
        return redacted

    def forget_states(self, before: datetime) -> None:
        self._connection.execute(delete(ListStateRow).where(ListStateRow.replaced_at < before, ~_is_held()))

    def _keep_state(self, account_id: str, digest: str, members: Sequence[str]) -> None:
        values = _values(account_id, digest, members)
        again = {name: values[name] for name in ("members", "count", "replaced_at")}
        self._connection.execute(
            upsert(self._connection, ListStateRow).on_conflict_do_update(index_elements=["account_id", "digest"], set_=again),
            values,
        )

    def _release(self, account_id: str, digest: str, at: datetime) -> None:
        """No list holds a state any more, unless another one does: it goes, or stays for the decisions that saw it."""
        row = ListStateRow
        left = and_(row.account_id == account_id, row.digest == digest, ~_is_held())
        self._connection.execute(delete(row).where(left, row.seen.is_(False)))
        self._connection.execute(update(row).where(left).values(replaced_at=at))

    def _of_states(self, account_id: str, digests: Sequence[str], column: Any) -> dict[str, Any]:
        row = ListStateRow
        found: dict[str, Any] = {}
        for part in in_parts(digests):
            query = select(row.digest, column).where(row.account_id == account_id, row.digest.in_(part))
            found |= {one.digest: one[1] for one in self._connection.execute(query)}
        return found


def _is_held() -> ColumnElement[bool]:
    """Whether a list holds the state."""
    return exists().where(ListRow.account_id == ListStateRow.account_id, ListRow.digest == ListStateRow.digest)


def _values(account_id: str, digest: str, members: Sequence[str]) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "digest": digest,
        "members": list(members),
        "count": len(members),
        "seen": False,
        "replaced_at": None,
    }
