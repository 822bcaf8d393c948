"""`alert`: show the account's people a sentence about the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.messages import Text

CODE = "alert"


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.emit(CODE, effect="alert", message=draft.render_some(params["message"]))


register(
    Action(
        code=CODE,
        label=Text("Create alert", "Crear alerta"),
        sentence=Text("Alert: {message}", "Mostrar la alerta: {message}"),
        help=Text(
            "Shows a sentence about the order to the account's people, even when the order is left out.",
            "Muestra a las personas de la cuenta una frase sobre el pedido, aunque este se deje fuera.",
        ),
        parameters=(Parameter("message", ParameterKind.TEXT, Text("Message", "Mensaje")),),
        writes=writes(),
        apply=_apply,
        nature=always(Nature.SENDS),
    )
)
