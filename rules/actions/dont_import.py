"""`dont_import`: leave the order out. It stays on record with the rule that did it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, always, register, writes
from rules.messages import Text

TAKEN_IN = "taken_in"  # among the fields that a person has set: the order is wanted whatever rules say


def _apply(draft: Draft, _params: Mapping[str, Any]) -> None:
    if TAKEN_IN not in draft.edited_fields:
        draft.skip()


register(
    Action(
        code="dont_import",
        label=Text("Don't import the order", "No importar el pedido"),
        sentence=Text("Leave the order out", "Dejar fuera el pedido"),
        help=Text(
            "Marks the order as skipped and ends the run. It stays on record, out of the orders to ship; of what rules "
            "wanted to send, only alerts leave. An order that a person has taken in stays in.",
            "Marca el pedido como omitido y termina la ejecución. Queda registrado, fuera de los pedidos por enviar; de lo que "
            "las reglas querían enviar, solo salen las alertas. Un pedido que alguien ha admitido se queda.",
        ),
        parameters=(),
        writes=writes(),
        apply=_apply,
        nature=always(Nature.ENDS),
    )
)
