"""What may be a store's logo, judged by its content."""

from __future__ import annotations

import pytest
from support.pictures import jpeg, png
from support.sandbox_shop import SandboxShop

from engine.model.store_preferences import StoreLogo
from engine.services.refusals import Refused
from engine.services.stores.store_logo import MAX_BYTES, read_logo, set_logo


@pytest.mark.parametrize(("image", "media_type"), [(png(300, 100), "image/png"), (jpeg(300, 100), "image/jpeg")])
def test_png_and_jpeg_are_pictures(image: bytes, media_type: str) -> None:
    assert read_logo(image) == StoreLogo(media_type, image)


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (b"", "not_a_picture"),
        (b"GIF89a" + bytes(30), "not_a_picture"),
        (b"<html>" + png(3, 3), "not_a_picture"),
        (png(30, 30)[:-20], "not_a_picture"),
        (b"\xff\xd8\xff\xe0", "not_a_picture"),
        (b"\xff\xd8\xff\xe0\x00\x00" + bytes(20), "not_a_picture"),
        (b"\xff\xd8\xff\xe0\xff\xff" + bytes(20), "not_a_picture"),
        (b"\xff\xd8" + b"\xff" * 50, "not_a_picture"),
        (png(4001, 1), "logo_too_wide"),
        (jpeg(10, 4001), "logo_too_wide"),
        (jpeg(0, 10), "logo_too_wide"),
        (png(10, 10) + bytes(MAX_BYTES), "logo_too_large"),
    ],
)
def test_anything_else_is_refused(image: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_logo(image)
    assert refused.value.message.code == code


def test_the_trail_tells_of_a_logo_without_holding_it(sqlite_shop: SandboxShop) -> None:
    app, account_id, store_id = sqlite_shop.app, sqlite_shop.merchant.id, sqlite_shop.store.id
    logo = read_logo(png(4, 4))
    for one in (logo, logo, None):
        set_logo(app, account_id, store_id, one, "usr_ana")

    told = f"image/png, {len(logo.image)} bytes"
    with app.reading() as uow:
        assert uow.stores.find_logo(account_id, store_id) is None
        entries = uow.audit.list_for(account_id, store_id)[1:]
    assert [(entry.action, entry.before, entry.after) for entry in entries] == [
        ("store.logo_changed", None, told),
        ("store.logo_changed", told, None),
    ]
    with pytest.raises(Refused, match="There is no store"):
        set_logo(app, sqlite_shop.provider.id, store_id, logo, "usr_eve")
