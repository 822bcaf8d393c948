"""`carrier_option`: what the carrier has to know about the parcel or may do with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register
from rules.messages import Text

DRY_ICE = "dry_ice"
OPTIONS = {
    "saturday_delivery": Text("Saturday delivery", "entrega en sábado"),
    "contains_alcohol": Text("contains alcohol", "contiene alcohol"),
    DRY_ICE: Text("dry ice", "hielo seco"),
    "dangerous_goods": Text("dangerous goods", "mercancías peligrosas"),
    "non_machinable": Text("non-machinable", "no procesable a máquina"),
    "shipper_release": Text("may be left without a signature", "puede dejarse sin firma"),
    "show_postage": Text("postage shown on the label", "franqueo visible en la etiqueta"),
    "blank_box": Text("plain box without branding", "caja lisa sin marca"),
}
ONLY_ICE_IS_WEIGHED = Text(
    "`value` must be true or false; only `dry_ice` takes a weight in grams",
    "`value` debe ser true o false; solo `dry_ice` admite un peso en gramos",
)


def _name(params: Mapping[str, Any]) -> str:
    return f"carrier_options.{params['option']}"


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write(_name(params), params["value"])


def _check(params: Mapping[str, Any]) -> Text | None:
    return None if isinstance(params["value"], bool) or params["option"] == DRY_ICE else ONLY_ICE_IS_WEIGHED


register(
    Action(
        code="carrier_option",
        label=Text("Set carrier option", "Establecer opción de la empresa de transporte"),
        sentence=Text(
            'Set the carrier option "{option}": {value}', 'Establecer la opción "{option}" de la empresa de transporte: {value}'
        ),
        help=Text(
            "Switches one option of the carrier on or off. For `dry_ice` the value may be its weight in grams.",
            "Activa o desactiva una opción de la empresa de transporte. Para `dry_ice` el valor puede ser su peso en gramos.",
        ),
        parameters=(
            Parameter("option", ParameterKind.CHOICE, Text("Option", "Opción"), choices=OPTIONS),
            Parameter("value", ParameterKind.BOOLEAN_OR_NUMBER, Text("Value", "Valor"), low=0),
        ),
        writes=lambda params: frozenset({_name(params)}),
        apply=_apply,
        nature=always(Nature.SETS),
        check=_check,
        part_labels={f"carrier_options.{option}": label for option, label in OPTIONS.items()},
    )
)
