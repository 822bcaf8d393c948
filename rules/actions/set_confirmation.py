"""`set_confirmation`: ask for a proof of delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.messages import Text


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write_text("confirmation", params["confirmation"])


register(
    Action(
        code="set_confirmation",
        label=Text("Request delivery confirmation", "Pedir confirmación de entrega"),
        sentence=Text("Request the delivery confirmation {confirmation}", "Pedir la confirmación de entrega {confirmation}"),
        help=Text(
            "Says how the delivery is confirmed, such as `delivery`, `signature` or `adult_signature`.",
            "Indica cómo se confirma la entrega, como `delivery`, `signature` o `adult_signature`.",
        ),
        parameters=(Parameter("confirmation", ParameterKind.TEXT, Text("Confirmation", "Confirmación")),),
        writes=writes("confirmation"),
        apply=_apply,
        nature=always(Nature.SETS),
    )
)
