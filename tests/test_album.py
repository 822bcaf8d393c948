"""Pictures of pages: what of a difference is seen, and what is only how letters are drawn."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from support import album
from support.album import CELL_PX, LOOKS, Album, difference, pictures_of, reduced, sheet_of

PAPER, INK, BUTTON = "#f5f4ef", "#1b2a30", "#0f5c5c"


def page_of(width: int = 1280, *, moved: int = 0, button: str | None = BUTTON, paper: str = PAPER, off: int = 0) -> Image.Image:
    """Something like a page: lines of text, and a button beside them."""
    picture = Image.new("RGB", (width, 904), paper)
    draw = ImageDraw.Draw(picture)
    for top in range(120 + moved, 800, 24):
        for left in range(16, width // 2, 9):
            draw.line((left, top, left + 3, top + 10 + off), fill=INK, width=2)
    if button is not None:
        draw.rectangle((width // 2 + 40, 120, width // 2 + 110, 150), fill=button)
    return picture


def jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def seen(now: Image.Image, before: Image.Image | None = None) -> Any:
    """How a page differs from what is kept of it."""
    kept = pictures_of(sheet_of([reduced(jpeg(before or page_of(look.width))) for look in LOOKS]))
    return difference(reduced(jpeg(now)), kept[0])


def test_a_page_that_is_as_it_was_does_not_differ() -> None:
    assert seen(page_of()) is None


def test_letters_that_are_drawn_a_little_otherwise_do_not_differ() -> None:
    assert seen(page_of(off=1)) is None


@pytest.mark.parametrize(
    "now",
    [
        page_of(moved=8),
        page_of(button=None),
        page_of(button="#3568b5"),
        page_of(paper="#e2efec"),
        page_of().crop((0, 0, 1280, 880)),
    ],
    ids=["moved by eight pixels", "without its button", "another colour", "another ground", "shorter"],
)
def test_what_people_would_see_differs(now: Image.Image) -> None:
    assert seen(now) is not None


def test_it_says_where_a_page_differs() -> None:
    found = seen(page_of(button=None))
    assert (found.left, found.top) == (680, 120)
    assert found.right - found.left <= 80
    assert found.bottom - found.top <= 40
    assert found.cells >= 27


def test_a_reference_keeps_the_picture_of_each_look_in_its_own_height() -> None:
    small = [reduced(jpeg(page_of(look.width).crop((0, 0, look.width, 300 + 80 * number)))) for number, look in enumerate(LOOKS)]
    kept = pictures_of(sheet_of(small))
    assert [one.size for one in kept] == [one.size for one in small]
    assert all(difference(one, other) is None for one, other in zip(kept, small, strict=True))


class Pages:
    """A browser window that always shows the same."""

    def __init__(self, picture: Image.Image) -> None:
        self.picture = picture
        self.viewport_size = {"width": 1280, "height": 900}

    def emulate_media(self, color_scheme: str) -> None: ...

    def set_viewport_size(self, size: dict[str, int]) -> None:
        self.viewport_size = size

    def screenshot(self, **how: object) -> bytes:
        return jpeg(self.picture.resize((self.viewport_size["width"], 904)))


class LatePages(Pages):
    """One that shows something else at first."""

    def __init__(self, picture: Image.Image, at_first: Image.Image) -> None:
        super().__init__(at_first)
        self._then = picture

    def screenshot(self, **how: object) -> bytes:
        shown, self.picture = super().screenshot(**how), self._then
        return shown


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(album, "ROOT", tmp_path)
    for name in ("REFERENCES", "PICTURES", "DIFFERENCES"):
        monkeypatch.setattr(album, name, tmp_path / name.lower())
    return tmp_path


def accept(monkeypatch: pytest.MonkeyPatch, page: Any, *names: str) -> None:
    monkeypatch.setattr(album, "ACCEPTING", True)
    accepted = Album("merchant", "en")
    assert [accepted.look_at(page, name) for name in names] == [[]] * len(names)
    assert accepted.close() == []
    monkeypatch.setattr(album, "ACCEPTING", False)


def test_a_page_that_is_drawn_late_is_looked_at_once_more(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accept(monkeypatch, Pages(page_of()), "orders.index")
    assert Album("merchant", "en").look_at(LatePages(page_of(), page_of(moved=8)), "orders.index") == []
    assert len(Album("merchant", "en").look_at(LatePages(page_of(moved=8), page_of()), "orders.index")) == len(LOOKS) - 1


def test_pages_are_compared_with_what_was_accepted(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accept(monkeypatch, Pages(page_of()), "orders.index")
    assert Album("merchant", "en").look_at(Pages(page_of()), "orders.index") == []
    wrong = Album("merchant", "en").look_at(Pages(page_of(button=None)), "orders.index")
    assert [one.partition(": ")[0] for one in wrong] == [
        f"merchant, orders.index, en, {theme}, {width}" for theme, width in LOOKS
    ]
    assert "from 680,120 to 752,152" in wrong[0]
    assert "`make screenshots` accepts" in wrong[0]
    left = {path.name for path in (folders / "differences" / "merchant" / "orders.index.en.light.1280").iterdir()}
    assert left == {"picture.jpg", "now.png", "reference.png", "difference.png"}
    assert Album("merchant", "en").look_at(Pages(page_of()), "orders.index") == []
    assert list((folders / "differences" / "merchant").iterdir()) == []  # what was left before would mislead


def test_a_page_without_reference_and_a_reference_without_page_are_told(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accept(monkeypatch, Pages(page_of()), "orders.index", "orders.gone")
    later = Album("merchant", "en")
    assert later.look_at(Pages(page_of()), "orders.index") == []
    (new,) = later.look_at(Pages(page_of()), "orders.new")
    assert new.startswith("merchant, orders.new, en: has no picture to compare with")
    (old,) = later.close()
    assert old.startswith("merchant, orders.gone, en: has a picture, but nothing leads to the page")


def test_accepting_forgets_pages_that_are_gone(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accept(monkeypatch, Pages(page_of()), "orders.index", "orders.gone")
    accept(monkeypatch, Pages(page_of()), "orders.index")
    assert [path.name for path in (folders / "references" / "merchant").iterdir()] == ["orders.index.en.webp"]
    assert len(list((folders / "pictures" / "merchant").iterdir())) == len(LOOKS)


def test_all_pictures_are_shown_side_by_side(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accept(monkeypatch, Pages(page_of()), "orders.index", "orders.new")
    shown = (folders / "pictures" / "index.html").read_text()
    assert shown.count("<h2>") == 2
    assert shown.count("<img") == 2 * len(LOOKS)
    assert 'src="merchant/orders.new.en.dark.390.jpg"' in shown


def test_cells_are_as_wide_as_where_jpeg_keeps_their_means() -> None:
    assert reduced(jpeg(page_of())).size == (1280 // CELL_PX, 904 // CELL_PX)
