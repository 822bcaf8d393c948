"""`call_webhook`: tell another system about the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.messages import Text

CODE = "call_webhook"


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.emit(CODE, effect="webhook", endpoint=draft.render_some(params["endpoint"]))


register(
    Action(
        code=CODE,
        label=Text("Call webhook", "Llamar a un webhook"),
        sentence=Text("Call the webhook {endpoint}", "Llamar al webhook {endpoint}"),
        help=Text(
            "Tells another system about the order when the run is over, once in the life of the order.",
            "Comunica el pedido a otro sistema al terminar la ejecución, una vez en la vida del pedido.",
        ),
        parameters=(Parameter("endpoint", ParameterKind.TEXT, Text("Endpoint", "Punto de conexión")),),
        writes=writes(),
        apply=_apply,
        nature=always(Nature.SENDS),
        is_carried_out=False,
    )
)
