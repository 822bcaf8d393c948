"""The picture on a store's packing slips: what may be one, and who put it there."""

from __future__ import annotations

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.store_preferences import StoreLogo
from engine.services.refusals import Refused
from engine.services.stores.connect_store import get_open_store
from rules.messages import Text

MAX_BYTES = 256 * 1024
MAX_SIDE = 4000  # pixels; a small file can unfold into a huge picture

NOT_A_PICTURE = Text(
    "That file is not a picture in PNG or JPEG format: save it as one of them and choose it again.",
    "Ese archivo no es una imagen en formato PNG o JPEG: guárdala en uno de ellos y elígela de nuevo.",
)
TOO_LARGE = Text(
    "The logo is larger than {limit} KiB: make it smaller and choose it again.",
    "El logotipo ocupa más de {limit} KiB: hazlo más pequeño y elígelo de nuevo.",
)
TOO_WIDE = Text(
    "The logo has {width} × {height} pixels; at most {limit} are taken each way: make it smaller and choose it again.",
    "El logotipo tiene {width} × {height} píxeles; se admiten como máximo {limit} por lado: redúcelo y elígelo de nuevo.",
)

_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_JPEG = b"\xff\xd8\xff"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG markers that tell the size
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # JPEG markers without content


def read_logo(image: bytes) -> StoreLogo:
    """A picture, judged by its content. Raises Refused."""
    if len(image) > MAX_BYTES:
        raise Refused("logo_too_large", TOO_LARGE, limit=MAX_BYTES // 1024)
    found = _read_png(image) or _read_jpeg(image)
    if found is None:
        raise Refused("not_a_picture", NOT_A_PICTURE)
    media_type, width, height = found
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise Refused("logo_too_wide", TOO_WIDE, width=width, height=height, limit=MAX_SIDE)
    return StoreLogo(media_type, image)


def set_logo(app: Application, account_id: str, store_id: str, logo: StoreLogo | None, actor: str) -> None:
    """Replace the store's logo, or take it away. Raises Refused."""
    with app.unit_of_work() as uow:
        store = get_open_store(uow, account_id, store_id, for_change=True)
        before = uow.stores.find_logo(account_id, store_id)
        if before == logo:
            return
        uow.stores.keep_logo(store, logo)
        told = [None if one is None else f"{one.media_type}, {len(one.image)} bytes" for one in (before, logo)]
        uow.audit.append([AuditEntry(account_id, app.clock.now(), actor, "store.logo_changed", store.id, *told)])
        uow.commit()


def _read_png(image: bytes) -> tuple[str, int, int] | None:
    if not image.startswith(_PNG) or b"IEND" not in image[-16:]:
        return None
    return "image/png", int.from_bytes(image[16:20]), int.from_bytes(image[20:24])


def _read_jpeg(image: bytes) -> tuple[str, int, int] | None:
    if not image.startswith(_JPEG):
        return None
    place = 2
    while place + 9 <= len(image) and image[place] == 0xFF:
        marker = image[place + 1]
        if marker == 0xFF:  # filling
            place += 1
        elif marker in _BARE:
            place += 2
        elif marker in _FRAMES:
            return "image/jpeg", int.from_bytes(image[place + 7 : place + 9]), int.from_bytes(image[place + 5 : place + 7])
        else:
            place += 2 + int.from_bytes(image[place + 2 : place + 4])
    return None
