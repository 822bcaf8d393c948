"""The list of an account's rules as its page shows it: set by set, each rule with its sentence and what is to be said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.rules.places import ON_A_PAGE, draft_of, rule_name, running_rules
from engine.services.deciding.rule_health import RuleFigures, list_figures
from engine.services.deciding.schedules import list_schedules
from engine.services.drafting.check_draft import check_draft
from engine.services.drafting.open_set import OpenSet, list_open_sets, read_document
from rules.diff import diff_rule_sets
from rules.editing import DraftText
from rules.messages import Language
from rules.problems import Problem
from rules.sentences import action_sentence, node_sentence

CHECKED_AT_ONCE = 200  # rules; of longer sets only errors are looked for here
_PLACE = re.compile(r"rules\[([0-9]+)\]")


@dataclass(frozen=True, slots=True)
class ListedRule:
    """One rule. Without a sentence it has errors."""

    place: int
    address: str  # its name in addresses
    id: str
    name: str
    is_on: bool
    owner: str = ""
    group: str = ""  # heading above it, where it is another than that of the rule before
    when: str = ""
    then: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    review_by: date | None = None
    runs: RuleFigures | None = None  # None where it does not run yet
    next_run: datetime | None = None
    is_overdue: bool = False  # somebody should have looked at it by now

    @property
    def is_shadowed(self) -> bool:
        return any(problem.message.code == "shadowed" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an account's rules besides what they say; the runs and times by rule."""

    figures: Mapping[str, RuleFigures]
    next_runs: Mapping[str, datetime | None]
    today: date  # the account's


@dataclass(frozen=True, slots=True)
class ListedSet:
    """One set with a page of its rules; `draft` is None when the text cannot be read as rules."""

    opened: OpenSet
    draft: DraftText | None
    rules: list[ListedRule] = field(default_factory=list)
    start: int = 0  # place of the first rule shown
    problems: tuple[Problem, ...] = ()  # of no rule
    changes: int | None = None  # of the draft against what runs; None when they cannot be told
    is_checked: bool = True

    @property
    def count(self) -> int:
        return 0 if self.draft is None else len(self.draft.rules)

    @property
    def end(self) -> int:
        return self.start + len(self.rules)


def list_sets(language: Language, wanted: str | None = None, start: int = 0) -> list[ListedSet]:
    """Every set; of the one that is wanted the rules from a place on, of the others their first."""
    found = list_open_sets(parts().app, this_person().account.id)
    known = _known(found)
    return [_listed(one, start if one.slug == wanted else 0, known, language) for one in found]


def _known(sets: Iterable[OpenSet]) -> Known:
    """Asked no more often for many rules than for few."""
    app, account = parts().app, this_person().account
    by_themselves = any(rule.runs_by_itself for opened in sets for rule in running_rules(opened))
    schedules = list_schedules(app, account.slug)[1] if by_themselves else []
    return Known(
        list_figures(app, account.id),
        {one.rule.id: one.next_due for one in schedules},
        app.clock.now().astimezone(ZoneInfo(account.time_zone)).date(),
    )


def changes_of(opened: OpenSet) -> int | None:
    """How many things the draft says otherwise than what runs; None when one of them has errors."""
    if opened.draft is None:
        return 0
    after = read_document(opened.document)[0]
    if after is None:
        return None
    if opened.running is None:
        return len(after.rules)
    before = read_document(opened.running.document)[0]
    return None if before is None else len(diff_rule_sets(before, after))


def _listed(opened: OpenSet, start: int, known: Known, language: Language) -> ListedSet:
    draft = draft_of(opened)
    count = 0 if draft is None else len(draft.rules)
    thoroughly = count <= CHECKED_AT_ONCE
    checked = check_draft(parts().app, this_person().account.id, opened, thoroughly=thoroughly)
    of_rules: dict[int, list[Problem]] = {}
    others = []
    for problem in checked.problems:
        place = _PLACE.match(problem.path)
        if place is None or draft is None:
            others.append(problem)
        elif problem.severity != "note":
            of_rules.setdefault(int(place[1]), []).append(problem)
    start = start if 0 <= start < count else 0
    shown = range(start, min(start + ON_A_PAGE, count))
    rules = [] if draft is None else [_rule(draft, place, of_rules.get(place, []), language) for place in shown]
    running = {rule.id for rule in running_rules(opened)}
    rules = [_with_known(rule, known, rule.id in running) for rule in rules]
    return ListedSet(opened, draft, rules, start, tuple(others), changes_of(opened), thoroughly)


def _rule(draft: DraftText, place: int, problems: list[Problem], language: Language) -> ListedRule:
    data, rule = draft.rules[place], draft.rule(place)
    group = text_at(data, "group")
    above = text_at(draft.rules[place - 1], "group") if place else ""
    return ListedRule(
        place,
        rule_name(draft, place),
        text_at(data, "id"),
        text_at(data, "name") or text_at(data, "id") or f"#{place + 1}",
        data.get("enabled") is not False,
        text_at(data, "owner"),
        group if group != above else "",
        "" if rule is None else node_sentence(rule.when).format(language),
        () if rule is None else tuple(action_sentence(call).format(language) for call in rule.then),
        tuple(problems),
        review_by=None if rule is None else rule.review_by,
    )


def _with_known(rule: ListedRule, known: Known, is_running: bool) -> ListedRule:
    is_overdue = rule.review_by is not None and rule.review_by < known.today
    if not is_running:
        return replace(rule, is_overdue=is_overdue)
    runs = known.figures.get(rule.id, RuleFigures())
    return replace(rule, runs=runs, next_run=known.next_runs.get(rule.id), is_overdue=is_overdue)


def text_at(data: dict[str, object], key: str) -> str:
    """A text that people gave a rule, as far as there is one."""
    value = data.get(key)
    return "" if value is None or isinstance(value, dict | list) else str(getattr(value, "source", value))
