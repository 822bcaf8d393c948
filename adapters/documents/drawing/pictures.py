"""Pictures as they are printed: whole, upright, on white paper, and no finer than printers print."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

from adapters.documents.drawing.elements import Picture

if TYPE_CHECKING:
    from PIL import Image

DOTS_PER_INCH = 600  # of good office printers
_MM_PER_INCH = 25.4


def fit_picture(content: bytes, x: float, y: float, width: float, height: float) -> Picture | None:
    """A picture as large as it fits, with its upper left corner at (x, y). None for what cannot be read as PNG or JPEG."""
    size = _size(content)
    if size is None:
        return None
    scale = min(width / size[0], height / size[1])
    return Picture(x, y, size[0] * scale, size[1] * scale, content)


@lru_cache(maxsize=16)
def printed(content: bytes, width: float, height: float) -> Image.Image:
    """The dots of a picture that `fit_picture` could read, printed so many millimetres wide and high."""
    from PIL import Image

    picture = _read(content)
    room = tuple(max(round(length / _MM_PER_INCH * DOTS_PER_INCH), 1) for length in (width, height))
    if picture.width <= room[0] and picture.height <= room[1]:
        return picture
    return picture.resize((room[0], room[1]), Image.Resampling.LANCZOS)


@lru_cache(maxsize=64)
def _size(content: bytes) -> tuple[int, int] | None:
    from PIL import Image

    try:
        return _read(content).size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):  # whatever Pillow makes of a broken file
        return None


def _read(content: bytes) -> Image.Image:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
        upright = ImageOps.exif_transpose(opened)
        if not upright.has_transparency_data:
            return upright.convert("RGB")
        letters = upright.convert("RGBA")
    paper = Image.new("RGB", letters.size, "white")
    paper.paste(letters, mask=letters.getchannel("A"))
    return paper
