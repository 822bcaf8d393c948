"""What a page shows to whoever reads it: its text, and the names and hints of its controls, each with where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

UNSEEN = frozenset({"script", "style", "template", "noscript"})
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "path", "use"}
)
SAID_BY_ATTRIBUTES = ("placeholder", "title", "aria-label", "alt", "data-label", "data-confirm")


@dataclass(frozen=True)
class Element:
    tag: str
    attributes: dict[str, str]

    def __str__(self) -> str:
        names = [f".{name}" for name in self.attributes.get("class", "").split()]
        return self.tag + "".join(names[:2])


@dataclass(frozen=True)
class Said:
    """One piece of text, without the blanks around it."""

    text: str
    path: tuple[Element, ...]

    def within(self, tags: frozenset[str]) -> bool:
        return any(one.tag in tags for one in self.path)

    @property
    def language(self) -> str:
        """That of the element, where it is another than the page's."""
        return next((one.attributes["lang"] for one in reversed(self.path) if "lang" in one.attributes), "")

    def __str__(self) -> str:
        return f"{self.text!r} in {' '.join(map(str, self.path[-3:]))}"


@dataclass
class _Reader(HTMLParser):
    said: list[Said] = field(default_factory=list)
    path: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        for name in SAID_BY_ATTRIBUTES:
            self._say(element.attributes.get(name, ""), (*self.path, element))
        if tag == "input" and element.attributes.get("type") in ("submit", "button"):
            self._say(element.attributes.get("value", ""), (*self.path, element))
        if tag not in VOID:
            self.path.append(element)

    def handle_endtag(self, tag: str) -> None:
        while any(one.tag == tag for one in self.path) and self.path.pop().tag != tag:
            pass  # what HTML closes by itself, such as a list's item

    def handle_data(self, data: str) -> None:
        self._say(data, tuple(self.path))

    def _say(self, data: str, path: tuple[Element, ...]) -> None:
        text = " ".join(data.split())
        if text and not any(one.tag in UNSEEN or "hidden" in one.attributes for one in path):
            self.said.append(Said(text, path))


def visible_text(page: str) -> Iterator[Said]:
    """Every piece of text of a page, from the top to the bottom."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    yield from reader.said
