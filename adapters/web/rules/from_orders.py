"""From an order to its rules: a new rule that would match it, a saved test of what becomes of it, a rule that did not fire."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.rules.blueprint import pages
from adapters.web.rules.clashing import show_clash
from adapters.web.rules.editor import begin_rule, rule_id_for
from adapters.web.rules.places import draft_of, flash_refusal, opened_or_404, rule_name
from engine.services.drafting.open_set import list_open_sets, open_set
from engine.services.drafting.order_examples import conditions_of_order, order_of, saved_test_of_order
from engine.services.drafting.save_draft import DraftClash, change_draft
from engine.services.refusals import Refused
from rules.document_writer import json_text
from rules.editing import Unreadable
from rules.parser import parse_rule_set
from rules.sentences import node_sentence


@pages.route("/from-order/<order_id>", methods=["GET", "POST"])
@for_admins
def from_order(order_id: str) -> ResponseReturnValue:
    """Choose what a new rule looks for, of what is true of an order, and which set it goes into."""
    account_id = this_person().account.id
    try:
        _decision, order = order_of(parts().app, account_id, order_id)
    except Refused as refusal:
        flash_refusal(refusal)
        return redirect(url_for("orders.show", order_id=order_id))
    found = conditions_of_order(order)
    sets = [one for one in list_open_sets(parts().app, account_id) if draft_of(one) is not None]
    number = str(order.get("order_number") or order_id)
    name = request.form.get("name", "").strip()
    if request.method == "POST" and name and "set" in request.form:
        opened = opened_or_404(request.form["set"])
        ticked = request.form.getlist("condition")
        chosen = [condition for place, condition in enumerate(found) if str(place) in ticked]
        return begin_rule(opened, {"id": rule_id_for(name), "name": name, "enabled": False, "when": {"all": chosen}, "then": []})
    sentences = [_said(condition) for condition in found]
    page = render_template("rules/from_order.html", order_id=order_id, number=number, sentences=sentences, sets=sets, name=name)
    return page, 422 if request.method == "POST" else 200


def _said(condition: object) -> str:
    """A condition as a sentence."""
    rule_set, _problems = parse_rule_set(json_text({"rules": [{"id": "one", "when": condition, "then": []}]}))
    return json_text(condition) if rule_set is None else node_sentence(rule_set.rules[0].when).format(page_language())


@pages.post("/tests/<order_id>")
@for_admins
def save_as_test(order_id: str) -> ResponseReturnValue:
    """Add a test to a set's draft: this order, and what the draft makes of it now."""
    account_id, actor = this_person().account.id, this_person().user.id
    back = redirect(url_for("orders.show", order_id=order_id, _anchor="decision"))
    try:
        order_of(parts().app, account_id, order_id)
        opened = open_set(parts().app, account_id, request.form.get("set", ""))
        test = saved_test_of_order(parts().app, account_id, order_id, opened.slug, request.form.get("decision") or None)
        change_draft(parts().app, account_id, opened.slug, opened.seen, actor, lambda draft: draft.with_test(test))
    except Refused as refusal:
        flash_refusal(refusal)
        return back
    except Unreadable:
        return redirect(url_for("rules.text", set_slug=opened.slug))
    except DraftClash as clash:
        return show_clash(clash, opened.seen, url_for("orders.show", order_id=order_id))
    flash(
        gettext(
            "The order is a saved test in the draft of %(name)s now, without personal data. It is checked whenever the set is "
            "published.",
            name=opened.name,
        ),
        "success",
    )
    return back


@pages.get("/find/<rule_id>")
@for_admins
def find_rule(rule_id: str) -> ResponseReturnValue:
    """The form of a rule by its id, whichever set it is in."""
    for opened in list_open_sets(parts().app, this_person().account.id):
        draft = draft_of(opened)
        if draft is not None and rule_id in draft.ids():
            break
    else:
        abort(404)
    name = rule_name(draft, draft.place_of(rule_id))
    return redirect(url_for("rules.edit", set_slug=opened.slug, rule_name=name, _anchor=request.args.get("at")))
