"""`set_package`: choose the package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.messages import Text


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write_text("package", params["package"])


register(
    Action(
        code="set_package",
        label=Text("Set package", "Establecer embalaje"),
        sentence=Text("Set the package to {package}", "Establecer el embalaje en {package}"),
        help=Text(
            "Chooses the package and leaves carrier and service as they are.",
            "Elige el embalaje y deja la empresa de transporte y el servicio como están.",
        ),
        parameters=(Parameter("package", ParameterKind.TEXT, Text("Package", "Embalaje")),),
        writes=writes("package"),
        apply=_apply,
        nature=always(Nature.SETS),
    )
)
