"""The form of one rule. Every button saves what was entered into the draft, right or wrong, so that nothing is ever lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.rules import offers as offered
from adapters.web.rules.blueprint import pages
from adapters.web.rules.clashing import show_clash
from adapters.web.rules.offers import Offers, offers_of
from adapters.web.rules.places import (
    draft_of,
    flash_joined,
    flash_refusal,
    opened_or_404,
    place_in,
    rule_name,
    running_rules,
    to_list,
)
from adapters.web.rules.read_form import first_operator, path_after, read_rule_form
from adapters.web.rules.shown_rule import RuleShower, ShownAction, ShownNode
from adapters.web.rules.times_form import ShownTimes, show_times
from engine.services.drafting.check_draft import CheckedDraft, check_draft
from engine.services.drafting.open_set import OpenSet, list_open_sets, read_document, seen_document
from engine.services.drafting.save_draft import DraftClash, change_draft
from engine.services.drafting.try_on_order import TriedRule, try_on_order
from engine.services.lists.named_lists import find_list, list_names
from engine.services.refusals import Refused
from rules.actions.registry import find_action
from rules.document import DEFAULT_TRIGGERS, Rule, slug_of
from rules.document_writer import flow_text
from rules.editing import DraftText, NoPlace, Unreadable, nodes
from rules.editing.draft_text import free_id
from rules.fields import ITEM_FIELDS, ORDER_FIELDS
from rules.messages import Language
from rules.operators import Takes, find_operator
from rules.parser.aggregates import COUNT
from rules.parser.conditions import GROUPS, ITEM_GROUPS
from rules.problems import Problem
from rules.schedule_sentences import times_sentence
from rules.sentences import action_sentence, node_sentence
from rules.vocabulary import AGGREGATES

SHOWN_KEYS = ("id", "name", "group", "why", "owner", "review_by", "enabled", "on", "when", "then", "stop", "once")
CHECKED_AT_ONCE = 200  # rules


@dataclass(frozen=True, slots=True)
class RulePage:
    """All that the page of a rule shows."""

    opened: OpenSet
    place: int
    address: str
    data: Mapping[str, Any]
    triggers: frozenset[str]
    when: ShownNode
    then: list[ShownAction]
    offers: Offers
    problems: tuple[Problem, ...]  # of the whole rule
    heads: Mapping[str, tuple[Problem, ...]]  # by key
    times: ShownTimes
    sentence: str = ""  # empty while the rule has errors
    sentences: tuple[str, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)  # keys that the form does not know
    order: str = ""  # that the rule is tried on
    tried: TriedRule | None = None
    not_tried: str = ""  # why not

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


@pages.get("/<set_slug>/<rule_name>")
@login_required
def edit(set_slug: str, rule_name: str) -> ResponseReturnValue:
    opened = opened_or_404(set_slug)
    draft = draft_of(opened)
    if draft is None:
        return redirect(url_for("rules.text", set_slug=set_slug))
    place = place_in(draft, rule_name)
    if place is None and rule_name in (rule.id for rule in running_rules(opened)):
        said = gettext("The draft no longer has the rule %(rule)s, which runs until the draft is published.", rule=rule_name)
        flash(said, "warning")
        return to_list(set_slug)
    if place is None:
        abort(404)
    return render_template("rules/edit.html", page=rule_page(opened, draft, place), choices=offered)


def rule_page(opened: OpenSet, draft: DraftText, place: int) -> RulePage:
    """The form of the rule at a place, with what is to be said of it."""
    language, account_id = page_language(), this_person().account.id
    order = request.values.get("order", "").strip()
    checked = check_draft(parts().app, account_id, opened, thoroughly=len(draft.rules) <= CHECKED_AT_ONCE)
    prefix, data, rule = f"rules[{place}]", draft.rules[place], draft.rule(place)
    problems = tuple(one for one in checked.problems if one.path == prefix or one.path.startswith(f"{prefix}."))
    offers = _offers(checked)
    shower = RuleShower(problems, prefix, offers, language, None if rule is None else rule.when)
    tried, not_tried = _try(checked, place, order) if order and rule is not None else (None, "")
    times = show_times(data, shower.about, shower.within, language)
    calls = data.get("then")
    on = data.get("on")
    return RulePage(
        opened,
        place,
        rule_name(draft, place),
        data,
        frozenset(DEFAULT_TRIGGERS if not isinstance(on, list) else map(str, on)),
        shower.node(data.get("when", "always"), "when"),
        [shower.action(call, f"then[{number}]") for number, call in enumerate(calls if isinstance(calls, list) else [])],
        offers,
        problems,
        {key: shower.about(key) if key != "on" else shower.within(key) for key in SHOWN_KEYS},
        times,
        "" if rule is None else node_sentence(rule.when).format(language),
        () if rule is None else _sentences(rule, language),
        {key: flow_text(value) for key, value in data.items() if key not in SHOWN_KEYS and key not in times.keys},
        order,
        tried,
        not_tried,
    )


def _sentences(rule: Rule, language: Language) -> tuple[str, ...]:
    """When the rule runs by itself, and what it does."""
    times = times_sentence(rule)
    said = [*([] if times is None else [times]), *map(action_sentence, rule.then)]
    return tuple(sentence.format(language) for sentence in said)


def _try(checked: CheckedDraft, place: int, order: str) -> tuple[TriedRule | None, str]:
    """What the conditions say of an order, or why that is not known."""
    language = page_language()
    if checked.rule_set is None:
        return None, gettext("The set has errors: correct them first.")
    try:
        return try_on_order(parts().app, this_person().account.id, checked, place, order, language), ""
    except Refused as refusal:
        return None, refusal.format(language)


def _offers(checked: CheckedDraft) -> Offers:
    found = [read_document(one.document)[0] for one in list_open_sets(parts().app, this_person().account.id)]
    lists = list_names(parts().app, this_person().account.id)
    return offers_of(checked.gathered.data, [one for one in found if one is not None], lists)


@pages.post("/<set_slug>/<rule_name>")
@for_admins
def save(set_slug: str, rule_name: str) -> ResponseReturnValue:
    """Keep what was entered, and do what the button says: add, remove, move or switch a part."""
    opened_or_404(set_slug)
    seen, do = request.form.get("seen", ""), request.form.get("do", "save")
    now: dict[str, int] = {}

    def change(draft: DraftText) -> DraftText:
        place = now["place"] = _place(draft, rule_name)
        return draft.with_rule(place, edited_rule(draft.rules[place], do))

    try:
        saved = change_draft(parts().app, this_person().account.id, set_slug, seen, this_person().user.id, change)
    except Refused as refusal:
        return _refused(refusal, set_slug, rule_name, seen)
    except NoPlace:
        abort(404)
    except Unreadable:
        return redirect(url_for("rules.text", set_slug=set_slug))
    except DraftClash as clash:
        return show_clash(clash, seen, url_for("rules.edit", set_slug=set_slug, rule_name=rule_name))
    if saved.joined:
        flash_joined(saved)
    return _after(set_slug, rule_name, DraftText.read(saved.document), do, now["place"])


def _refused(refusal: Refused, set_slug: str, rule_name: str, seen: str) -> ResponseReturnValue:
    """Why nothing was saved. Where the draft that was edited is gone, what was entered stands beside what there is now."""
    here, opened = url_for("rules.edit", set_slug=set_slug, rule_name=rule_name), opened_or_404(set_slug)
    again = entered(set_slug, rule_name, opened.seen) if refusal.message.code == "changed_meanwhile" else None
    if again is None or again[0].document == opened.document:
        flash_refusal(refusal)
        return redirect(here)
    return show_clash(DraftClash(opened, again[0].document, None), seen, here)


@pages.post("/<set_slug>/<rule_name>/check")
@for_admins
def check(set_slug: str, rule_name: str) -> ResponseReturnValue:
    """The page as it would be with what is entered; nothing is saved. For what is said while somebody types."""
    found = entered(set_slug, rule_name, request.form.get("seen", ""))
    if found is None:
        abort(409)
    opened, draft, place = found
    return render_template("rules/edit.html", page=rule_page(opened, draft, place), choices=offered)


def entered(set_slug: str, rule_name: str, seen: str) -> tuple[OpenSet, DraftText, int] | None:
    """The set as somebody saw it with what is entered in the form of a rule, and that rule's place.

    None when it is not to be found any more.
    """
    opened = opened_or_404(set_slug)
    document = seen_document(parts().app, this_person().account.id, set_slug, seen)
    draft = None if document is None else draft_of(replace(opened, document=document))
    place = None if draft is None else place_in(draft, rule_name)
    if draft is None or place is None:
        return None
    changed = draft.with_rule(place, edited_rule(draft.rules[place], "save"))
    return replace(opened, document=changed.text, seen=seen), changed, place


def _place(draft: DraftText, name: str) -> int:
    place = place_in(draft, name)
    if place is None:
        raise NoPlace(name)
    return place


def _after(set_slug: str, name: str, draft: DraftText, do: str, place: int) -> ResponseReturnValue:
    """The page of the rule again, at the part that the button was about; after Done the list."""
    wanted = request.form.get("id", "").strip()
    found = place_in(draft, wanted) if wanted else None
    if found is None:
        found = place_in(draft, name)
    if found is None:
        found = min(place, len(draft.rules) - 1)
    if do == "done":
        return to_list(set_slug, found)
    anchor = path_after(do.partition(" ")[2], request.form) or "rule"
    order = request.form.get("order") or None
    return redirect(url_for("rules.edit", set_slug=set_slug, rule_name=rule_name(draft, found), order=order, _anchor=anchor))


def edited_rule(rule: Mapping[str, Any], do: str) -> dict[str, Any]:
    """The rule as the form of this request has it, with what its button does where that part is still there."""
    ticked = request.form.getlist("on") if "on:shown" in request.form else None
    changed = read_rule_form(rule, request.form, ticked, page_language(), _members)
    verb, _, path = do.partition(" ")
    edit, chosen = EDITS.get(verb), request.form.get(f"{path}:{FIELDS.get(verb)}", "")
    if edit is None:
        return changed
    try:
        return edit(changed if "when" in changed else {**changed, "when": "always"}, path_after(path, request.form), chosen)
    except nodes.NoNode:
        flash(gettext("That part of the rule is no longer there. What you entered is saved."), "warning")
        return changed


def _members(name: str) -> Sequence[str]:
    try:
        return find_list(parts().app, this_person().account, name)[1]
    except Refused:  # there is no such list, as the page says beside its name
        return ()


def _add(rule: dict[str, Any], path: str, name: str) -> dict[str, Any]:
    of_item = any(key in ITEM_GROUPS or key in AGGREGATES for key in nodes.keys_of(path))
    field = (ITEM_FIELDS if of_item else ORDER_FIELDS).find(name)
    if field is None:
        flash(gettext("Choose a field for the new condition first."), "warning")
        return rule
    code = first_operator(field)
    operator = find_operator(field.type, code)
    condition: dict[str, Any] = {"field": field.name, "is": code}
    if operator is not None and operator.takes is not Takes.NOTHING:
        condition["value"] = ""
    return nodes.added(rule, path, condition)


def _add_group(rule: dict[str, Any], path: str, _chosen: str) -> dict[str, Any]:
    return nodes.added(rule, path, {"any": []})


def _add_items(rule: dict[str, Any], path: str, _chosen: str) -> dict[str, Any]:
    return nodes.added(rule, path, {"any_item": {"all": []}})


def _add_lines(rule: dict[str, Any], path: str, _chosen: str) -> dict[str, Any]:
    return nodes.added(rule, path, {COUNT: "always", "is": "at_least", "value": ""})


def _add_action(rule: dict[str, Any], _path: str, code: str) -> dict[str, Any]:
    action = find_action(code)
    if action is None:
        flash(gettext("Choose what the rule does first."), "warning")
        return rule
    required = [one.name for one in action.parameters if one.required]
    calls = rule.get("then")
    return {**rule, "then": [*(calls if isinstance(calls, list) else []), {"do": action.code, **dict.fromkeys(required, "")}]}


def _wrap(rule: dict[str, Any], path: str, _chosen: str) -> dict[str, Any]:
    return nodes.wrapped(rule, path, GROUPS[1])


# What a button does with the rule, the path it names, and what is chosen beside it.
FIELDS = {"add": "new", "add-action": "new", "offer": "offered"}
EDITS: Mapping[str, Callable[[dict[str, Any], str, str], dict[str, Any]]] = {
    "add": _add,
    "add-group": _add_group,
    "add-items": _add_items,
    "add-lines": _add_lines,
    "add-action": _add_action,
    "remove": lambda rule, path, _chosen: nodes.removed(rule, path),
    "copy": lambda rule, path, _chosen: nodes.doubled(rule, path),
    "up": lambda rule, path, _chosen: nodes.moved(rule, path, -1),
    "down": lambda rule, path, _chosen: nodes.moved(rule, path, 1),
    "wrap": _wrap,
    "unwrap": lambda rule, path, _chosen: nodes.unwrapped(rule, path),
    "off": lambda rule, path, _chosen: nodes.switched(rule, path, False),
    "on": lambda rule, path, _chosen: nodes.switched(rule, path, True),
    "offer": lambda rule, path, chosen: _with_offered(rule, path, chosen),
}


def _with_offered(rule: dict[str, Any], path: str, chosen: str) -> dict[str, Any]:
    """With a value that was chosen from what is offered at the end of a condition's list."""

    def change(condition: Any) -> Any:
        value = condition.get("value", [])
        if isinstance(value, Mapping):
            return condition  # which names a list by now
        members = [one for one in (value if isinstance(value, list) else [value]) if one != ""]
        return {**condition, "value": [*members, chosen] if chosen not in members else members}

    return nodes.changed(rule, path, change) if chosen else rule


@pages.route("/<set_slug>/new", methods=["GET", "POST"])
@for_admins
def new_rule(set_slug: str) -> ResponseReturnValue:
    """A rule that is switched off and does nothing yet, at the end of the set."""
    opened = opened_or_404(set_slug)
    name = request.form.get("name", "").strip()
    if request.method == "GET" or not name:
        page = render_template("rules/new_rule.html", opened=opened, missing=request.method == "POST")
        return page, 422 if request.method == "POST" else 200
    return begin_rule(opened, {"id": rule_id_for(name), "name": name, "enabled": False, "when": {"all": []}, "then": []})


def begin_rule(opened: OpenSet, rule: dict[str, Any]) -> ResponseReturnValue:
    """Put a rule at the end of a set's draft, by an id that no other rule of the account has, and open its form."""
    taken: list[str] = []
    for one in list_open_sets(parts().app, this_person().account.id):
        draft = draft_of(one)
        taken += [] if draft is None else draft.ids()
    rule["id"] = free_id(rule["id"], taken)
    account_id, actor = this_person().account.id, this_person().user.id
    try:
        change_draft(
            parts().app, account_id, opened.slug, opened.seen, actor, lambda draft: draft.inserted(len(draft.rules), rule)
        )
    except Refused as refusal:
        flash_refusal(refusal)
        return to_list(opened.slug)
    except Unreadable:
        return redirect(url_for("rules.text", set_slug=opened.slug))
    except DraftClash as clash:
        return show_clash(clash, opened.seen, url_for("rules.index"))
    return redirect(url_for("rules.edit", set_slug=opened.slug, rule_name=rule["id"]))


def rule_id_for(name: str) -> str:
    """An id made from a rule's name."""
    return slug_of(name) or "rule"
