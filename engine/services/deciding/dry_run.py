"""Decides about orders of an account, or about pasted ones, by a draft or a version: nothing is written, nothing leaves."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.application import Application
from engine.decide.answer import history_of
from engine.decide.compiled import CompiledRuleSet
from engine.decide.decide import decide
from engine.decide.decision import Decision, Trigger
from engine.decide.kept import case_of
from engine.decide.run import Case
from engine.model.account import Account
from engine.model.order import Order
from engine.ports import NotFound, UnitOfWork
from engine.services.deciding.account_defaults import open_defaults
from engine.services.deciding.arrange_rules import export_rule_set
from engine.services.deciding.draft_rules import Draft, open_draft
from engine.services.deciding.order_facts import NO_FACTS, list_shelves
from engine.services.deciding.run_rules import Rulebook
from engine.services.refusals import NO_ORDER, Refused
from rules.document import RuleSet
from rules.messages import Text
from rules.order_document import Document
from rules.values import moment_of

AMBIGUOUS = Text(
    'Several orders of the account are called "{order}": name the one you mean by its id: {ids}.',
    'Varios pedidos de la cuenta se llaman "{order}": indica el que quieres por su id: {ids}.',
)


@dataclass(frozen=True, slots=True)
class DryRun:
    """What all rules that would run make of one order."""

    decision: Decision
    case: Case
    rules: RuleSet


def draft_of(app: Application, slug: str, content: bytes | None, set_slug: str | None = None, number: int | None = None) -> bytes:
    """The document to try: the one given, else that of a version of the account's set. Raises Refused."""
    return export_rule_set(app, slug, set_slug, number).document.encode() if content is None else content


def dry_run_orders(
    app: Application,
    account_id: str,
    content: bytes,
    wanted: Sequence[str],
    trigger: Trigger,
    *,
    set_slug: str | None = None,
    now: datetime | None = None,
) -> list[DryRun]:
    """Decide about orders, named by their ids or numbers, as they are now and with what the account has now.

    Raises RuleSetRefused with every error of the draft, Refused for an order that is not there.
    """
    with app.reading() as uow:
        account = uow.accounts.get(account_id)
        rulebook, rules = _rulebook(app, uow, account, open_draft(app, uow, account, content, set_slug))
        orders = [_find(uow, account_id, name) for name in wanted]
        moment = now or app.clock.now()
        facts = rulebook.facts(uow, orders, moment)
        runs = []
        for order in orders:
            outcome = rulebook.run(copy.deepcopy(order), trigger, moment, facts.get(order.id, NO_FACTS))
            case = case_of(outcome.stored.facts, trigger, moment, rulebook.gathered.context)
            assert case is not None  # it was just made
            runs.append(DryRun(outcome.decision, case, rules))
    rulebook.compiled.close()
    return runs


def dry_run_documents(
    app: Application,
    account_id: str,
    content: bytes,
    documents: Iterator[Document],
    trigger: Trigger,
    *,
    set_slug: str | None = None,
    now: datetime | None = None,
) -> Iterator[DryRun]:
    """The same about orders that are given, one after the other."""
    with app.reading() as uow:
        account = uow.accounts.get(account_id)
        draft = open_draft(app, uow, account, content, set_slug)
    rules = draft.rules
    compiled = CompiledRuleSet(rules, draft.context.zone)
    moment = moment_of(now or app.clock.now())
    for document in documents:
        case = Case(document, trigger, moment, draft.context, history_of(document))
        yield DryRun(decide(compiled, case), case, rules)
    compiled.close()


def _rulebook(app: Application, uow: UnitOfWork, account: Account, draft: Draft) -> tuple[Rulebook, RuleSet]:
    """A rulebook of rules that were never published; what it decides is not to be kept."""
    rules = draft.rules
    compiled = CompiledRuleSet(rules, draft.context.zone)
    shelves = list_shelves(uow, account) if compiled.reads_stock else ()
    defaults = open_defaults(uow, account.id)
    return Rulebook(account, (), compiled, draft.gathered, app.address_rules, shelves, defaults), rules


def _find(uow: UnitOfWork, account_id: str, name: str) -> Order:
    try:
        return uow.orders.get(account_id, name)
    except NotFound:
        pass
    found = [
        order for store in uow.stores.list_for(account_id) for order in uow.orders.list_by_number(account_id, store.id, name)
    ]
    if not found:
        raise Refused("no_order", NO_ORDER, order=name)
    if len(found) > 1:
        raise Refused("ambiguous_order", AMBIGUOUS, order=name, ids=", ".join(order.id for order in found))
    return found[0]
