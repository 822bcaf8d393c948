"""How the stand-in answers, and what goes wrong on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

REFUNDS: Final = ("submitted", "refunded", "rejected", "not_applicable")
_MOST: Final = 1_000_000


class OptionError(ValueError):
    """An option or a value that does not exist; the text says which."""


@dataclass(frozen=True, slots=True)
class EasyPostOptions:
    """refund: what becomes of a label that is given back. slow_ms: how long every call takes. down: calls are answered with 503.
    no_conversion: labels stay in the format that they were bought in. refuse_insurance: nothing is insured, and a label that was
    to be is bought all the same.

    The rest count what is still to go wrong. lose_creations, lose_purchases, lose_refunds, lose_scan_forms, lose_pickups: it is
    done, and the connection breaks instead of an answer. garbage_purchases: it is done, and the answer is not JSON. fail: calls
    are answered with 500 and not done. limit: with 429 and Retry-After. hang: they are never answered. refuse_purchases: the
    carrier makes no label. in_progress: purchases are answered as if another one were under way. uninsured: labels are bought
    without their insurance. lose_files: a document is not there. keep_pickups: a carrier does not call a pickup off.
    """

    refund: str = "submitted"
    slow_ms: int = 0
    down: bool = False
    no_conversion: bool = False
    refuse_insurance: bool = False
    lose_creations: int = 0
    lose_purchases: int = 0
    lose_refunds: int = 0
    lose_scan_forms: int = 0
    lose_pickups: int = 0
    garbage_purchases: int = 0
    fail: int = 0
    limit: int = 0
    hang: int = 0
    refuse_purchases: int = 0
    in_progress: int = 0
    uninsured: int = 0
    lose_files: int = 0
    keep_pickups: int = 0

    def changed(self, values: Mapping[str, Any]) -> EasyPostOptions:
        """With other values. Raises OptionError."""
        kinds = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in values.items():
            if name not in kinds:
                raise OptionError(f"There is no option {name!r}. Known are {', '.join(kinds)}.")
            if type(value) is not kinds[name] or (kinds[name] is int and not 0 <= value <= _MOST):
                raise OptionError(f"{name} has to be a {kinds[name].__name__}, and no number below 0.")
            if name == "refund" and value not in REFUNDS:
                raise OptionError(f"refund is one of {', '.join(REFUNDS)}.")
        return replace(self, **values)

    def to_data(self) -> dict[str, Any]:
        return asdict(self)
