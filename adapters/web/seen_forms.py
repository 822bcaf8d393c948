"""Forms about what is kept: whoever would overwrite what somebody else changed meanwhile sees both and decides."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, FileField, HiddenField, PasswordField, SelectFieldBase, StringField

SEEN = "seen"  # the name of the input with the marks, in every form that has some
_NEVER_SHOWN = (PasswordField, FileField, HiddenField)


class SeenForm(FlaskForm):
    """Sends back a mark of each value that it showed. It is made with what is kept now, as `obj`, `data` or by name.

    Where something was changed since, the form is not valid: beside each such field stands what is kept now, and what was entered
    stays in it. Who sends it again has seen that, and replaces it.
    """

    seen = HiddenField()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._shown = self.seen.data if self.is_submitted() else None
        if self.is_submitted():
            self._keep_what_is_left_out()
        self.seen.data = json.dumps({name: _mark(field.object_data) for name, field in self._kept()})

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        changed = self._changed_meanwhile()
        for field in changed:
            now = _in_words(field, field.object_data) or gettext("nothing")
            field.errors = [*field.errors, changed_meanwhile(now)]
        return is_valid and not changed

    def is_outdated(self) -> bool:
        """Whether something was changed since the form was shown, and is not what was entered either."""
        return bool(self._changed_meanwhile())

    def _keep_what_is_left_out(self) -> None:
        """A text that the form does not send stays as it is kept. What is ticked or chosen does by itself, or is off."""
        for _, field in self._kept():
            if isinstance(field, StringField) and not field.raw_data:
                field.data = _plain(field.object_data)

    def _kept(self) -> list[tuple[str, Field]]:
        return [(name, field) for name, field in self._fields.items() if not isinstance(field, _NEVER_SHOWN)]

    def _changed_meanwhile(self) -> list[Field]:
        """The fields whose kept value is neither what was shown nor what was entered. A program shows and sends no marks."""
        shown = _read(self._shown)
        return [
            field
            for name, field in self._kept()
            if name in shown and shown[name] != _mark(field.object_data) and _mark(field.data) != _mark(field.object_data)
        ]


def mark_of(kept: object) -> str:
    """What a form that is written by hand sends back as `seen`: a mark of all that it is about, as that is kept now."""
    return _mark(repr(kept))


def is_outdated(kept: object) -> bool:
    """Whether this request's form was made before somebody else changed what it is about. A program sends no mark."""
    return request.form.get(SEEN, "") not in ("", mark_of(kept))


class Outdated(Exception):
    """This request's form was made before somebody else changed what it is about."""

    def __init__(self, kept: Any) -> None:
        super().__init__()
        self.kept = kept  # now


def check_seen(kept: object) -> None:
    """Raises Outdated."""
    if is_outdated(kept):
        raise Outdated(kept)


def changed_meanwhile(now: str = "") -> str:
    """What stands in the form that comes back; who sends it again has seen that, and replaces what is kept."""
    if not now:
        return gettext(
            "This was changed meanwhile: the page shows what is kept now. Save again to replace it with what you entered."
        )
    return gettext("This was changed meanwhile and is now: %(now)s. Save again to replace it with what you entered.", now=now)


def _read(marks: str | None) -> dict[str, Any]:
    try:
        read = json.loads(marks or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _mark(value: Any) -> str:
    return hashlib.sha256(json.dumps(_plain(value)).encode()).hexdigest()[:12]


def _plain(value: Any) -> Any:
    """As a form has it: blank and nothing are the same, and what is chosen has no order."""
    if isinstance(value, list | tuple | set | frozenset):
        return sorted(str(one) for one in value)
    if isinstance(value, bool):
        return value
    return "" if value is None else "\n".join(str(value).strip().splitlines())


def _in_words(field: Field, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    chosen = [str(one) for one in value] if isinstance(value, list | tuple | set) else [_plain(value)]
    labels = {}
    if isinstance(field, SelectFieldBase) and getattr(field, "choices", None):
        labels = {choice.value: str(choice.label) for choice in field.iter_choices()}
    return ", ".join(labels.get(one, one) for one in chosen)
