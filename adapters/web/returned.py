"""A form that comes back because what was entered was refused: with what was typed, and the sentence at its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from adapters.web.language import page_language
from engine.services.refusals import Refused


@dataclass(frozen=True, slots=True)
class Returned:
    """Which form of the page came back, and the field that the sentence is about."""

    form: str
    field: str
    sentence: str
    values: Mapping[str, Sequence[str]]

    def of(self, form: str) -> Returned:
        """What a form has to show: nothing where another one came back."""
        return self if self.form == form else NOTHING

    def value(self, name: str, otherwise: object = "") -> object:
        """What was typed into a field; what it shows otherwise, where the form did not come back."""
        values = self.values.get(name)
        return values[0] if values else otherwise if not self.form else ""

    def chosen(self, name: str, value: str, otherwise: bool = True) -> bool:
        """Whether one of several boxes was ticked."""
        return value in self.values.get(name, ()) if self.form else otherwise


NOTHING = Returned("", "", "", {})


def returned(form: str, field: str, refusal: Refused | str) -> Returned:
    """The form of this request, with why it was refused."""
    sentence = refusal if isinstance(refusal, str) else refusal.format(page_language())
    return Returned(form, field, sentence, request.form.to_dict(flat=False))
