"""What the 3PL does with its counts: say how much there is, receive goods, adjust. Clients look, and change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from engine.application import Application
from engine.model.account import User
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.inventory import AdjustReason, Movement, MovementKind, StockCount
from engine.model.written_number import MAY_BE_TWO, NumberLimits, both_numbers, may_be_two_numbers, show_written
from engine.ports import UnitOfWork
from engine.services.inventory.counts import NO_LONGER_A_CLIENT, find_client
from engine.services.refusals import Refused
from rules.messages import Text

LONGEST_SKU = 200
LONGEST_NOTE = 500
LONGEST_REFERENCE = 100
UNITS = NumberLimits(Decimal(10) ** 12, 6)

BAD_SKU = Text("Write a SKU of 1 to {limit} characters.", "Escribe un SKU de 1 a {limit} caracteres.")
BAD_COUNT = Text(
    '"{count}" is not a count: write a number of 0 or more.', '"{count}" no es una cantidad: escribe un número de 0 o más.'
)
BAD_RECEIPT = Text(
    '"{count}" cannot be received: write a number above 0.', '"{count}" no se puede recibir: escribe un número mayor que 0.'
)
BAD_CHANGE = Text(
    '"{count}" is not a change: write a number other than 0, with a minus to take units away.',
    '"{count}" no es un ajuste: escribe un número distinto de 0, con un menos para quitar unidades.',
)
LONG_NOTE = Text("The note is longer than {limit} characters.", "La nota supera los {limit} caracteres.")
LONG_REFERENCE = Text("The reference is longer than {limit} characters.", "La referencia supera los {limit} caracteres.")
REASON_WANTED = Text("Say for what reason the count is adjusted.", "Indica por qué motivo se ajusta la cantidad.")
BAD_REASON = Text('"{reason}" is not a reason; there are: {known}.', '"{reason}" no es un motivo; los que hay son: {known}.')
NOTE_WANTED = Text("Write in the note what the other reason is.", "Escribe en la nota cuál es el otro motivo.")
NOT_COUNTED = Text(
    "{sku} has never been counted: say how much there is, or receive it, before it is adjusted.",
    "{sku} no se ha contado nunca: indica cuánto hay, o recíbelo, antes de ajustarlo.",
)
NOT_SO_MANY = Text(
    "There are {on_hand} of {sku}: no more can be taken away. Count it anew if that is wrong.",
    "Hay {on_hand} de {sku}: no se puede quitar más. Vuelve a contarlo si no es así.",
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Units that came in, with what the delivery is called."""

    units: Decimal
    reference: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Units that are more (or, below 0, fewer) than was thought, and why."""

    change: Decimal
    reason: str  # a code of AdjustReason
    note: str = ""


def set_count(app: Application, actor: User, client_slug: str, sku: str, on_hand: Decimal, *, note: str = "") -> StockCount:
    """Say how much there is of a client's product. Raises Refused."""
    check_units(on_hand, BAD_COUNT, at_least=Decimal(0))
    note = check_note(note)
    with app.unit_of_work() as uow:
        known = _Known.lock(app, uow, actor, client_slug, sku)
        movement = known.move(MovementKind.COUNTED, on_hand - (known.on_hand or Decimal(0)), note=note)
        return _keep(uow, movement, known.on_hand)


def receive_goods(app: Application, actor: User, client_slug: str, sku: str, receipt: Receipt) -> StockCount:
    """Add what came in of a connected client's product; the first receipt is its first count. Raises Refused."""
    check_units(receipt.units, BAD_RECEIPT, above=Decimal(0))
    note, reference = check_note(receipt.note), check_reference(receipt.reference)
    with app.unit_of_work() as uow:
        known = _Known.lock(app, uow, actor, client_slug, sku)
        if not known.is_connected:
            raise Refused("no_longer_a_client", NO_LONGER_A_CLIENT, client=client_slug)
        movement = known.move(MovementKind.RECEIVED, receipt.units, note=note, reference=reference)
        return _keep(uow, movement, known.on_hand)


def adjust_count(app: Application, actor: User, client_slug: str, sku: str, adjustment: Adjustment) -> StockCount:
    """Add units to a count, or take some away, for a reason. Raises Refused, also where nobody has counted yet."""
    change, note = adjustment.change, check_note(adjustment.note)
    check_units(change, BAD_CHANGE)
    if not change:
        raise Refused("bad_change", BAD_CHANGE, count=change)
    if not adjustment.reason:
        raise Refused("reason_wanted", REASON_WANTED)
    if adjustment.reason not in list(AdjustReason):
        raise Refused("bad_reason", BAD_REASON, reason=adjustment.reason, known=", ".join(AdjustReason))
    reason = AdjustReason(adjustment.reason)
    if reason is AdjustReason.OTHER and not note:
        raise Refused("note_wanted", NOTE_WANTED)
    with app.unit_of_work() as uow:
        known = _Known.lock(app, uow, actor, client_slug, sku)
        if known.on_hand is None:
            raise Refused("not_counted", NOT_COUNTED, sku=known.sku)
        if change < 0 and known.on_hand + change < 0:
            raise Refused("not_so_many", NOT_SO_MANY, sku=known.sku, on_hand=known.on_hand)
        movement = known.move(MovementKind.ADJUSTED, change, note=note, reason=reason)
        return _keep(uow, movement, known.on_hand)


def read_units(text: str, refusal: Text) -> Decimal:
    """A number of units as a person writes it. Raises Refused with a sentence that has the place `count`."""
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        raise Refused("bad_count", refusal, count=show_written(text)) from None


def read_clear_units(text: str, refusal: Text) -> Decimal:
    """The same where no language says how numbers are written: in commands and files. Refuses also what may be two numbers."""
    if may_be_two_numbers(text):
        raise Refused("two_numbers", MAY_BE_TWO, **both_numbers(text))
    return read_units(text.replace(",", "."), refusal)


def check_units(units: Decimal, refusal: Text, *, at_least: Decimal | None = None, above: Decimal | None = None) -> None:
    """Raises Refused for what nobody can count to."""
    if not units.is_finite() or (at_least is not None and units < at_least) or (above is not None and units <= above):
        raise Refused("bad_count", refusal, count=show_written(units))
    beyond = UNITS.beyond(units)
    if beyond is not None:
        raise Refused(beyond.code, beyond.text, **beyond.params)


def check_sku(sku: str) -> str:
    """The SKU without spaces around it. Raises Refused."""
    sku = sku.strip()
    if not 0 < len(sku) <= LONGEST_SKU or not sku.isprintable():
        raise Refused("bad_sku", BAD_SKU, limit=LONGEST_SKU)
    return sku


def check_note(note: str) -> str:
    """Raises Refused."""
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise Refused("long_note", LONG_NOTE, limit=LONGEST_NOTE)
    return note


def check_reference(reference: str) -> str:
    """Raises Refused."""
    reference = reference.strip()
    if len(reference) > LONGEST_REFERENCE:
        raise Refused("long_reference", LONG_REFERENCE, limit=LONGEST_REFERENCE)
    return reference


@dataclass(frozen=True, slots=True)
class _Known:
    """A product of a client that nobody else changes now. `on_hand` is None before the first count."""

    account_id: str
    client_id: str
    is_connected: bool  # the client, still
    sku: str
    on_hand: Decimal | None
    actor: str
    at: datetime  # since when it is locked: who waited for the lock comes later

    @classmethod
    def lock(cls, app: Application, uow: UnitOfWork, actor: User, client_slug: str, sku: str) -> _Known:
        sku = check_sku(sku)
        client = find_client(uow, actor.account_id, client_slug)
        known = uow.inventory.lock(actor.account_id, client.account_id, [sku], opening=True).get(sku)
        on_hand = None if known is None else known.on_hand
        return cls(actor.account_id, client.account_id, client.is_active, sku, on_hand, actor.id, app.clock.now())

    def move(
        self, kind: MovementKind, change: Decimal, *, note: str = "", reason: AdjustReason | None = None, reference: str = ""
    ) -> Movement:
        on_hand = (self.on_hand or Decimal(0)) + change
        whose = (self.account_id, self.client_id, self.sku)
        return Movement(new_id("mov"), *whose, kind, change, on_hand, self.at, self.actor, note, reason, reference)


def _keep(uow: UnitOfWork, movement: Movement, before: Decimal | None) -> StockCount:
    uow.inventory.record([movement])
    uow.inventory.note_products(movement.account_id, movement.client_id, {movement.sku: ""})
    action = f"inventory.{movement.kind.value}"
    uow.audit.append(
        [AuditEntry(movement.account_id, movement.at, movement.actor, action, movement.sku, before, movement.on_hand)]
    )
    [count] = uow.inventory.list_for_provider(movement.account_id, [movement.client_id], [movement.sku])
    uow.commit()
    return count
