"""`remove_tag`: take a tag off the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.operations import has_member
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.messages import Text


def _apply(draft: Draft, params: Mapping[str, Any]) -> None:
    tag = draft.render(params["tag"]).strip()
    if has_member(draft.read("tags"), tag):
        draft.change("tags", "remove", [tag])


register(
    Action(
        code="remove_tag",
        label=Text("Remove tag", "Quitar etiqueta"),
        sentence=Text("Remove the tag {tag}", "Quitar la etiqueta {tag}"),
        help=Text(
            "Takes a tag off the order, in whatever case it is written there. Nothing happens when the order does not have it.",
            "Quita una etiqueta del pedido, en mayúsculas o minúsculas. No pasa nada si el pedido no la tiene.",
        ),
        parameters=(Parameter("tag", ParameterKind.TEXT, Text("Tag", "Etiqueta")),),
        writes=writes("tags"),
        apply=_apply,
        nature=always(Nature.MEMBERS),
    )
)
