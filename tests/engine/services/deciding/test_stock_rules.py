"""Rules that ask what logistics providers have of an order's items."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, decisions, order_of, publish, reprocess
from support.shop import PASSWORD, Shop, open_shop, ready
from support.statements import statements

from engine.model.account import AccountKind
from engine.services.accounts.accounts import create_account
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.connections.set_connection import replace_skus
from engine.services.inventory.change_counts import set_count
from storage.database import Database

pytestmark = pytest.mark.usefixtures("every_decision_comes_out_again")

BETA = "beta-3pl"
COMPLETE = f"{{id: complete, when: {{field: in_stock_at, is: includes, value: acme-3pl}}, then: [{SEND}]}}"
SOME = "{id: some, when: {all_items: {field: available_at_provider, is: at_least, value: 1}}, then: [{do: add_tag, tag: some}]}"
UNKNOWN = "{id: unknown, when: {any_item: {field: available_at_provider, is: blank}}, then: [{do: add_tag, tag: unknown}]}"


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    """With a second provider, `beta-3pl`."""
    shop = open_shop(database, clock, rules=None)
    common = {"password": PASSWORD, "country": "ES", "time_zone": "Europe/Madrid"}
    create_account(shop.app, name="Beta 3PL", kind=AccountKind.PROVIDER, email="bea@beta.example", **common)
    connect_accounts(shop.app, provider_slug=BETA, client_slug=shop.merchant.slug)
    return shop


def count(shop: Shop, sku: str, units: int, provider: str = "acme-3pl") -> None:
    with shop.app.reading() as uow:
        account = uow.accounts.find_by_slug(provider)
        assert account is not None
        [person] = uow.users.list_for(account.id)
    set_count(shop.app, person, shop.merchant.slug, sku, Decimal(units))


def items(*lines: tuple[str, int]) -> dict[str, Any]:
    return {
        "items": [
            {"line_key": str(number), "sku": sku, "name": sku.title(), "quantity": units}
            for number, (sku, units) in enumerate(lines, 1)
        ]
    }


def seen(shop: Shop, number: str) -> tuple[list[Any], Any]:
    """What the last decision knew: available units, line by line, and where all is in stock."""
    known = decisions(shop, number)[-1].facts["order"]
    return [item.get("available_at_provider") for item in known["items"]], known.get("in_stock_at")


def test_an_order_goes_to_the_provider_that_has_all_of_it(shop: Shop) -> None:
    publish(shop, COMPLETE, SOME, UNKNOWN)
    with shop.app.reading() as uow:
        [connection] = [one for one in uow.connections.list_for_client(shop.merchant.id) if one.provider_id == shop.provider.id]
        [owner] = uow.users.list_for(shop.merchant.id)
    replace_skus(shop.app, owner, connection.id, {"POT": "P-77"})
    count(shop, "ACM-MUG", 5)
    count(shop, "P-77", 2)
    count(shop, "POT", 9, BETA)

    forged = items(("ACM-MUG", 1), ("VASE", 1))
    forged["items"][1]["available_at_provider"] = 99
    shop.import_all(
        ready("1", **items(("ACM-MUG", 2), ("POT", 2))),
        ready("2", **items(("ACM-MUG", 2), ("ACM-MUG", 2))),  # order 1 takes two of the five: a third of four is missing
        ready("3", **items(("POT", 9))),
        ready("4", **forged, in_stock_at=["acme-3pl"]),
        ready("5", **items()),
    )

    assert seen(shop, "1") == ([5, 9], ["acme-3pl"])
    assert seen(shop, "2") == ([3, 3], None)
    assert seen(shop, "3") == ([9], [BETA])
    assert seen(shop, "4") == ([3, None], None)
    assert seen(shop, "5") == ([], None)
    matched = {number: set(order_of(shop, number).matched) for number in "12345"}
    assert matched == {"1": {"complete", "some"}, "2": {"some"}, "3": {"some"}, "4": {"unknown"}, "5": {"some"}}

    shop.work_off()
    assert order_of(shop, "1").status() == "pending_fulfillment"
    reprocess(shop, "1")  # what it has reserved itself is there for it
    assert seen(shop, "1") == ([5, 9], ["acme-3pl"])
    reprocess(shop, "3")
    assert seen(shop, "3") == ([9], [BETA])
    shop.import_all(ready("6", **items(("ACM-MUG", 1), ("POT", 1))))
    assert seen(shop, "6") == ([3, 9], None)


def test_only_rules_that_ask_cost_anything_and_a_batch_costs_the_same_however_long(shop: Shop) -> None:
    def cost(*numbers: str) -> list[str]:
        with statements(shop.database) as sent:
            shop.import_all(*(ready(number) for number in numbers))
        return [statement for statement, _ in sent if "stock_counts" in statement or "connection_skus" in statement]

    publish(shop, "{id: tag, when: always, then: [{do: add_tag, tag: a}]}")
    count(shop, "ACM-MUG", 500)
    assert cost("1") == []

    publish(shop, SOME)
    assert len(cost("1", "2")) == len(cost("1", "2", *map(str, range(3, 60)))) <= 3
