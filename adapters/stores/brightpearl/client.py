"""The calls of Brightpearl's API that Relevo needs, typed. All but `call` and `repeatable` only read.

Ids are whole numbers; what Brightpearl answered stays as it came: dicts with money as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson

from adapters.stores.brightpearl.id_sets import MAX_IDS, cover_by_id_set, expand_id_set, split_into_id_sets
from adapters.stores.brightpearl.raw_values import id_in
from adapters.stores.brightpearl.replies import UNEXPECTED, expect_list
from adapters.stores.brightpearl.requests import AccountRequests
from adapters.stores.brightpearl.search import SearchPage, parse_page
from adapters.stores.brightpearl.transport import MAX_ATTEMPTS, Reply, TransientFailure
from engine.log import get_logger
from engine.ports import CredentialsRefused, StoreError, StoreUnavailable
from rules.messages import Message, Text
from rules.values import parse_time

PAGE_SIZE = 500
_MAX_REFERENCE_PAGES = 20
MAX_CHANGE_PAGES = 20
_FEW_ATTEMPTS = 2  # at a search without which everything is read
MAX_PAGES = 1000  # of one search
MAX_ROWS = 150_000  # more than an account has, also where the search ignores what it was asked
_MAX_SPLITS = 16  # further requests for products that a larger set brought no answer for
_MAX_FOREIGN_PAGES = 3  # of notes on orders that were not asked for
_MAX_STEPS_BACK = 3  # some searches misreport how many rows they have
_log = get_logger("brightpearl")

_STUCK = Text(
    "Brightpearl's search does not advance from page to page, so it cannot be read to its end. Try again later.",
    "La búsqueda de Brightpearl no avanza de página en página, así que no se puede leer entera. Inténtalo más tarde.",
)
_ENDLESS = Text(
    "Brightpearl's search does not end after {rows} rows on {pages} pages, more than one import reads. Ask Brightpearl's support "
    "about this account's goods-out notes; what was read is kept.",
    "La búsqueda de Brightpearl no termina tras {rows} filas en {pages} páginas, más de lo que lee una importación. Consulta al "
    "soporte de Brightpearl por las notas de salida de esta cuenta; lo leído se conserva.",
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


class BrightpearlClient(AccountRequests):
    """A conversation with one account."""

    _searches_order_notes = True  # until the account has shown that it does not offer it

    def goods_out_rows(self, since: datetime) -> Iterator[list[NoteRow]]:
        """The rows of unshipped notes created since then, a list for each page; a row that is repeated comes once."""
        query = f"shipped=false&createdOn={_written(since)}/&sort=goodsOutNoteId.ASC"
        seen: set[int] = set()
        for page in self._search("/warehouse-service/goods-note/goods-out-search", query, "goodsOutNoteId", required=True):
            rows = {row.note_id: row for row in _note_rows(page)}
            yield [row for note_id, row in rows.items() if note_id not in seen]
            seen.update(rows)

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

    def get_drop_ship_notes(self, order_id: int) -> dict[int, dict[str, Any]]:
        """What a supplier ships of an order, by note id."""
        return self._get_map(f"/warehouse-service/order/{order_id}/goods-note/drop-ship/")

    def get_orders(self, order_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Orders of any type by id; those that Brightpearl does not have are missing."""
        orders: dict[int, dict[str, Any]] = {}
        wanted = set(order_ids)
        for id_set in split_into_id_sets(wanted):
            for order in self._get_list(f"/order-service/order/{id_set}?includeOptional=customFields"):
                order_id = id_in(order.get("id"))
                if order_id is not None and order_id in wanted:
                    orders[order_id] = order
        return orders

    def find_orders_by_reference(self, reference: str) -> list[int]:
        """Ids of the orders with exactly this reference, ascending; upper and lower case are the same."""
        query = f"customerRef={quote(reference.strip(), safe='')}"
        wanted = reference.strip().casefold()
        for number, page in enumerate(self._search("/order-service/order-search", query, "orderId", required=False), start=1):
            rows = zip(page.cells("orderId"), page.cells("customerRef"), strict=True)
            found = {id_in(order_id) for order_id, ref in rows if isinstance(ref, str) and ref.strip().casefold() == wanted}
            if found or number == _MAX_REFERENCE_PAGES:
                return sorted(order_id for order_id in found if order_id is not None)
        return []

    def orders_changed_since(self, since: datetime) -> dict[int, datetime] | None:
        """When the orders that changed since then did so last; None when the search cannot say it."""
        try:
            return self._changed_orders(since)
        except CredentialsRefused:
            raise
        except StoreError as problem:  # an app may be let near goods-out notes and not near this search
            _log.warning("brightpearl.no_order_search", problem=str(problem))
            return None

    def _changed_orders(self, since: datetime) -> dict[int, datetime] | None:
        query = f"updatedOn={_written(since)}/&sort=updatedOn.DESC"
        changed: dict[int, datetime] = {}
        answered = False
        pages = self._search("/order-service/order-search", query, "orderId", required=False, attempts=_FEW_ATTEMPTS)
        for number, page in enumerate(pages, start=1):
            answered = True
            if number > MAX_CHANGE_PAGES or (page.rows and "updatedOn" not in page.columns):
                return None
            for order_id, updated, created in zip(*map(page.cells, ("orderId", "updatedOn", "createdOn")), strict=True):
                at = parse_instant(created if updated is None else updated)  # one that was never changed has no updatedOn
                if at is None and updated is not None:
                    return None
                if (number_of_order := id_in(order_id)) is not None and (at is None or at >= since):
                    changed[number_of_order] = at or since
            known = [at for cell in page.cells("updatedOn") if (at := parse_instant(cell)) is not None]
            if known and known[-1] < since and known == sorted(known, reverse=True):
                break  # the filter was ignored, but all that follows is older
        return changed if answered else None

    def orders_noted_since(self, since: datetime) -> dict[int, datetime]:
        """When something was last written on the orders on which that happened since then, as far as the account says it."""
        noted: dict[int, datetime] = {}
        if not self._searches_order_notes:
            return noted
        query = f"dateAdded={_written(since)}/&sort=noteId.DESC"
        path = "/order-service/order-note-search"
        try:
            pages = self._search(path, query, "noteId", required=False, attempts=_FEW_ATTEMPTS)
            for page in islice(pages, MAX_CHANGE_PAGES):
                rows = zip(map(id_in, page.cells("orderId")), map(parse_instant, page.cells("dateAdded")), strict=True)
                new = [(order_id, at) for order_id, at in rows if order_id is not None and at is not None and at >= since]
                for order_id, at in new:
                    noted[order_id] = max(at, noted.get(order_id, at))
                if not new:
                    break  # the filter was ignored, but all that follows is older
        except CredentialsRefused:
            raise
        except StoreError as problem:  # an app may be let near orders and not near this search
            _log.warning("brightpearl.no_order_notes", problem=str(problem))
        return noted

    def get_products(self, product_ids: Iterable[int]) -> dict[int, dict[str, Any] | None]:
        """Product records by id; None for one that Brightpearl does not have. What it gave no answer for is missing.

        A set that names a deleted product may get no answer at all. What is missing is asked for again in smaller sets, until
        it is there or is refused alone; that takes a few requests at most, the rest is for the next time.
        """
        products: dict[int, dict[str, Any] | None] = {}
        waiting = list(split_into_id_sets(product_ids))
        splits = _MAX_SPLITS
        while waiting:
            id_set = waiting.pop(0)
            reply = self._send("GET", f"/product-service/product/{id_set}", judge=expect_list)
            if reply.status == 403:  # orders are worth having without weights
                _log.warning("brightpearl.no_products", problem=str(self.refusal(reply)))
                break
            wanted = expand_id_set(id_set, MAX_IDS) or []
            found = _by_id(reply)
            missing = [number for number in wanted if number not in found]
            products.update((number, found[number]) for number in wanted if number in found)
            if len(wanted) == 1:
                products.update(dict.fromkeys(missing))
            elif missing and splits > 0:
                middle = 0 if found else len(missing) // 2  # what answered was rid of what did not
                smaller = [*split_into_id_sets(missing[:middle]), *split_into_id_sets(missing[middle:])]
                splits -= len(smaller)
                waiting += smaller
        return products

    def get_webhooks(self) -> list[dict[str, Any]]:
        """All webhooks of the account, of every app that the log-in may see."""
        return self._get_list("/integration-service/webhook")

    def get_order_notes(self, order_id: int) -> list[dict[str, Any]]:
        """What people and apps wrote on an order, as Brightpearl keeps it."""
        return self._get_list(f"/order-service/order/{order_id}/note")

    def find_order_notes(self, order_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
        """What people and apps wrote on some orders, by order id; nothing where the account does not let it be searched.

        The notes have the keys that `get_order_notes` gives them. Raises StoreUnavailable.
        """
        wanted = set(order_ids)
        if not wanted or not self._searches_order_notes:
            return {}
        try:
            found = self._search_order_notes(wanted)
        except (StoreUnavailable, CredentialsRefused):
            raise
        except StoreError as refused:  # an app may be let near orders and not near this search
            _log.warning("brightpearl.no_order_notes", problem=str(refused))
            found = None
        self._searches_order_notes = found is not None
        return found or {}

    def _search_order_notes(self, wanted: set[int]) -> dict[int, list[dict[str, Any]]] | None:
        """Notes by order id; None when there is no such search, or it lists the notes of the whole account."""
        found: dict[int, list[dict[str, Any]]] | None = None
        id_set, asked = cover_by_id_set(wanted)
        path = "/order-service/order-note-search"
        for number, page in enumerate(self._search(path, f"orderId={id_set}&sort=noteId.ASC", "noteId", required=False), start=1):
            found = {} if found is None else found
            order_ids = [id_in(cell) for cell in page.cells("orderId")]
            columns = (page.cells(name) for name in ("noteId", "noteText", "isPublic", "dateAdded", "addedBy"))
            for order_id, note_id, text, is_public, added_on, added_by in zip(order_ids, *columns, strict=True):
                if order_id is not None and order_id in wanted:
                    note = {"noteId": note_id, "text": text, "isPublic": is_public, "addedOn": added_on, "addedBy": added_by}
                    found.setdefault(order_id, []).append(note)
            strangers = (one is None or not any(first <= one <= last for first, last in asked) for one in order_ids)
            if number == _MAX_FOREIGN_PAGES and any(strangers):
                return None
        return found

    def has_search(self) -> bool:
        """Whether there is an account with goods-out notes, in one request. Raises StoreError."""
        path = "/warehouse-service/goods-note/goods-out-search"
        return self._get(f"{path}?shipped=false&pageSize=1&firstResult=1", judge=_expect_page).status != 404

    def get_channels(self, attempts: int = MAX_ATTEMPTS) -> list[dict[str, Any]]:
        """The account's sales channels; none when it has no such list."""
        return self._get_list("/product-service/channel", attempts)

    def get_warehouses(self, attempts: int = MAX_ATTEMPTS) -> list[dict[str, Any]]:
        """The account's warehouses; none when it has no such list."""
        return self._get_list("/warehouse-service/warehouse", attempts)

    def get_shipping_methods(self, attempts: int = MAX_ATTEMPTS) -> list[dict[str, Any]]:
        """The account's shipping methods; none when it has no such list."""
        return self._get_list("/warehouse-service/shipping-method", attempts)

    def get_order_statuses(self, attempts: int = MAX_ATTEMPTS) -> list[dict[str, Any]]:
        """The statuses of orders of every type; none when the account has no such list."""
        return self._get_list("/order-service/order-status", attempts)

    def call(self, method: str, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Reply:
        """One call that changes something, carried out at most once: a success, or a refusal for the caller to judge.

        Raises Unanswered when nobody knows whether it was carried out: look before it is repeated. Raises
        CredentialsRefused.
        """
        return self._send(method, path, orjson.dumps(body), headers, repeat=False)

    def repeatable(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Reply:
        """A call that may be carried out twice without harm: a success, or a refusal for the caller to judge."""
        return self._send(method, path, None if body is None else orjson.dumps(body))

    def _search(self, path: str, query: str, key: str, *, required: bool, attempts: int = MAX_ATTEMPTS) -> Iterator[SearchPage]:
        """The pages of a search, one request each. A required search that does not exist is an error, another is empty.

        Rows that leave the search while it is read (notes that ship) move the later ones forward: then the page is asked
        for again that much earlier, so that none slips through between two pages. `key` is the column that tells rows
        apart: a search that only repeats itself, or has no end, is an error, and so is an empty page that says that more
        follows; but some say that always, and a page shorter than those before it was their end.
        """
        first, floor, available, steps_back, rows, pages = 1, 1, None, 0, 0, 0
        last, longest = 0, 0  # rows of a page
        seen: set[int | str] = set()
        while rows < MAX_ROWS and pages < MAX_PAGES:
            page = self._search_page(path, query, first, required=required, attempts=attempts)
            if page is None:
                return
            rows, pages = rows + len(page.rows), pages + 1
            left = 0 if available is None or page.available is None else available - page.available
            available = page.available
            earlier = max(floor, first - left)
            if earlier < first and steps_back < _MAX_STEPS_BACK:
                first, steps_back = earlier, steps_back + 1
                continue
            if not page.rows and page.more and (last == longest or (page.available or 0) >= first):
                raise StoreUnavailable(Message("search_stuck", _STUCK))
            keys = {cell for cell in page.cells(key) if isinstance(cell, int | str)}
            repeated = bool(keys) and keys <= seen
            if repeated and page.more and not page.is_guess:
                raise StoreUnavailable(Message("search_stuck", _STUCK))
            yield page
            if not (page.more and page.rows) or repeated:
                return
            seen |= keys
            last = len(page.rows)
            longest = max(longest, last)
            floor, first = first + 1, page.next_first  # a page from `floor` on still brings something new
        raise StoreError(Message("search_endless", _ENDLESS, {"rows": rows, "pages": pages}))

    def _search_page(self, path: str, query: str, first: int, *, required: bool, attempts: int) -> SearchPage | None:
        """One page of a search; None when there is no such search."""
        reply = self._get(f"{path}?{query}&pageSize={PAGE_SIZE}&firstResult={first}", _expect_page, attempts)
        if reply.status == 404 and required:
            params = {"base_url": self._transport.base_url, "account": self._settings.account_code}
            raise StoreError(Message("no_search", _NO_SEARCH, params), "account_code")
        return None if reply.status == 404 else parse_page(reply.body, first, PAGE_SIZE)


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


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
        number = id_in(note_id)
        if number is None:
            raise StoreUnavailable(Message("row_without_id", _ROW_WITHOUT_ID))
        yield NoteRow(number, id_in(order_id), _flag(printed), _flag(shipped), _flag(transfer), parse_instant(created_on))


def _by_id(reply: Reply) -> dict[int, dict[str, Any]]:
    """The records of a list by their ids; none for a refusal."""
    response = reply.body.get("response") if reply.is_success() else None
    records = response if isinstance(response, list) else []
    return {number: record for record in records if (number := id_in(record.get("id"))) is not None}


def _flag(cell: Any) -> bool | None:
    return cell if isinstance(cell, bool) else None


def parse_instant(text: Any) -> datetime | None:
    """A time as Brightpearl writes it, in UTC when it has no offset; None for anything else."""
    instant = parse_time(text) if isinstance(text, str) else None
    if instant is None:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _expect_page(reply: Reply) -> None:
    if parse_page(reply.body, 1, PAGE_SIZE) is None:
        raise TransientFailure(UNEXPECTED)
