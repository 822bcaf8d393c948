"""`send_email`: an e-mail about the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.messages import Text

CODE = "send_email"


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.emit(
        CODE,
        effect="email",
        to=draft.render_some(params["to"]),
        subject=draft.render(params["subject"]),
        message=draft.render(params["message"]),
    )


register(
    Action(
        code=CODE,
        label=Text("Send e-mail", "Enviar correo"),
        sentence=Text('Send the e-mail "{subject}" to {to}: {message}', 'Enviar el correo "{subject}" a {to}: {message}'),
        help=Text(
            "Sends an e-mail to each address in `to`, separated by commas, when the run is over, once in the life of the order. "
            "The rule fails when `to` gives no address.",
            "Envía un correo a cada dirección de `to`, separadas por comas, al terminar la ejecución, una vez en la vida del "
            "pedido. La regla falla si `to` no da dirección.",
        ),
        parameters=(
            Parameter("to", ParameterKind.TEXT, Text("To", "Para")),
            Parameter("subject", ParameterKind.TEXT, Text("Subject", "Asunto")),
            Parameter("message", ParameterKind.TEXT, Text("Message", "Mensaje")),
        ),
        writes=writes(),
        apply=_apply,
        nature=always(Nature.SENDS),
    )
)
