"""Pictures of pages, and the small references in git that they are compared with (docs/adr/0066)."""

from __future__ import annotations

import io
import os
import shutil
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from PIL import Image, ImageChops
from playwright.sync_api import Page

from rules.messages import Language

ROOT = Path(__file__).parents[2]
REFERENCES = ROOT / "tests" / "browser" / "references"
PICTURES = ROOT / "build" / "screenshots"
DIFFERENCES = ROOT / "build" / "screenshots-that-differ"
ACCEPTING = os.environ.get("RELEVO_SCREENSHOTS") == "accept"

CELL_PX = 8
HIGHEST_PX = 4800
STEP = 8  # between two levels of a colour that a reference keeps
FAR, FAR_CELLS = 36, 2  # what is so far off in more cells than this is seen
NEAR, NEAR_CELLS = 12, 40  # as is what is off by little in many
OUTSIDE = (255, 0, 255)  # beside a picture that ends before its neighbour


class Look(NamedTuple):
    """One of the ways in which a page is looked at."""

    theme: str
    width: int


LOOKS = (Look("light", 1280), Look("dark", 1280), Look("dark", 390), Look("light", 390))
"""One follows from the other by one change, since a page is laid out anew for each."""


class Difference(NamedTuple):
    """Where two pictures differ, in pixels of the page, and in how many cells."""

    left: int
    top: int
    right: int
    bottom: int
    cells: int


def photograph(page: Page, look: Look) -> bytes:
    """The whole page as JPEG."""
    page.emulate_media(color_scheme="dark" if look.theme == "dark" else "light")
    if page.viewport_size is None or page.viewport_size["width"] != look.width:
        page.set_viewport_size({"width": look.width, "height": 900})
    return page.screenshot(full_page=True, type="jpeg", quality=90, animations="disabled", caret="hide", scale="css")


def reduced(jpeg: bytes) -> Image.Image:
    """A picture with one dot for each cell, of its mean colour: JPEG keeps these means, and nothing else is decoded."""
    with Image.open(io.BytesIO(jpeg)) as picture:
        picture.draft("RGB", (picture.width // CELL_PX, picture.height // CELL_PX))
        small = picture.convert("RGB")
    return small.crop((0, 0, small.width, min(small.height, HIGHEST_PX // CELL_PX)))


def difference(one: Image.Image, other: Image.Image) -> Difference | None:
    """What matters of how two reduced pictures differ; None where nothing does."""
    off = _off(one, other)
    for limit, most in ((FAR, FAR_CELLS), (NEAR, NEAR_CELLS)):
        beyond = off.point([255 if value > limit else 0 for value in range(256)])
        cells = beyond.histogram()[255]
        box = beyond.getbbox()
        if cells > most and box is not None:
            return Difference(*(edge * CELL_PX for edge in box), cells)
    return None


def _off(one: Image.Image, other: Image.Image) -> Image.Image:
    """How far each cell is off in the colour that is off most."""
    size = max(one.width, other.width), max(one.height, other.height)
    red, green, blue = ImageChops.difference(_on_canvas(one, size), _on_canvas(other, size)).split()
    return ImageChops.lighter(red, ImageChops.lighter(green, blue))


def _on_canvas(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    canvas = Image.new("RGB", size, OUTSIDE)
    canvas.paste(picture, (0, 0))
    return canvas


def sheet_of(pictures: list[Image.Image]) -> Image.Image:
    """Reduced pictures side by side with few levels of each colour, as a reference keeps them."""
    sheet = Image.new("RGB", (sum(one.width for one in pictures), max(one.height for one in pictures)), OUTSIDE)
    left = 0
    for one in pictures:
        sheet.paste(one.point([min(255, round(value / STEP) * STEP) for value in range(256)] * 3), (left, 0))
        left += one.width
    return sheet


def pictures_of(sheet: Image.Image) -> list[Image.Image]:
    """What `sheet_of` put together: a picture ends where nothing but the outside follows."""
    pictures, left = [], 0
    for look in LOOKS:
        strip = sheet.crop((left, 0, left + -(-look.width // CELL_PX), sheet.height))
        outside = Image.new("RGB", strip.size, OUTSIDE)
        box = ImageChops.difference(strip, outside).getbbox() or (0, 0, 0, 0)
        pictures.append(strip.crop((0, 0, strip.width, box[3])))
        left += strip.width
    return pictures


class Album:
    """The pages that somebody sees in one language: compared with their references, or, when accepting, their references made."""

    def __init__(self, whose: str, language: Language) -> None:
        self._whose, self._language = whose, language
        self._seen: set[str] = set()
        if ACCEPTING:
            for old in [*self._kept(), *(PICTURES / whose).glob(f"*.{language}.*")]:
                old.unlink()
        for folder in (DIFFERENCES / whose).glob(f"*.{language}.*"):
            shutil.rmtree(folder)

    def look_at(self, page: Page, name: str) -> list[str]:
        """In what the open page differs from its reference."""
        self._seen.add(name)
        taken = [photograph(page, look) for look in LOOKS]
        small = [reduced(jpeg) for jpeg in taken]
        if ACCEPTING:
            self._accept(name, taken, small)
            return []
        reference = self._reference(name)
        if not reference.exists():
            return [f"{self._whose}, {name}, {self._language}: has no picture to compare with ({_HOW})"]
        with Image.open(reference) as sheet:
            before = pictures_of(sheet.convert("RGB"))
        wrong = []
        for look, first, seen, old in zip(LOOKS, taken, small, before, strict=True):
            jpeg, new = first, seen
            found = difference(new, old)
            if found is not None:  # on a loaded machine an editor may lay itself out late: once more, now that all is there
                jpeg = photograph(page, look)
                new = reduced(jpeg)
                found = difference(new, old)
            if found is not None:
                where = self._leave(f"{name}.{self._language}.{look.theme}.{look.width}", jpeg, new, old)
                box = f"from {found.left},{found.top} to {found.right},{found.bottom}"
                wrong.append(
                    f"{self._whose}, {name}, {self._language}, {look.theme}, {look.width}: differs {box}"
                    f" in {found.cells} cells of {CELL_PX} pixels: {where} ({_HOW})"
                )
        return wrong

    def close(self) -> list[str]:
        """References of pages that were not looked at, once all pages were."""
        if ACCEPTING:
            write_index(PICTURES)
        names = {path.name.removesuffix(f".{self._language}.webp") for path in self._kept()}
        return [
            f"{self._whose}, {name}, {self._language}: has a picture, but nothing leads to the page ({_HOW})"
            for name in sorted(names - self._seen)
        ]

    def _kept(self) -> list[Path]:
        return sorted((REFERENCES / self._whose).glob(f"*.{self._language}.webp"))

    def _reference(self, name: str) -> Path:
        return REFERENCES / self._whose / f"{name}.{self._language}.webp"

    def _accept(self, name: str, taken: list[bytes], small: list[Image.Image]) -> None:
        for folder in (PICTURES / self._whose, REFERENCES / self._whose):
            folder.mkdir(parents=True, exist_ok=True)
        for look, jpeg in zip(LOOKS, taken, strict=True):
            (PICTURES / self._whose / f"{name}.{self._language}.{look.theme}.{look.width}.jpg").write_bytes(jpeg)
        sheet_of(small).save(self._reference(name), lossless=True, method=6, exact=True)

    def _leave(self, name: str, jpeg: bytes, new: Image.Image, old: Image.Image) -> Path:
        """Put the picture, what it should look like and how far it is off where somebody can see them."""
        folder = DIFFERENCES / self._whose / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "picture.jpg").write_bytes(jpeg)
        for called, small in (("now", new), ("reference", old), ("difference", _off(new, old))):
            large = small.resize((small.width * CELL_PX, small.height * CELL_PX), Image.Resampling.NEAREST)
            large.save(folder / f"{called}.png")
        return folder.relative_to(ROOT)


_HOW = "`make screenshots` accepts pages as they are now"


def write_index(folder: Path) -> None:
    """A page that shows all pictures of a folder, those of one page in a row."""
    rows: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*/*.jpg")):
        name, *_ = path.stem.rsplit(".", 3)
        rows.setdefault(f"{path.parent.name}: {name}", []).append(path)
    shown = [f"<h2>{escape(row)}</h2>\n<p>{''.join(map(_figure, paths))}</p>" for row, paths in rows.items()]
    style = "p { display: flex; gap: 1em; align-items: start; overflow-x: auto } img { height: 30em }"
    head = f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Pages of Relevo</title><style>{style}</style>'
    (folder / "index.html").write_text("\n".join([head, *shown, ""]), encoding="utf-8")


def _figure(path: Path) -> str:
    address = quote(f"{path.parent.name}/{path.name}")
    return f'<a href="{address}"><img src="{address}" loading="lazy" alt="{escape(path.stem)}" title="{escape(path.stem)}"></a>'
