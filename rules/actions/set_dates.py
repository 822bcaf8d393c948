"""`set_ship_date`, `set_ship_by`, `set_deliver_by`: dates of the order, some days ahead or written in the rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.calendar import day_or_time
from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.messages import Text

EXACTLY_ONE = Text("give `days` or `date`, and only one of them", "indica `days` o `date`, y solo uno de los dos")
DAYS = Text(
    "With `days: 1` it is the start of tomorrow in the account's time zone; `date` is a day or a time.",
    "Con `days: 1` es el comienzo de mañana en la zona horaria de la cuenta; `date` es un día o una hora.",
)


def _check(params: Mapping[str, Any]) -> Text | None:
    return EXACTLY_ONE if (params["days"] is None) == (params["date"] is None) else None


def _register(name: str, label: Text, sentence: Text, help: Text) -> None:
    def apply(draft: Draft, params: Mapping[str, Any]) -> None:
        draft.write(name, day_or_time(draft, params, "date"))

    register(
        Action(
            code=f"set_{name}",
            label=label,
            sentence=sentence,
            help=Text(f"{help.en} {DAYS.en}", f"{help.es} {DAYS.es}"),
            parameters=(
                Parameter("days", ParameterKind.INTEGER, Text("Days from today", "Días desde hoy"), False, low=0, high=3650),
                Parameter("date", ParameterKind.TIME, Text("Date", "Fecha"), required=False),
            ),
            writes=writes(name),
            apply=apply,
            nature=always(Nature.SETS),
            check=_check,
        )
    )


_register(
    "ship_date",
    Text("Set ship date", "Establecer la fecha de envío"),
    Text("Set the ship date", "Establecer la fecha de envío"),
    Text("Sets the day on which the order is to leave.", "Establece el día en que debe salir el pedido."),
)
_register(
    "ship_by",
    Text("Set ship-by date", "Establecer la fecha límite de envío"),
    Text("Set the ship-by date", "Establecer la fecha límite de envío"),
    Text("Sets the day by which the order has to leave.", "Establece el día en que, a más tardar, debe salir el pedido."),
)
_register(
    "deliver_by",
    Text("Set deliver-by date", "Establecer la fecha límite de entrega"),
    Text("Set the deliver-by date", "Establecer la fecha límite de entrega"),
    Text("Sets the day by which the order has to arrive.", "Establece el día en que, a más tardar, debe llegar el pedido."),
)
