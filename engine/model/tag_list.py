"""Tags as people write several in one place: `vip, gift`. One that has a comma itself stands in quotes: `"x, y", gift`."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO


def read_tags(text: str) -> list[str]:
    """Each once, in their order; a line ends a tag as a comma does."""
    tags = (tag.strip() for line in text.splitlines() for tag in _parts(line))
    return list(dict.fromkeys(filter(None, tags)))


def write_tags(tags: Iterable[str]) -> str:
    """As `read_tags` has them again."""
    return ", ".join(map(_written, tags))


def _parts(line: str) -> list[str]:
    if len(line) > csv.field_size_limit():  # which the reader refuses, and so will whoever asks how long a tag may be
        return line.split(",")
    return next(csv.reader([line], skipinitialspace=True), [])


def _written(tag: str) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="").writerow([tag])
    return buffer.getvalue()
