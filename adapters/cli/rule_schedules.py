"""`rules schedules`: the rules of an account that run by themselves, when they do next, and what their last run came to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from adapters.cli.output import answer, json_option
from adapters.cli.rule_sets import account_option
from adapters.cli.runtime import runtime_of
from rules.messages import Language, Text
from rules.visible import harmless_line

if TYPE_CHECKING:
    from engine.services.deciding.schedules import ShownSchedule

NO_SCHEDULES = Text(
    "No published rule runs by itself: give one `schedule` or `look_again`, and the trigger `schedule`.",
    "Ninguna regla publicada se ejecuta sola: dale a una `schedule` o `look_again`, y el disparador `schedule`.",
)
LINE = Text("{rule}  {times}", "{rule}  {times}")
NEXT = Text("    next: {at}", "    próxima: {at}")
RUNNING = Text("    under way", "    en curso")
LAST = Text("    last: {at}, orders: {orders}, matched: {matched}", "    última: {at}, pedidos: {orders}, se aplicó a: {matched}")
NEVER = Text("    has not run yet", "    aún no se ha ejecutado")
LOOKS = Text(
    "    orders to look at again: {orders}, the next at {at}", "    pedidos que volverá a mirar: {orders}, el próximo a las {at}"
)


@click.command("schedules")
@account_option
@json_option
@click.pass_context
def schedules(context: click.Context, account_slug: str, as_json: bool) -> None:
    """List the rules of an account that run by themselves: when next, and what their last run came to."""
    from engine.services.deciding.schedules import list_schedules

    runtime = runtime_of(context)
    language = runtime.settings.language
    zone, shown = list_schedules(runtime.application, account_slug)
    lines = [line for one in shown for line in _lines(one, zone, language)]
    data = {"time_zone": zone.key, "schedules": [_entry(one, language) for one in shown]}
    answer(data, as_json, *(lines or [NO_SCHEDULES.format(language)]))


def _entry(one: ShownSchedule, language: Language) -> dict[str, Any]:
    return {
        "rule": one.rule.id,
        "name": one.rule.name,
        "set": one.rule.origin,
        "times": one.times.format(language),
        "next_due": _iso(one.next_due),
        "last_run": _iso(one.last_due),
        "last_run_ended": _iso(one.last_ended),
        "orders": one.orders,
        "matched": one.matched,
        "running": one.is_running,
        "look_again": None if one.rule.look_again is None else {"orders": one.looks, "next_due": _iso(one.next_look)},
    }


def _lines(one: ShownSchedule, zone: ZoneInfo, language: Language) -> list[str]:
    lines = [harmless_line(LINE.format(language, rule=one.rule.id, times=one.times.format(language)))]
    if one.is_running:
        lines.append(RUNNING.format(language))
    if one.next_due is not None:
        lines.append(NEXT.format(language, at=_local(one.next_due, zone)))
    if one.last_due is None:
        lines.append(NEVER.format(language))
    else:
        lines.append(LAST.format(language, at=_local(one.last_due, zone), orders=one.orders, matched=one.matched))
    if one.next_look is not None:
        lines.append(LOOKS.format(language, orders=one.looks, at=_local(one.next_look, zone)))
    return lines


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
