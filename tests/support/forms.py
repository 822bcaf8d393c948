"""What a browser would send of a page's form: every field with the value that it shows."""

from __future__ import annotations

from html.parser import HTMLParser


class _Forms(HTMLParser):
    """Collects the fields of the form with a name."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self._form_id = form_id
        self._inside = False
        self._select: str | None = None
        self._chosen: str | None = None
        self._first: str | None = None
        self._textarea: str | None = None
        self._text = ""
        self.fields: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("id") == self._form_id
        if not self._inside:
            return
        name = given.get("name")
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.fields.append((name, given.get("value") or ""))
        elif tag == "select" and name:
            self._select, self._chosen, self._first = name, None, None
        elif tag == "option" and self._select is not None:
            value = given.get("value") or ""
            self._first = value if self._first is None else self._first
            self._chosen = value if "selected" in given else self._chosen
        elif tag == "textarea" and name:
            self._textarea, self._text = name, ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select" and self._select is not None:
            self.fields.append((self._select, self._chosen if self._chosen is not None else self._first or ""))
            self._select = None
        elif tag == "textarea" and self._textarea is not None:
            self.fields.append((self._textarea, self._text.removeprefix("\n").replace("\n", "\r\n")))
            self._textarea = None


def form_of(page: str, form_id: str) -> dict[str, str | list[str]]:
    """The fields of the form by their names; a list where several have one name."""
    reader = _Forms(form_id)
    reader.feed(page)
    sent: dict[str, str | list[str]] = {}
    for name, value in reader.fields:
        before = sent.get(name)
        if before is None:
            sent[name] = value
        else:
            sent[name] = [*before, value] if isinstance(before, list) else [before, value]
    return sent
