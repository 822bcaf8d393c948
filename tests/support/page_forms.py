"""The forms of a page as a browser has them: where each one goes, and the fields that a person can fill in."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

PRESSED = ("submit", "button", "reset", "image")


@dataclass
class PageForm:
    """`shown` has the fields that people see, `hidden` the others; each by name with the value that it would send."""

    action: str
    method: str
    shown: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> dict[str, str]:
        return {**self.hidden, **self.shown}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = PageForm(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        form, name = self._form, given.get("name", "")
        if form is None or "disabled" in given:
            return
        if tag == "option" and self._select and ("selected" in given or self._select not in form.shown):
            form.shown[self._select] = given.get("value", "")
        if not name:
            return
        if tag == "input":
            self._input(form, name, given)
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._textarea = name
            form.shown[name] = ""

    @staticmethod
    def _input(form: PageForm, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "hidden":
            form.hidden[name] = given.get("value", "")
        elif kind in ("checkbox", "radio"):
            if "checked" in given:
                form.shown[name] = given.get("value", "on")
            elif kind == "checkbox":
                form.shown.setdefault(name, "")
        elif kind not in PRESSED:
            form.shown[name] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._textarea and self._form is not None:
            self._form.shown[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""


def forms_of(page: str) -> list[PageForm]:
    """All forms of a page, from the top to the bottom."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms
