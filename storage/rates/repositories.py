"""What carriers asked for orders, and what was compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, select
from sqlalchemy.orm import aliased

from engine.model.order import OrderState
from engine.model.rate_comparison import AskedRates, ComparedRate, RateComparison, RateWish
from engine.model.sentence import Sentence
from storage.statements import in_parts, is_among, upsert
from storage.tables import AskedRatesRow, OrderRow, RateComparisonRow


class SqlRates:
    """Implements `engine.ports.Rates`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep_asked(self, asked: Sequence[AskedRates]) -> None:
        row = AskedRatesRow
        for one in asked:
            values = {
                "order_id": one.order_id,
                "carrier_account_id": one.carrier_account_id,
                "account_id": one.account_id,
                "digest": one.digest,
                "asked_at": one.asked_at,
                "rates": one.rates_data(),
            }
            changed = {name: values[name] for name in ("digest", "asked_at", "rates")}
            kept = upsert(self._connection, row).values(values)
            of_account = row.account_id == one.account_id
            keys = [row.order_id, row.carrier_account_id]
            self._connection.execute(kept.on_conflict_do_update(index_elements=keys, set_=changed, where=of_account))

    def list_asked(self, account_id: str, order_ids: Sequence[str]) -> list[AskedRates]:
        row, found = AskedRatesRow, []
        for part in in_parts(order_ids):
            query = select(row).where(row.account_id == account_id, row.order_id.in_(part))
            for one in self._connection.execute(query.order_by(row.order_id, row.carrier_account_id)):
                owners = (one.account_id, one.order_id, one.carrier_account_id)
                found.append(AskedRates(*owners, one.digest, one.asked_at, AskedRates.rates_from(one.rates)))
        return found

    def forget_asked(self, before: datetime) -> int:
        return self._connection.execute(delete(AskedRatesRow).where(AskedRatesRow.asked_at < before)).rowcount

    def keep_comparison(self, comparison: RateComparison) -> None:
        row, wish = RateComparisonRow, comparison.wish
        changed = {
            "wish": {"among": list(wish.among), "prefer": wish.prefer, "level": wish.level},
            "digest": comparison.digest,
            "made_at": comparison.made_at,
            "rates": [one.to_data() for one in comparison.rates],
            "problems": [one.to_data() for one in comparison.problems],
            "sentence": comparison.sentence,
            "flagged": comparison.flagged,
        }
        owners = {name: getattr(comparison, name) for name in ("decision_id", "account_id", "order_id")}
        kept = upsert(self._connection, row).values({**owners, **changed})
        own = row.account_id == comparison.account_id
        self._connection.execute(kept.on_conflict_do_update(index_elements=[row.decision_id], set_=changed, where=own))

    def find_comparison(self, account_id: str, order_id: str, decision_id: str | None = None) -> RateComparison | None:
        row = RateComparisonRow
        query = select(row).where(row.account_id == account_id, row.order_id == order_id)
        if decision_id is not None:
            query = query.where(row.decision_id == decision_id)
        one = self._connection.execute(query.order_by(row.made_at.desc(), row.decision_id.desc()).limit(1)).first()
        if one is None:
            return None
        return RateComparison(
            one.account_id,
            one.order_id,
            one.decision_id,
            RateWish(tuple(one.wish["among"]), one.wish["prefer"], one.wish["level"]),
            one.digest,
            one.made_at,
            tuple(ComparedRate.from_data(rate) for rate in one.rates),
            tuple(Sentence.from_data(problem) for problem in one.problems),
            one.sentence,
            one.flagged,
        )

    def list_compared(self, account_id: str, order_ids: Sequence[str]) -> dict[str, tuple[ComparedRate, ...]]:
        row = RateComparisonRow
        found: dict[str, tuple[ComparedRate, ...]] = {}
        wanted = is_among(self._connection, row.order_id, order_ids), func.coalesce(row.account_id, "") == account_id
        query = select(row.order_id, row.rates).where(*wanted)
        for one in self._connection.execute(query.order_by(row.order_id, row.made_at, row.decision_id)):
            found[one.order_id] = tuple(map(ComparedRate.from_data, one.rates))
        return found

    def orders_without_choice(self, account_id: str, limit: int) -> list[str]:
        row, later = RateComparisonRow, aliased(RateComparisonRow)
        is_last = ~exists().where(later.order_id == row.order_id, later.made_at > row.made_at)
        query = (
            select(row.order_id)
            .join(OrderRow, OrderRow.id == row.order_id)
            .where(row.account_id == account_id, row.sentence.is_not(None), OrderRow.state == OrderState.OPEN.value, is_last)
        )
        return list(self._connection.scalars(query.order_by(row.made_at.desc(), row.order_id).limit(limit)))
