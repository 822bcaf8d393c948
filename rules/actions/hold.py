"""`hold`: put the order on hold, without an end, for some days, or until a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Parameter, ParameterKind, register, writes
from rules.messages import Text
from rules.operators.times import WrittenTime, day_start, local_day
from rules.values import time_at

ONE_OF_BOTH = Text("give `days` or `until`, not both", "indica `days` o `until`, no ambos")


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.hold(_until(draft, params))


def _until(draft: Draft, params: Mapping[str, Any]) -> str | None:
    zone = draft.context.zone
    if params["days"] is not None:
        moment = day_start(local_day(draft.now, zone), zone, params["days"])
        return time_at(moment).astimezone(zone).isoformat()
    until: WrittenTime | None = params["until"]
    if until is None:
        return None
    return (until.moment if until.moment.tzinfo else until.moment.replace(tzinfo=zone)).isoformat()


def _check(params: Mapping[str, Any]) -> Text | None:
    return ONE_OF_BOTH if params["days"] is not None and params["until"] is not None else None


register(
    Action(
        "hold",
        Text("Hold the order", "Poner el pedido en espera"),
        (
            Parameter("days", ParameterKind.INTEGER, Text("Days", "Días"), required=False, low=0, high=3650),
            Parameter("until", ParameterKind.TIME, Text("Until", "Hasta"), required=False),
        ),
        writes("status", "hold_until"),
        _apply,
        _check,
    )
)
