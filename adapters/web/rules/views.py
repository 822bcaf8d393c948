"""The rules of an account in their order, and what can be done with each: it goes into the draft of its set."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.rules.blueprint import pages
from adapters.web.rules.clashing import show_clash
from adapters.web.rules.listing import list_sets
from adapters.web.rules.places import flash_joined, flash_refusal, opened_or_404, place_in, to_list
from engine.services.deciding.arrange_rules import move_rule_set, withdraw_rule_set
from engine.services.drafting.open_set import list_open_sets, read_draft
from engine.services.drafting.save_draft import DraftClash, Saved, change_draft, discard_draft, undo
from engine.services.refusals import Refused
from engine.services.sharing.list_offers import list_adopted_sets
from rules.editing import DraftText, NoPlace, Unreadable

Change = Callable[[DraftText, int, int], DraftText]


def _taken_ids() -> list[str]:
    """The ids of the rules of all of the account's sets."""
    found: list[str] = []
    for one in list_open_sets(parts().app, this_person().account.id):
        try:
            found += read_draft(one.document).ids()
        except Unreadable:
            continue
    return found


# What a button does with the rule at a place; only dragging says to which other place.
CHANGES: dict[str, Change] = {
    "on": lambda draft, place, _to: draft.switched(place, True),
    "off": lambda draft, place, _to: draft.switched(place, False),
    "up": lambda draft, place, _to: draft.moved(place, max(place - 1, 0)),
    "down": lambda draft, place, _to: draft.moved(place, min(place + 1, len(draft.rules) - 1)),
    "copy": lambda draft, place, _to: draft.copied(place, _taken_ids()),
    "remove": lambda draft, place, _to: draft.removed(place),
    "to": lambda draft, place, to: draft.moved(place, to),
}
AFTER = {"up": -1, "down": 1, "copy": 1}  # where the eyes go


@pages.get("")
@login_required
def index() -> ResponseReturnValue:
    wanted, start = request.args.get("set"), request.args.get("start", 1, type=int)
    sets = list_sets(page_language(), wanted, start - 1)
    adopted = {one.version.set_slug: one for one in list_adopted_sets(parts().app, this_person().account.slug)}
    return render_template("rules/index.html", sets=sets, adopted=adopted)


@pages.post("/<set_slug>/change")
@for_admins
def change(set_slug: str) -> ResponseReturnValue:
    """Switch, move, copy or remove a rule, or go back and forth in the draft."""
    opened_or_404(set_slug)
    account_id, actor = this_person().account.id, this_person().user.id
    seen = request.form.get("seen", "")
    do, *numbers = request.form.get("do", "").split(" ")
    try:
        if do in ("undo", "redo"):
            saved = undo(parts().app, account_id, set_slug, seen, actor, redo=do == "redo")
            return _back_to_rule(set_slug, saved) or to_list(set_slug)
        if do == "discard":
            discard_draft(parts().app, account_id, set_slug, seen)
            flash(gettext("The draft is discarded."), "success")
            return redirect(url_for("rules.index"))
        if do == "head":
            change_draft(parts().app, account_id, set_slug, seen, actor, lambda draft: _renamed(draft, set_slug))
            return to_list(set_slug)
        if do not in CHANGES or not numbers or not all(number.isdecimal() for number in numbers):
            abort(400)
        place, to, edit = int(numbers[0]), int(numbers[-1]), CHANGES[do]
        saved = change_draft(parts().app, account_id, set_slug, seen, actor, lambda draft: edit(draft, place, to))
    except Refused as refusal:
        flash_refusal(refusal)
        return to_list(set_slug)
    except NoPlace:
        abort(404)
    except Unreadable:
        return redirect(url_for("rules.text", set_slug=set_slug))
    except DraftClash as clash:
        return show_clash(clash, seen, url_for("rules.index"))
    if saved.joined:
        flash_joined(saved)
    return to_list(set_slug, max(to + AFTER.get(do, 0), 0))


def _back_to_rule(set_slug: str, saved: Saved) -> ResponseReturnValue | None:
    """The form of the rule whose page the button was on; None when it was another page, or the rule is not there any more."""
    name = request.form.get("rule", "")
    try:
        place = place_in(read_draft(saved.document), name) if name else None
    except Unreadable:
        return None
    return None if place is None else redirect(url_for("rules.edit", set_slug=set_slug, rule_name=name))


def _renamed(draft: DraftText, set_slug: str) -> DraftText:
    """With the name and description of the form. The set stays the same one, also where its slug was made from the name."""
    head: dict[str, str | None] = {key: request.form.get(key, "").strip() or None for key in ("name", "description")}
    if "set" not in draft.data and head["name"] != draft.data.get("name"):
        head["set"] = set_slug
    return draft.with_head(head)


@pages.post("/<set_slug>/arrange")
@for_admins
def arrange(set_slug: str) -> ResponseReturnValue:
    """Move a set among the others, or run it no longer. That counts at once."""
    opened = opened_or_404(set_slug, may_be_adopted=True)
    account, actor = this_person().account, this_person().user.id
    do = request.form.get("do")
    try:
        if do == "withdraw":
            withdraw_rule_set(parts().app, account.slug, set_slug, actor)
            said = gettext("The rule set %(name)s no longer runs. Its versions stay.", name=opened.name)
        elif do in ("up", "down"):
            position = (opened.position or 0) + (1 if do == "down" else -1)
            move_rule_set(parts().app, account.slug, set_slug, position, actor)
            said = gettext("The rule set %(name)s runs at position %(number)s now.", name=opened.name, number=position)
        else:
            abort(400)
    except Refused as refusal:
        flash_refusal(refusal)
    else:
        flash(said, "success")
    return redirect(url_for("rules.index"))
