"""`set_weight`, `adjust_weight` and `set_dimensions`: what the parcel weighs and measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.messages import Text

SIDES = ("length_mm", "width_mm", "height_mm")


def _set_weight(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write("weight_g", params["weight_g"])


def _adjust_weight(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.change("weight_g", "adjust", params["by_g"])


def _set_dimensions(draft: Draft, params: Mapping[str, Any]) -> None:
    for side in SIDES:
        draft.write(side, params[side])


register(
    Action(
        code="set_weight",
        label=Text("Set weight", "Establecer peso"),
        sentence=Text("Set the weight to {weight_g} g", "Establecer el peso en {weight_g} g"),
        help=Text("Sets the order's weight, in grams.", "Establece el peso del pedido, en gramos."),
        parameters=(Parameter("weight_g", ParameterKind.NUMBER, Text("Weight in grams", "Peso en gramos"), low=0),),
        writes=writes("weight_g"),
        apply=_set_weight,
        nature=always(Nature.SETS),
    )
)
register(
    Action(
        code="adjust_weight",
        label=Text("Adjust weight", "Ajustar peso"),
        sentence=Text("Adjust the weight by {by_g} g", "Ajustar el peso en {by_g} g"),
        help=Text(
            "Adds grams to the order's weight, or takes them off when the number is negative. A blank weight counts as 0. "
            "The rule fails when the weight is not a number, or would be below 0.",
            "Suma gramos al peso del pedido, o los resta si el número es negativo. Un peso en blanco cuenta como 0. "
            "La regla falla si el peso no es un número o quedaría por debajo de 0.",
        ),
        parameters=(Parameter("by_g", ParameterKind.NUMBER, Text("Grams more or less", "Gramos de más o de menos")),),
        writes=writes("weight_g"),
        apply=_adjust_weight,
        nature=always(Nature.ADJUSTS),
    )
)
register(
    Action(
        code="set_dimensions",
        label=Text("Set dimensions", "Establecer dimensiones"),
        sentence=Text(
            "Set the dimensions to {length_mm} × {width_mm} × {height_mm} mm",
            "Establecer las dimensiones en {length_mm} × {width_mm} × {height_mm} mm",
        ),
        help=Text("Sets length, width and height, in millimetres.", "Establece largo, ancho y alto, en milímetros."),
        parameters=(
            Parameter("length_mm", ParameterKind.NUMBER, Text("Length in mm", "Largo en mm"), low=0),
            Parameter("width_mm", ParameterKind.NUMBER, Text("Width in mm", "Ancho en mm"), low=0),
            Parameter("height_mm", ParameterKind.NUMBER, Text("Height in mm", "Alto en mm"), low=0),
        ),
        writes=writes(*SIDES),
        apply=_set_dimensions,
        nature=always(Nature.SETS),
    )
)
