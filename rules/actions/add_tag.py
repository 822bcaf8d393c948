"""`add_tag`: put a tag on the order, unless it has it already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Parameter, ParameterKind, register, writes
from rules.messages import Text
from rules.values import folded_text


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    tag = draft.render(params["tag"]).strip()
    tags = draft.read("tags") or []
    if tag and folded_text(tag) not in map(folded_text, tags):
        draft.write("tags", [*tags, tag], "add", [tag])


register(
    Action(
        "add_tag",
        Text("Add tag", "Añadir etiqueta"),
        (Parameter("tag", ParameterKind.TEXT, Text("Tag", "Etiqueta")),),
        writes("tags"),
        _apply,
    )
)
