"""`set_service_level`: say how fast the order has to travel, and leave the service to whoever ships it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.messages import Text


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write_text("service_level", params["level"])


register(
    Action(
        code="set_service_level",
        label=Text("Set service level", "Establecer nivel de servicio"),
        sentence=Text("Set the service level to {level}", "Establecer el nivel de servicio en {level}"),
        help=Text(
            "Says how the order has to travel, such as `standard` or `express`, without choosing a carrier's service.",
            "Indica cómo debe viajar el pedido, como `standard` o `express`, sin elegir el servicio de una empresa de "
            "transporte.",
        ),
        parameters=(Parameter("level", ParameterKind.TEXT, Text("Level", "Nivel")),),
        writes=writes("service_level"),
        apply=_apply,
        nature=always(Nature.SETS),
        is_carried_out=False,
        part_labels={"service_level": Text("service level", "nivel de servicio")},
    )
)
