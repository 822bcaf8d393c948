"""Counts as CSV: all that a 3PL sees of its clients' products out, counts or receipts of many products in.

A file is taken whole or not at all: of one with a line that cannot be used nothing is changed, and every such line is named.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.application import Application
from engine.model.account import Account, User
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.inventory import Movement, MovementKind
from engine.model.written_number import write_number
from engine.ports import UnitOfWork
from engine.services.inventory.change_counts import (
    BAD_COUNT,
    BAD_RECEIPT,
    check_note,
    check_reference,
    check_sku,
    check_units,
    read_clear_units,
)
from engine.services.inventory.counts import NOT_A_CLIENT, clients_of, list_counts
from engine.services.refusals import Refused
from engine.services.spreadsheets import (
    COLUMN_TWICE,
    NOT_TEXT,
    UNREADABLE,
    BrokenCsv,
    LinesRefused,
    read_rows,
    write_rows,
)
from rules.messages import Message, Text

LONGEST_FILE_BYTES = 4 * 1024 * 1024
MOST_LINES = 20_000

COLUMNS = ("client", "sku", "name", "on_hand", "reserved", "available")
_CALLED: Mapping[str, str] = {
    **{name: name for name in ("client", "sku", "on_hand", "units", "note", "reference")},
    "cliente": "client",
    "existencias": "on_hand",
    "unidades": "units",
    "nota": "note",
    "referencia": "reference",
}

TOO_LONG = Text(
    "The file is larger than {limit} MiB: import it in parts.", "El archivo supera los {limit} MiB: impórtalo por partes."
)
NO_COLUMN = Text(
    'The first line has to name the columns, and "{column}" is not among them: write client, sku, {units}.',
    "La primera línea tiene que nombrar las columnas y falta «{column}»: escribe client, sku, {units}.",
)
NO_LINES = Text(
    "The file has no lines below the names of its columns.", "El archivo no tiene líneas bajo los nombres de columna."
)
TOO_MANY = Text(
    "The file has more than {limit} lines: import it in parts.", "El archivo tiene más de {limit} líneas: impórtalo por partes."
)
TWICE = Text(
    '"{sku}" of "{client}" is in line {first} already: leave one of the two.',
    "«{sku}» de «{client}» ya está en la línea {first}: deja solo una de las dos.",
)


@dataclass(frozen=True, slots=True)
class CountLine:
    """A line of a file: how much there is of a product, or how much came in."""

    client: str  # the slug
    sku: str
    units: Decimal
    note: str = ""
    reference: str = ""


_Numbered = list[tuple[int, CountLine]]
_Problems = list[tuple[int, Message]]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file has changed: products with another count than before, and those that stayed as they were."""

    changed: int
    unchanged: int


def write_counts(app: Application, account: Account, *, client_slug: str | None = None) -> str:
    """Each product that an account sees, as CSV; what nobody has counted has no number. Raises Refused.

    A 3PL's can be imported again. The first column of a client's own counts is the provider.
    """
    listed = list_counts(app, account, client_slug=client_slug)
    seen = [one for one in listed if one.partner.is_client == account.ships_for_others]
    header = COLUMNS if account.ships_for_others else ("provider", *COLUMNS[1:])
    rows = [
        (one.partner.slug, one.count.sku, one.name, *map(_number, (one.count.on_hand, one.count.reserved, one.count.available)))
        for one in seen
    ]
    return write_rows(header, rows)


def import_counts(app: Application, actor: User, content: bytes, *, received: bool = False) -> Imported:
    """Count products anew, or with `received` add what came in, by a file of the columns client, sku and on_hand or units.

    Nothing is received of clients that are no longer connected. A line without a number is left out: it says that nobody has
    counted. Raises Refused, and LinesRefused.
    """
    with app.reading() as uow:
        known = clients_of(uow, actor.account_id).values()
    clients = {one.slug: one.account_id for one in known if one.is_active or not received}
    lines, problems = parse_counts(content, clients, received=received)
    by_client: dict[str, _Numbered] = {}
    for number, line in lines:
        by_client.setdefault(clients[line.client], []).append((number, line))
    with app.unit_of_work() as uow:
        importing = _Import(app, uow, actor, MovementKind.RECEIVED if received else MovementKind.COUNTED)
        made: dict[str, list[Movement]] = {}
        for client_id in sorted(by_client):
            made[client_id], wrong = importing.movements(client_id, by_client[client_id])
            problems += wrong
        if problems:
            raise LinesRefused(sorted(problems, key=lambda problem: problem[0]))
        for client_id, movements in made.items():
            importing.keep(client_id, by_client[client_id], movements)
        uow.commit()
    changed = len({(one.client_id, one.sku) for movements in made.values() for one in movements})
    return Imported(changed, len({(line.client, line.sku) for _, line in lines}) - changed)


@dataclass(frozen=True, slots=True)
class _Import:
    app: Application
    uow: UnitOfWork
    actor: User
    kind: MovementKind

    def movements(self, client_id: str, lines: _Numbered) -> tuple[list[Movement], _Problems]:
        """What one client's lines change, which nobody else does now, and the lines that cannot be used after all."""
        account_id, skus = self.actor.account_id, sorted({line.sku for _, line in lines})
        known = self.uow.inventory.lock(account_id, client_id, skus, opening=True)
        left: dict[str, Decimal] = {sku: count.on_hand for sku, count in known.items() if count.on_hand is not None}
        now = self.app.clock.now()
        movements: list[Movement] = []
        problems: _Problems = []
        for number, line in lines:
            before = left.get(line.sku)
            change = line.units if self.kind is MovementKind.RECEIVED else line.units - (before or Decimal(0))
            if before is not None and not change:
                continue
            if line.units < 0:  # more has shipped than was counted, and by now that is not so any more
                problems.append((number, Message("bad_count", BAD_COUNT, {"count": line.units})))
                continue
            left[line.sku] = (before or Decimal(0)) + change
            what = line.sku, self.kind, change, left[line.sku], now, self.actor.id, line.note
            movements.append(Movement(new_id("mov"), account_id, client_id, *what, reference=line.reference))
        return movements, problems

    def keep(self, client_id: str, lines: _Numbered, movements: Sequence[Movement]) -> None:
        account_id, now = self.actor.account_id, self.app.clock.now()
        self.uow.inventory.record(movements)
        self.uow.inventory.note_products(account_id, client_id, {line.sku: "" for _, line in lines})
        after = {self.kind.value: len({movement.sku for movement in movements})}
        self.uow.audit.append([AuditEntry(account_id, now, self.actor.id, "inventory.imported", client_id, None, after)])


def parse_counts(content: bytes, clients: Collection[str], *, received: bool = False) -> tuple[_Numbered, _Problems]:
    """The lines about these clients that have a number, and what is wrong with others, with their places. Raises Refused."""
    if len(content) > LONGEST_FILE_BYTES:
        raise Refused("file_too_long", TOO_LONG, limit=LONGEST_FILE_BYTES // 1024**2)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("not_text", NOT_TEXT) from None
    return _Parser(clients, "units" if received else "on_hand").parse(text)


class _Parser:
    def __init__(self, clients: Collection[str], units: str) -> None:
        self._clients = clients
        self._units = units
        self._lines: _Numbered = []
        self._problems: _Problems = []
        self._first: dict[tuple[str, str], int] = {}

    def parse(self, text: str) -> tuple[_Numbered, _Problems]:
        columns: list[str] | None = None
        try:
            for number, (line, cells) in enumerate(read_rows(text)):
                if columns is None:
                    columns = self._columns(cells)
                    continue
                if number > MOST_LINES:
                    raise Refused("too_many_lines", TOO_MANY, limit=MOST_LINES)
                self._read(line, dict(zip(columns, cells, strict=False)))
        except BrokenCsv as broken:
            self._problems.append((broken.line, Message("unreadable", UNREADABLE)))
        if not self._problems and (columns is None or not self._first):
            raise Refused("no_lines", NO_LINES)
        return self._lines, self._problems

    def _columns(self, cells: Sequence[str]) -> list[str]:
        columns = [_CALLED.get(cell.lower(), "") for cell in cells]
        for wanted in ("client", "sku", self._units):
            if wanted not in columns:
                raise Refused("no_column", NO_COLUMN, column=wanted, units=self._units)
        for read in ("client", "sku", self._units, "note", "reference"):
            if columns.count(read) > 1:
                raise Refused("column_twice", COLUMN_TWICE, column=read)
        return columns

    def _read(self, number: int, cells: Mapping[str, str]) -> None:
        client, written = cells.get("client", ""), cells.get(self._units, "")
        try:
            self._check_client(client)
            sku = self._sku(client, cells.get("sku", ""), number)
            if not written:
                return
            units = self._number(written)
            note, reference = check_note(cells.get("note", "")), check_reference(cells.get("reference", ""))
        except Refused as refusal:
            self._problems.append((number, refusal.message))
            return
        self._lines.append((number, CountLine(client, sku, units, note, reference)))

    def _check_client(self, client: str) -> None:
        if client not in self._clients:
            raise Refused("not_a_client", NOT_A_CLIENT, client=client)

    def _sku(self, client: str, written: str, number: int) -> str:
        sku = check_sku(written)
        first = self._first.setdefault((client, sku), number)
        if first != number and self._units == "on_hand":
            raise Refused("twice", TWICE, sku=sku, client=client, first=first)
        return sku

    def _number(self, written: str) -> Decimal:
        refusal = BAD_COUNT if self._units == "on_hand" else BAD_RECEIPT
        units = read_clear_units(written, refusal)
        if self._units == "on_hand":
            check_units(units, refusal)  # below 0 is what was exported where more has shipped than there was
        else:
            check_units(units, refusal, above=Decimal(0))
        return units


def _number(units: Decimal | None) -> str:
    return "" if units is None else write_number(units)
