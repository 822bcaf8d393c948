"""Purchases of labels and their documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, union_all, update

from engine.model.label import (
    BEING_BOUGHT,
    Document,
    DocumentFormat,
    DocumentKind,
    Label,
    LabelPurpose,
    LabelRequest,
    LabelState,
    PaperSize,
)
from engine.model.money import Money
from engine.model.order_combined import lent_units
from engine.model.order_link import LinkKind
from rules.messages import Text
from storage.statements import in_parts, not_found, upsert
from storage.tables import CarrierAccountRow, LabelBatchOrderRow, LabelDocumentRow, LabelRow, OrderLinkRow

_LABEL = Text("label", "etiqueta")
_CARRIER_ACCOUNT = Text("carrier account", "cuenta de transporte")
_PLAIN = (
    "id",
    "account_id",
    "order_id",
    "shipment_id",
    "carrier_account_id",
    "owner_id",
    "carrier",
    "service",
    "actor",
    "created_at",
    "carrier_id",
    "error",
    "bought_at",
    "manifest_id",
)
_OUTBOUND = LabelPurpose.OUTBOUND.value
_MANIFESTED = [LabelState.BOUGHT.value, LabelState.VOID_REFUSED.value]
_BEING_BOUGHT = [state.value for state in BEING_BOUGHT]
_IN_ONE_PARCEL = [LinkKind.COMBINED.value, LinkKind.PARTED.value]


class SqlLabels:
    """Implements `engine.ports.Labels`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_many(self, labels: Sequence[Label]) -> None:
        if labels:
            self._connection.execute(insert(LabelRow), [_values(label) for label in labels])

    def update(self, label: Label) -> None:
        row = LabelRow
        own = (row.id == label.id, row.account_id == label.account_id)
        self._connection.execute(update(row).where(*own).values(_changing(label)))

    def get(self, account_id: str, label_id: str, *, for_change: bool = False) -> Label:
        found = self._list(select(LabelRow).where(LabelRow.account_id == account_id, LabelRow.id == label_id), for_change)
        if not found:
            raise not_found(_LABEL, label_id)
        return found[0]

    def find_by_shipment(self, account_id: str, shipment_id: str, *, for_change: bool = False) -> Label | None:
        query = select(LabelRow).where(LabelRow.account_id == account_id, LabelRow.shipment_id == shipment_id)
        found = self._list(query, for_change)
        return found[0] if found else None

    def list_for_order(self, account_id: str, order_id: str) -> list[Label]:
        return self._list(select(LabelRow).where(LabelRow.account_id == account_id, LabelRow.order_id == order_id))

    def being_bought(self, account_id: str, order_ids: Sequence[str]) -> dict[str, list[Label]]:
        found: dict[str, list[Label]] = {}
        row, link, columns = LabelRow, OrderLinkRow, tuple(LabelRow.__table__.columns)
        bought = (row.account_id == account_id, row.state.in_(_BEING_BOUGHT), row.purpose == _OUTBOUND)
        for part in in_parts(order_ids):
            own = select(*columns, row.order_id.label("holder")).where(*bought, row.order_id.in_(part))
            in_parcels = (link.account_id == account_id, link.order_id.in_(part), link.kind.in_(_IN_ONE_PARCEL))
            others = select(*columns, link.order_id.label("holder")).join(link, link.origin_id == row.order_id)
            query = union_all(own, others.where(*bought, *in_parcels)).order_by("id")
            for data in self._connection.execute(query).mappings():
                label, holder = to_label(data), str(data["holder"])
                lines = label.lines if label.order_id == holder else lent_units(label.lines, holder)
                if lines:
                    found.setdefault(holder, []).append(replace(label, lines=lines))
        return found

    def list_unmanifested(self, account_id: str, since: datetime, limit: int) -> list[Label]:
        row = LabelRow
        query = select(row).where(row.account_id == account_id, row.created_at >= since, row.manifest_id.is_(None))
        return self._list(query.where(row.state.in_(_MANIFESTED), row.purpose == _OUTBOUND).limit(limit))

    def put_on_manifest(self, account_id: str, label_ids: Sequence[str], manifest_id: str) -> int:
        row, count = LabelRow, 0
        for part in in_parts(label_ids):
            free = (row.account_id == account_id, row.id.in_(part), row.manifest_id.is_(None), row.state.in_(_MANIFESTED))
            count += self._connection.execute(update(row).where(*free).values(manifest_id=manifest_id)).rowcount
        return count

    def take_off_manifest(self, account_id: str, manifest_id: str) -> None:
        row = LabelRow
        on_it = (row.account_id == account_id, row.manifest_id == manifest_id)
        self._connection.execute(update(row).where(*on_it).values(manifest_id=None))

    def list_on_manifest(self, account_id: str, manifest_id: str) -> list[Label]:
        return self._list(select(LabelRow).where(LabelRow.account_id == account_id, LabelRow.manifest_id == manifest_id))

    def take_numbers(self, account_id: str, carrier_account_id: str, count: int) -> int:
        row = CarrierAccountRow
        own = (row.id == carrier_account_id, row.account_id == account_id)
        taken = update(row).where(*own).values(next_number=row.next_number + count).returning(row.next_number)
        following = self._connection.execute(taken).scalar()
        if following is None:
            raise not_found(_CARRIER_ACCOUNT, carrier_account_id)
        return int(following) - count

    def keep_documents(self, account_id: str, label_id: str, documents: Sequence[Document], now: datetime) -> None:
        self.get(account_id, label_id)
        owner = {"label_id": label_id, "account_id": account_id, "created_at": now}
        rows = [
            {
                **owner,
                "kind": one.kind.value,
                "format": one.format.value,
                "size": one.size.value,
                "parcel": one.parcel,
                "content": one.content,
            }
            for one in documents
        ]
        if rows:
            self._connection.execute(upsert(self._connection, LabelDocumentRow).on_conflict_do_nothing(), rows)

    def list_documents(self, account_id: str, label_id: str) -> list[Document]:
        row = LabelDocumentRow
        query = select(row).where(row.account_id == account_id, row.label_id == label_id)
        rows = self._connection.execute(query.order_by(row.kind, row.format, row.size, row.parcel))
        return [
            Document(DocumentKind(one.kind), DocumentFormat(one.format), PaperSize(one.size), one.content, one.parcel)
            for one in rows
        ]

    def forget_documents(self, before: datetime) -> int:
        return self._connection.execute(delete(LabelDocumentRow).where(LabelDocumentRow.created_at < before)).rowcount

    def redact(self, account_id: str, order_ids: Sequence[str]) -> list[str]:
        row, document, shipment_ids = LabelRow, LabelDocumentRow, []
        for part in in_parts(order_ids):
            for label in self._list(select(row).where(row.account_id == account_id, row.order_id.in_(part))):
                own = (row.account_id == account_id, row.id == label.id)
                self._connection.execute(update(row).where(*own).values(request=label.request.without_person().to_data()))
                of_label = (document.account_id == account_id, document.label_id == label.id)
                self._connection.execute(delete(document).where(*of_label))
                shipment_ids.append(label.shipment_id)
            batched = LabelBatchOrderRow  # whose refusals may name an address
            in_batches = (batched.account_id == account_id, batched.order_id.in_(part))
            self._connection.execute(update(batched).where(*in_batches).values(refusal=None))
        return shipment_ids

    def was_printed(self, account_id: str, label_id: str) -> bool:
        row = LabelRow
        query = select(row.id).where(row.account_id == account_id, row.id == label_id, row.printed_at.is_not(None))
        return self._connection.execute(query).first() is not None

    def note_printed(self, account_id: str, label_id: str, now: datetime) -> bool:
        row = LabelRow
        own = (row.account_id == account_id, row.id == label_id, row.printed_at.is_(None))
        return self._connection.execute(update(row).where(*own).values(printed_at=now)).rowcount == 0

    def note_not_printed(self, account_id: str, label_id: str) -> None:
        row = LabelRow
        own = (row.account_id == account_id, row.id == label_id)
        self._connection.execute(update(row).where(*own).values(printed_at=None))

    def _list(self, query: Select[Any], for_change: bool = False) -> list[Label]:
        query = query.order_by(LabelRow.id)
        rows = self._connection.execute(query.with_for_update() if for_change else query).mappings()
        return [to_label(row) for row in rows]


def to_label(row: Mapping[Any, Any]) -> Label:
    """A row of `labels` as what it says."""
    return Label(
        **{name: row[name] for name in _PLAIN},
        state=LabelState(row["state"]),
        purpose=LabelPurpose(row["purpose"]),
        tracking_numbers=tuple(row["tracking_numbers"]),
        lines={key: Decimal(quantity) for key, quantity in row["lines"].items()},
        request=LabelRequest.from_data(row["request"]),
        quoted=_money(row["quoted"], row["quoted_currency"]),
        cost=_money(row["cost"], row["cost_currency"]),
        max_price=_money(row["max_price"], row["max_price_currency"]),
        asked=_money(row["asked"], row["asked_currency"]),
    )


def _values(label: Label) -> dict[str, Any]:
    return {
        **{name: getattr(label, name) for name in _PLAIN},
        **_changing(label),
        "lines": dict(label.lines),
        "purpose": label.purpose.value,
        "request": label.request.to_data(),
        "digest": label.request.digest,
        **_columns("quoted", label.quoted),
        **_columns("max_price", label.max_price),
    }


def _changing(label: Label) -> dict[str, Any]:
    return {
        "state": label.state.value,
        "carrier_id": label.carrier_id,
        **_columns("cost", label.cost),
        **_columns("asked", label.asked),
        "error": label.error,
        "bought_at": label.bought_at,
        "tracking_numbers": list(label.tracking_numbers),
    }


def _columns(name: str, money: Money | None) -> dict[str, Any]:
    return {name: None if money is None else money.amount, f"{name}_currency": None if money is None else money.currency}


def _money(amount: Decimal | None, currency: str | None) -> Money | None:
    return None if amount is None or currency is None else Money(amount, currency)
