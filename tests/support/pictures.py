"""Small pictures as files."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image


def png(width: int, height: int) -> bytes:
    """A grey picture; a huge one takes few bytes."""
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def jpeg(width: int, height: int) -> bytes:
    """The head of a picture, as far as its size, and its end."""
    about = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\0"
    return b"\xff\xd8" + about + frame + b"\xff\xd9"


def photo(width: int, height: int, *, turned: bool = False) -> bytes:
    """A red picture as JPEG that programs can show; `turned`, its dots lie on their side, as cameras write them."""
    out = io.BytesIO()
    about = Image.Exif()
    if turned:
        width, height = height, width
        about[0x0112] = 6
    Image.new("RGB", (width, height), "#c00000").save(out, "JPEG", exif=about)
    return out.getvalue()
