"""A Brightpearl account on a local port whose every reply a test can replace. It answers what the connector asks, no more."""

from __future__ import annotations

import json
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ACCOUNT = "testacct"
PASSWORD = "correct horse, battery"
COLUMNS = ("goodsOutNoteId", "printed", "picked", "shipped", "orderId", "warehouseId", "createdOn", "transfer", "newfangled")


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None  # bytes of the body before the connection is reset


def answer(body: Any, status: int = 200, **headers: str) -> Answer:
    """JSON; header names with `_` for `-`."""
    return Answer(status, json.dumps(body).encode(), {name.replace("_", "-"): value for name, value in headers.items()})


def errors(status: int, code: str, message: str = "no") -> Answer:
    return answer({"errors": [{"code": code, "message": message}]}, status)


THROTTLED = {"response": "You have sent too many requests. Please wait before sending another request"}


def make_note(order_id: int = 7001, rows: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A printed goods-out note; `printed` and `shipped` go into its status."""
    status = {"shipped": False, "packed": False, "picked": False, "printed": True}
    status.update({name: changes.pop(name) for name in list(changes) if name in status})
    rows = {"9101": [{"productId": 640, "quantity": 2, "locationId": 14}]} if rows is None else rows
    note = {"orderId": order_id, "warehouseId": 3, "transfer": False, "status": status, "orderRows": rows, "sequence": 1}
    return {**note, "shipping": {"shippingMethodId": 5}, "createdOn": "2026-02-20T10:00:00.000Z", **changes}


def make_order(order_id: int = 7001, channel: int = 2, **changes: Any) -> dict[str, Any]:
    party = {
        "addressFullName": "Ann Sample",
        "companyName": "",
        "addressLine1": "1 High St",
        "addressLine3": "Leeds",
        "postalCode": "LS1 1AA",
        "country": "United Kingdom",
        "countryIsoCode": "GB",
        "email": "ann@example.com",
    }
    row = {
        "orderRowSequence": "10",
        "productId": 640,
        "productName": "Blue mug",
        "productSku": "MUG-B",
        "quantity": {"magnitude": "2.0000"},
        "rowValue": {"rowNet": {"currencyCode": "EUR", "value": "25.0000"}},
    }
    order = {
        "id": order_id,
        "orderTypeCode": "SO",
        "reference": f"WEB-{order_id}",
        "placedOn": "2026-02-19T08:00:00.000Z",
        "currency": {"orderCurrencyCode": "EUR"},
        "totalValue": {"total": "60.00"},
        "assignment": {"current": {"channelId": channel}},
        "parties": {"customer": {"contactId": 310, **party}, "delivery": party, "billing": party},
        "orderRows": {"9101": row},
        "isDropship": False,
    }
    return {**order, **changes}


class StubBrightpearl:
    """Notes and orders to read, a queue of replies that come first, and every request that was seen.

    `script` holds an Answer, or None for the account's own reply, for each coming request.
    """

    def __init__(self) -> None:
        self.notes: dict[int, dict[str, Any]] = {}
        self.orders: dict[int, dict[str, Any]] = {}
        self.order_notes: list[dict[str, Any]] = []
        self.noted: list[tuple[int, dict[str, Any]]] | None = []  # for the search: order id and note; None: no such search
        self.ignores_filters = False
        self.drop_ship: dict[str, Any] = {}
        self.lists: dict[str, list[dict[str, Any]]] = {}  # by path, such as `product-service/channel`
        self.script: list[Answer | None] = []
        self.seen: list[Seen] = []
        self.logins = 0
        self.page_size = 500
        self.extra_headers: dict[str, str] = {}
        self.columns: tuple[str, ...] = COLUMNS
        self.reply: Callable[[Seen], Answer] = self.own_reply
        self.url = ""
        self._shuffle = random.Random(7)

    def token(self) -> str:
        return f"token-{self.logins}-secret"

    def paths(self) -> list[str]:
        return [seen.path.removeprefix(f"/public-api/{ACCOUNT}") for seen in self.seen]

    def handle(self, seen: Seen) -> Answer:
        self.seen.append(seen)
        scripted = self.script.pop(0) if self.script else None
        return scripted or self.reply(seen)

    def own_reply(self, seen: Seen) -> Answer:
        if seen.path == f"/{ACCOUNT}/authorise":
            return self._login(seen)
        if seen.headers.get("brightpearl-auth") != self.token():
            return answer({"response": f"Invalid instance token: {seen.headers.get('brightpearl-auth')}"}, 401)
        parts = seen.path.removeprefix(f"/public-api/{ACCOUNT}/").split("/")
        match parts:
            case ["warehouse-service", "goods-note", "goods-out-search"]:
                return self._goods_out_search(seen)
            case ["warehouse-service", "order", orders, "goods-note", "goods-out", notes]:
                found = self._notes_of(orders, notes)
                return answer({"response": found}) if found else answer({}, 200)
            case ["warehouse-service", "order", _, "goods-note", "drop-ship", ""]:
                return answer({"response": self.drop_ship}) if self.drop_ship else errors(404, "CMNC-404")
            case ["order-service", "order", ids]:
                return answer({"response": [self.orders[one] for one in expand(ids)[::-1] if one in self.orders]})
            case ["order-service", "order-search"]:
                wanted = seen.query["customerRef"]
                rows = [[order["reference"], one] for one, order in self.orders.items() if order["reference"] == wanted]
                return answer(page(rows, ("customerRef", "orderId"), 1, False))
            case ["order-service", "order-note-search"] if self.noted is not None:
                wanted_ids = expand(seen.query["orderId"])
                rows = [[one["text"], one["isPublic"], order, number] for number, (order, one) in enumerate(self.noted)]
                rows = [row for row in rows if row[2] in wanted_ids or self.ignores_filters]
                return answer(page(rows, ("noteText", "isPublic", "orderId", "noteId"), 1, False))
            case ["order-service", "order", _, "note"]:
                return answer({"response": self.order_notes})
        listed = self.lists.get("/".join(parts))
        return errors(404, "CMNC-404") if listed is None else answer({"response": listed})

    def _login(self, seen: Seen) -> Answer:
        credentials = json.loads(seen.body)["apiAccountCredentials"]
        if credentials["password"] != PASSWORD:
            return errors(401, "GWYB-006", f"Unable to authenticate {credentials['emailAddress']}")
        self.logins += 1
        return answer({"response": self.token()})

    def _notes_of(self, orders: str, ids: str) -> dict[str, Any]:
        wanted = expand(ids) if ids else sorted(self.notes)
        of = None if orders == "*" else expand(orders)
        return {
            str(one): self.notes[one] for one in wanted if one in self.notes and (of is None or self.notes[one]["orderId"] in of)
        }

    def _goods_out_search(self, seen: Seen) -> Answer:
        """All notes, whatever the filter said; the columns stand in another order on each page."""
        first = int(seen.query["firstResult"])
        ids = sorted(self.notes)[first - 1 :][: self.page_size]
        columns = list(self.columns)
        self._shuffle.shuffle(columns)
        rows = []
        for one in ids:
            note = self.notes[one]
            cells = {**note, **note["status"], "goodsOutNoteId": one, "newfangled": {"a": 1}}
            rows.append([cells.get(column) for column in columns])
        return answer(page(rows, columns, first, first - 1 + len(ids) < len(self.notes), available=len(self.notes)))


def page(rows: list[Any], columns: Any, first: int, more: bool | None, available: int | None = None) -> dict[str, Any]:
    """A search's reply."""
    meta: dict[str, Any] = {"columns": [{"name": name} for name in columns], "resultsReturned": len(rows)}
    meta["resultsAvailable"] = len(rows) if available is None else available
    if rows:
        meta.update(firstResult=first, lastResult=first + len(rows) - 1)
    if more is not None:
        meta["morePagesAvailable"] = more
    return {"response": {"results": rows, "metaData": meta}}


def expand(id_set: str) -> list[int]:
    ids: list[int] = []
    for item in id_set.split(","):
        low, _, high = item.partition("-")
        ids += range(int(low), int(high or low) + 1)
    return ids


@contextmanager
def serving(stub: StubBrightpearl) -> Iterator[StubBrightpearl]:
    """The stub on a port of its own, at `stub.url`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5
        disable_nagle_algorithm = True  # else each reply waits 40 ms for an acknowledgement

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", "0")))
            reply = stub.handle(Seen(self.command, parts.path, query, headers, body))
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in {**stub.extra_headers, **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body if reply.cut_after is None else reply.body[: reply.cut_after])
            if reply.cut_after is not None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)

        do_POST = do_DELETE = do_GET

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_port}"
    yield stub
    server.shutdown()
    server.server_close()
    thread.join()
