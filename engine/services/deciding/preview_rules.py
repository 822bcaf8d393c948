"""The live answer while rules are edited: which of the last orders a draft matches, and what it would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from engine.application import Application
from engine.decide.backtest import changed_fields
from engine.decide.decide import decide
from engine.decide.decision import Trigger
from engine.decide.kept import Result, case_of, is_as_kept, kept_result, result_of
from engine.decide.run import Case
from engine.model.kept_decision import KeptDecision
from engine.services.deciding.draft_rules import Draft, open_draft
from engine.services.deciding.past_decisions import Selection, newest_decisions
from engine.services.deciding.running_sets import ByZone
from engine.services.refusals import Refused
from rules.context import RuleContext
from rules.document import Rule
from rules.messages import Text
from rules.order_document import Document, loads, write_field

LAST = 1000  # orders
MOST_EXAMPLES = 20

NO_RULE_IN_DRAFT = Text(
    'The draft has no rule "{rule}"; it has: {known}.', 'El borrador no tiene ninguna regla "{rule}"; tiene: {known}.'
)


@dataclass(slots=True)
class Preview:
    """Of so many `orders`, how many match, the numbers of the newest of them, and how many would have another value, by field.

    Orders whose personal data was erased are left out.
    """

    orders: int = 0
    matched: int = 0
    examples: list[str] = field(default_factory=list)
    changes: Mapping[str, int] = field(default_factory=dict)


def preview_rules(app: Application, account_id: str, content: bytes, *, rule_id: str | None = None, last: int = LAST) -> Preview:
    """What a draft would have made of the account's last orders, against what was decided about them.

    An order matches when a rule of the draft would apply to it; with `rule_id`, when that one would. Then only the orders
    that this rule matches, or matched, count as changed. Raises RuleSetRefused with every error of the draft, Refused for
    a rule that it does not have, NotFound for an unknown account.
    """
    with app.reading() as uow:
        draft = open_draft(app, uow, uow.accounts.get(account_id), content)
    previewing = _Previewing(draft, _rule(draft, rule_id))
    try:
        for batch in newest_decisions(app, account_id, Selection(last=last), draft.context.lists or {}):
            for number, kept in batch.decisions:
                previewing.look_at(number, kept, batch.contexts[kept.context_id])
    finally:
        previewing.close()
    return previewing.seen()


def _rule(draft: Draft, rule_id: str | None) -> Rule | None:
    if rule_id is None:
        return None
    for rule in draft.rule_set.rules:
        if rule.id == rule_id:
            return rule
    known = ", ".join(rule.id for rule in draft.rule_set.rules) or "-"
    raise Refused("no_rule", NO_RULE_IN_DRAFT, rule=rule_id, known=known)


class _Previewing:
    """Decides about one order after the other, and counts."""

    def __init__(self, draft: Draft, rule: Rule | None) -> None:
        self._compiled = ByZone(draft.rules)
        self._wanted = frozenset(one.id for one in draft.rule_set.rules) if rule is None else frozenset({rule.id})
        self._rule = rule
        self._preview = Preview()
        self._changes: Counter[str] = Counter()

    def look_at(self, number: str, kept: KeptDecision, context: RuleContext | None) -> None:
        facts = loads(kept.facts)
        case = None if context is None or "erased" in facts else case_of(facts, kept.trigger, kept.decided_at, context)
        if case is None:
            return
        rule = self._rule
        preview = self._preview
        preview.orders += 1
        if rule is not None and case.trigger not in rule.triggers:
            matched, changed = self._alone(case, rule, kept)
        else:
            matched, changed = self._among_all(case, kept)
        if matched:
            preview.matched += 1
            if len(preview.examples) < MOST_EXAMPLES:
                preview.examples.append(number)
        self._changes.update(changed)

    def _among_all(self, case: Case, kept: KeptDecision) -> tuple[bool, list[str]]:
        decision = decide(self._compiled.get(case.context.zone), case)
        matched = not self._wanted.isdisjoint(decision.matched)
        if is_as_kept(decision, kept):
            return matched, []
        before = kept_result(kept)
        if self._rule is not None and not matched and self._rule.id not in before.matched:
            return matched, []
        return matched, list(changed_fields(case.document, before, result_of(decision)))

    def _alone(self, case: Case, rule: Rule, kept: KeptDecision) -> tuple[bool, list[str]]:
        """A rule that waits for something else than this decision was about: by itself, over what that decision left."""
        document: Document = dict(case.document)
        for change in kept_result(kept).changes:
            if not change.get("hidden"):
                write_field(document, change["field"], change["after"])
        later = case._replace(document=document, trigger=cast(Trigger, min(rule.triggers)), only=(rule.id,))
        decision = decide(self._compiled.get(case.context.zone), later)
        nothing = Result((), [], [], (), [])
        return bool(decision.matched), list(changed_fields(document, nothing, result_of(decision)))

    def seen(self) -> Preview:
        self._preview.changes = dict(self._changes.most_common())
        return self._preview

    def close(self) -> None:
        self._compiled.close()
