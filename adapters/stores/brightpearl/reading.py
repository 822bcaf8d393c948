"""Reads what a merchant entered, field by field, and collects what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from engine.model.sentence import Sentence
from engine.ports import SettingProblem, StoreError
from rules.messages import LANGUAGES, Message, Text

_MAX_ID_DIGITS = 15
_NOTHING = Text("(nothing)", "(nada)")


class InvalidSettings(StoreError):
    """Settings that cannot be used, with every problem; its text is all sentences together."""

    def __init__(self, problems: Sequence[SettingProblem]) -> None:
        super().__init__(
            Sentence(*(" ".join(problem.message.format(language) for problem in problems) for language in LANGUAGES))
        )
        self.problems = tuple(problems)


class SettingsReader:
    """The settings and credentials of a store as they were entered. Fields in `may_lack` may be missing, but not wrong."""

    def __init__(self, settings: Mapping[str, Any], credentials: Mapping[str, str], may_lack: Collection[str] = ()) -> None:
        self._settings = settings
        self.credentials = credentials
        self._may_lack = may_lack
        self.problems: list[SettingProblem] = []

    def report(self, field: str, text: Text, value: Any = None, **params: Any) -> None:
        """Note what is wrong with a field; parameter `value` is what was entered."""
        shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        shown = _NOTHING if shown in (None, "") else shown
        self.problems.append(SettingProblem(field, Message(f"bad_{field}", text, {"value": shown, **params})))

    def may_lack(self, field: str) -> bool:
        return field in self._may_lack

    def raw(self, field: str) -> Any:
        return self._settings.get(field)

    def text(self, field: str) -> str:
        """A setting without blanks around it; empty when it is missing or no text."""
        return _trimmed(self._settings.get(field))

    def credential(self, field: str) -> str:
        """A credential without blanks around it; empty when it is missing."""
        return _trimmed(self.credentials.get(field))

    def secret(self, field: str) -> str:
        """A credential as it is, blanks and all; empty when it is missing or blank."""
        value = self.credentials.get(field)
        return value if isinstance(value, str) and value.strip() else ""

    def ids(self, field: str, least: int = 1) -> frozenset[int] | None:
        """Numbers of things in Brightpearl; None when anything else is among them."""
        return to_ids(self._settings.get(field), least)

    def id(self, field: str, text: Text) -> int | None:
        """The number of a thing in Brightpearl, or None when it is missing; anything else is reported."""
        value = self._settings.get(field)
        if value is None or value == "":
            return None
        ids = to_ids([value])
        if not ids:
            self.report(field, text, value)
            return None
        return next(iter(ids))

    def choice(self, field: str, known: Sequence[str], text: Text) -> str:
        """One of the known values, the first when it is missing; anything else is reported."""
        value = self._settings.get(field) or known[0]
        if value not in known:
            self.report(field, text, value, known=", ".join(known))
            return known[0]
        return str(value)


def _trimmed(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def to_ids(value: Any, least: int = 1) -> frozenset[int] | None:
    """Whole numbers from `least` up, also as text; None when anything else is among them."""
    if not isinstance(value, list | tuple | set | frozenset):
        return None
    ids = set()
    for member in value:
        text = str(member).strip() if isinstance(member, int | str) and not isinstance(member, bool) else ""
        if not (text.isascii() and text.isdigit() and len(text) <= _MAX_ID_DIGITS and int(text) >= least):
            return None
        ids.add(int(text))
    return frozenset(ids)
