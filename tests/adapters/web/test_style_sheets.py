"""Promises of the style sheets that no browser is needed for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "adapters" / "web" / "static"
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|rgba|hsl|hsla)\(|(?<!-)\b(?:white|black)\b(?!-)", re.IGNORECASE)
NAMED_ONCE = re.compile(r":root \{.*?\n\}\n", re.DOTALL)


def own_sheets() -> list[Path]:
    return sorted(STATIC.glob("*.css"))


@pytest.mark.parametrize("sheet", own_sheets(), ids=lambda sheet: sheet.name)
def test_no_colour_stands_outside_of_the_list_that_has_both_themes(sheet: Path) -> None:
    """Else it would stay when the page turns dark: name it in `:root` of relevo.css with `light-dark()`, and use the name."""
    text = re.sub(r"/\*.*?\*/|url\(.*?\)", "", NAMED_ONCE.sub("", sheet.read_text(), count=1), flags=re.DOTALL)
    values = [line.strip() for line in text.splitlines() if ":" in line]
    assert [line for line in values if COLOUR.search(line)] == []


def test_every_named_colour_is_there_in_light_and_dark() -> None:
    listed = NAMED_ONCE.search((STATIC / "relevo.css").read_text())
    assert listed is not None
    same_in_both = {"--plate", "--veil"}
    single = [
        line.split(":")[0].strip()
        for line in listed[0].splitlines()
        if line.lstrip().startswith("--") and COLOUR.search(line) and "light-dark(" not in line
    ]
    assert set(single) == same_in_both
    used = set(re.findall(r"var\((--[a-z-]+)\)", "".join(sheet.read_text() for sheet in own_sheets())))
    known = set(re.findall(r"(--[a-z-]+):", listed[0]))
    assert {name for name in used if not name.startswith("--bs-")} - known == set()


def test_no_block_of_the_stylesheet_is_left_open() -> None:
    """What follows an open block of a narrow window would be styled there alone."""
    depth = 0
    sheet = (STATIC / "relevo.css").read_text()
    text = re.sub(r"/\*.*?\*/", lambda found: re.sub(r"[^\n]", "", found[0]), sheet, flags=re.DOTALL)
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("@media"):
            assert depth == 0, f"a block before line {number} is not closed"
        depth += line.count("{") - line.count("}")
    assert depth == 0
