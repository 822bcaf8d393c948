"""`send_to_queue`: put the order into a queue, such as that of the pickers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.messages import Text

CODE = "send_to_queue"


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.emit(CODE, effect="queue", queue=draft.render_some(params["queue"]))


register(
    Action(
        code=CODE,
        label=Text("Send to queue", "Enviar a una cola"),
        sentence=Text("Send the order to the queue {queue}", "Enviar el pedido a la cola {queue}"),
        help=Text(
            "Puts the order into a queue, such as that of the pickers, when the run is over, once in the life of the order.",
            "Pone el pedido en una cola, como la de preparación, al terminar la ejecución, una vez en la vida del pedido.",
        ),
        parameters=(Parameter("queue", ParameterKind.TEXT, Text("Queue", "Cola")),),
        writes=writes(),
        apply=_apply,
        nature=always(Nature.SENDS),
        is_carried_out=False,
    )
)
