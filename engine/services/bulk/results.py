"""What became of bulk actions: lists, counts, each order's result, and all of them for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from engine.application import Application
from engine.model.bulk_action import BulkAction, BulkOrder, BulkOutcome, undo_key
from engine.ports import NotFound
from engine.services.bulk.start import NO_ACTION
from engine.services.refusals import Refused
from engine.services.spreadsheets import harmless
from rules.messages import Language, Text

LISTED = 50
ROWS_A_READ = 500

OUTCOMES = {
    BulkOutcome.WAITING: Text("Waiting", "Pendiente"),
    BulkOutcome.DONE: Text("Done", "Hecho"),
    BulkOutcome.NOTHING: Text("Nothing to do", "Nada que hacer"),
    BulkOutcome.REFUSED: Text("Not done", "No se hizo"),
}
COLUMNS = (Text("Order", "Pedido"), Text("Result", "Resultado"), Text("Reason", "Motivo"))


@dataclass(frozen=True, slots=True)
class SeenAction:
    """A bulk action, and the one that undoes it, if anybody wanted that."""

    action: BulkAction
    undone_by: BulkAction | None


def list_bulk_actions(app: Application, account_id: str) -> list[BulkAction]:
    """The newest first."""
    with app.reading() as uow:
        return uow.bulk_actions.list_for(account_id, LISTED)


def get_bulk_action(app: Application, account_id: str, action_id: str) -> SeenAction:
    """Raises Refused."""
    with app.reading() as uow:
        try:
            action = uow.bulk_actions.get(account_id, action_id)
        except NotFound:
            raise Refused("no_bulk_action", NO_ACTION, action=action_id) from None
        return SeenAction(action, uow.bulk_actions.find(account_id, undo_key(action_id)))


def find_bulk_action(app: Application, account_id: str, action_id: str) -> BulkAction | None:
    """None where the account has none of this id."""
    if not action_id:
        return None
    with app.reading() as uow:
        try:
            return uow.bulk_actions.get(account_id, action_id)
        except NotFound:
            return None


def list_results(
    app: Application, account_id: str, action_id: str, outcome: BulkOutcome | None, after: int, limit: int
) -> list[BulkOrder]:
    """The first orders past a position, all of them or those that stand so."""
    with app.reading() as uow:
        return uow.bulk_actions.list_orders(account_id, action_id, outcome=outcome, after=after, limit=limit)


def stream_results(app: Application, account_id: str, action_id: str, language: Language) -> Iterator[str]:
    """All orders with their results as CSV, some lines at a time. Raises Refused before the first."""
    get_bulk_action(app, account_id, action_id)
    return _lines(app, account_id, action_id, language)


def _lines(app: Application, account_id: str, action_id: str, language: Language) -> Iterator[str]:
    yield _csv([[column.format(language) for column in COLUMNS]])
    after, is_more = -1, True
    while is_more:  # each time another transaction: whoever reads may be slow
        orders = list_results(app, account_id, action_id, None, after, ROWS_A_READ)
        rows = [_row(one, language) for one in orders]
        is_more = len(orders) == ROWS_A_READ
        if orders:
            after = orders[-1].position
            yield _csv(rows)


def _row(one: BulkOrder, language: Language) -> list[str]:
    said = "" if one.said is None else one.said.format(language)
    return [harmless(one.order_number), OUTCOMES[one.outcome].format(language), harmless(said)]


def _csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
