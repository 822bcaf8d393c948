"""What can be done with many orders: each kind registers itself with its words, its form, how it is done and how undone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.application import Application
from engine.model.bulk_action import BulkAction, BulkOutcome, BulkResult
from engine.model.sentence import sentence_of
from engine.ports import UnitOfWork
from engine.services.refusals import Refused
from rules.messages import Text

Results = Mapping[str, BulkResult]  # by the id of the order


class FieldForm(StrEnum):
    """How a form asks for a parameter."""

    TEXT = "text"
    TIME = "time"  # a day, or a time
    CHOICE = "choice"
    PROVIDER = "provider"  # the slug of one that the account is connected with
    EDITS = "edits"  # fields of orders with what is to become of each, as `engine.services.bulk.actions.edit` writes them


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of a kind."""

    name: str
    label: Text
    form: FieldForm = FieldForm.TEXT
    hint: Text | None = None
    required: bool = True
    choices: Callable[[], Sequence[tuple[str, Text]]] = tuple  # values with their words
    default: str = ""


class WrongField(Refused):
    """A parameter cannot be used; `field` is its name."""

    def __init__(self, name: str, text: Text, /, **params: Any) -> None:
        super().__init__("wrong_field", text, **params)
        self.field = name


@dataclass(frozen=True, slots=True)
class Doing:
    """A bulk action at work. What use cases do with `app` is part of the transaction that also keeps the results."""

    account_id: str
    app: Application
    uow: UnitOfWork
    action: BulkAction


def _as_given(_app: Application, _account_id: str, parameters: Mapping[str, str]) -> Mapping[str, str]:
    return parameters


def _as_kept(parameters: Mapping[str, str]) -> Mapping[str, Any]:
    return parameters


@dataclass(frozen=True, slots=True)
class BulkKind:
    """One kind. `do` answers for each order; `undo` also gets what `do` kept of it, and is None where nothing can be undone."""

    code: str
    verb: Text  # the button
    title: Text  # what was done; may name what `shown` makes of the parameters
    do: Callable[[Doing, Sequence[str]], Results]
    undo: Callable[[Doing, Mapping[str, Mapping[str, Any]]], Results] | None = None
    fields: Sequence[Field] = ()
    check: Callable[[Application, str, Mapping[str, str]], Mapping[str, str]] = _as_given  # raises WrongField
    shown: Callable[[Mapping[str, str]], Mapping[str, Any]] = _as_kept
    together: int = 1  # orders in one transaction
    about: Text | None = None  # said before it is begun


@dataclass(frozen=True, slots=True)
class OneByOne:
    """Does something with one order after the other. Codes in `nothing` say that there was nothing to do."""

    do: Callable[[Doing, str], BulkResult]
    nothing: Collection[str] = field(default_factory=frozenset)

    def __call__(self, doing: Doing, order_ids: Sequence[str]) -> Results:
        return {order_id: attempt(lambda id_=order_id: self.do(doing, id_), self.nothing) for order_id in order_ids}  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class UndoneOneByOne:
    """The same for undoing, which also needs what was kept of each order."""

    undo: Callable[[Doing, str, Mapping[str, Any]], BulkResult]
    nothing: Collection[str] = field(default_factory=frozenset)

    def __call__(self, doing: Doing, before: Mapping[str, Mapping[str, Any]]) -> Results:
        return {
            order_id: attempt(lambda id_=order_id, kept=kept: self.undo(doing, id_, kept), self.nothing)  # type: ignore[misc]
            for order_id, kept in before.items()
        }


def attempt(do: Callable[[], BulkResult], nothing: Collection[str] = ()) -> BulkResult:
    """What comes of it; a refusal is an answer as well."""
    try:
        return do()
    except Refused as refusal:
        outcome = BulkOutcome.NOTHING if refusal.message.code in nothing else BulkOutcome.REFUSED
        return BulkResult(outcome, sentence_of(refusal))
