"""From a draft to what runs: what changes, what its saved tests say, and the button."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.rules.blueprint import pages
from adapters.web.rules.editor import entered
from adapters.web.rules.places import flash_refusal, opened_or_404, to_list
from engine.services.deciding.preview_rules import Preview, preview_rules
from engine.services.deciding.publish_rules import TestsFailed
from engine.services.deciding.run_backtest import find_backtest_of
from engine.services.drafting.check_draft import CheckedDraft, check_draft
from engine.services.drafting.open_set import OpenSet, read_document
from engine.services.drafting.publish_draft import publish_draft
from engine.services.refusals import Refused
from rules.diff import RuleChange, diff_rule_sets
from rules.document import RuleSet
from rules.problems import RuleSetRefused

LONGEST_NOTE = 500


@pages.get("/<set_slug>/publish")
@for_admins
def publish(set_slug: str) -> ResponseReturnValue:
    opened = opened_or_404(set_slug)
    if opened.draft is None:
        flash(gettext("The rule set has no draft: there is nothing to publish."), "warning")
        return to_list(set_slug)
    return _page(opened, request.args.get("note", ""))


@pages.post("/<set_slug>/publish")
@for_admins
def publish_now(set_slug: str) -> ResponseReturnValue:
    """Make the draft what runs."""
    opened = opened_or_404(set_slug)
    note = request.form.get("note", "").strip()[:LONGEST_NOTE]
    person = this_person()
    try:
        publication = publish_draft(parts().app, person.account.id, set_slug, request.form.get("seen", ""), person.user.id, note)
    except Refused as refusal:
        flash_refusal(refusal)
        return redirect(url_for("rules.publish", set_slug=set_slug, note=note or None))
    except (RuleSetRefused, TestsFailed):
        flash(gettext("Nothing was published: see the problems below."), "warning")
        return _page(opened, note), 422
    if publication.is_new:
        said = gettext(
            "Version %(number)s of %(name)s runs now.", number=publication.version.number, name=publication.version.name
        )
    else:
        said = gettext("This is what runs already: there is no new version.")
    flash(said, "success")
    return to_list(set_slug)


def _page(opened: OpenSet, note: str) -> str:
    checked = check_draft(parts().app, this_person().account.id, opened)
    changes = _changes(opened, checked)
    tried = find_backtest_of(parts().app, this_person().account.id, opened.slug, opened.document)
    names = {} if checked.rule_set is None else {rule.id: rule.name for rule in checked.rule_set.rules}
    return render_template(
        "rules/publish.html",
        opened=opened,
        checked=checked,
        changes=changes,
        names=names,
        results=checked.run_tests(),
        tried=tried,
        note=note,
        language=page_language(),
        longest_note=LONGEST_NOTE,
    )


def _changes(opened: OpenSet, checked: CheckedDraft) -> list[RuleChange] | None:
    """What the draft says otherwise than what runs; None when one of them cannot be read."""
    before = RuleSet("", "", ()) if opened.running is None else read_document(opened.running.document)[0]
    if before is None or checked.rule_set is None:
        return None
    return diff_rule_sets(before, checked.rule_set)


@pages.route("/<set_slug>/<rule_name>/preview", methods=["GET", "POST"])
@login_required
def preview(set_slug: str, rule_name: str) -> ResponseReturnValue:
    """How many of the last orders the rule matches, as the draft or the form has it, and what that would change."""
    typed = entered(set_slug, rule_name, request.form.get("seen", "")) if request.method == "POST" else None
    opened = opened_or_404(set_slug) if typed is None else typed[0]
    wanted = rule_name if typed is None else typed[1].ids()[typed[2]]
    rule_set = read_document(opened.document)[0]
    found: Preview | None = None
    rule = None if rule_set is None else next((one for one in rule_set.rules if one.id == wanted), None)
    if rule is not None:
        content = opened.document.encode("utf-8")
        try:
            found = preview_rules(parts().app, this_person().account.id, content, rule_id=rule.id)
        except Refused as refusal:
            flash_refusal(refusal)
        except RuleSetRefused:
            rule = None
    return render_template("rules/preview.html", opened=opened, rule=rule, rule_name=rule_name, preview=found)
