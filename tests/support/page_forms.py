"""The forms of a page as a browser has them: where each one goes, and the fields that a person can fill in."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

PRESSED = ("submit", "button", "reset", "image")


@dataclass
class PageForm:
    """`entries` are what it would send, in its order; `unticked` the names of boxes that send nothing as they stand."""

    action: str
    method: str
    entries: list[tuple[str, str]] = field(default_factory=list)
    unticked: set[str] = field(default_factory=set)
    hidden: dict[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> set[str]:
        """The names of the fields that people see."""
        return {name for name, _ in self.entries if name not in self.hidden} | self.unticked

    @property
    def sent(self) -> dict[str, str]:
        """The same by name; of several with one name the last one."""
        return dict(self.entries)

    def without(self, name: str) -> dict[str, list[str]]:
        """What it would send if it had no field of that name."""
        return {one: [value for other, value in self.entries if other == one] for one, _ in self.entries if one != name}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._select: tuple[str, bool] | None = None
        self._options: list[tuple[str, bool]] = []
        self._textarea: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = PageForm(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form is None or "disabled" in given:
            return
        name = given.get("name", "")
        if tag == "option" and self._select is not None:
            self._options.append((given.get("value", ""), "selected" in given))
        elif tag == "input" and name:
            _read_input(self._form, name, given)
        elif tag == "select" and name:
            self._select, self._options = (name, "multiple" in given), []
        elif tag == "textarea" and name:
            self._textarea, self._text = name, ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        form = self._form
        if tag == "form":
            self._form = None
        elif form is not None and tag == "select" and self._select is not None:
            name, several = self._select
            chosen = [value for value, is_chosen in self._options if is_chosen]
            if not (chosen or several):
                chosen = [value for value, _ in self._options[:1]]
            form.entries += [(name, value) for value in chosen]
            if not chosen:
                form.unticked.add(name)
            self._select = None
        elif form is not None and tag == "textarea" and self._textarea is not None:
            form.entries.append((self._textarea, self._text.removeprefix("\n")))
            self._textarea = None


def _read_input(form: PageForm, name: str, given: dict[str, str]) -> None:
    kind = given.get("type", "text")
    if kind in ("checkbox", "radio") and "checked" not in given:
        form.unticked.add(name)
    elif kind in ("checkbox", "radio"):
        form.entries.append((name, given.get("value", "on")))
    elif kind not in PRESSED:
        form.entries.append((name, given.get("value", "")))
        if kind == "hidden":
            form.hidden[name] = given.get("value", "")


def forms_of(page: str) -> list[PageForm]:
    """All forms of a page, from the top to the bottom."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms
