"""Plain text out of what may hold HTML. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from adapters.stores.brightpearl.raw_values import UNREADABLE_BYTES, clean

_LINE_TAGS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT_TAGS = frozenset({"script", "style"})
_SPACES = re.compile(r"[ \t\xa0]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_TAGS = (
    r"a|abbr|b|big|blockquote|br|center|code|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|s|script|small|span|strike|strong|style|sub|sup"
    r"|table|tbody|td|th|thead|tr|tt|u|ul"
)
_HTML = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*=[^<>]*)?\s*/?>|&(?:[a-z][a-z0-9]*|#[0-9]+|#x[0-9a-f]+);", re.IGNORECASE)


def is_html(text: str) -> bool:
    """Whether a text holds a tag or an entity of HTML; one that only holds `<` or `&` does not."""
    return _HTML.search(text) is not None


def strip_html(text: str) -> str:
    collector = _TextCollector()
    collector.feed(text)
    collector.close()
    text = "".join(collector.parts).replace(UNREADABLE_BYTES, "\ufffd")
    lines = (_SPACES.sub(" ", clean(line)).strip() for line in text.splitlines())
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


class _TextCollector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT_TAGS:
            self._silent += 1
        elif tag in _LINE_TAGS:
            self.parts.append("\n")
        elif "@" in tag and not self._silent:  # an e-mail address in angle brackets
            self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT_TAGS:
            self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
