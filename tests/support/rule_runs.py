"""What tests ask and do about single orders of a shop, named by their numbers."""

from __future__ import annotations

from typing import Any

from support.publishing import publish_alone
from support.shop import Shop

from engine.model.job import JobKind
from engine.model.order import Order
from engine.services.deciding.reprocess_orders import release_order, reprocess_orders
from rules.messages import Language

SEND = "{do: set_logistics_provider, provider: acme-3pl, send: true}"


def rule_set(*rules: str) -> bytes:
    return "\n".join(["name: r", "rules:", *(f"  - {rule}" for rule in rules)]).encode()


def publish(shop: Shop, *rules: str) -> None:
    publish_alone(shop.app, shop.merchant.slug, rule_set(*rules))


def order_of(shop: Shop, number: str = "1") -> Order:
    with shop.database.reading_unit_of_work() as unit:
        return unit.orders.get(shop.merchant.id, shop.order_id(number))


def jobs_of(shop: Shop, number: str = "1") -> list[Any]:
    """What rules asked for: what follows from a hand-over is left out."""
    with shop.database.reading_unit_of_work() as unit:
        jobs = unit.jobs.list_for_order(shop.merchant.id, shop.order_id(number))
    return [job for job in jobs if job.kind is not JobKind.FETCH_NOTES]


def requests_of(shop: Shop, number: str = "1") -> list[Any]:
    with shop.database.reading_unit_of_work() as unit:
        return unit.requests.list_for_order(shop.merchant.id, shop.order_id(number))


def alerts_of(shop: Shop, language: Language = "en") -> list[str]:
    with shop.database.reading_unit_of_work() as unit:
        return [alert.message.format(language) for alert in unit.alerts.list_for(shop.merchant.id)]


def reprocess(shop: Shop, number: str = "1", **options: Any) -> Order:
    assert reprocess_orders(shop.app, shop.merchant.id, [shop.order_id(number)], "usr_1", **options) == 1
    return order_of(shop, number)


def release(shop: Shop, number: str = "1") -> Order:
    return release_order(shop.app, shop.merchant.id, shop.order_id(number), "usr_1")


def edit(shop: Shop, number: str, **person: Any) -> None:
    """What a person writes on a screen."""
    order = order_of(shop, number)
    order.person.update({name.replace("__", "."): value for name, value in person.items()})
    with shop.database.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()


def decisions(shop: Shop, number: str = "1") -> list[Any]:
    with shop.database.reading_unit_of_work() as unit:
        return unit.decisions.list_for_order(shop.merchant.id, shop.order_id(number))
