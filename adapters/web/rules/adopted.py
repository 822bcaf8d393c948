"""An adopted rule set: its rules, which are switched off and on here, and what a newer version would change."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.rules.blueprint import pages
from adapters.web.rules.listed_rules import list_rules
from engine.services.deciding.run_backtest import find_backtest_of
from engine.services.refusals import Refused
from engine.services.sharing.adopt_rules import NewerVersion, adopted_rules, look_at_newer, update_adopted
from engine.services.sharing.adopted_sets import AdoptedSet
from engine.services.sharing.list_offers import list_adopted_sets
from engine.services.sharing.newer_backtest import start_newer_backtest
from engine.services.sharing.switch_rule import switch_adopted_rule
from rules.problems import Problem, RuleSetRefused


@pages.get("/adopted/<adopted_slug>")
@login_required
def adopted(adopted_slug: str) -> ResponseReturnValue:
    """Who wrote it, what runs of it, and what else could."""
    return _page(_adopted_or_404(adopted_slug))


@pages.post("/adopted/<adopted_slug>/switch")
@for_admins
def switch_rule(adopted_slug: str) -> ResponseReturnValue:
    """Switch one rule off, or on again."""
    found, person = _adopted_or_404(adopted_slug), this_person()
    on, rule_id = request.form.get("do") == "on", request.form.get("rule", "")
    try:
        switch_adopted_rule(parts().app, person.account, rule_id, on, person.user.id)
    except RuleSetRefused as refusal:
        return _page(found, refusal.problems), 422
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        said = gettext("The rule runs from now on.") if on else gettext("The rule no longer runs.")
        flash(said, "success")
    return redirect(url_for("rules.adopted", adopted_slug=adopted_slug))


@pages.post("/adopted/<adopted_slug>/update")
@for_admins
def update_set(adopted_slug: str) -> ResponseReturnValue:
    """Move on to the newest version that is offered."""
    found, person = _adopted_or_404(adopted_slug), this_person()
    try:
        newer, _ = update_adopted(parts().app, person.account.slug, adopted_slug, person.user.id)
    except RuleSetRefused as refusal:
        return _page(found, [one for one in refusal.problems if one.severity == "error"]), 422
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        flash(gettext("Version %(number)s runs from now on.", number=newer.adopting.adoption.number), "success")
    return redirect(url_for("rules.adopted", adopted_slug=adopted_slug))


@pages.post("/adopted/<adopted_slug>/backtest")
@login_required
def backtest_newer(adopted_slug: str) -> ResponseReturnValue:
    """Try the newest version that is offered on the account's own orders, in the background."""
    found, person = _adopted_or_404(adopted_slug), this_person()
    try:
        run = start_newer_backtest(parts().app, person.account, adopted_slug, person.user.id)
    except RuleSetRefused as refusal:
        return _page(found, refusal.problems), 422
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
        return redirect(url_for("rules.adopted", adopted_slug=adopted_slug))
    return redirect(url_for("rules.show_backtest", backtest_id=run.id))


def _adopted_or_404(adopted_slug: str) -> AdoptedSet:
    adopted_sets = list_adopted_sets(parts().app, this_person().account.slug)
    found = next((one for one in adopted_sets if one.version.set_slug == adopted_slug), None)
    if found is None:
        abort(404)
    return found


def _page(found: AdoptedSet, problems: list[Problem] | None = None) -> str:
    try:
        rules = list_rules(adopted_rules(found.version), page_language())
        newer = _newer(found)
    except RuleSetRefused as refusal:
        rules, newer, problems = [], None, refusal.problems
    tried = None
    if newer is not None:
        tried = find_backtest_of(parts().app, this_person().account.id, found.version.set_slug, newer.document)
    return render_template("rules/adopted.html", found=found, rules=rules, newer=newer, tried=tried, problems=problems or ())


def _newer(found: AdoptedSet) -> NewerVersion | None:
    """What a newer version would change; None where there is none, or was until now."""
    if found.newer is None:
        return None
    try:
        return look_at_newer(parts().app, this_person().account.slug, found.version.set_slug)
    except Refused:
        return None
