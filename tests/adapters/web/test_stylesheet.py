"""The styles of the pages hold at every width that they are meant for."""

from __future__ import annotations

import re
from pathlib import Path

from adapters.web import wording

SHEET = Path(wording.__file__).parent / "static" / "relevo.css"


def test_no_block_of_the_stylesheet_is_left_open() -> None:
    """What follows an open block of a narrow window would be styled there alone."""
    depth = 0
    text = re.sub(r"/\*.*?\*/", lambda found: re.sub(r"[^\n]", "", found[0]), SHEET.read_text("utf-8"), flags=re.DOTALL)
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("@media"):
            assert depth == 0, f"a block before line {number} is not closed"
        depth += line.count("{") - line.count("}")
    assert depth == 0
