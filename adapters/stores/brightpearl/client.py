"""The calls of Brightpearl's API that Relevo needs, typed. All but `repeatable` only read.

Ids are whole numbers; what Brightpearl answered stays as it came: dicts with money as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson

from adapters.stores.brightpearl.id_sets import split_into_id_sets
from adapters.stores.brightpearl.search import SearchPage, parse_page
from adapters.stores.brightpearl.settings import BrightpearlSettings
from adapters.stores.brightpearl.transport import Reply, TransientFailure, Transport, refusal
from engine.ports import CredentialsRefused, StoreError, StoreUnavailable
from rules.messages import Message, Text

PAGE_SIZE = 500
_MAX_REFERENCE_PAGES = 20
_MAX_STEPS_BACK = 3  # some searches misreport how many rows they have
_TOKEN = re.compile(r"[!-~]{1,1000}")
_JSON = {"Accept": "application/json", "Content-Type": "application/json"}

_LOGIN_REFUSED = Text(
    "Brightpearl refuses the log-in of {username}: check the user name, the password and the account code {account}.",
    "Brightpearl rechaza el inicio de sesión de {username}: comprueba el usuario, la contraseña y el código de cuenta {account}.",
)
_NO_API_ACCESS = Text(
    "Brightpearl knows {username}, but the log-in has no API access: tick API access for this user in Brightpearl's staff list.",
    "Brightpearl conoce a {username}, pero su inicio de sesión no tiene acceso a la API: "
    "actívalo en la lista de personal de Brightpearl.",
)
_UNKNOWN_ACCOUNT = Text(
    "There is no Brightpearl account {account} to log in to at {base_url}: check the account code, the data centre "
    "and the integration URL.",
    "No hay ninguna cuenta de Brightpearl {account} donde iniciar sesión en {base_url}: comprueba el código de cuenta, "
    "el centro de datos y la URL de integración.",
)
_TOKEN_REFUSED = Text(
    "Brightpearl accepts the log-in of {username} but refuses its requests: check that the user may use the API.",
    "Brightpearl acepta el inicio de sesión de {username} pero rechaza sus peticiones: "
    "comprueba que el usuario pueda usar la API.",
)
_UNEXPECTED = Text("it answered with something else than what was asked", "respondió algo distinto de lo pedido")
_STUCK = Text(
    "Brightpearl's search does not advance from page to page, so it cannot be read to its end. Try again later.",
    "La búsqueda de Brightpearl no avanza de página en página, así que no se puede leer entera. Inténtalo más tarde.",
)
_ROW_WITHOUT_ID = Text(
    "Brightpearl's search lists a goods-out note without its number, so it cannot be read. Try again later.",
    "La búsqueda de Brightpearl incluye una nota de salida sin su número, así que no se puede leer. Inténtalo más tarde.",
)
_NO_SEARCH = Text(
    "Brightpearl at {base_url} does not offer the search for account {account}: check the account code and the data centre.",
    "Brightpearl en {base_url} no ofrece la búsqueda para la cuenta {account}: "
    "comprueba el código de cuenta y el centro de datos.",
)


class NoteRow(NamedTuple):
    """One row of the goods-out search; None where the search does not say."""

    note_id: int
    order_id: int | None
    printed: bool | None
    shipped: bool | None
    transfer: bool | None
    created_on: datetime | None


class BrightpearlClient:
    """A conversation with one account. Logs in by itself at the first call, and once more when a token is refused."""

    def __init__(self, transport: Transport, settings: BrightpearlSettings) -> None:
        self._transport = transport
        self._settings = settings
        self._token: str | None = None
        self._api = f"/public-api/{settings.account_code}"

    def __repr__(self) -> str:
        return f"BrightpearlClient({self._transport.base_url}, {self._settings.account_code})"

    def login(self) -> None:
        """Log in with user name and password. Raises CredentialsRefused or StoreUnavailable."""
        credentials = {"emailAddress": self._settings.username, "password": self._settings.password}
        body = orjson.dumps({"apiAccountCredentials": credentials})
        path = f"/{self._settings.account_code}/authorise"
        reply = self._transport.send("POST", path, _JSON, body, judge=_expect_token)
        if not reply.is_success():
            raise self._login_error(reply)
        self._token = reply.body["response"]

    def goods_out_rows(self, since: datetime) -> Iterator[list[NoteRow]]:
        """The rows of unshipped notes created since then, a list for each page; a row repeated on the next page comes once."""
        start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        query = f"shipped=false&createdOn={start}/&sort=goodsOutNoteId.ASC"
        before: set[int] = set()
        for page in self._search("/warehouse-service/goods-note/goods-out-search", query, required=True):
            rows = {row.note_id: row for row in _note_rows(page)}
            fresh = [row for note_id, row in rows.items() if note_id not in before]
            if rows and not fresh and page.more:
                raise StoreUnavailable(Message("search_stuck", _STUCK))
            before = set(rows)
            yield fresh

    def get_notes(self, note_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Goods-out notes by id; those that Brightpearl does not have are missing."""
        notes: dict[int, dict[str, Any]] = {}
        wanted = set(note_ids)
        for id_set in split_into_id_sets(wanted):
            found = self._get_map(f"/warehouse-service/order/*/goods-note/goods-out/{id_set}")
            notes.update((note_id, note) for note_id, note in found.items() if note_id in wanted)
        return notes

    def get_notes_of_orders(self, order_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """All goods-out notes of some orders, by note id."""
        notes: dict[int, dict[str, Any]] = {}
        for id_set in split_into_id_sets(order_ids):
            notes.update(self._get_map(f"/warehouse-service/order/{id_set}/goods-note/goods-out/"))
        return notes

    def has_drop_ship_notes(self, order_id: int) -> bool:
        """Whether a supplier ships some of an order."""
        return bool(self._get_map(f"/warehouse-service/order/{order_id}/goods-note/drop-ship/"))

    def get_orders(self, order_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Orders of any type by id; those that Brightpearl does not have are missing."""
        orders: dict[int, dict[str, Any]] = {}
        wanted = set(order_ids)
        for id_set in split_into_id_sets(wanted):
            for order in self._get_list(f"/order-service/order/{id_set}"):
                order_id = _whole(order.get("id"))
                if order_id is not None and order_id in wanted:
                    orders[order_id] = order
        return orders

    def find_orders_by_reference(self, reference: str) -> list[int]:
        """Ids of the orders with exactly this reference, ascending; upper and lower case are the same."""
        query = f"customerRef={quote(reference.strip(), safe='')}"
        wanted = reference.strip().casefold()
        for number, page in enumerate(self._search("/order-service/order-search", query, required=False), start=1):
            rows = zip(page.cells("orderId"), page.cells("customerRef"), strict=True)
            found = {_whole(order_id) for order_id, ref in rows if isinstance(ref, str) and ref.strip().casefold() == wanted}
            if found or number == _MAX_REFERENCE_PAGES:
                return sorted(order_id for order_id in found if order_id is not None)
        return []

    def get_webhooks(self) -> list[dict[str, Any]]:
        """All webhooks of the account, of every app that the log-in may see."""
        return self._get_list("/integration-service/webhook")

    def get_order_notes(self, order_id: int) -> list[dict[str, Any]]:
        """What people and apps wrote on an order, as Brightpearl keeps it."""
        return self._get_list(f"/order-service/order/{order_id}/note")

    def _search(self, path: str, query: str, *, required: bool) -> Iterator[SearchPage]:
        """The pages of a search, one request each. A required search that does not exist is an error, another is empty.

        Rows that leave the search while it is read (notes that ship) move the later ones forward: then the page is asked
        for again that much earlier, so that none slips through between two pages.
        """
        first, floor, available, steps_back = 1, 1, None, 0
        while True:
            url = f"{path}?{query}&pageSize={PAGE_SIZE}&firstResult={first}"
            reply = self._get(url, judge=_expect_page)
            if reply.status == 404 and required:
                params = {"base_url": self._transport.base_url, "account": self._settings.account_code}
                raise StoreError(Message("no_search", _NO_SEARCH, params))
            if reply.status == 404:
                return
            page = parse_page(reply.body, first, PAGE_SIZE)
            if page is None or (page.more and page.next_first <= first):
                raise StoreUnavailable(Message("search_stuck", _STUCK))
            left = 0 if available is None or page.available is None else available - page.available
            available = page.available
            earlier = max(floor, first - left)
            if earlier < first and steps_back < _MAX_STEPS_BACK:
                first, steps_back = earlier, steps_back + 1
                continue
            yield page
            if not page.more:
                return
            floor, first = first + 1, page.next_first  # a page from `floor` on still brings something new

    def _get_map(self, path: str) -> dict[int, dict[str, Any]]:
        """A reply that maps ids to objects; 404, `{}` and `[]` are none."""
        response = self._get(path, judge=_expect_map).body.get("response") or {}
        return {int(key): value for key, value in response.items()}

    def _get_list(self, path: str) -> list[dict[str, Any]]:
        response = self._get(path, judge=_expect_list).body.get("response")
        return response if isinstance(response, list) else []

    def repeatable(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Reply:
        """A call that may be carried out twice without harm: a success, or a refusal for the caller to judge."""
        return self._send(method, path, None if body is None else orjson.dumps(body))

    def refusal(self, reply: Reply) -> StoreError:
        """What a refusal says, without the secrets."""
        return refusal(reply, self._secrets())

    def _send(self, method: str, path: str, content: bytes | None = None, judge: Callable[[Reply], None] | None = None) -> Reply:
        """Logs in first where there is no token, again when it is refused."""
        if self._token is None:
            self.login()
        reply = self._transport.send(method, self._api + path, self._headers(), content, judge)
        if reply.status == 401:
            self.login()
            reply = self._transport.send(method, self._api + path, self._headers(), content, judge)
            if reply.status == 401:
                raise CredentialsRefused(Message("token_refused", _TOKEN_REFUSED, {"username": self._settings.username}))
        return reply

    def _get(self, path: str, judge: Callable[[Reply], None]) -> Reply:
        """A 2xx reply, or a 404 with an empty body."""
        reply = self._send("GET", path, judge=judge)
        if reply.status == 404:
            return Reply(404, {})
        if not reply.is_success():
            raise refusal(reply, self._secrets())
        return reply

    def _headers(self) -> Mapping[str, str]:
        return {**_JSON, "brightpearl-auth": self._token or ""}

    def _secrets(self) -> tuple[str, ...]:
        return (self._settings.password, self._token or "")

    def _login_error(self, reply: Reply) -> StoreError:
        if not 400 <= reply.status < 500:
            return refusal(reply, self._secrets())
        params = {
            "username": self._settings.username,
            "account": self._settings.account_code,
            "base_url": self._transport.base_url,
        }
        if "GWYB-003" in reply.error_codes():
            return CredentialsRefused(Message("no_api_access", _NO_API_ACCESS, params))
        if reply.status == 404:
            return CredentialsRefused(Message("unknown_account", _UNKNOWN_ACCOUNT, params))
        return CredentialsRefused(Message("login_refused", _LOGIN_REFUSED, params))


def _note_rows(page: SearchPage) -> Iterator[NoteRow]:
    columns = zip(
        page.cells("goodsOutNoteId"),
        page.cells("orderId"),
        page.cells("printed"),
        page.cells("shipped"),
        page.cells("transfer"),
        page.cells("createdOn"),
        strict=True,
    )
    for note_id, order_id, printed, shipped, transfer, created_on in columns:
        number = _whole(note_id)
        if number is None:
            raise StoreUnavailable(Message("row_without_id", _ROW_WITHOUT_ID))
        yield NoteRow(number, _whole(order_id), _flag(printed), _flag(shipped), _flag(transfer), parse_instant(created_on))


def _flag(cell: Any) -> bool | None:
    return cell if isinstance(cell, bool) else None


def parse_instant(text: Any) -> datetime | None:
    """A time as Brightpearl writes it, in UTC when it has no offset; None for anything else."""
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _whole(cell: Any) -> int | None:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    return int(cell) if isinstance(cell, str) and cell.isascii() and cell.isdigit() and len(cell) <= 18 else None


def _expect_token(reply: Reply) -> None:
    token = reply.body.get("response")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):  # a gateway's sentence stands in the same place
        raise TransientFailure(_UNEXPECTED)


def _expect_page(reply: Reply) -> None:
    if parse_page(reply.body, 1, PAGE_SIZE) is None:
        raise TransientFailure(_UNEXPECTED)


def _expect_map(reply: Reply) -> None:
    response = reply.body.get("response")
    if response in (None, [], {}):
        return
    if not isinstance(response, dict) or not all(
        isinstance(value, dict) and _whole(key) is not None for key, value in response.items()
    ):
        raise TransientFailure(_UNEXPECTED)


def _expect_list(reply: Reply) -> None:
    response = reply.body.get("response")
    if response in (None, {}):
        return
    if not isinstance(response, list) or not all(isinstance(member, dict) for member in response):
        raise TransientFailure(_UNEXPECTED)
