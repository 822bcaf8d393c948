"""Which of Brightpearl's shipping methods a carrier's service is, as a merchant writes it down: `seur 24h: 12`, one a line."""

from __future__ import annotations

from collections.abc import Mapping

from rules.values import folded_text

MAX_LINES = 200


def parse_service_methods(text: str) -> dict[str, int] | str:
    """The numbers of shipping methods by carrier and service, folded; or the first line that is none of these."""
    methods: dict[str, int] = {}
    lines = [line.strip() for line in text.splitlines()]
    for line in filter(None, lines):
        service, _, number = line.rpartition(":")
        if not service.strip() or not number.strip().isascii() or not number.strip().isdecimal() or int(number) < 1:
            return line
        methods[_key(service)] = int(number)
        if len(methods) > MAX_LINES:
            return line
    return methods


def method_of(methods: Mapping[str, int], carrier: str, service: str) -> int | None:
    """The shipping method of a service; None where the merchant names none."""
    return methods.get(_key(f"{carrier} {service}"))


def _key(text: str) -> str:
    return " ".join(folded_text(text).split())
