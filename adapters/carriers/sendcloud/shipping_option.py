"""Codes of shipping options: a carrier's product, and what is done beyond it, such as `dhl_express:worldwide/incoterm=dap`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_CODE = re.compile(r"[^\s:/,=]+:[^\s/]+(?:/[^\s/]+)?")


@dataclass(frozen=True, slots=True)
class ShippingOption:
    """`functionalities` are what the code names after the product, with their values; empty where it has none."""

    code: str
    functionalities: Mapping[str, str]


def is_option_code(code: str) -> bool:
    """Whether it is written as the code of a shipping option; whether there is one, Sendcloud knows."""
    return _CODE.fullmatch(code) is not None


def parse_option(code: str) -> ShippingOption:
    """What a code says."""
    named = (part.partition("=") for part in code.partition("/")[2].split(",") if part)
    return ShippingOption(code, {name: value for name, _, value in named})
