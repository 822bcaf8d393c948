"""The search of order notes: which order each is of, which the order note GET does not say."""

from __future__ import annotations

from typing import Final

from ..records import Cells
from ..replies import Json, Reply
from ..routing import Request, Route, route
from ..search import Column, Resource

_COLUMNS: Final = {
    "orderId": "IDSET",
    "noteId": "IDSET",
    "contactId": "IDSET",
    "noteText": "SEARCH_STRING",
    "isPublic": "BOOLEAN",
    "dateAdded": "PERIOD",
    "addedBy": "IDSET",
    "orderStatusId": "IDSET",
}
RESOURCE: Final = Resource("order-note", tuple(Column(name, kind) for name, kind in _COLUMNS.items()), {})

_BASE: Final = "/order-service"


def routes() -> list[Route]:
    """The service's routes."""
    return [
        route("GET", f"{_BASE}/order-note-search", _search, "order-note-search"),
        route("GET", f"{_BASE}/order-note-search/meta-data", _meta_data, "order-note-search-meta-data"),
    ]


def _search(request: Request) -> Reply:
    data = request.data
    with data.lock:
        rows = [_cells(order_id, note) for order_id, notes in data.order_notes.items() for note in notes]
    revision = (data.revision, len(rows))  # a new note changes no document
    return request.account.search.search(RESOURCE, dict(request.query), lambda: rows, revision, request.options)


def _meta_data(request: Request) -> Reply:
    return request.account.search.meta_data(RESOURCE, request.options)


def _cells(order_id: int, note: Json) -> Cells:
    return (
        order_id,
        note["noteId"],
        note["contactId"],
        note["text"],
        note["isPublic"],
        note["addedOn"],
        note["addedBy"],
        note["orderStatusId"],
    )
