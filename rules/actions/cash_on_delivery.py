"""`cash_on_delivery`: the amount that the carrier collects at the door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.amounts import amount_of, amounts_of_order
from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, register, writes
from rules.messages import Text

PART = "cash_on_delivery.amount"


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write(PART, amount_of(draft, params["amount"]))


register(
    Action(
        code="cash_on_delivery",
        label=Text("Cash on delivery", "Contra reembolso"),
        sentence=Text("Collect {amount} on delivery", "Cobrar {amount} en la entrega"),
        help=Text(
            "Has the carrier collect an amount in the order's currency, or the order's total, when it delivers.",
            "Hace que la empresa de transporte cobre al entregar un importe en la moneda del pedido, o el total de este.",
        ),
        parameters=(
            Parameter(
                "amount",
                ParameterKind.AMOUNT,
                Text("Amount", "Importe"),
                choices=amounts_of_order("order_total"),
                low=0,
            ),
        ),
        writes=writes(PART),
        apply=_apply,
        nature=lambda params: None if isinstance(params["amount"], str) else Nature.SETS,
        part_labels={PART: Text("cash on delivery", "contra reembolso")},
    )
)
