"""`set_service` and `rate_shop`."""

from __future__ import annotations

from support.actions import failure, left


def test_set_service_writes_the_package_only_when_it_is_given() -> None:
    without = {"do": "set_service", "carrier": "dhl", "service": "{requested_service}"}

    order = {"package": "box", "requested_service": "express"}
    assert left(order, without) == {**order, "carrier": "dhl", "service": "express"}
    assert left(order, {**without, "package": "bag"})["package"] == "bag"
    assert "service" not in left({"service": "old"}, without)


def test_rate_shop_says_what_to_compare_and_leaves_the_service_alone() -> None:
    order = {"service": "old", "requested_service": "24h"}
    compare = {"do": "rate_shop", "among": ["paq-premium", "{requested_service}"], "prefer": "fastest"}

    assert left(order, compare) == {**order, "rate_shopping": {"among": ["paq-premium", "24h"], "prefer": "fastest"}}
    assert "{requested_service}" in failure({}, compare)
