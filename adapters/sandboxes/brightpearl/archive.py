"""Orders of long ago, all shipped: hundreds of thousands of them from a few hundred patterns, written out when read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

import orjson

from .records import Cells, note_record, order_record, with_optional
from .replies import Json
from .shop.catalogue import STATUS_NAMES
from .shop.documents import Numbers
from .shop.sales import SHIPPED, SaleMaker
from .times import format_time

FIRST_ORDER: Final = 10_000_001
FIRST_NOTE: Final = 10_000_001
_FIRST_ROW: Final = 100_000_001
_ROWS_EACH: Final = 8

_NEWEST: Final = timedelta(days=100)
_OLDEST: Final = timedelta(days=720)
_PATTERNS: Final = 365
_SHIPPED_STATUS: Final = 23

# Numbers that occur nowhere else in a document: each stands where the copy's own id goes.
_ORDER_MARK: Final = 7_007_007_007
_NOTE_MARK: Final = 8_008_008_008
_ROW_MARK: Final = 9_009_009_000
_REFERENCE_GAP: Final = 6000


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """One sale that has left, as the pattern of many: bodies with gaps for ids, cells, and the order's last change."""

    order_body: bytes
    note_body: bytes
    order_cells: Cells
    note_cells: Cells
    channel_id: int
    updated_on: str

    def fill(self, body: bytes, number: int) -> bytes:
        """A body of the copy with this number."""
        first_row = _FIRST_ROW + number * _ROWS_EACH
        order_id = FIRST_ORDER + number
        ids = {b"order": order_id, b"reference": order_id - _REFERENCE_GAP, b"note": FIRST_NOTE + number}
        return body % (ids | {b"row%d" % each: first_row + each for each in range(_ROWS_EACH)})


@dataclass(frozen=True, slots=True)
class ArchivedOrder:
    """An order of long ago; reads like an OrderRecord."""

    pattern: Pattern
    number: int

    @property
    def body(self) -> bytes:
        """The document, without custom fields."""
        return self.pattern.fill(self.pattern.order_body, self.number)

    @property
    def custom_fields(self) -> bytes:
        """It has none."""
        return b"{}"

    @property
    def channel_id(self) -> int:
        """The order's channel."""
        return self.pattern.channel_id

    @property
    def updated_on(self) -> str:
        """When the order changed last, ISO 8601."""
        return self.pattern.updated_on

    @property
    def cells(self) -> Cells:
        """The order's search cells in the order of ORDER_CELLS."""
        reference = f"WEB-{FIRST_ORDER + self.number - _REFERENCE_GAP}"
        marks = {_ORDER_MARK: FIRST_ORDER + self.number, f"WEB-{_ORDER_MARK - _REFERENCE_GAP}": reference}
        return tuple(marks.get(cell, cell) for cell in self.pattern.order_cells)

    def body_with(self, optional: frozenset[str], *, show_unchanged: bool = True) -> bytes:
        """The document with the optional parts asked for (see with_optional); it was changed when it left."""
        return with_optional(self.body, self.custom_fields, optional)


@dataclass(frozen=True, slots=True)
class ArchivedNote:
    """The shipped goods-out note of an archived order; reads like a NoteRecord."""

    pattern: Pattern
    number: int

    printed = shipped = True
    transfer = False

    @property
    def body(self) -> bytes:
        """The document."""
        return self.pattern.fill(self.pattern.note_body, self.number)

    @property
    def cells(self) -> Cells:
        """The note's search cells in the order of NOTE_CELLS."""
        marks = {_NOTE_MARK: FIRST_NOTE + self.number, _ORDER_MARK: FIRST_ORDER + self.number}
        return tuple(marks.get(cell, cell) for cell in self.pattern.note_cells)

    @property
    def order_id(self) -> int:
        """The order's id."""
        return FIRST_ORDER + self.number

    @property
    def created_on(self) -> str:
        """When the note was created, ISO 8601."""
        return str(orjson.loads(self.body)["createdOn"])


def archived(count: int, seed: int, now: datetime) -> Iterator[tuple[ArchivedOrder, ArchivedNote]]:
    """`count` orders and their notes, the oldest first, 720 to 100 days ago."""
    patterns = _patterns(min(count, _PATTERNS), seed, now)
    for number in range(count):
        pattern = patterns[number * len(patterns) // count]
        yield ArchivedOrder(pattern, number), ArchivedNote(pattern, number)


def _patterns(count: int, seed: int, now: datetime) -> list[Pattern]:
    rng = Random(seed)  # noqa: S311 - made-up orders, repeatable
    made = []
    for index in range(count):
        numbers = Numbers(_ORDER_MARK, _NOTE_MARK, _ROW_MARK)
        age = _OLDEST - (_OLDEST - _NEWEST) * index / max(1, count - 1)
        made.append(_pattern(SaleMaker(rng, numbers, now), age))
    return made


def _pattern(maker: SaleMaker, age: timedelta) -> Pattern:
    sale = maker.daily("archived", age)
    maker.add_note(sale, SHIPPED)
    order, note = sale.order, sale.note
    order["orderStatus"] = {"orderStatusId": _SHIPPED_STATUS, "name": STATUS_NAMES[str(_SHIPPED_STATUS)]}
    order["updatedOn"] = note["status"]["shippedOn"]
    order_kept, note_kept = order_record(order, {}), note_record(_NOTE_MARK, note, order["assignment"]["current"]["channelId"])
    return Pattern(
        _with_gaps(order),
        _with_gaps(note),
        order_kept.cells,
        note_kept.cells,
        order_kept.channel_id,
        format_time(datetime.fromisoformat(order["updatedOn"])),
    )


def _with_gaps(document: Json) -> bytes:
    body = orjson.dumps(document).replace(b"%", b"%%")
    gaps = {_ORDER_MARK: b"order", _ORDER_MARK - _REFERENCE_GAP: b"reference", _NOTE_MARK: b"note"}
    gaps |= {_ROW_MARK + each: b"row%d" % each for each in range(_ROWS_EACH)}
    for mark, name in gaps.items():
        body = body.replace(b"%d" % mark, b"%%(%b)d" % name)
    return body
