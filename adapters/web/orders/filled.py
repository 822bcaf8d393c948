"""What an order got of product defaults and shipping methods, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext
from markupsafe import Markup

from adapters.web.formatting import field_name, field_value
from adapters.web.language import page_language
from engine.model.order_defaults import FilledIn, filled_in
from engine.services.defaults.origin import FROM

_OF_CUSTOMS: Mapping[str, Any] = {
    "hs_code": lazy_gettext("HS code"),
    "origin_country": lazy_gettext("Country of origin"),
    "customs_description": lazy_gettext("Description for customs"),
}


@dataclass(frozen=True, slots=True)
class ShownDefault:
    """A value that was filled in. `line` counts from 1; None of a field of the order."""

    label: str
    value: Markup | str
    origin: str
    line: int | None


def shown_defaults(layer: Mapping[str, Any] | None, *, of_lines: bool) -> tuple[ShownDefault, ...]:
    """What was filled in of the order itself, or of its lines."""
    return tuple(_shown(one) for one in filled_in(layer or {}) if (one.line is not None) == of_lines)


def by_line(shown: Iterable[ShownDefault]) -> dict[int, tuple[ShownDefault, ...]]:
    """Those of lines, by the number of the line."""
    found: dict[int, tuple[ShownDefault, ...]] = {}
    for one in shown:
        if one.line is not None:
            found[one.line] = (*found.get(one.line, ()), one)
    return found


def _shown(one: FilledIn) -> ShownDefault:
    label = str(_OF_CUSTOMS[one.field]) if one.field in _OF_CUSTOMS else field_name(one.field)
    return ShownDefault(label, field_value(one.field, one.value, None), FROM[one.part].format(page_language()), one.line)
