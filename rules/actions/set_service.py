"""`set_service`: choose carrier, service and, when given, package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, Reference, always, register
from rules.messages import Text


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    for name in ("carrier", "service", "package"):
        if params[name] is not None:
            draft.write_text(name, params[name])


def _writes(params: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(name for name in ("carrier", "service", "package") if params[name] is not None)


register(
    Action(
        code="set_service",
        label=Text("Set carrier and service", "Establecer empresa de transporte y servicio"),
        sentence=Text("Ship with {carrier}, service {service}", "Enviar con {carrier}, servicio {service}"),
        help=Text(
            "Chooses the carrier and its service. The package changes only when one is given.",
            "Elige la empresa de transporte y su servicio. El embalaje solo cambia si se indica uno.",
        ),
        parameters=(
            Parameter("carrier", ParameterKind.TEXT, Text("Carrier", "Empresa de transporte"), refers_to=Reference.CARRIER),
            Parameter("service", ParameterKind.TEXT, Text("Service", "Servicio"), refers_to=Reference.SERVICE),
            Parameter("package", ParameterKind.TEXT, Text("Package", "Embalaje"), required=False),
        ),
        writes=_writes,
        apply=_apply,
        nature=always(Nature.SETS),
    )
)
