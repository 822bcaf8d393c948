"""Orders are found by every field of the grid, sorted by its columns, and looked for as people write."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from support.examples import NOON, a_store, an_account, an_account_with_store, an_order

from engine.model.account import AccountKind
from engine.model.fulfillment import Parcel, Shipment
from engine.model.hold import Hold, HoldOwner
from engine.model.order import Order, OrderState
from engine.model.order_filter import HeldBy, OrderFilter, OrderSort, Period, SortKey
from engine.model.request import FulfillmentRequest, RequestState
from engine.model.store import Store
from storage.database import Database
from storage.orders import finding
from storage.queries import Matches, Queries

DAY = timedelta(days=1)


@pytest.fixture
def store(database: Database) -> Store:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        unit.commit()
    return store


def source(**changes: Any) -> dict[str, Any]:
    ship_to = {"name": "Ana Núñez", "city": "Madrid", "postal_code": "28004", "country": "ES", "email": "ana@example.com"}
    return {"order_number": "7001", "order_total": Decimal(60), "currency": "EUR", "ship_to": ship_to, "items": [], **changes}


def keep(database: Database, *orders: Order) -> None:
    with database.unit_of_work() as unit:
        unit.orders.add_many(orders, "run_1")
        unit.commit()


def found(database: Database, store: Store, **wanted: Any) -> list[str]:
    """External ids in the order of the grid."""
    page = Queries(database).orders_page(store.account_id, OrderFilter(**wanted))
    return [row.external_id for row in page.rows]


def test_each_field_of_the_filter_finds_its_orders_alone_and_with_others(database: Database, store: Store) -> None:
    other = a_store(store.account_id, name="Other")
    with database.unit_of_work() as unit:
        unit.stores.add(other)
        unit.commit()
    rich = source(
        order_total=Decimal("100.50"), carrier="SEUR", service="24h", logistics_provider="acme-3pl", tags=["Frágil", "vip"],
        order_date="2026-02-01T10:00:00Z", ship_by="2026-03-05T10:00:00Z",
    )  # fmt: skip
    one = an_order(
        store.account_id, other.id, "1", source=rich, channel="web", matched=("r1",), flags=("overdue", "unhandled"),
        imported_at=NOON - DAY,
    )  # fmt: skip
    two = an_order(store.account_id, store.id, "2", source=source(tags=["vip"], ship_to={"country": "FR"}), flags=("overdue",))
    held = source(status="on_hold", hold_until="2026-03-09T10:00:00Z")
    keep(database, one, two, an_order(store.account_id, store.id, "3", source=held))

    def only(*expected: str, **wanted: Any) -> None:
        assert set(found(database, store, **wanted)) == set(expected), wanted

    only("3", status="on_hold")
    only("1", "2", flags=("overdue",))
    only("1", flags=("overdue", "unhandled"))
    only("1", "2", tags=("VIP",))
    only("1", tags=("vip", "fragil"))
    only("1", "2", tags=("vip", "fragil"), any_tag=True)
    only("1", store_id=other.id)
    only("1", channel="web")
    only("1", provider="acme-3pl")
    only("1", carrier="seur")
    only("1", service="24H")
    only("2", country="fr")
    only("1", rule="r1")
    only("1", total_from=Decimal(100))
    only("2", "3", total_to=Decimal(60))
    only(total_from=Decimal("100.51"))
    only("1", ordered=Period(None, datetime(2026, 2, 2, tzinfo=UTC)))
    only("1", imported=Period(None, NOON))
    only("2", "3", imported=Period(NOON, None))
    only("1", due=Period(None, datetime(2026, 3, 6, tzinfo=UTC)))
    only("1", due=Period(datetime(2026, 3, 5, tzinfo=UTC), None))
    only("3", held_until=Period(NOON, NOON + 9 * DAY))
    only(held_until=Period(NOON + 9 * DAY, None))
    only("3", held_by=HeldBy.RULE)
    only(held_by=HeldBy.PERSON)
    only("1", tags=("vip",), country="es", total_from=Decimal(1), flags=("overdue",), carrier="seur")
    only(tags=("vip",), country="fr", carrier="seur")


def test_a_persons_hold_is_found_by_who_holds_and_until_when_and_shown_beside_its_order(database: Database, store: Store) -> None:
    order = an_order(store.account_id, store.id, "1", holds=1)
    keep(database, order, an_order(store.account_id, store.id, "2"))
    hold = Hold("hld_1", store.account_id, order.id, HoldOwner.MERCHANT, "Wrong address", NOON, "usr_1", until=NOON + DAY)
    with database.unit_of_work() as unit:
        unit.holds.add(hold)
        unit.commit()

    assert found(database, store, held_by=HeldBy.PERSON) == found(database, store, held_by=HeldBy.ANYBODY) == ["1"]
    assert found(database, store, held_until=Period(NOON, NOON + 2 * DAY)) == ["1"]
    assert found(database, store, held_until=Period(NOON + 2 * DAY, None)) == []
    holds = Queries(database).orders_page(store.account_id, with_holds=True).holds
    assert [(one.reason, one.until) for one in holds[order.id]] == [("Wrong address", NOON + DAY)]


@pytest.mark.parametrize(
    "search",
    [
        *("Íñigo Núñez", "NÚÑEZ", "In\u0303igo", "nun\u0303ez", "nunez", "strass", "STRASSE", "Straße", "iñi nuñ"),
        *("SO-1002", "so1002", "1002", "shop-77", "inigo@x.example", "MUG", "logroño", "26001", "frágil", "nunez 26001"),
    ],
)
def test_a_search_does_without_accents_and_case_and_all_its_words_must_be_there(sqlite_database: Database, search: str) -> None:
    with sqlite_database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        unit.commit()
    to = {"name": "Íñigo Núñez", "company": "Straße SL", "city": "Logroño", "postal_code": "26001", "email": "inigo@x.example"}
    about = source(reference="SHOP-77", ship_to=to, items=[{"sku": "MUG-1"}], tags=["Frágil"])
    keep(sqlite_database, an_order(store.account_id, store.id, "1", order_number="SO-1002", source=about))
    keep(sqlite_database, an_order(store.account_id, store.id, "2", order_number="9", source=source(ship_to={})))

    assert found(sqlite_database, store, search=search) == ["1"]
    assert found(sqlite_database, store, search=f"{search} nowhere") == []
    assert found(sqlite_database, store, search="%") == []


def test_what_is_found_follows_each_change_of_an_order_and_parcels_stay_found(database: Database, store: Store) -> None:
    order = an_order(store.account_id, store.id, "1", source=source(tags=["vip"]))
    keep(database, order)
    parcel = Parcel("par_1", tracking_number="1Z-999 AA")
    with database.unit_of_work() as unit:
        unit.fulfillment.add_shipment(
            Shipment("shp_1", store.account_id, order.id, None, "seur", "24h", {"1": Decimal(1)}, (parcel,))
        )
        unit.commit()
    assert (
        found(database, store, search="1z999") == found(database, store, search="99aa") == found(database, store, tags=("vip",))
    )
    with database.unit_of_work() as unit:
        [changed] = unit.orders.get_many(store.account_id, [order.id], for_change=True)
        changed.person = {"tags": ["other"], "ship_to.name": "Eva"}
        unit.orders.update_many([changed])
        unit.commit()

    assert found(database, store, search="eva") == found(database, store, tags=("other",)) == ["1"]
    assert found(database, store, search="nunez") == found(database, store, tags=("vip",)) == []
    assert found(database, store, search="1z999") == ["1"]


def test_orders_are_sorted_by_each_key_in_both_directions_over_all_pages(database: Database, store: Store) -> None:
    totals = {"A-9": "5", "A-10": "40", "A-2": None, "B-1": "5"}
    for at, (number, total) in enumerate(totals.items()):
        about = source(order_total=None if total is None else Decimal(total), order_date=f"2026-02-0{at + 1}T00:00:00Z")
        about |= {"status": "awaiting_payment" if at == 1 else "awaiting_shipment"}
        about |= {} if at == 2 else {"ship_by": f"2026-03-0{9 - at}T00:00:00Z"}
        own = {"id": f"ord_{at}", "order_number": number, "imported_at": NOON + at * DAY}
        keep(database, an_order(store.account_id, store.id, number, source=about, **own))
    ascending = {
        SortKey.NUMBER: ["A-2", "A-9", "A-10", "B-1"],
        SortKey.DATE: ["A-9", "A-10", "A-2", "B-1"],
        SortKey.TOTAL: ["A-2", "A-9", "B-1", "A-10"],
        SortKey.STATUS: ["A-10", "A-9", "A-2", "B-1"],
        SortKey.DUE: ["B-1", "A-10", "A-9", "A-2"],
        SortKey.IMPORTED: ["A-9", "A-10", "A-2", "B-1"],
    }
    queries = Queries(database)
    for key, expected in ascending.items():
        for descending in (False, True):
            sort, seen, after, pages = OrderSort(key, descending), [], None, []
            while True:
                page = queries.orders_page(store.account_id, sort=sort, after=after, limit=3)
                pages.append(page)
                seen += [row.order_number for row in page.rows]
                after = page.next_after
                if after is None:
                    break
            assert seen == (expected[::-1] if descending else expected), sort
            back = queries.orders_page(store.account_id, sort=sort, before=pages[-1].next_before, limit=3)
            assert (back.rows, back.next_before) == (pages[0].rows, None), sort
            if key not in (SortKey.NUMBER, SortKey.STATUS):  # among texts any text has its place
                assert queries.orders_page(store.account_id, sort=sort, after="nonsense~x", limit=3).rows == pages[0].rows


def test_all_that_match_are_named_in_batches_however_far_apart_they_are(
    database: Database, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit, so_many in (("FEW", 3), ("SOME", 3), ("WALKED", 5)):
        monkeypatch.setattr(finding, limit, so_many)
    for n in range(30):
        about = source(tags=["vip"] if n % 7 < 2 else ["x"], carrier="seur", order_total=Decimal(90 - n))
        keep(database, an_order(store.account_id, store.id, str(n), id=f"ord_{n:02}", source=about))
    wanted = OrderFilter(tags=("vip",), carrier="seur")
    queries = Queries(database)
    ids: list[str] = []
    after: str | None = None
    batches = 0
    while True:
        batch = queries.matching_order_ids(store.account_id, wanted, after, 4)
        assert len(batch.ids) <= 4
        ids, after, batches = [*ids, *batch.ids], batch.next_after, batches + 1
        if after is None:
            break
    assert ids == [f"ord_{n:02}" for n in range(29, -1, -1) if n % 7 < 2]
    page = queries.orders_page(store.account_id, OrderFilter(tags=("x",), country="es", carrier="seur"), limit=50)
    assert page.is_cut  # and says so rather than looking through all there is
    assert page.next_after is not None
    walked = queries.count_matching(store.account_id, OrderFilter(tags=("x",), country="es"), up_to=100)
    assert (walked.count, walked.and_more) == (5, True)
    costly = OrderFilter(tags=("x",), total_from=Decimal(1))
    by_total = queries.orders_page(store.account_id, costly, OrderSort(SortKey.TOTAL, True), count_up_to=100).matches
    assert by_total is not None
    assert (by_total.count, by_total.and_more) == (3, True)  # of the five with the highest totals
    assert queries.count_matching(store.account_id, wanted, up_to=2).count == 2


@pytest.mark.parametrize("sort", [SortKey.IMPORTED, SortKey.NUMBER, SortKey.TOTAL])
def test_some_orders_far_from_the_beginning_of_the_list_are_found_at_once(
    database: Database, store: Store, monkeypatch: pytest.MonkeyPatch, sort: SortKey
) -> None:
    """A walk would end before it comes to any of them."""
    for limit, so_many in (("FEW", 3), ("SOME", 8), ("WALKED", 5)):
        monkeypatch.setattr(finding, limit, so_many)
    for n in range(30):
        about = source(tags=["vip"] if n % 2 else [], carrier="seur", order_total=Decimal(n))
        skipped = OrderState.SKIPPED if n == 3 else OrderState.OPEN
        keep(database, an_order(store.account_id, store.id, f"{n:02}", id=f"ord_{n:02}", source=about, state=skipped))
    wanted = OrderFilter(total_from=Decimal(0), total_to=Decimal(7), carrier="seur", country="es")
    queries = Queries(database)

    first = queries.orders_page(store.account_id, wanted, OrderSort(sort, True), limit=4, count_up_to=100)
    assert [row.id for row in first.rows] == ["ord_07", "ord_06", "ord_05", "ord_04"]
    assert (first.matches, first.is_cut) == (Matches(7, and_more=False), False)
    then = queries.orders_page(store.account_id, wanted, OrderSort(sort, True), limit=4, after=first.next_after)
    assert ([row.id for row in then.rows], then.next_after) == (["ord_02", "ord_01", "ord_00"], None)
    assert queries.matching_order_ids(store.account_id, wanted, limit=100).ids == (*(f"ord_0{n}" for n in (7, 6, 5, 4, 2, 1, 0)),)
    with_a_tag = replace(wanted, tags=("vip",))
    assert [row.id for row in queries.orders_page(store.account_id, with_a_tag).rows] == ["ord_07", "ord_05", "ord_01"]


_FREQUENT = {
    "a tag": {"tags": ("vip",)},
    "two tags": {"tags": ("vip", "new")},
    "any of two tags": {"tags": ("vip", "new"), "any_tag": True},
    "a word with which another begins": {"search": "nunez"},
    "a word as it is": {"search": "garcia"},
    "a number that several have": {"search": "70"},
    "two words": {"search": "ana garcia"},
    "a word and a number that some orders end with": {"search": "garcia 28004"},
    "a number that some orders end with, and a tag": {"search": "28004", "tags": ("vip",)},
    "a word and the beginning of several": {"search": "garcia nu"},
    "a word and a tag": {"search": "garcia", "tags": ("vip",)},
    "a carrier and a country": {"carrier": "seur", "country": "es"},
    "totals": {"total_from": Decimal(20), "total_to": Decimal(70)},
    "totals and a tag": {"total_from": Decimal(20), "tags": ("vip",)},
    "one status": {"status": "awaiting_shipment"},
    "one status and a tag": {"status": "awaiting_shipment", "tags": ("new",)},
    "a flag": {"flags": ("unhandled",)},
    "held by somebody who held twice": {"holder": "usr_1"},
    "held": {"held_by": HeldBy.ANYBODY},
}


@pytest.mark.parametrize(("few", "some"), [(1, 1), (5, 5), (1, 15), (5, 25)])
@pytest.mark.parametrize("wanted", [OrderFilter(**wanted) for wanted in _FREQUENT.values()], ids=list(_FREQUENT))
def test_frequent_orders_are_found_and_counted_as_rare_ones_are(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, wanted: OrderFilter, few: int, some: int
) -> None:
    with sqlite_database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        unit.commit()
    orders = []
    for n in range(36):
        tags = [*(["vip"] if n % 2 else []), *(["new"] if n % 3 else [])]
        name = f"{'Ana' if n % 3 else 'Núria'} {'García' if n % 4 else 'Núñez'}{'ano' if n % 5 == 0 and not n % 4 else ''}"
        about = source(tags=tags, carrier="seur" if n % 5 else "gls", order_total=Decimal(3 * n))
        about["ship_to"] |= {"name": name, "email": f"{n}@x.example", "postal_code": "28004" if n % 5 else "08001"}
        number = f"70{n}28004" if n % 9 == 5 else f"70{n}"
        own = {"id": f"ord_{n:02}", "order_number": number, "flags": ("unhandled",) if n % 4 else ()}
        state = OrderState.SKIPPED if n % 12 == 1 else OrderState.OPEN
        orders.append(an_order(store.account_id, store.id, str(n), source=about, state=state, holds=2 * (n % 2), **own))
    keep(sqlite_database, *orders)
    with sqlite_database.unit_of_work() as unit:
        for order in orders:
            for number in range(order.holds):
                hold = Hold(f"{order.id}_{number}", store.account_id, order.id, HoldOwner.MERCHANT, "why", NOON, "usr_1")
                unit.holds.add(hold)
        unit.commit()
    queries = Queries(sqlite_database)

    def answers() -> list[Any]:
        pages = [
            queries.orders_page(store.account_id, wanted, OrderSort(key, True), limit=4, count_up_to=up_to)
            for key in (SortKey.IMPORTED, SortKey.TOTAL)
            for up_to in (3, 100)
        ]
        said = [([row.id for row in page.rows], page.matches) for page in pages]
        return [said, queries.matching_order_ids(store.account_id, wanted, limit=100).ids]

    rare = answers()
    assert rare[1]
    monkeypatch.setattr(finding, "FEW", few)
    monkeypatch.setattr(finding, "SOME", some)
    assert answers() == rare


def test_what_no_order_has_is_named(database: Database, store: Store) -> None:
    keep(database, an_order(store.account_id, store.id, "1", source=source(tags=["vip"])))

    page = Queries(database).orders_page(store.account_id, OrderFilter(tags=("vip", "nope"), country="ES", rule="gone"))
    assert page.rows == ()
    assert set(page.unknown) == {("tags", "nope"), ("rule", "gone")}


def test_an_order_is_due_when_its_provider_promised_until_the_request_is_over(database: Database, store: Store) -> None:
    order = an_order(store.account_id, store.id, "1", source=source(ship_by="2026-03-20T00:00:00Z"))
    with database.unit_of_work() as unit:
        provider = an_account("acme", kind=AccountKind.PROVIDER)
        unit.accounts.add(provider)
        unit.commit()
    copy = an_order(provider.id, None, "ffr_1", source=source())
    keep(database, order, copy)
    request = FulfillmentRequest("ffr_1", store.account_id, provider.id, order.id, (), "", (), NOON, fulfil_by=NOON + DAY)
    with database.unit_of_work() as unit:
        unit.requests.add(request)
        unit.requests.update(replace(request, copy_id=copy.id))
        unit.orders.update_many([order])  # which knows of no promise
        unit.commit()

    soon = Period(None, NOON + 2 * DAY)
    assert found(database, store, due=soon) == ["1"]
    [row] = Queries(database).orders_page(provider.id, OrderFilter(due=soon)).rows
    assert row.due == row.promised_by == NOON + DAY
    with database.unit_of_work() as unit:
        unit.requests.update(replace(request, copy_id=copy.id, state=RequestState.REJECTED))
        unit.commit()
    assert found(database, store, due=soon) == []


def test_what_a_rule_skipped_is_found_only_where_that_is_asked_for(database: Database, store: Store) -> None:
    keep(database, an_order(store.account_id, store.id, "1", state=OrderState.SKIPPED, source=source(tags=["vip"])))

    assert found(database, store, tags=("vip",)) == found(database, store) == []
    assert found(database, store, tags=("vip",), status="skipped") == ["1"]
