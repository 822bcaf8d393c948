"""Orders of before are found and sorted as new ones are."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from support.migrations import AT, add, upgrade

from engine.model.order_filter import OrderFilter, OrderSort, SortKey
from storage.database import open_database
from storage.migrate import head_revision
from storage.orders.columns import order_values
from storage.queries import Queries


def test_what_is_there_is_found_as_if_it_came_now(empty_database_url: str, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir(exist_ok=True)
    database = open_database(empty_database_url)
    upgrade(database, "0045")
    about = {"slug": "a", "name": "A", "kind": "merchant", "country": "ES", "time_zone": "UTC", "created_at": AT}
    add(database, "accounts", id="acc", **about)
    ship_to = {"name": "Íñigo Núñez", "email": "i@x.example", "city": "León", "postal_code": "24001", "country": "ES"}
    document = {"order_number": "SO-10", "ship_to": ship_to, "items": [{"sku": "MUG"}], "order_total": 12.5, "tags": ["Frágil"]}
    document |= {"ship_by": "2026-03-09T10:00:00+01:00", "carrier": "SEUR"}
    lists = dict.fromkeys(("flags", "applied_once", "held_by", "once_writes"), "[]")
    lists |= {"tags": '["Frágil"]', "matched": '["r1"]'}
    layers = {"source": json.dumps(document), "rules": "{}", "person": json.dumps({"ship_to.city": "Ávila"})}
    grid = {"ship_to_name": "Íñigo Núñez", "ship_to_country": "ES", "carrier": "SEUR", "order_total": Decimal("12.5")}
    grid["order_total"] = "12.5" if database.is_sqlite else grid["order_total"]
    texts = {"external_id": "501", "external_order_id": "10", "revision": "r", "source_version": "", "search_text": "x"}
    common = {"account_id": "acc", "state": "shipped", "status": "shipped", "imported_at": AT, "updated_at": AT}
    add(database, "orders", id="ord_1", order_number="SO-10", **common, **texts, **lists, **layers, **grid)
    add(database, "orders", id="ord_2", order_number="SO-9", **common, **texts, **lists, **layers, **grid)
    shipment = {"carrier": "seur", "service": "24h", "state": "shipped"}
    add(database, "shipments", id="shp_1", account_id="acc", order_id="ord_1", **shipment)
    add(database, "parcels", id="par_1", account_id="acc", shipment_id="shp_1", position=0, tracking_number="1Z-999")

    upgrade(database, "0048")

    queries = Queries(database)
    for search in ("inigo", "avila", "24001", "mug", "501", "i@x.example", "fragil"):
        assert len(queries.orders_page("acc", OrderFilter(search=search)).rows) == 2, search
    assert not queries.orders_page("acc", OrderFilter(search="leon")).rows
    assert [row.id for row in queries.orders_page("acc", OrderFilter(search="z999")).rows] == ["ord_1"]
    wanted = OrderFilter(tags=("frágil",), carrier="seur", country="es", rule="r1", total_from=Decimal(12))
    by_number = OrderSort(SortKey.NUMBER, descending=False)
    assert [row.order_number for row in queries.orders_page("acc", wanted, by_number).rows] == ["SO-9", "SO-10"]
    upgrade(database, head_revision())  # orders are read as the program of today keeps them
    with database.reading_unit_of_work() as unit:
        order = unit.orders.get("acc", "ord_2")
        values = order_values(order)
        kept = unit.connection.exec_driver_sql("SELECT terms, number_key, total_key FROM orders WHERE id = 'ord_2'").one()
    assert set(kept[0].split("\n")) == set(values["terms"].split("\n"))
    assert (kept[1], kept[2]) == (values["number_key"], values["total_key"])
    database.close()
