"""Compares a store with what is here, with providers and with what was written back, by turns that have limits.

How far a pass is, and what it has found, is kept after each look, so that one that was stopped or killed goes on from there.
What a part has not seen again is over only once that part has looked at everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from engine.application import Application
from engine.model.ids import new_id
from engine.model.lease import LEASE
from engine.model.reconciliation import FOUND_BY, MOST_OF_A_KIND, Part, Reconciliation
from engine.model.sentence import Sentence, sentence_of
from engine.model.store import Store
from engine.ports import StoreError, UnitOfWork
from engine.services.lease import LeaseWatch, kept_alive
from engine.services.reconciliation.compare_providers import compare_providers
from engine.services.reconciliation.compare_store import compare_here, compare_there
from engine.services.reconciliation.compare_told import compare_told
from engine.services.reconciliation.turn import Limits, Look, Turn
from engine.services.refusals import LeaseLost, Refused
from engine.services.stores.connect_store import get_open_store
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

A_TURN = Limits()
LONGEST_PASS = timedelta(hours=20)  # one that began earlier begins anew: what it has seen is too old

BUSY = Text(
    'The store "{store}" is being compared already: wait until that has ended.',
    'La tienda "{store}" ya se está conciliando: espera a que termine.',
)
NEVER_IMPORTED = Text(
    'The store "{store}" was never imported: import it first, then there is something to compare.',
    'La tienda "{store}" no se ha importado nunca: impórtala primero y entonces habrá algo que conciliar.',
)
TOO_MANY = Text(
    "More than {most} differences of a kind were found: the rest is not listed. Look for what they have in common.",
    "Se encontraron más de {most} diferencias de un tipo: el resto no aparece. Busca qué tienen en común.",
)
_PARTS: Mapping[Part, Callable[[Turn, str], Iterator[Look]]] = {
    Part.TOLD: compare_told,
    Part.PROVIDERS: compare_providers,
    Part.THERE: compare_there,
    Part.HERE: compare_here,
}
_ORDER = tuple(_PARTS)


def reconcile_store(
    app: Application, account_id: str, store_id: str, sessions: SessionPool, limits: Limits = A_TURN
) -> Reconciliation:
    """Compare a store for one turn: how far that is. Where it `goes_on`, the next turn does.

    A store that cannot be asked ends the pass, which says why. Raises Refused: unknown, closed or never imported store, or
    one that is being compared; LeaseLost when another process has taken over.
    """
    with app.reading() as uow:
        store = get_open_store(uow, account_id, store_id)
        if uow.stores.last_run(account_id, store_id) is None:
            raise Refused("never_imported", NEVER_IMPORTED, store=store.name)
    with _alone(app, store) as (owner, watch):
        return _Comparison(app, store, sessions, limits, owner, watch).run()


def _lease_name(store: Store) -> str:
    return f"reconcile:{store.id}"


@contextmanager
def _alone(app: Application, store: Store) -> Iterator[tuple[str, LeaseWatch]]:
    owner = new_id("rec")

    def take(until: datetime) -> bool:
        with app.unit_of_work() as uow:
            taken = uow.leases.take(store.account_id, _lease_name(store), owner, app.clock.now(), until)
            uow.commit()
        return taken

    if not take(app.clock.now() + LEASE):
        raise Refused("reconciling", BUSY, store=store.name)
    try:
        with kept_alive(app.clock, take) as watch:
            yield owner, watch
    finally:
        with app.unit_of_work() as uow:
            uow.leases.release(store.account_id, _lease_name(store), owner)
            uow.commit()


class _Comparison:
    """One turn of one store."""

    def __init__(
        self, app: Application, store: Store, sessions: SessionPool, limits: Limits, owner: str, watch: LeaseWatch
    ) -> None:
        self._app = app
        self._store = store
        self._owner = owner
        self._watch = watch
        self._so_far = self._begin()
        self._turn = Turn(app, store, sessions, limits, app.clock.now(), self._so_far.begun_at)

    def _begin(self) -> Reconciliation:
        """The pass that goes on, or a new one."""
        now = self._app.clock.now()
        with self._app.unit_of_work() as uow:
            before = uow.reconciliations.find(self._store.account_id, self._store.id)
            uow.reconciliations.drop_settled(self._store.account_id, self._store.id)
            if before is None or not before.goes_on or now - before.begun_at > LONGEST_PASS:
                completed_at = None if before is None else before.completed_at
                before = Reconciliation(
                    self._store.id, self._store.account_id, now, now, part=_ORDER[0], completed_at=completed_at
                )
            uow.reconciliations.put(before)
            uow.commit()
        return before

    def run(self) -> Reconciliation:
        try:
            while self._so_far.part is not None:
                if not self._compare(self._so_far.part) or self._turn.has_ended():
                    break
        except StoreError as error:
            self._end(sentence_of(error))
        return self._so_far

    def _compare(self, part: Part) -> bool:
        """Go through a part from where it is. False when the turn has to end before the part does."""
        problem, is_from_start = self._so_far.problem, not self._so_far.place
        is_full = False
        for look in _PARTS[part](self._turn, self._so_far.place):
            self._watch.check()
            is_full = self._keep(part, look)
            self._turn.count_look()
            if is_full:
                break
            if self._turn.has_ended() and look.place and not look.is_last:  # else the next turn would see the same again
                return False
        has_problem = is_full or self._so_far.problem is not (problem if is_from_start else None)
        self._go_on_behind(part, is_whole=not has_problem)
        return True

    def _keep(self, part: Part, look: Look) -> bool:
        """Keep what a look has found; whether there is more than has room."""
        now, counts = self._app.clock.now(), _counted(self._so_far, part, look.seen)
        with self._app.unit_of_work() as uow:
            self._check_lease(uow)
            uow.reconciliations.keep(self._store.account_id, self._store.id, look.found)
            counts_by_kind = uow.reconciliations.count(self._store.account_id, self._store.id)
            is_full = any(counts_by_kind.get((self._store.id, kind), 0) > MOST_OF_A_KIND for kind in FOUND_BY[part])
            problem = Sentence.of(TOO_MANY, most=MOST_OF_A_KIND) if is_full else look.problem
            place = look.place or self._so_far.place
            self._so_far = replace(counts, place=place, looked_at=now, problem=problem or counts.problem)
            uow.reconciliations.put(self._so_far)
            uow.commit()
        return is_full

    def _go_on_behind(self, part: Part, *, is_whole: bool) -> None:
        """What a part that has seen everything did not see again is over. With the last part the pass ends."""
        behind = _ORDER[_ORDER.index(part) + 1 :]
        now = self._app.clock.now()
        with self._app.unit_of_work() as uow:
            self._check_lease(uow)
            if is_whole:
                ended = self._so_far.begun_at
                uow.reconciliations.end_unseen(self._store.account_id, self._store.id, FOUND_BY[part], ended)
            reached = replace(self._so_far, part=behind[0] if behind else None, place="", looked_at=now)
            if reached.is_complete:
                reached = replace(reached, completed_at=now)
            uow.reconciliations.put(reached)
            uow.commit()
        self._so_far = reached

    def _end(self, problem: Sentence) -> None:
        """The store cannot be asked: what the pass has not come to is not compared."""
        with self._app.unit_of_work() as uow:
            self._check_lease(uow)
            self._so_far = replace(self._so_far, part=None, place="", problem=problem, looked_at=self._app.clock.now())
            uow.reconciliations.put(self._so_far)
            uow.commit()

    def _check_lease(self, uow: UnitOfWork) -> None:
        now = self._app.clock.now()
        if not uow.leases.take(self._store.account_id, _lease_name(self._store), self._owner, now, now + LEASE):
            raise LeaseLost


def _counted(so_far: Reconciliation, part: Part, seen: int) -> Reconciliation:
    match part:
        case Part.PROVIDERS:
            return replace(so_far, with_providers=so_far.with_providers + seen)
        case Part.THERE:
            return replace(so_far, open_there=so_far.open_there + seen)
        case Part.HERE:
            return replace(so_far, open_here=so_far.open_here + seen)
        case Part.TOLD:
            return so_far
