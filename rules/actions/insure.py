"""`insure`: say what the shipment is insured for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.amounts import amount_of, amounts_of_order
from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, register, writes
from rules.messages import Text


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write("insured_value", amount_of(draft, params["value"]))


register(
    Action(
        code="insure",
        label=Text("Insure the shipment", "Asegurar el envío"),
        sentence=Text("Insure the shipment for {value}", "Asegurar el envío por {value}"),
        help=Text(
            "Insures the shipment for an amount in the order's currency, or for its total, what was paid, or the value of "
            "the lines shipped here. The rule fails when the order does not have that amount.",
            "Asegura el envío por un importe en la moneda del pedido, o por su total, lo pagado o el valor de las líneas de "
            "este envío. La regla falla si el pedido no tiene ese importe.",
        ),
        parameters=(
            Parameter(
                "value",
                ParameterKind.AMOUNT,
                Text("Value", "Valor"),
                choices=amounts_of_order("order_total", "amount_paid", "shipment_value"),
                low=0,
            ),
        ),
        writes=writes("insured_value"),
        apply=_apply,
        nature=lambda params: None if isinstance(params["value"], str) else Nature.SETS,
    )
)
