"""Text that has to fit: it shrinks, then wraps, then is cut with an ellipsis, so that nothing overlaps and little is lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from adapters.documents.drawing.elements import Align, Words
from adapters.documents.typeface import seen, width

LEADING = 1.2  # from one baseline to the next, in heights of the font
ASCENT = 0.93  # from the upper edge of a line to its baseline
ELLIPSIS = "…"
LONGEST_TEXT = 400  # characters that are looked at: no box holds more
_STEP = 0.25  # mm by which a text shrinks
# Words with the blanks before them; between East Asian letters a line may end anywhere.
_WORDS = re.compile(
    r"\s*[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]|\s*[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text that begins on a line of its own."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """Where a text has to fit in."""

    x: float
    y: float
    width: float
    height: float


def fit(paragraphs: Sequence[Paragraph], area: Area, *, largest: float, smallest: float) -> list[Words]:
    """Paragraphs, one below the other, as large as they can be without a word being broken; empty ones are left out.

    Where even the smallest is too large, the longest paragraphs lose their ends.
    """
    said = [replace(one, text=" ".join(one.text[:LONGEST_TEXT].split())) for one in paragraphs]
    said = [one for one in said if one.text]
    size = largest
    lines, is_broken = _wrap_all(said, area.width / size)
    while (is_broken or _height(lines, size) > area.height) and size > smallest:
        size = max(size - _STEP, smallest)
        lines, is_broken = _wrap_all(said, area.width / size)
    _cut(said, lines, area.width / size, int(area.height / (LEADING * size) + 1e-6))
    drawn: list[Words] = []
    for paragraph, own in zip(said, lines, strict=True):
        for line in own:
            y = area.y + (ASCENT + len(drawn) * LEADING) * size
            drawn.append(Words(area.x, y, seen(line), size, paragraph.bold))
    return drawn


def fit_line(
    text: str, x: float, y: float, room: float, *, largest: float, smallest: float, bold: bool = False,
    align: Align = Align.LEFT, inverse: bool = False,
) -> Words:  # fmt: skip
    """One line on a baseline: as large as it fits into the room, cut where even the smallest does not."""
    said = " ".join(text[:LONGEST_TEXT].split())
    natural = _measured(said, bold)
    size = largest if natural * largest <= room else max(room / natural, smallest)
    return Words(x, y, seen(_shortened(said, bold, room / size)), size, bold, align, inverse)


def wrap(text: str, limit: float, *, bold: bool = False, most: int | None = None) -> list[str]:
    """The lines of a text, as they are seen, in a limit of heights of the font; beyond the most lines it is cut."""
    said = " ".join(text[:LONGEST_TEXT].split())
    lines = [list(_wrapped(said, bold, limit)[0])]
    if most is not None:
        _cut([Paragraph(said, bold)], lines, limit, most)
    return [seen(line) for line in lines[0]]


def _wrap_all(paragraphs: Sequence[Paragraph], limit: float) -> tuple[list[list[str]], bool]:
    wrapped = [_wrapped(one.text, one.bold, limit) for one in paragraphs]
    return [list(lines) for lines, _is_broken in wrapped], any(is_broken for _lines, is_broken in wrapped)


@lru_cache(maxsize=1024)  # senders, services and captions are the same on each label of a batch
def _wrapped(text: str, bold: bool, limit: float) -> tuple[tuple[str, ...], bool]:
    """Lines, and whether a word was broken."""
    if _measured(text, bold) <= limit:
        return ((text,) if text else ()), False
    lines: list[str] = []
    line, is_broken = "", False
    for word in _WORDS.findall(text):
        if _measured((line + word).lstrip(), bold) <= limit:
            line = (line + word).lstrip()
            continue
        if line:
            lines.append(line)
        line = word.lstrip()
        while _measured(line, bold) > limit:
            is_broken = True
            fitting = _fitting(line, bold, limit)
            lines.append(line[:fitting])
            line = line[fitting:]
    if line:
        lines.append(line)
    return tuple(lines), is_broken


def _cut(paragraphs: Sequence[Paragraph], lines: list[list[str]], limit: float, most: int) -> None:
    """Take lines from the longest paragraphs until there are few enough."""
    shortened = set()
    while sum(map(len, lines)) > most:
        at = max(range(len(lines)), key=lambda one: len(lines[one]))
        lines[at].pop()
        shortened.add(at)
    for at in shortened:
        if lines[at]:
            lines[at][-1] = _with_ellipsis(lines[at][-1], paragraphs[at].bold, limit)


def _shortened(text: str, bold: bool, limit: float) -> str:
    return text if _measured(text, bold) <= limit + 1e-6 else _with_ellipsis(text, bold, limit)


def _with_ellipsis(text: str, bold: bool, limit: float) -> str:
    fitting = _fitting(text, bold, limit - _measured(ELLIPSIS, bold))
    return f"{text[:fitting].rstrip()}{ELLIPSIS}"


def _fitting(text: str, bold: bool, limit: float) -> int:
    """How many characters fit into a limit: at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _measured(text[:middle], bold) <= limit else (low, middle - 1)
    return low


def _height(lines: Sequence[Sequence[str]], size: float) -> float:
    return sum(map(len, lines)) * LEADING * size - 1e-6


def _measured(text: str, bold: bool) -> float:
    return width(seen(text), bold=bold)
