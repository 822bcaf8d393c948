"""One run over one order: the rules that fire change it one after the other, each wholly or not at all."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from engine.decide.decision import (
    ALERT,
    FLAGS,
    FULFILLMENT_REQUEST,
    NEEDS_ATTENTION,
    SKIPPED,
    UNHANDLED,
    Decision,
    Effect,
    RuleError,
    Trigger,
)
from engine.model.order_history import OrderHistory
from rules.actions.draft import ActionFailed, Change, Draft
from rules.actions.operations import SET, Inapplicable, repeated
from rules.context import RuleContext
from rules.document import Rule
from rules.messages import Message
from rules.order_document import Document
from rules.values import folded_text

SUPERSEDED = "superseded"
NO_HISTORY = OrderHistory()


class Case(NamedTuple):
    """What a decision is made about: an order, what already happened to it, and when."""

    document: Document
    trigger: Trigger = "imported"
    now: int = 0  # nanoseconds since 1970 UTC
    context: RuleContext = RuleContext()
    history: OrderHistory = NO_HISTORY
    only: tuple[str, ...] | None = None  # the rules that a person runs, or that are due, where it is not all of the trigger

    def allows_hold_of(self, rule_id: str) -> bool:
        """A rule's hold applies once per order; a reprocess builds everything again."""
        return self.trigger in ("imported", "reprocess") or rule_id not in self.history.held_by


class Run:
    """The order as the rules leave it so far, and what they did."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.document = case.document
        self.matched: list[str] = []
        self._flags: set[str] = set()
        self._changes: list[Change] = []
        self._effects: list[Effect] = []
        self._errors: list[RuleError] = []
        self._held_by: list[str] = []
        self._skipped_by: str | None = None
        self.ended = False

    def fire(self, rule: Rule) -> tuple[str, ...]:
        """Apply a rule whose condition is true. The fields whose visible value it changed; none when an action failed."""
        case = self.case
        history = case.history
        hold_allowed = not history.held_by or case.allows_hold_of(rule.id)
        draft = Draft(rule.id, rule.once, self.document, case.context, case.now, history.edited_fields, hold_allowed)
        for position, call in enumerate(rule.then):
            draft.position = position
            try:
                call.action.apply(draft, call.params)
            except ActionFailed as failure:
                self.report(rule, call.path, failure.message)
                return ()
        return self._keep(rule, draft)

    def repeat(self, rule_id: str) -> tuple[str, ...]:
        """Write again what a `once` rule wrote before: it stays, whatever else is built anew. The fields it changed.

        What cannot be applied any more (a weight that is not a number by now) leaves the value that is there.
        """
        case = self.case
        draft = Draft(rule_id, True, self.document, case.context, case.now, case.history.edited_fields, hold_allowed=True)
        for rule, name, operation, operand in case.history.once_writes:
            if rule != rule_id:
                continue
            try:
                value = repeated(draft.document, name, operation, operand)
            except Inapplicable:
                continue
            draft.write(name, value, operation, None if operation == SET else operand)
        self._changes += draft.changes
        self.document = draft.document
        return tuple([change.field for change in draft.changes if not change.hidden])

    def repeat_others(self, placed: Collection[str]) -> None:
        """Write again what `once` rules wrote that have no place among the rules of this run; theirs is before all others."""
        for rule_id in dict.fromkeys([write.rule for write in self.case.history.once_writes]):
            if rule_id not in placed:
                self.repeat(rule_id)

    def report(self, rule: Rule, path: str, message: Message) -> None:
        """A rule in error, or failed: it does not count as matched, and a person has to look."""
        self._errors.append(RuleError(rule.id, path, message))
        self._flags.add(NEEDS_ATTENTION)

    def _keep(self, rule: Rule, draft: Draft) -> tuple[str, ...]:
        self.document = draft.document
        self.matched.append(rule.id)
        self._changes += draft.changes
        if draft.held:
            self._held_by.append(rule.id)
        if draft.flags:
            self._flags.update(draft.flags)
        if draft.effects:
            self._effects += [Effect(do, rule.id, position, params) for do, position, params in draft.effects]
        if draft.reports:
            self._errors.extend(RuleError(rule.id, rule.then[position].path, message) for position, message in draft.reports)
        if draft.skipped:
            self._skipped_by = rule.id
            self._flags.add(SKIPPED)
        self.ended = draft.stopped or draft.skipped or rule.stop
        return tuple([change.field for change in draft.changes if not change.hidden])

    def decision(self) -> Decision:
        if not self.matched:
            self._flags.add(UNHANDLED)
        flags = tuple([flag for flag in FLAGS if flag in self._flags]) if self._flags else ()
        changes, effects, errors = tuple(self._changes), self._released_effects(), tuple(self._errors)
        held_by = tuple(dict.fromkeys(self._held_by)) if self._held_by else ()
        return Decision(tuple(self.matched), flags, self.document, changes, effects, errors, held_by, self._skipped_by)

    def _released_effects(self) -> tuple[Effect, ...]:
        """The effects with what holds each back.

        Of several fulfillment requests only the last one to the order's final provider can leave: an order is not sent
        to two providers because a later rule changed its mind.
        """
        if not self._effects:
            return ()
        if self._skipped_by is not None:
            return tuple(effect for effect in self._effects if effect.kind == ALERT)
        reason = None
        if folded_text(str(self.document.get("status") or "")) == "on_hold":
            reason = "on_hold"
        elif NEEDS_ATTENTION in self._flags:
            reason = NEEDS_ATTENTION
        final = self.document.get("logistics_provider")
        live: Effect | None = None
        released: list[Effect] = []
        for effect in self._effects[::-1]:
            if effect.kind != FULFILLMENT_REQUEST:
                released.append(effect)
            elif live is None and effect.params["provider"] == final:
                live = effect if reason is None else effect._replace(waiting=reason)
                released.append(live)
            else:
                released.append(effect._replace(waiting=SUPERSEDED))
        return tuple(released[::-1])
