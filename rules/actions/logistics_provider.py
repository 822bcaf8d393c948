"""Who ships the order: `set_logistics_provider`, `unset_logistics_provider`, `delegate_to_assigned`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import ActionFailed, Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, Reference, always, register, writes
from rules.fields.delegation import DELEGATION
from rules.messages import Message, Text
from rules.order_document import Document
from rules.values import folded_text, is_blank

FIELD = "logistics_provider"
NEEDS_ATTENTION = "needs_attention"
REFUSED_BY, ROUND = "delegation.refused_by", "delegation.round"
MAX_ROUNDS = 3
REFUSED = Text(
    'the provider "{provider}" has refused this order already, and rules do not send it there again',
    'el proveedor "{provider}" ya ha rechazado este pedido, y las reglas no se lo vuelven a enviar',
)
ROUNDS_OVER = Text(
    "{rounds} requests over this order have ended without shipping: rules send no more, a person has to say what becomes of it",
    "{rounds} solicitudes sobre este pedido han terminado sin envío: las reglas no envían más, una persona debe decidir qué se "
    "hace con él",
)
NO_PROVIDER = Text(
    "the order has no logistics provider to send the fulfillment request to",
    "el pedido no tiene un proveedor de logística al que enviar la solicitud de preparación",
)


def _send(draft: Draft, do: str, provider: str, **extra: str) -> None:
    """Ask the provider, unless so many have refused the order that a person has to look."""
    rounds = draft.read(ROUND) if _was_delegated(draft.document) else None
    if rounds is not None and rounds >= MAX_ROUNDS:
        draft.flag(NEEDS_ATTENTION)
        draft.report(Message("rounds_over", ROUNDS_OVER, {"rounds": rounds}))
        return
    draft.emit(do, effect="fulfillment_request", provider=provider, **extra)


def _refuse_again(draft: Draft, provider: str) -> None:
    """Raises ActionFailed for a provider that has refused the order before."""
    refused = draft.read(REFUSED_BY) if _was_delegated(draft.document) else None
    if refused and folded_text(provider) in map(folded_text, refused):
        raise ActionFailed(Message("provider_refused", REFUSED, {"provider": provider}))


def _was_delegated(document: Document) -> bool:
    return document.get(DELEGATION) is not None


def _set(draft: Draft, params: Mapping[str, Any]) -> None:
    provider = draft.render(params["provider"])
    _refuse_again(draft, provider)
    draft.write_text(FIELD, params["provider"])
    if params["send"] and not is_blank(provider):
        preference = "" if params["service_preference"] is None else draft.render(params["service_preference"])
        extra = {} if is_blank(preference) else {"service_preference": preference}
        _send(draft, "set_logistics_provider", provider, **extra)


def _unset(draft: Draft, _params: Mapping[str, Any]) -> None:
    draft.write(FIELD, None)


def _delegate(draft: Draft, _params: Mapping[str, Any]) -> None:
    provider = draft.read(FIELD)
    if provider is None:
        raise ActionFailed(Message("no_provider", NO_PROVIDER))
    _refuse_again(draft, provider)
    _send(draft, "delegate_to_assigned", provider)


register(
    Action(
        code="set_logistics_provider",
        label=Text("Set logistics provider", "Establecer proveedor de logística"),
        sentence=Text("Set the logistics provider to {provider}", "Establecer {provider} como proveedor de logística"),
        help=Text(
            "Chooses the 3PL that ships the order. With `send` the fulfillment request leaves when the run is over, and waits "
            "while the order is on hold or needs attention. The rule fails when the 3PL has refused the order before; after "
            "three requests that ended without shipping none is sent, and the order needs attention.",
            "Elige el 3PL que envía el pedido. Con `send` la solicitud de preparación sale al terminar la ejecución, y espera "
            "mientras el pedido esté retenido o requiera atención. La regla falla si el 3PL ya rechazó el pedido; tras tres "
            "solicitudes terminadas sin envío no sale ninguna más y el pedido requiere atención.",
        ),
        parameters=(
            Parameter(
                "provider",
                ParameterKind.TEXT,
                Text("Logistics provider", "Proveedor de logística"),
                refers_to=Reference.PROVIDER,
            ),
            Parameter(
                "send",
                ParameterKind.BOOLEAN,
                Text("Send the fulfillment request", "Enviar la solicitud de preparación"),
                required=False,
                default=False,
            ),
            Parameter(
                "service_preference",
                ParameterKind.TEXT,
                Text("Service preference", "Preferencia de servicio"),
                required=False,
            ),
        ),
        writes=writes(FIELD),
        apply=_set,
        nature=lambda params: Nature.SETS_AND_SENDS if params["send"] else Nature.SETS,
        reads=frozenset({REFUSED_BY, ROUND}),
        may_refuse=True,
    )
)
register(
    Action(
        code="unset_logistics_provider",
        label=Text("Unset logistics provider", "Quitar proveedor de logística"),
        sentence=Text("Set no logistics provider", "No asignar proveedor de logística"),
        help=Text(
            "Removes the 3PL that an earlier rule or the store chose. A request that was sent already stays.",
            "Quita el 3PL que eligió una regla anterior o la tienda. Una solicitud ya enviada se mantiene.",
        ),
        parameters=(),
        writes=writes(FIELD),
        apply=_unset,
        nature=always(Nature.SETS),
    )
)
register(
    Action(
        code="delegate_to_assigned",
        label=Text("Delegate to the assigned provider", "Delegar en el proveedor asignado"),
        sentence=Text(
            "Send the fulfillment request to the order's logistics provider",
            "Enviar la solicitud de preparación al proveedor de logística del pedido",
        ),
        help=Text(
            "Sends the fulfillment request to the 3PL that the order has at this point. The rule fails when it has none, or one "
            "that has refused the order before; after three requests that ended without shipping none is sent.",
            "Envía la solicitud de preparación al 3PL que el pedido tenga en ese momento. La regla falla si no tiene ninguno o "
            "si ese 3PL ya rechazó el pedido; tras tres solicitudes terminadas sin envío no sale ninguna más.",
        ),
        parameters=(),
        writes=writes(),
        apply=_delegate,
        reads=frozenset({REFUSED_BY, ROUND}),
        may_refuse=True,
    )
)
