"""`set_internal_note` and `set_note_to_buyer`: write a note of the order, or add to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, register, writes
from rules.messages import Text
from rules.values import is_blank

APPENDING = Text(
    "With `append` the text goes on a new line after what is there; without it, it replaces that.",
    "Con `append` el texto va en una línea nueva tras lo que haya; sin él, lo sustituye.",
)


def _register(code: str, name: str, label: Text, sentence: Text, help: Text) -> None:
    def apply(draft: Draft, params: Mapping[str, Any]) -> None:
        if not params["append"]:
            draft.write_text(name, params["text"])
        elif not is_blank(text := draft.render(params["text"])):
            draft.change(name, "append", text)

    register(
        Action(
            code=code,
            label=label,
            sentence=sentence,
            help=Text(f"{help.en} {APPENDING.en}", f"{help.es} {APPENDING.es}"),
            parameters=(
                Parameter("text", ParameterKind.TEXT, Text("Text", "Texto")),
                Parameter("append", ParameterKind.BOOLEAN, Text("Add to what is there", "Añadir a lo que haya"), False, False),
            ),
            writes=writes(name),
            apply=apply,
            nature=lambda params: Nature.APPENDS if params["append"] else Nature.SETS,
        )
    )


_register(
    "set_internal_note",
    "notes.internal",
    Text("Add internal note", "Añadir nota interna"),
    Text("Write the internal note: {text}", "Escribir la nota interna: {text}"),
    Text("Writes the note that only the account's people see.", "Escribe la nota que solo ven las personas de la cuenta."),
)
_register(
    "set_note_to_buyer",
    "notes.to_buyer",
    Text("Add note to the buyer", "Añadir nota al comprador"),
    Text("Write the note to the buyer: {text}", "Escribir la nota al comprador: {text}"),
    Text("Writes the note that the buyer sees.", "Escribe la nota que ve el comprador."),
)
