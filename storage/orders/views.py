"""Saved views of the grid, and what people see of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, Select, String, and_, bindparam, delete, literal, or_, select, update

from engine.model.order_view import Density, GridSettings, OrderView
from engine.model.redaction import Redaction
from rules.messages import Text
from rules.values import folded_text
from storage.statements import not_found, upsert, values_of
from storage.tables import GridSettingsRow, OrderViewRow

_VIEW = Text("view", "vista")
_ROW, _SETTINGS = OrderViewRow, GridSettingsRow
_COLUMNS = [column for column in _ROW.__table__.columns if column.name != "name_key"]


class SqlOrderViews:
    """Implements `engine.ports.OrderViews`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_for(self, account_id: str, user_id: str) -> list[OrderView]:
        seen = or_(_ROW.owner_id == user_id, _ROW.is_shared)
        query = select(*_COLUMNS).where(_ROW.account_id == account_id, seen).order_by(_ROW.name_key, _ROW.id)
        return [OrderView(**row) for row in self._connection.execute(query).mappings()]

    def choices(self, account_id: str, user_id: str) -> tuple[GridSettings | None, list[OrderView]]:
        rows = self._connection.execute(_CHOICES, {"account": account_id, "person": user_id}).mappings().all()
        kept = _named(rows[0], "grid_")
        views = [OrderView(**view) for view in (_named(row, "view_") for row in rows) if view["id"] is not None]
        return (None if kept["user_id"] is None else _to_settings(kept)), views

    def get(self, account_id: str, view_id: str, *, for_change: bool = False) -> OrderView:
        query = select(*_COLUMNS).where(_ROW.account_id == account_id, _ROW.id == view_id)
        row = self._connection.execute(query.with_for_update() if for_change else query).mappings().first()
        if row is None:
            raise not_found(_VIEW, view_id)
        return OrderView(**row)

    def put(self, view: OrderView) -> None:
        values = {**values_of(view), "name_key": folded_text(view.name)}
        statement = upsert(self._connection, _ROW)
        changed = {name: value for name, value in values.items() if name not in ("id", "account_id", "owner_id")}
        own = _ROW.account_id == view.account_id
        self._connection.execute(statement.values(values).on_conflict_do_update(index_elements=["id"], set_=changed, where=own))

    def remove(self, account_id: str, view_id: str) -> None:
        opens = (_SETTINGS.account_id == account_id, _SETTINGS.view_id == view_id)
        self._connection.execute(update(_SETTINGS).where(*opens).values(view_id=None))
        self._connection.execute(delete(_ROW).where(_ROW.account_id == account_id, _ROW.id == view_id))

    def redact(self, account_id: str, redaction: Redaction) -> int:
        redacted = 0
        for view in self._connection.execute(select(*_COLUMNS).where(_ROW.account_id == account_id)).mappings():
            pairs = parse_qsl(view["query"])
            kept = [(name, value) for name, value in pairs if not redaction.finds(value)]
            name = redaction.text(view["name"])
            if kept != pairs or name != view["name"]:
                self.put(OrderView(**{**view, "name": name, "query": urlencode(kept)}))
                redacted += 1
        return redacted

    def settings(self, account_id: str, user_id: str) -> GridSettings | None:
        query = select(_SETTINGS).where(_SETTINGS.account_id == account_id, _SETTINGS.user_id == user_id)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        return _to_settings(row)

    def keep_settings(self, settings: GridSettings) -> None:
        values: dict[str, Any] = values_of(settings)
        changed = {name: value for name, value in values.items() if name not in ("account_id", "user_id")}
        statement = upsert(self._connection, _SETTINGS).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["account_id", "user_id"], set_=changed))


def _choices() -> Select[Any]:
    """The settings of a person, if there are any, beside each view that the person sees."""
    one = select(literal(1).label("one")).subquery()
    account, person = bindparam("account", type_=String), bindparam("person", type_=String)
    own = and_(_SETTINGS.account_id == account, _SETTINGS.user_id == person)
    seen = and_(_ROW.account_id == account, or_(_ROW.owner_id == person, _ROW.is_shared))
    columns = [column.label(f"view_{column.name}") for column in _COLUMNS]
    settings = [column.label(f"grid_{column.name}") for column in _SETTINGS.__table__.columns]
    query = select(*settings, *columns).select_from(one).outerjoin(_SETTINGS, own).outerjoin(_ROW, seen)
    return query.order_by(_ROW.name_key, _ROW.id)


_CHOICES = _choices()


def _named(row: Mapping[Any, Any], kind: str) -> dict[str, Any]:
    return {name.removeprefix(kind): value for name, value in row.items() if name.startswith(kind)}


def _to_settings(row: Mapping[Any, Any]) -> GridSettings:
    return GridSettings(**{**row, "density": Density(row["density"])})
