"""`add_tag`: put a tag on the order, unless it has it already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.operations import has_member
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.messages import Text


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    tag = draft.render(params["tag"]).strip()
    tags = draft.read("tags")
    if tag and not has_member(tags, tag):
        draft.write("tags", [*(tags or ()), tag], "add", [tag])


register(
    Action(
        code="add_tag",
        label=Text("Add tag", "Añadir etiqueta"),
        sentence=Text("Add the tag {tag}", "Añadir la etiqueta {tag}"),
        help=Text(
            "Puts a tag on the order, after those it has. A tag that is there already, in whatever case, is not added again.",
            "Pone una etiqueta al pedido, tras las que tiene. La que ya está, en mayúsculas o minúsculas, no se añade de nuevo.",
        ),
        parameters=(Parameter("tag", ParameterKind.TEXT, Text("Tag", "Etiqueta")),),
        writes=writes("tags"),
        apply=_apply,
        nature=always(Nature.MEMBERS),
    )
)
