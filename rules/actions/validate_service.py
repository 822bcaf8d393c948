"""`validate_service`: the order's carrier service must be one that the client's carrier accounts offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register
from rules.context import RuleContext, ServiceOffer
from rules.messages import Message, Text
from rules.values import folded_text, is_blank

FLAG = "invalid_service"
WHEN_INVALID = {
    "hold": Text("put the order on hold", "retener el pedido"),
    "alert": Text("raise an alert", "crear una alerta"),
    "clear": Text("clear carrier, service and package", "borrar empresa de transporte, servicio y embalaje"),
    "stop": Text("run no later rule", "no ejecutar más reglas"),
}
SERVICE_NOT_AVAILABLE = Text(
    "The shipping service is not valid because the client does not have a carrier account that supports it",
    "El servicio de envío no es válido porque el cliente no tiene una cuenta de empresa de transporte que lo admita",
)

NOT_VALIDATED = Text(
    "no carrier accounts are known here, so every carrier service counts as valid: give the test a `context` with "
    "`carrier_accounts`",
    "aquí no se conocen cuentas de transporte, así que cualquier servicio cuenta como válido: da a la prueba un `context` con "
    "`carrier_accounts`",
)

NOTHING_OFFERED = Text(
    "`validate_service` can only fail: no carrier account of this context offers a service, so that every one is invalid",
    "`validate_service` solo puede fallar: ninguna cuenta de transporte de este contexto ofrece servicios, así que ninguno es "
    "válido",
)


def is_offered(carrier: str | None, service: str, client: str | None, context: RuleContext) -> bool:
    """Whether one carrier account of the client offers both, or of the running account where that is allowed.

    A context without carrier accounts knows nothing against any service.
    """
    if context.offers is None:
        return True
    if carrier is None:
        return False
    wanted_carrier, wanted_service = folded_text(carrier), folded_text(service)
    for offer in offers_for(client, context):  # noqa: SIM110 - asked for most orders; any() would make a generator each time
        if offer.carrier == wanted_carrier and wanted_service in offer.services:
            return True
    return False


def offers_for(client: str | None, context: RuleContext) -> list[ServiceOffer]:
    """What the carrier accounts offer that an order of the client may ship with; nothing where none are known."""
    owners = {folded_text(client)} if client else set()
    is_strict = bool(client) and folded_text(client or "") in (context.strict_clients or ())
    if context.provider_accounts_allowed and context.account_slug and not is_strict:
        owners.add(folded_text(context.account_slug))
    return [offer for offer in context.offers or () if offer.owner in owners]


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    service = draft.read("service")
    if service is None or is_offered(draft.read("carrier"), service, draft.read("client"), draft.context):
        return
    message = Message("service_not_available", SERVICE_NOT_AVAILABLE)
    draft.flag(FLAG)
    draft.report(message)
    match params["on_invalid"]:
        case "hold":
            draft.hold()
        case "alert":
            draft.emit("alert", effect="alert", message=message)
        case "clear":
            for name in ("carrier", "service", "package"):
                draft.write(name, None)
        case "stop":
            draft.stop()


def _untested(context: RuleContext, order: Mapping[str, Any]) -> Text | None:
    return NOT_VALIDATED if context.offers is None and not is_blank(order.get("service")) else None


def _doubt(context: RuleContext) -> Text | None:
    return NOTHING_OFFERED if context.offers is not None and not any(offer.services for offer in context.offers) else None


def _writes(params: Mapping[str, Any]) -> frozenset[str]:
    return {
        "hold": frozenset({"status", "hold_until"}),
        "clear": frozenset({"carrier", "service", "package"}),
    }.get(params["on_invalid"], frozenset())


register(
    Action(
        code="validate_service",
        label=Text("Validate carrier service against client accounts", "Validar el servicio con las cuentas del cliente"),
        sentence=Text(
            "Validate the carrier service against the client's accounts; when it is not valid: {on_invalid}",
            "Validar el servicio de envío con las cuentas del cliente; si no es válido: {on_invalid}",
        ),
        help=Text(
            "Checks that one carrier account of the order's client offers both its carrier and its service. If none does, the "
            "order is flagged, and it is held, an alert is raised, the choice is cleared or the run stops.",
            "Comprueba que una cuenta de transporte del cliente ofrezca la empresa y el servicio del pedido. Si ninguna lo hace, "
            "el pedido se marca y se retiene, se crea una alerta, se borra la elección o termina la ejecución.",
        ),
        parameters=(
            Parameter(
                "on_invalid",
                ParameterKind.CHOICE,
                Text("When it is not valid", "Si no es válido"),
                choices=WHEN_INVALID,
            ),
        ),
        writes=_writes,
        apply=_apply,
        nature=always(Nature.CHECKS),
        reads=frozenset({"carrier", "service", "client"}),
        untested=_untested,
        doubt=_doubt,
    )
)
