"""Where people look at an order in Brightpearl."""

from __future__ import annotations

import pytest

from adapters.stores.brightpearl.description.kind import BRIGHTPEARL


@pytest.mark.parametrize(
    ("datacenter", "order", "address"),
    [
        ("euw1", "7001", "https://euw1.brightpearlapp.com/patt-op.php?scode=invoice&oID=7001"),
        ("USE", "7001", "https://use1.brightpearlapp.com/patt-op.php?scode=invoice&oID=7001"),
        ("euw1", "1&x=/..", "https://euw1.brightpearlapp.com/patt-op.php?scode=invoice&oID=1%26x%3D%2F.."),
        ("evil.example/", "7001", None),
        ("", "7001", None),
        ("euw1", "", None),
    ],
)
def test_an_order_is_found_where_the_settings_say_and_nowhere_else(datacenter: str, order: str, address: str | None) -> None:
    assert BRIGHTPEARL.back_office is not None
    assert BRIGHTPEARL.back_office.address({"datacenter": datacenter}, order) == address
