"""Statements as the two sides see them, and what the 3PL does with them: issue them, and say that they are paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.application import Application
from engine.model.account import User
from engine.model.audit import AuditEntry
from engine.model.moment_words import day_words, month_words
from engine.model.money import Money
from engine.model.month import Month
from engine.model.statement import Statement, StatementEntry, StatementScope, StatementState, WorkedOut, sum_costs
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.accounts.acting import require_admin
from engine.services.billing.parties import Parties, hold_books, list_parties, no_statement, parse_statement_id
from engine.services.billing.prices import parse_month
from engine.services.billing.work_out import Books, add_up, open_books, work_out
from engine.services.refusals import Refused
from rules.messages import Text

ISSUING_IS_PROVIDERS = Text(
    "Only the provider issues statements and says that they are paid.",
    "Solo el proveedor emite los estados de cuenta e indica que están pagados.",
)
STILL_RUNS = Text(
    "{month} is not over yet: its statement can be issued from {next} on.",
    "El mes de {month} aún no ha terminado: su estado de cuenta se podrá emitir a partir de {next}.",
)
EARLIER_FIRST = Text(
    "The statement of {month} is not issued yet: months are issued one after the other.",
    "El estado de cuenta de {month} aún no está emitido: los meses se emiten por orden.",
)
ISSUED_BEFORE = Text("The statement of {month} was issued on {day}.", "El estado de cuenta de {month} se emitió el {day}.")
NOT_ISSUED = Text(
    "The statement of {month} is provisional: issue it first.",
    "El estado de cuenta de {month} es provisional: emítelo primero.",
)
PAID_BEFORE = Text(
    "The statement of {month} was marked as paid on {day}.",
    "El estado de cuenta de {month} se marcó como pagado el {day}.",
)
NOT_PAID = Text("The statement of {month} is not marked as paid.", "El estado de cuenta de {month} no está marcado como pagado.")


@dataclass(frozen=True, slots=True)
class SeenStatement:
    """A statement as one side sees it. `other`: the other account's slug."""

    statement: Statement
    side: Side
    other: str

    @property
    def name(self) -> str:
        """What this side calls the other."""
        return self.statement.nickname if self.side is Side.PROVIDER else self.statement.provider_name


@dataclass(frozen=True, slots=True)
class StatementDetails:
    """A statement with the shipments that it counts."""

    seen: SeenStatement
    entries: tuple[StatementEntry, ...]


def list_statements(
    app: Application, account_id: str, side: Side, *, month: str | None = None, other: str | None = None
) -> list[SeenStatement]:
    """An account's statements as one of the sides, the newest month first; without a month those of all.

    `other`: the slug of the other account; one that it has no statements with gives none. Raises Refused.
    """
    only = None if month is None else parse_month(month)
    now = app.clock.now()
    with app.reading() as uow:
        scope = StatementScope(account_id, side)
        parties = list_parties(uow, scope)
        if other is not None:
            parties = [one for one in parties if _slug(one, side) == other]
            if not parties:
                return []
            scope = replace(scope, other_id=(parties[0].client if side is Side.PROVIDER else parties[0].provider).id)
        found = list(uow.billing.list_issued(scope, month=None if only is None else str(only)))
        books = open_books(uow, scope, parties)
        for wanted in _open_months(books, now) if only is None else [only]:
            found += add_up(uow, books, wanted, now)
    places = {one.key: place for place, one in enumerate(parties)}
    slugs = {one.key: _slug(one, side) for one in parties}
    found.sort(key=lambda one: (places[one.account_id, one.client_id], one.currency))
    found.sort(key=lambda one: one.month, reverse=True)
    return [SeenStatement(one, side, slugs[one.account_id, one.client_id]) for one in found]


def list_unpaid(app: Application, account_id: str, side: Side) -> list[SeenStatement]:
    """What was issued and is not paid, the oldest first."""
    with app.reading() as uow:
        scope = StatementScope(account_id, side)
        slugs = {one.key: _slug(one, side) for one in list_parties(uow, scope)}
        found = uow.billing.list_issued(scope, unpaid=True)
    return [SeenStatement(one, side, slugs[one.account_id, one.client_id]) for one in found]


def unpaid_between(uow: UnitOfWork, provider_id: str, client_id: str, now: datetime) -> list[Money]:
    """What a client owes: issued and not paid, or counted so far and not issued. One amount a currency, none of nothing."""
    scope = StatementScope.of_pair(provider_id, client_id)
    owed = uow.billing.list_issued(scope, unpaid=True)
    books = open_books(uow, scope, list_parties(uow, scope))
    for month in _open_months(books, now):
        owed += add_up(uow, books, month, now)
    return list(sum_costs(Money(statement.total, statement.currency) for statement in owed))


def describe_statement(app: Application, account_id: str, statement_id: str) -> StatementDetails:
    """A statement for either side. Raises NotFound."""
    with app.reading() as uow:
        parties, month, currency = parse_statement_id(uow, account_id, statement_id)
        side = Side.PROVIDER if parties.provider.id == account_id else Side.MERCHANT
        issued = uow.billing.find_issued(account_id, statement_id)
        if issued is not None:
            entries = uow.billing.entries_in(*parties.key, issued.month)
        else:
            worked_out = _work_out_one(uow, parties, month, app.clock.now())
            found = [one for one in worked_out.statements if one.id == statement_id]
            if not found:
                raise no_statement(statement_id)
            issued, entries = found[0], list(worked_out.entries)
    shown = tuple(entry for entry in entries if entry.belongs_to(currency))
    return StatementDetails(SeenStatement(issued, side, _slug(parties, side)), shown)


def issue_statements(app: Application, actor: User, statement_id: str) -> list[Statement]:
    """Issue a client's month, in all its currencies: nothing changes it from then on. Raises Refused and NotFound."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        parties, month = _for_change(uow, actor, statement_id)
        scope = StatementScope.of_pair(*parties.key)
        issued = uow.billing.list_issued(scope, month=str(month))
        if issued:
            assert issued[0].issued_at is not None
            raise Refused("issued_before", ISSUED_BEFORE, month=month_words(month), day=_day(issued[0].issued_at, parties))
        if not parties.has_ended(month, now):
            raise Refused("still_runs", STILL_RUNS, month=month_words(month), next=day_words(month.following.first_day))
        books = open_books(uow, scope, [parties])
        for earlier in _open_months(books, now):
            if earlier < month and add_up(uow, books, earlier, now):
                raise Refused("earlier_first", EARLIER_FIRST, month=month_words(earlier))
        worked_out = work_out(uow, books, month, now)
        if statement_id not in {one.id for one in worked_out.statements}:
            raise no_statement(statement_id)
        made = tuple(replace(one, issued_at=now, issued_by=actor.id) for one in worked_out.statements)
        uow.billing.issue(replace(worked_out, statements=made))
        for one in made:
            _record(uow, one, actor, "statement.issued", now)
        uow.commit()
    return list(made)


def mark_paid(app: Application, actor: User, statement_id: str, *, paid: bool = True) -> Statement:
    """Say that an issued statement is paid, or that it is not after all. Raises Refused and NotFound."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        parties, month = _for_change(uow, actor, statement_id)
        seen = uow.billing.find_issued(actor.account_id, statement_id)
        if seen is None:
            if statement_id not in {one.id for one in _work_out_one(uow, parties, month, now).statements}:
                raise no_statement(statement_id)
            raise Refused("not_issued", NOT_ISSUED, month=month_words(month))
        if paid and seen.paid_at is not None:
            raise Refused("paid_before", PAID_BEFORE, month=month_words(month), day=_day(seen.paid_at, parties))
        if not paid and seen.state is not StatementState.PAID:
            raise Refused("not_paid", NOT_PAID, month=month_words(month))
        changed = replace(seen, paid_at=now if paid else None, paid_by=actor.id if paid else None)
        uow.billing.keep_paid(changed)
        _record(uow, changed, actor, "statement.paid" if paid else "statement.unpaid", now)
        uow.commit()
    return changed


def _day(instant: datetime, parties: Parties) -> Text:
    """The day of a moment, where the 3PL is."""
    return day_words(instant.astimezone(parties.zone).date())


def _for_change(uow: UnitOfWork, actor: User, statement_id: str) -> tuple[Parties, Month]:
    """For an admin of the 3PL; nobody else changes the statements of this client until the transaction ends."""
    parties, month, _ = parse_statement_id(uow, actor.account_id, statement_id)
    hold_books(uow, actor.account_id, parties)
    require_admin(actor)
    if parties.provider.id != actor.account_id:
        raise Refused("issuing_is_providers", ISSUING_IS_PROVIDERS)
    return parties, month


def _work_out_one(uow: UnitOfWork, parties: Parties, month: Month, now: datetime) -> WorkedOut:
    return work_out(uow, open_books(uow, StatementScope.of_pair(*parties.key), [parties]), month, now)


def _open_months(books: Books, now: datetime) -> Iterator[Month]:
    """From the first that somebody can still issue to the present one."""
    if not books.parties:
        return iter(())
    first = min(_first_open(books, one) for one in books.parties)
    return first.until(max(Month.at(now, one.zone) for one in books.parties))


def _first_open(books: Books, parties: Parties) -> Month:
    issued = books.last_issued.get(parties.key)
    return parties.first_month if issued is None else Month.parse(issued).following


def _slug(parties: Parties, side: Side) -> str:
    return parties.client.slug if side is Side.PROVIDER else parties.provider.slug


def _record(uow: UnitOfWork, statement: Statement, actor: User, action: str, now: datetime) -> None:
    after = {"month": statement.month, "total": statement.total, "currency": statement.currency}
    sides: Sequence[str] = (statement.account_id, statement.client_id)
    uow.audit.append([AuditEntry(side, now, actor.id, action, statement.id, None, after) for side in sides])
