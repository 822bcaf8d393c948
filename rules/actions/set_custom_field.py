"""`set_custom_field`: write one of the three custom fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register
from rules.messages import Text


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write_text(_name(params), params["value"])


def _name(params: Mapping[str, Any]) -> str:
    return f"custom_field_{params['number']}"


register(
    Action(
        code="set_custom_field",
        label=Text("Set custom field", "Establecer campo personalizado"),
        sentence=Text("Set custom field {number} to {value}", "Establecer el campo personalizado {number} en {value}"),
        help=Text("Writes one of the order's three custom fields.", "Escribe uno de los tres campos personalizados del pedido."),
        parameters=(
            Parameter("number", ParameterKind.INTEGER, Text("Number", "Número"), low=1, high=3),
            Parameter("value", ParameterKind.TEXT, Text("Value", "Valor")),
        ),
        writes=lambda params: frozenset({_name(params)}),
        apply=_apply,
        nature=always(Nature.SETS),
    )
)
