"""Where the marks of charts stand, in the units of their drawings. Templates draw them (`layout/charts.html`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# A drawing is as wide as a phone, so that its words are not made smaller there.
WIDTH, HEIGHT = 320, 150
LEFT, TOP, BOTTOM = 2, 16, 18
MOST_GAP = 2.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a column. `kind` names its pattern."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One of the columns from left to right; `words` say what it stands for."""

    x: float
    width: float
    marks: Sequence[Mark]
    words: str


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Columns of stacked marks; `most` is the value of the highest one, which reaches the top."""

    columns: Sequence[Column]
    most: float
    base: int = HEIGHT - BOTTOM
    top: int = TOP
    width: int = WIDTH
    height: int = HEIGHT


def draw_columns(parts: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> ColumnChart:
    """Of each column its words, and the kinds and values of its marks from the ground up; a value of 0 has no mark."""
    most = max((sum(value for _, value in values) for _, values in parts), default=0)
    room = (WIDTH - 2 * LEFT) / max(len(parts), 1)
    gap = min(MOST_GAP, room / 4)
    scale = (HEIGHT - TOP - BOTTOM) / most if most else 0
    columns = []
    for number, (words, values) in enumerate(parts):
        marks, y = [], float(HEIGHT - BOTTOM)
        for kind, value in values:
            if value > 0:
                y -= value * scale
                marks.append(Mark(kind, round(y, 2), round(value * scale, 2)))
        columns.append(Column(round(LEFT + number * room, 2), round(room - gap, 2), marks, words))
    return ColumnChart(columns, most)


def bar_width(value: float, most: float, full: int = 100) -> float:
    """How wide the bar of a value is where the greatest is `full` wide."""
    return round(full * value / most, 1) if most else 0
