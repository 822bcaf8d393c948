"""`bill_to`: who pays the carrier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.fields.closed_values import COUNTRIES
from rules.messages import Text
from rules.order_document import read_field

PARTS = ("party", "account", "postal_code", "country")


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    for part in PARTS:
        name = f"billing.{part}"
        if params[part] is not None:
            draft.write_text(name, params[part])
        elif read_field(draft.document, name) is not None:  # an earlier rule's account is not charged for this party
            draft.write(name, None)


register(
    Action(
        code="bill_to",
        label=Text("Bill shipping to", "Facturar el envío a"),
        sentence=Text("Bill the shipping to {party}", "Facturar el envío a {party}"),
        help=Text(
            "Says who pays the carrier, such as `my_account`, `recipient` or `third_party`, and the account, postal code and "
            "country that the carrier asks for. What is left out is removed.",
            "Indica quién paga a la empresa de transporte, como `my_account`, `recipient` o `third_party`, y la cuenta, el "
            "código postal y el país que esta pide. Lo que no se indica se borra.",
        ),
        parameters=(
            Parameter("party", ParameterKind.TEXT, Text("Party", "Parte")),
            Parameter("account", ParameterKind.TEXT, Text("Account", "Cuenta"), required=False),
            Parameter("postal_code", ParameterKind.TEXT, Text("Postal code", "Código postal"), required=False),
            Parameter("country", ParameterKind.TEXT, Text("Country", "País"), required=False, closed=COUNTRIES),
        ),
        writes=writes(*(f"billing.{part}" for part in PARTS)),
        apply=_apply,
        nature=always(Nature.SETS),
        part_labels={
            "billing.party": Text("shipping billed to", "envío facturado a"),
            "billing.account": Text("account billed for shipping", "cuenta a la que se factura el envío"),
            "billing.postal_code": Text("postal code of the billed account", "código postal de la cuenta facturada"),
            "billing.country": Text("country of the billed account", "país de la cuenta facturada"),
        },
    )
)
