"""Views that compare what a form showed with what is kept, and replace it: one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request

from adapters.web.parts import WITHIN, parts
from adapters.web.people import this_person
from engine.services.once import one_after_another

P = ParamSpec("P")
T = TypeVar("T")


def saved_in_turn(view: Callable[P, T]) -> Callable[P, T]:
    """A view whose comparison and writes are one transaction, in which nobody else saves the same thing.

    Of two who save what both saw, the second is told. For views that ask nobody outside, inside what asks for a log-in. All that
    goes through `parts().app` is part of the transaction; what the person of the request carries was read before it.
    """

    @wraps(view)
    def saved(*args: P.args, **kwargs: P.kwargs) -> T:
        if request.method != "POST":
            return view(*args, **kwargs)
        with one_after_another(parts().app, this_person().account.id, request.path) as app:
            setattr(g, WITHIN, replace(parts(), app=app))
            try:
                return view(*args, **kwargs)
            finally:
                delattr(g, WITHIN)

    return saved
