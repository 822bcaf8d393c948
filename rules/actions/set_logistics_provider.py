"""`set_logistics_provider`: choose the 3PL that ships the order, and send it the fulfillment request if wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Parameter, ParameterKind, Reference, register, writes
from rules.messages import Text

CODE = "set_logistics_provider"


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    provider = draft.render(params["provider"])
    draft.write("logistics_provider", provider or None)
    if params["send"] and provider:
        preference = params["service_preference"]
        extra = {} if preference is None else {"service_preference": draft.render(preference)}
        draft.emit(CODE, effect="fulfillment_request", provider=provider, **extra)


register(
    Action(
        CODE,
        Text("Set logistics provider", "Establecer proveedor de logística"),
        (
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
        writes("logistics_provider"),
        _apply,
    )
)
