"""How the stand-in answers where the real one may answer one way or the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

CANCELLATIONS: Final = ("at_once", "queued", "never")


class OptionError(ValueError):
    """An option or a value that does not exist; the text says which."""


@dataclass(frozen=True, slots=True)
class SendcloudOptions:
    """cancel: whether what is cancelled is so `at_once`, `queued` until nobody has scanned it for 14 days, or `never`. throttle:
    whether the limits of requests hold. zpl_only: labels are ZPL of the carrier's own, whatever is asked for.
    """

    cancel: str = "at_once"
    throttle: bool = True
    zpl_only: bool = False

    def changed(self, values: Mapping[str, Any]) -> SendcloudOptions:
        """With other values. Raises OptionError."""
        kinds = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in values.items():
            if name not in kinds:
                raise OptionError(f"There is no option {name!r}. Known are {', '.join(kinds)}.")
            if type(value) is not kinds[name]:
                raise OptionError(f"{name} has to be a {kinds[name].__name__}.")
            if name == "cancel" and value not in CANCELLATIONS:
                raise OptionError(f"cancel is one of {', '.join(CANCELLATIONS)}.")
        return replace(self, **values)

    def to_data(self) -> dict[str, Any]:
        return asdict(self)
