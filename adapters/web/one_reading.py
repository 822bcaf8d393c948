"""Pages that ask much read all of it in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from adapters.web.parts import parts

P = ParamSpec("P")
T = TypeVar("T")


def in_one_reading(view: Callable[P, T]) -> Callable[P, T]:
    """A view whose page says what is at one moment: who looks, and all that is shown.

    For views that read. What one of them writes it does not find again; one that asks a store would keep the state as long.
    """

    @wraps(view)
    def shown(*args: P.args, **kwargs: P.kwargs) -> T:
        with parts().queries.database.one_reading():
            return view(*args, **kwargs)

    return shown
