"""What stands on a page. All measures are millimetres; y grows downwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

DOTS_PER_MM = 8  # of the printers that labels are made for: 203 dots an inch


class Align(StrEnum):
    """Which end of a text stands at its x."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text as it is seen (`typeface.seen`); y is its baseline, `size` the height of its font."""

    x: float
    y: float
    shown: str
    size: float
    bold: bool = False
    align: Align = Align.LEFT
    inverse: bool = False  # white, on a box


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; a line is a thin one."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Frame:
    """The border of a rectangle, drawn inwards."""

    x: float
    y: float
    width: float
    height: float
    thickness: float


@dataclass(frozen=True, slots=True)
class Code128:
    """A bar code; `module` is its narrowest bar, in dots. The quiet zones beside it are the layout's to leave."""

    x: float
    y: float
    height: float
    module: int
    value: str


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code; `module` is one of its squares, in dots. The quiet zone around it is the layout's to leave."""

    x: float
    y: float
    module: int
    value: str


Element = Words | Box | Frame | Code128 | QrCode


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in PNG or JPEG, which is known to be readable, as wide and high as it is printed."""

    x: float
    y: float
    width: float
    height: float
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Inset:
    """A page put on a sheet with its upper left corner at (x, y), turned a quarter to the left."""

    x: float
    y: float
    page: Page


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet. What comes later is drawn over what comes first; pictures and insets are on PDF alone."""

    width: float
    height: float
    elements: tuple[Element, ...]
    insets: tuple[Inset, ...] = field(default=())
    pictures: tuple[Picture, ...] = field(default=())
