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
            "Says how fast the order has to travel: `economy`, `standard`, `express` or `overnight`. Carriers are asked, and the "
            "cheapest service of that level is chosen; with `rate_shop`, the one that it prefers.",
            "Indica con qué rapidez debe viajar el pedido: `economy`, `standard`, `express` u `overnight`. Se pregunta a las "
            "empresas de transporte y se elige el servicio más barato de ese nivel; con `rate_shop`, el que este prefiera.",
        ),
        parameters=(Parameter("level", ParameterKind.TEXT, Text("Level", "Nivel")),),
        writes=writes("service_level"),
        apply=_apply,
        nature=always(Nature.SETS),
        part_labels={"service_level": Text("service level", "nivel de servicio")},
    )
)
