"""Packages that an account keeps under a name: a box has a size, and weighs something when it is empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.values import folded_text


@dataclass(frozen=True, slots=True)
class SavedPackage:
    """Millimetres, all three or none, and grams. The default one is taken where an order names none."""

    id: str
    account_id: str
    name: str
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    tare_g: int = 0
    is_default: bool = False

    @property
    def sides(self) -> tuple[int | None, int | None, int | None]:
        return self.length_mm, self.width_mm, self.height_mm


def find_package(packages: Sequence[SavedPackage], name: str) -> SavedPackage | None:
    """The one with a name, in whatever case."""
    wanted = folded_text(name)
    return next((one for one in packages if folded_text(one.name) == wanted), None)
