"""`rate_shop`: let the label be bought with the cheapest or fastest of some services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, Reference, register, writes
from rules.messages import Text

PREFERENCES = {
    "cheapest": Text("the cheapest", "el más barato"),
    "fastest": Text("the fastest", "el más rápido"),
}


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write("rate_shopping.among", [draft.render_some(service) for service in params["among"]])
    draft.write("rate_shopping.prefer", params["prefer"])


register(
    Action(
        code="rate_shop",
        label=Text("Rate shop", "Comparar tarifas"),
        sentence=Text("Choose among {among}, preferring {prefer}", "Elegir entre {among}, prefiriendo {prefer}"),
        help=Text(
            "Names the services to compare, or carriers for all of theirs, and whether the cheapest or the fastest is taken. "
            "Carriers are asked after the decision, and the choice is kept with what was compared.",
            "Nombra los servicios que se comparan, o empresas de transporte por todos los suyos, y si se toma el más barato o "
            "el más rápido. A las empresas se les pregunta tras la decisión, y la elección se guarda con lo que se comparó.",
        ),
        parameters=(
            Parameter(
                "among",
                ParameterKind.TEXTS,
                Text("Services or carriers", "Servicios o empresas de transporte"),
                refers_to=Reference.CARRIER_OR_SERVICE,
            ),
            Parameter("prefer", ParameterKind.CHOICE, Text("Prefer", "Preferir"), choices=PREFERENCES),
        ),
        writes=writes("rate_shopping.among", "rate_shopping.prefer"),
        apply=_apply,
        nature=lambda params: None if any(service.fields for service in params["among"]) else Nature.SETS,
        part_labels={
            "rate_shopping.among": Text("services to compare", "servicios que se comparan"),
            "rate_shopping.prefer": Text("preferred rate", "tarifa preferida"),
        },
    )
)
