"""`assign_user`: say who looks after the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, Reference, always, register, writes
from rules.messages import Text


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write_text("assigned_to", params["user"])


register(
    Action(
        code="assign_user",
        label=Text("Assign user", "Asignar usuario"),
        sentence=Text("Assign the order to {user}", "Asignar el pedido a {user}"),
        help=Text("Says which user looks after the order.", "Indica qué usuario se ocupa del pedido."),
        parameters=(Parameter("user", ParameterKind.TEXT, Text("User", "Usuario"), refers_to=Reference.USER),),
        writes=writes("assigned_to"),
        apply=_apply,
        nature=always(Nature.SETS),
    )
)
