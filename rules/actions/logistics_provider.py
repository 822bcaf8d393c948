"""Who ships the order: `set_logistics_provider`, `unset_logistics_provider`, `delegate_to_assigned`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import ActionFailed, Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, Reference, always, register, writes
from rules.messages import Message, Text
from rules.values import is_blank

FIELD = "logistics_provider"
NO_PROVIDER = Text(
    "the order has no logistics provider to send the fulfillment request to",
    "el pedido no tiene un proveedor de logística al que enviar la solicitud de preparación",
)


def _send(draft: Draft, do: str, provider: str, **extra: str) -> None:
    draft.emit(do, effect="fulfillment_request", provider=provider, **extra)


def _set(draft: Draft, params: Mapping[str, Any]) -> None:
    provider = draft.render(params["provider"])
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
    _send(draft, "delegate_to_assigned", provider)


register(
    Action(
        code="set_logistics_provider",
        label=Text("Set logistics provider", "Establecer proveedor de logística"),
        sentence=Text("Set the logistics provider to {provider}", "Establecer {provider} como proveedor de logística"),
        help=Text(
            "Chooses the 3PL that ships the order. With `send` the fulfillment request leaves when the run is over, and waits "
            "while the order is on hold or needs attention.",
            "Elige el 3PL que envía el pedido. Con `send` la solicitud de preparación sale al terminar la ejecución, y espera "
            "mientras el pedido esté retenido o requiera atención.",
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
            "Sends the fulfillment request to the 3PL that the order has at this point. The rule fails when it has none.",
            "Envía la solicitud de preparación al 3PL que el pedido tenga en ese momento. La regla falla si no tiene ninguno.",
        ),
        parameters=(),
        writes=writes(),
        apply=_delegate,
    )
)
