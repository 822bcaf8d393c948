"""People set fields of orders, of one or of very many: what a person wrote stands in front of what rules and stores say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from engine.application import Application
from engine.events import OrderChanged, publish
from engine.model.audit import AuditEntry
from engine.model.order import WITH_PROVIDERS, Order, OrderState
from engine.model.order_words import status_words
from engine.model.rate_comparison import WISHES
from engine.ports import UnitOfWork
from engine.services.deciding.rule_context import NO_LISTS, gather_context
from engine.services.deciding.run_rules import Rulebook
from engine.services.deciding.ship_to_check import VERIFIED, check_ship_to
from engine.services.deciding.wishes import choosing_jobs
from engine.services.editing.changed_values import NewValues, read_edits
from engine.services.editing.consequences import Told, parts_asked, providers_told, rules_that_read, still_held
from engine.services.editing.editable_fields import SHIP_TO, find_editable
from engine.services.editing.edits import EditResult, FieldChange, FieldEdit, FieldProblem, Outcome
from engine.services.editing.reworked_flags import rework_flags
from engine.services.fulfillment.delegate import AT_PROVIDER, SHIP_FROM_AT_PROVIDER, check_free
from engine.services.refusals import NO_ORDER, Refused
from rules.context import RuleContext
from rules.messages import Message, Text
from rules.order_document import read_field

BATCH = 50  # orders changed in one transaction
NEEDS_FREE_UNITS = {"logistics_provider": AT_PROVIDER, "ship_from": SHIP_FROM_AT_PROVIDER}  # who ships them, and from where
CLOSED = (OrderState.SHIPPED, OrderState.CANCELLED, OrderState.COMBINED)

CLOSED_ORDER = Text(
    'Order {order} cannot be changed any more: its status is "{status}".',
    'El pedido {order} ya no se puede modificar: su estado es "{status}".',
)
ERASED_ORDER = Text(
    "Order {order} cannot be changed any more: its personal data was erased.",
    "El pedido {order} ya no se puede modificar: sus datos personales se han borrado.",
)
IN_FIELD = Text("{field}: {problem}", "{field}: {problem}")


def edit_orders(
    app: Application, account_id: str, order_ids: Sequence[str], edits: Sequence[FieldEdit], actor: str
) -> list[EditResult]:
    """Make the same edits to each of some orders: one result an order, in their order; an id that is there twice counts once.

    Of one order all edits are made or none. Orders are changed in batches, each in a transaction of its own: what is done stays
    done when a later one fails.
    """
    wanted = list(dict.fromkeys(order_ids))
    results: list[EditResult] = []
    for start in range(0, len(wanted), BATCH):
        with app.unit_of_work() as uow:
            results += _Editing(app, uow, account_id, actor).edit(wanted[start : start + BATCH], edits)
            uow.commit()
    app.wake.notify()
    return results


@dataclass
class _Editing:
    """The edits of one batch, in one transaction."""

    app: Application
    uow: UnitOfWork
    account_id: str
    actor: str

    def edit(self, order_ids: Sequence[str], edits: Sequence[FieldEdit]) -> list[EditResult]:
        found = {order.id: order for order in self.uow.orders.get_many(self.account_id, order_ids, for_change=True)}
        results = {order_id: self._edit_one(order_id, found.get(order_id), edits) for order_id in order_ids}
        changed = [found[one.order_id] for one in results.values() if one.outcome is Outcome.CHANGED]
        if changed:
            results |= self._keep(changed, results)
        return list(results.values())

    @cached_property
    def context(self) -> RuleContext:
        return gather_context(self.uow, self.uow.accounts.get(self.account_id), NO_LISTS).context

    @cached_property
    def rulebook(self) -> Rulebook | None:
        """None where the published rules can no longer be read: that keeps nobody from repairing an order."""
        try:
            return Rulebook.open(self.app, self.uow, self.uow.accounts.get(self.account_id))
        except Refused:
            return None

    @cached_property
    def now(self) -> datetime:
        return self.app.clock.now()

    def _edit_one(self, order_id: str, order: Order | None, edits: Sequence[FieldEdit]) -> EditResult:
        if order is None:
            return _refused(order_id, None, Message("no_order", NO_ORDER, {"order": order_id}))
        closed = why_closed(order)
        if closed is not None:
            return _refused(order.id, order.order_number, closed)
        new = read_edits(order, edits, self.context)
        self._check_free(order, new)
        if new.problems:
            return _refused(order.id, order.order_number, _first(new.problems), tuple(new.problems))
        changes = self._write(order, new)
        outcome = Outcome.CHANGED if new.written or new.undone else Outcome.UNCHANGED
        return EditResult(order.id, order.order_number, outcome, changes=changes)

    def _check_free(self, order: Order, new: NewValues) -> None:
        """Units that are with a provider leave as it was asked to ship them, until they are recalled."""
        for name in [name for name in NEEDS_FREE_UNITS if name in (*new.written, *new.undone)]:
            try:
                check_free(self.uow, order, self.now, NEEDS_FREE_UNITS[name])
            except Refused as refusal:
                new.problems.append(FieldProblem(name, refusal.message))

    def _write(self, order: Order, new: NewValues) -> tuple[FieldChange, ...]:
        """Change the order in place; nothing is kept yet."""
        before = order.document()
        for name, value in new.written.items():
            order.write_as_person(name, value, self.actor, self.now)
        for name in new.undone:
            order.drop_edit(name)
        names = [*new.written, *new.undone]
        if any(name.startswith(SHIP_TO) for name in names):
            check_ship_to(self.app.address_rules, order)
            names.append(f"{SHIP_TO}{VERIFIED}")
        after = order.document()
        pairs = ((name, read_field(before, name), read_field(after, name)) for name in names)
        changes = tuple(FieldChange(*pair) for pair in pairs if pair[0] in new.undone or pair[1] != pair[2])
        if names:
            order.updated_at = self.now
            self._note(order, new, changes)
        return changes

    def _note(self, order: Order, new: NewValues, changes: Sequence[FieldChange]) -> None:
        """Say in the audit trail what was set and what was undone."""
        for action, names in (("order.edited", new.written), ("order.edit_undone", new.undone)):
            made = [change for change in changes if change.field in names]
            if made:
                before = {change.field: change.before for change in made}
                after = {change.field: change.after for change in made}
                self.uow.audit.append([AuditEntry(self.account_id, self.now, self.actor, action, order.id, before, after)])

    def _keep(self, orders: Sequence[Order], results: dict[str, EditResult]) -> dict[str, EditResult]:
        """Keep what has changed, and let those hear of it who have to: the same results with what follows."""
        told = providers_told(self.uow, self.account_id, orders, {one: results[one].changes for one in results})
        if self.rulebook is not None:
            rework_flags(self.uow, self.rulebook, orders, self.now)
        concerned = [order for order in orders if self._concerns_providers(order, told)]
        publish(self.app, self.uow, [OrderChanged(order, self.now, self.actor) for order in concerned])
        self.uow.orders.update_many(orders)
        self._have_rates_compared(orders, results)
        asked = parts_asked(self.uow, self.account_id, concerned) if concerned else {}
        at_providers = {one: tuple(told[one].messages(asked.get(one, ()))) for one in told}
        return {
            order.id: replace(results[order.id], follows=tuple(self._follows(order, results[order.id].changes, at_providers)))
            for order in orders
        }

    def _concerns_providers(self, order: Order, told: dict[str, Told]) -> bool:
        return order.state in WITH_PROVIDERS and bool(order.id in told and told[order.id].crossing)

    def _have_rates_compared(self, orders: Sequence[Order], results: dict[str, EditResult]) -> None:
        wishing = [order for order in orders if any(change.field in WISHES for change in results[order.id].changes)]
        for job in choosing_jobs(wishing, self.now):
            self.uow.jobs.upsert_due(job)

    def _follows(
        self, order: Order, changes: Sequence[FieldChange], at_providers: Mapping[str, Sequence[Message]]
    ) -> Iterator[Message]:
        names = [change.field for change in changes]
        if self.rulebook is not None and (read := rules_that_read(self.rulebook, names)) is not None:
            yield read
        yield from at_providers.get(order.id, ())
        if (held := still_held(order, names)) is not None:
            yield held


def why_closed(order: Order) -> Message | None:
    """Why nobody may change an order any more; None where people may."""
    if order.erased_at is not None:
        return Message("erased_order", ERASED_ORDER, {"order": order.order_number})
    if order.state in CLOSED:
        return Message("closed_order", CLOSED_ORDER, {"order": order.order_number, "status": status_words(order.status())})
    return None


def _refused(order_id: str, number: str | None, refusal: Message, problems: tuple[FieldProblem, ...] = ()) -> EditResult:
    return EditResult(order_id, number, Outcome.REFUSED, refusal, problems)


def _first(problems: Sequence[FieldProblem]) -> Message:
    """The first problem as the sentence for the whole order."""
    known = find_editable(problems[0].field)
    if isinstance(known, Message):
        return known
    return Message(problems[0].message.code, IN_FIELD, {"field": known.label, "problem": problems[0].message})
