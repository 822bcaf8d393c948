"""Lists about rules as files for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

from engine.services.spreadsheets import write_rows


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A download; cells that are None stay empty."""
    cells = (["" if cell is None else cell for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response("\ufeff" + write_rows(header, cells), content_type="text/csv; charset=utf-8", headers=headers)
