"""Read models of stores: how they do, what their imports found, and what is not an order here. Never their credentials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from engine.model.alert import Alert
from engine.model.job import Job, import_now_key
from engine.model.sentence import Sentence
from engine.model.store import ImportRun, SkippedNote, Store, StoreState
from engine.model.store_preferences import StorePreferences
from engine.model.written_moment import read_moment
from engine.ports import NotFound
from engine.services.importing.import_now import is_about_to_run
from storage.database import Database
from storage.orders.columns import search_key
from storage.tables import AlertRow, ImportRunRow, OrderRow, ParkedNoteRow, SkippedNoteRow, StoreRow, UnknownFieldRow
from storage.unit_of_work import SqlUnitOfWork


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """Something a store has that cannot be read as an order, with the place and the problem."""

    store_id: str
    store_name: str
    external_id: str
    order_number: str
    path: str
    problem: Sentence
    parked_at: datetime


@dataclass(frozen=True, slots=True)
class StoreOverview:
    """One store of an account, as the orders' page shows it."""

    id: str
    name: str
    kind: str
    state: StoreState
    last_run: ImportRun | None


@dataclass(frozen=True, slots=True)
class StoresOverview:
    """An account's stores, closed ones included, as far as a page has room for them: an account may have very many."""

    total: int
    kinds: frozenset[str]
    open: int  # how many are not closed
    listed: tuple[StoreOverview, ...]  # the first ones, in the order in which they were connected
    failing: tuple[StoreOverview, ...]  # the first open ones that refuse the log-in or whose last import failed
    has_more_failing: bool
    found: tuple[StoreOverview, ...]  # what a person looked for

    @property
    def lists_all(self) -> bool:
        return len(self.listed) == self.total


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """How a store does, without its credentials. Counts of all its orders, of what is parked, and of what is not an order."""

    store: Store
    last_run: ImportRun | None
    is_importing: bool  # an import is under way
    is_queued: bool  # one that somebody asked for is about to begin
    orders: int
    parked: int
    skipped: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SkippedPage:
    """Some of what is not an order here, seen last first. `next_after` leads to the next page; None on the last one."""

    notes: tuple[SkippedNote, ...]
    next_after: str | None


@dataclass(frozen=True)
class StoreQueries:
    """The questions of the screens about stores, over one database."""

    database: Database

    def parked_page(self, account_id: str, *, limit: int = 200) -> tuple[ParkedRow, ...]:
        """What the account's stores have parked, latest first."""
        query = (
            select(ParkedNoteRow, StoreRow.name.label("store_name"))
            .join(StoreRow, StoreRow.id == ParkedNoteRow.store_id)
            .where(ParkedNoteRow.account_id == account_id)
            .order_by(ParkedNoteRow.parked_at.desc(), ParkedNoteRow.external_id)
            .limit(limit)
        )
        with self.database.begin_reading() as connection:
            return tuple(
                ParkedRow(row.store_id, row.store_name, row.external_id, row.order_number, row.path, row.problem, row.parked_at)
                for row in connection.execute(query)
            )

    def stores_overview(
        self, account_id: str, *, store_id: str | None = None, named: str = "", limit: int = 20, failing: int = 5
    ) -> StoresOverview:
        """At most `limit` stores and as many that were looked for: the one with an id, or those with a part of a name.

        One whose whole name was given is found alone.
        """
        own = {"account": account_id}
        with self.database.begin_reading() as connection:
            rows = connection.execute(_FIRST, {**own, "most": limit + 1}).all()
            listed, has_more = rows[:limit], len(rows) > limit
            counts = _kinds(connection, account_id) if has_more else Counter((row.kind, StoreState(row.state)) for row in rows)
            failed = connection.execute(_overview(_OWN, _is_failing()).limit(failing + 1), own).all() if has_more else None
            wanted = _ids_named(connection, account_id, named)[:limit] if named else [store_id] if store_id else []
            by_id = {row.id: row for row in listed}
            if any(one not in by_id for one in wanted):
                found = connection.execute(_overview(_OWN, StoreRow.id.in_(wanted)), own).all()
            else:
                found = [by_id[one] for one in sorted(wanted)]
            runs = _runs(connection, {row.run_id for row in (*listed, *(failed or ())[:failing], *found) if row.run_id})
        if failed is None:
            failed = [row for row in listed if _fails(StoreState(row.state), runs.get(row.id))]
        return StoresOverview(
            total=sum(counts.values()),
            kinds=frozenset(kind for kind, _ in counts),
            open=sum(count for (_, state), count in counts.items() if state is not StoreState.CLOSED),
            listed=_to_overviews(listed, runs),
            failing=_to_overviews(failed[:failing], runs),
            has_more_failing=len(failed) > failing,
            found=_to_overviews(found, runs),
        )

    def runs_page(self, account_id: str, store_id: str, *, limit: int = 20) -> tuple[ImportRun, ...]:
        """The store's imports, latest first; none when it is not the account's."""
        run = ImportRunRow
        query = (
            select(run.id, run.store_id, run.started_at, run.ended_at, run.outcome, run.error, run.summary)
            .where(run.account_id == account_id, run.store_id == store_id)
            .order_by(run.started_at.desc(), run.id.desc())
            .limit(limit)
        )
        with self.database.begin_reading() as connection:
            return tuple(ImportRun(**row) for row in connection.execute(query).mappings())

    def statuses(self, account_id: str, now: datetime) -> tuple[StoreStatus, ...]:
        """The account's stores, closed ones included, in the order in which they were connected."""
        with self.database.reading_unit_of_work() as unit:
            return _standings(unit, account_id, true(), now)

    def status(self, account_id: str, store_id: str, now: datetime) -> StoreStatus:
        """One store of the account. Raises NotFound."""
        with self.database.reading_unit_of_work() as unit:
            found = _standings(unit, account_id, StoreRow.id == store_id, now)
        if not found:
            raise NotFound(store_id)
        return found[0]

    def unknown_fields(self, account_id: str, store_id: str) -> dict[str, int]:
        """Fields of a store's documents that nobody here has looked at yet, the most frequent first, with how many notes."""
        row = UnknownFieldRow
        query = select(row.path, row.notes).where(row.account_id == account_id, row.store_id == store_id)
        with self.database.begin_reading() as connection:
            rows = connection.execute(query.order_by(row.notes.desc(), row.path))
            return {found.path: found.notes for found in rows}

    def notices(self, account_id: str, *, limit: int = 10) -> tuple[Alert, ...]:
        """The account's alerts about its stores, the latest first: those without an order."""
        row = AlertRow
        query = (
            select(row)
            .where(row.account_id == account_id, func.coalesce(row.order_id, "") == "")  # newest first leads, not the orders
            .order_by(row.created_at.desc(), row.id.desc())
            .limit(limit)
        )
        with self.database.begin_reading() as connection:
            return tuple(Alert(**found) for found in connection.execute(query).mappings())

    def skipped_page(
        self, account_id: str, store_id: str, *, reason: str | None = None, after: str | None = None, limit: int = 200
    ) -> SkippedPage:
        """What the store has and is not an order here; `after` is a page's `next_after`. None when it is not the account's."""
        row = SkippedNoteRow
        wanted: list[ColumnElement[bool]] = [row.account_id == account_id, row.store_id == store_id]
        if reason is not None:
            wanted.append(row.reason == reason)
        if after is not None:
            wanted.append(_seen_before(after))
        query = select(row).where(*wanted).order_by(row.last_seen.desc(), row.external_id).limit(limit + 1)
        with self.database.begin_reading() as connection:
            notes = [
                SkippedNote(
                    external_id=found.external_id,
                    order_number=found.order_number,
                    reason=found.reason,
                    message=found.message,
                    source_version=found.source_version,
                    first_seen=found.first_seen,
                    last_seen=found.last_seen,
                )
                for found in connection.execute(query)
            ]
        last = notes[limit - 1] if len(notes) > limit else None
        return SkippedPage(tuple(notes[:limit]), None if last is None else f"{last.last_seen.isoformat()} {last.external_id}")


_STORE = (
    StoreRow.id,
    StoreRow.account_id,
    StoreRow.kind,
    StoreRow.name,
    StoreRow.settings,
    StoreRow.created_at,
    StoreRow.state,
    StoreRow.refresh_minutes,
    StoreRow.daily_refresh_at,
    StoreRow.time_zone,
    StoreRow.window_days,
    StoreRow.preferences,
    StoreRow.webhook_digest,
    StoreRow.webhook_ids,
    StoreRow.scanned_until,
    StoreRow.failures,
    StoreRow.retry_at,
)


def _overview(*wanted: ColumnElement[bool]) -> Select[Any]:
    """Stores in the order in which they were connected, with the ids of their last imports: one look into the index for each."""
    run = ImportRunRow
    newest = (
        select(run.id)
        .where(run.account_id == StoreRow.account_id, run.store_id == StoreRow.id)
        .order_by(run.started_at.desc(), run.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = (StoreRow.id, StoreRow.name, StoreRow.kind, StoreRow.state, newest.label("run_id"))
    return select(*columns).where(*wanted).order_by(StoreRow.id)


_OWN = StoreRow.account_id == bindparam("account")
_FIRST = _overview(_OWN).limit(bindparam("most", type_=Integer))


def _kinds(connection: Connection, account_id: str) -> Counter[tuple[str, StoreState]]:
    own = StoreRow.account_id == account_id
    query = select(StoreRow.kind, StoreRow.state, func.count()).where(own).group_by(StoreRow.kind, StoreRow.state)
    return Counter({(kind, StoreState(state)): count for kind, state, count in connection.execute(query)})


def _runs(connection: Connection, run_ids: Collection[str]) -> dict[str, ImportRun]:
    """Imports by the ids of their stores."""
    if not run_ids:
        return {}
    rows = connection.execute(_RUNS, {"ids": list(run_ids)}).mappings()
    return {row["store_id"]: ImportRun(**row) for row in rows}


_RUN = ImportRunRow
_RUNS = select(_RUN.id, _RUN.store_id, _RUN.started_at, _RUN.ended_at, _RUN.outcome, _RUN.error, _RUN.summary).where(
    _RUN.id.in_(bindparam("ids", expanding=True))
)


def _fails(state: StoreState, last_run: ImportRun | None) -> bool:
    """As `_is_failing`, of a store that has been read."""
    has_failed = last_run is not None and last_run.outcome == "failed"
    return state is StoreState.REFUSED or (state is not StoreState.CLOSED and has_failed)


def _is_failing() -> ColumnElement[bool]:
    """Open, and refuses the log-in or did not get to the end of its last import: one look into the index for each store."""
    run = ImportRunRow
    outcome = (
        select(run.outcome)
        .where(run.account_id == StoreRow.account_id, run.store_id == StoreRow.id)
        .order_by(run.started_at.desc(), run.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_refused = StoreRow.state == StoreState.REFUSED.value
    return or_(is_refused, and_(StoreRow.state != StoreState.CLOSED.value, outcome == "failed"))


def _ids_named(connection: Connection, account_id: str, part: str) -> list[str]:
    query = select(StoreRow.id, StoreRow.name).where(StoreRow.account_id == account_id).order_by(StoreRow.id)
    names = {store_id: search_key(name) for store_id, name in connection.execute(query)}
    wanted = search_key(part)
    exact = [store_id for store_id, name in names.items() if name == wanted]
    return exact or [store_id for store_id, name in names.items() if wanted in name]


def _to_overviews(rows: Iterable[Any], runs: Mapping[str, ImportRun]) -> tuple[StoreOverview, ...]:
    return tuple(StoreOverview(row.id, row.name, row.kind, StoreState(row.state), runs.get(row.id)) for row in rows)


def _standings(unit: SqlUnitOfWork, account_id: str, wanted: ColumnElement[bool], now: datetime) -> tuple[StoreStatus, ...]:
    rows = (
        unit.connection.execute(select(*_STORE).where(StoreRow.account_id == account_id, wanted).order_by(StoreRow.id))
        .mappings()
        .all()
    )
    stores = [_to_store(row) for row in rows]
    ids = [store.id for store in stores]
    orders = _count_by_store(unit.connection, OrderRow.store_id, ids)
    parked = _count_by_store(unit.connection, ParkedNoteRow.store_id, ids)
    skipped = _count_skipped(unit.connection, ids)
    runs, importing = unit.stores.last_runs(account_id, ids), unit.stores.importing_among(account_id, ids, now)
    asked_for = unit.jobs.find_many(account_id, [import_now_key(store_id) for store_id in ids])
    return tuple(
        StoreStatus(
            store=store,
            last_run=runs.get(store.id),
            is_importing=store.id in importing,
            is_queued=_is_queued(asked_for.get(import_now_key(store.id)), now),
            orders=orders.get(store.id, 0),
            parked=parked.get(store.id, 0),
            skipped=skipped.get(store.id, {}),
        )
        for store in stores
    )


def _to_store(row: Mapping[Any, Any]) -> Store:
    typed = {
        "state": StoreState(row["state"]),
        "preferences": StorePreferences.from_data(row["preferences"]),
        "webhook_ids": tuple(row["webhook_ids"]),
        "credentials": {},
    }
    return Store(**{**row, **typed})


def _is_queued(job: Job | None, now: datetime) -> bool:
    return job is not None and is_about_to_run(job.state, job.not_before <= now)


def _count_by_store(connection: Connection, store_id: InstrumentedAttribute[Any], ids: Sequence[str]) -> Mapping[str, int]:
    query = select(store_id, func.count()).where(store_id.in_(ids)).group_by(store_id)
    return dict(connection.execute(query).all())


def _count_skipped(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    row = SkippedNoteRow
    query = select(row.store_id, row.reason, func.count()).where(row.store_id.in_(ids)).group_by(row.store_id, row.reason)
    counts: dict[str, dict[str, int]] = {}
    for store_id, reason, count in connection.execute(query):
        counts.setdefault(store_id, {})[reason] = count
    return counts


def _seen_before(after: str) -> ColumnElement[bool]:
    """What comes behind a place in the list; behind a place that was made up there is nothing."""
    row = SkippedNoteRow
    time, _, external_id = after.partition(" ")
    seen = read_moment(time)
    if seen is None:
        return false()
    return or_(row.last_seen < seen, and_(row.last_seen == seen, row.external_id > external_id))
