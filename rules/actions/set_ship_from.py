"""`set_ship_from`: choose the location that the order ships from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, Reference, always, register, writes
from rules.messages import Text


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write_text("ship_from", params["location"])


register(
    Action(
        code="set_ship_from",
        label=Text("Set ship-from location", "Establecer ubicación de envío"),
        sentence=Text("Ship from {location}", "Enviar desde {location}"),
        help=Text(
            "Chooses the location that the order ships from. Whether it is international follows from that location's country.",
            "Elige la ubicación desde la que sale el pedido. Del país de esa ubicación depende que sea internacional.",
        ),
        parameters=(Parameter("location", ParameterKind.TEXT, Text("Location", "Ubicación"), refers_to=Reference.LOCATION),),
        writes=writes("ship_from"),
        apply=_apply,
        nature=always(Nature.SETS),
    )
)
