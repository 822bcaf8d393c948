"""How the stand-in answers, and what goes wrong on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

_CHOICES: Final = {
    "answer": ("accept", "reject", "none"),
    "ship": ("at_once", "late", "none"),
    "cancel": ("grant", "refuse", "none"),
}
_MOST: Final = 1_000_000


class OptionError(ValueError):
    """An option or a value that does not exist; the text says which."""


@dataclass(frozen=True, slots=True)
class ProviderOptions:
    """answer: what new requests are answered. reject_every: each n-th one is rejected whatever `answer` says; 0: none.
    reject_code, reject_text: with what. ship: whether what is accepted ships `at_once`, `late`, that is even after it was given
    back, or not before the control interface says so. cancel: what a recall is answered.

    down: calls are answered with 503. refuse_every: each n-th new request is not taken (422). The rest count calls that are
    still to go wrong: take_and_drop takes a request and breaks the connection instead of answering, hang never answers.

    duplicate_events: each event is sent twice. reorder_events: of two events the second comes first.
    """

    answer: str = "accept"
    reject_every: int = 0
    reject_code: str = "out_of_stock"
    reject_text: str = ""
    ship: str = "none"
    cancel: str = "grant"
    down: bool = False
    refuse_every: int = 0
    take_and_drop: int = 0
    hang: int = 0
    duplicate_events: bool = False
    reorder_events: bool = False

    def changed(self, values: Mapping[str, Any]) -> ProviderOptions:
        """With other values. Raises OptionError."""
        kinds = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in values.items():
            if name not in kinds:
                raise OptionError(f"There is no option {name!r}. Known are {', '.join(kinds)}.")
            if type(value) is not kinds[name] or (kinds[name] is int and not 0 <= value <= _MOST):
                raise OptionError(f"{name} has to be a {kinds[name].__name__}, and no number below 0.")
            if name in _CHOICES and value not in _CHOICES[name]:
                raise OptionError(f"{name} is one of {', '.join(_CHOICES[name])}.")
        return replace(self, **values)

    def to_data(self) -> dict[str, Any]:
        return asdict(self)
