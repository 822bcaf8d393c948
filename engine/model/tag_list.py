"""Tags as people write several in one place: `vip, gift`. One that has a comma itself stands in quotes: `"x, y", gift`."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO


def read_tags(text: str) -> list[str]:
    """Each once, in their order; a line ends a tag as a comma does."""
    lines = ([cell.strip() for cell in row] for line in text.splitlines() for row in csv.reader([line], skipinitialspace=True))
    return list(dict.fromkeys(tag for line in lines for tag in line if tag))


def write_tags(tags: Iterable[str]) -> str:
    """As `read_tags` has them again."""
    return ", ".join(map(_written, tags))


def _written(tag: str) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="").writerow([tag])
    return buffer.getvalue()
