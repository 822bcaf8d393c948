"""`stop`: no later rule runs for this order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, always, register, writes
from rules.messages import Text


def _apply(draft: Draft, _params: Mapping[str, Any]) -> None:
    draft.stop()


register(
    Action(
        code="stop",
        label=Text("Stop processing rules", "Dejar de procesar reglas"),
        sentence=Text("Run no later rule for this order", "No ejecutar más reglas para este pedido"),
        help=Text(
            "Once this rule has applied, no later rule runs for the order. Its own remaining actions are still taken.",
            "Una vez aplicada esta regla, no se ejecuta ninguna posterior para el pedido. Sus demás acciones sí se realizan.",
        ),
        parameters=(),
        writes=writes(),
        apply=_apply,
        nature=always(Nature.ENDS),
    )
)
