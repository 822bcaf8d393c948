"""Form fields for stores that WTForms does not have, and how problems are shown beside fields."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, StringField, ValidationError
from wtforms.widgets import NumberInput, TextInput

from adapters.web.language import page_language
from engine.model.sentence import sentence_of
from engine.ports import SettingProblem, StoreError
from engine.services.refusals import Refused
from engine.services.stores.change_store import ChangesRefused

_BETWEEN = re.compile(r"[\s,;]+")
_COMMA = re.compile("[,;]")
_WHOLE = re.compile(r"[0-9]{1,9}")


class IdsField(Field):
    """Numbers of things in the store: of ticked boxes, or written one after the other. What is not a number stays a text."""

    widget = TextInput()
    data: list[int | str]

    def _value(self) -> str:
        return ", ".join(map(str, self.data or []))

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [to_number(part) for value in valuelist for part in _BETWEEN.split(value) if part]


class TextIdsField(IdsField):
    """The same where ids are texts, with commas between."""

    data: list[str]  # type: ignore[assignment]

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [part.strip() for value in valuelist for part in _COMMA.split(value) if part.strip()]


class NumberField(StringField):
    """A whole number that has to be there. `data` is a text until it was checked."""

    widget = NumberInput()

    def pre_validate(self, form: Any) -> None:
        if not _WHOLE.fullmatch((self.data or "").strip()):
            raise ValidationError(gettext("Write a whole number."))

    @property
    def number(self) -> int:
        return int(self.data)


def to_number(text: str) -> int | str:
    """A whole number, if the text is one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else text


def one_id(text: str | None) -> int | str | None:
    """The number of a thing in the store; None when nothing was entered."""
    written = (text or "").strip()
    return to_number(written) if written else None


def show_error(form: FlaskForm, error: StoreError | Refused) -> list[str]:
    """Put what an error says of single fields beside them. The sentences that belong to no field of the form."""
    problems = problems_of(error)
    if not problems:
        return [sentence_of(error).format(page_language())]
    elsewhere = []
    for problem in problems:
        sentence = problem.message.format(page_language())
        if problem.field in form:
            form[problem.field].errors = [*form[problem.field].errors, sentence]
        else:
            elsewhere.append(sentence)
    return elsewhere


def problems_of(error: StoreError | Refused) -> tuple[SettingProblem, ...]:
    """What an error says of single fields; nothing when it is about the whole."""
    return error.problems if isinstance(error, StoreError | ChangesRefused) else ()
