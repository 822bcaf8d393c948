"""What tests of rules that the clock starts share: such rules, waiting, and what became of the orders of a shop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from support.clock import FixedClock
from support.rule_runs import decisions, order_of
from support.shop import Shop

from engine.model.schedule import RuleSchedule

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # 10:00 in Madrid, where the shop is
HOURLY = "{id: hourly, 'on': [schedule], schedule: {every: 1h}, when: always, then: [{do: add_tag, tag: hourly}]}"


def at(time: str, *, id: str = "daily", when: str = "always", then: str = "", times: str = "", more: str = "") -> str:
    then = then or f"{{do: add_tag, tag: {id}}}"
    return f"{{id: {id}, 'on': [schedule], schedule: {{at: '{time}'{times}}}, when: {when}, then: [{then}]{more}}}"


def wait(shop: Shop, clock: FixedClock, time: timedelta) -> None:
    """So much later, what is due has been done."""
    shop.work_off()
    clock.sleep(time.total_seconds())
    shop.work_off()


def tags(shop: Shop, number: str = "1") -> list[str]:
    return list(order_of(shop, number).document().get("tags") or [])


def triggers(shop: Shop, number: str = "1") -> list[str]:
    return [decision.trigger for decision in decisions(shop, number)]


def schedule_of(shop: Shop, rule_id: str) -> RuleSchedule:
    with shop.database.reading_unit_of_work() as unit:
        (found,) = [one for one in unit.schedules.list_for(shop.merchant.id) if one.rule_id == rule_id]
    return found


def trail(shop: Shop, number: str = "1") -> list[tuple[str, Any, Any]]:
    with shop.database.reading_unit_of_work() as unit:
        entries = unit.audit.list_for(shop.merchant.id, shop.order_id(number))
    return [(entry.action, entry.before, entry.after) for entry in entries]
