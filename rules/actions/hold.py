"""`hold` and `release`: put the order on hold, without an end, for some days, or until a time; and end that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.calendar import day_or_time
from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.messages import Text

ONE_OF_BOTH = Text("give `days` or `until`, not both", "indica `days` o `until`, no ambos")


def _hold(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.hold(day_or_time(draft, params, "until"))


def _release(draft: Draft, _params: Mapping[str, Any]) -> None:
    draft.write("status", "awaiting_shipment")
    draft.write("hold_until", None)


def _check(params: Mapping[str, Any]) -> Text | None:
    return ONE_OF_BOTH if params["days"] is not None and params["until"] is not None else None


register(
    Action(
        code="hold",
        label=Text("Hold the order", "Retener el pedido"),
        sentence=Text("Put the order on hold", "Retener el pedido"),
        help=Text(
            "Puts the order on hold: without an end, until a day so many days from today begins, or until a time. "
            "Its fulfillment request waits. A rule holds an order once, and again only when a person runs the rules anew.",
            "Retiene el pedido: sin final, hasta que empiece el día que cae dentro de tantos días, o hasta una hora. "
            "Su solicitud de preparación espera. Una regla retiene un pedido una vez, y otra solo si alguien repite las reglas.",
        ),
        parameters=(
            Parameter("days", ParameterKind.INTEGER, Text("Days", "Días"), required=False, low=0, high=3650),
            Parameter("until", ParameterKind.TIME, Text("Until", "Hasta"), required=False),
        ),
        writes=writes("status", "hold_until"),
        apply=_hold,
        nature=always(Nature.HOLDS),
        check=_check,
    )
)
register(
    Action(
        code="release",
        label=Text("Release the order", "Liberar el pedido"),
        sentence=Text("Release the order for shipment", "Liberar el pedido para su envío"),
        help=Text(
            "Ends a hold: the order awaits shipment. Rules with the trigger `released` do not run because of it.",
            "Termina una retención: el pedido queda pendiente de envío. No hace que se ejecuten las reglas de `released`.",
        ),
        parameters=(),
        writes=writes("status", "hold_until"),
        apply=_release,
        nature=always(Nature.SETS),
    )
)
