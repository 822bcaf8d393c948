"""Rule sets that accounts offer each other: what is offered to this one, and what it offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.rules.blueprint import pages
from adapters.web.rules.listed_rules import list_rules
from engine.decide.saved_tests import TestResult
from engine.model.rule_offer import Audience
from engine.services.deciding.arrange_rules import list_rule_sets
from engine.services.deciding.publish_rules import TestsFailed
from engine.services.refusals import Refused
from engine.services.sharing.adopt_rules import Wish, adopt_rules
from engine.services.sharing.file_to_offer import keep_file_to_offer
from engine.services.sharing.list_offers import OfferedRules, list_offers, read_offer
from engine.services.sharing.offer_rules import LONGEST_NAME, Offering, offer_rules, withdraw_offer
from rules.problems import Problem, RuleSetRefused
from rules.source import MAX_DOCUMENT_BYTES

ABOVE, BELOW = "above", "below"


@pages.get("/offers")
@login_required
def offers() -> ResponseReturnValue:
    """What is offered to the account, and what it offers."""
    return _offers_page()


def _offers_page(problems: Sequence[Problem] = (), failed: Sequence[TestResult] = ()) -> str:
    """With what is wrong with a file that somebody wanted to offer."""
    account = this_person().account
    own = [one.version for one in list_rule_sets(parts().app, account.slug).published if one.version.adoption is None]
    found = list_offers(parts().app, account.slug)
    wrong = {"problems": [one for one in problems if one.severity == "error"], "failed": failed}
    return render_template(
        "rules/offers.html", offers=found, own=own, everyone=Audience.EVERYONE, longest_name=LONGEST_NAME, **wrong
    )


@pages.post("/offers")
@for_admins
def offer_set() -> ResponseReturnValue:
    """Offer what runs of a set to all connected accounts."""
    return _offer(Offering(request.form.get("set", "")))


@pages.post("/offers/file")
@for_admins
def offer_file() -> ResponseReturnValue:
    """Offer rules that are for others and do not run in the account itself."""
    sent, person = request.files.get("file"), this_person()
    if sent is None or not sent.filename:
        flash(gettext("Choose a file first."), "warning")
        return redirect(url_for("rules.offers"))
    try:
        content = sent.stream.read(MAX_DOCUMENT_BYTES + 1)
        kept = keep_file_to_offer(parts().app, person.account.slug, content, person.user.id)
    except RuleSetRefused as refusal:
        return _offers_page(refusal.problems), 422
    except TestsFailed as failure:
        return _offers_page(failed=failure.failed), 422
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
        return redirect(url_for("rules.offers"))
    return _offer(Offering(kept.set_slug, kept.number))


def _offer(offering: Offering) -> ResponseReturnValue:
    """Under the name that stands in the form."""
    person, name = this_person(), request.form.get("name", "").strip()
    try:
        offered = offer_rules(parts().app, person.account.slug, replace(offering, name=name or None), person.user.id)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
        return redirect(url_for("rules.offers"))
    said = gettext("Version %(number)s is offered as %(name)s.", number=offered.number, name=offered.offer.name)
    flash(said, "success")
    return redirect(url_for("rules.offers"))


@pages.post("/offers/<offer_id>/withdraw")
@for_admins
def withdraw_own_offer(offer_id: str) -> ResponseReturnValue:
    """Offer a set no longer."""
    person = this_person()
    try:
        withdrawn = withdraw_offer(parts().app, person.account, offer_id, person.user.id)
    except Refused:
        abort(404)
    said = gettext("%(name)s is no longer offered. Who has adopted it keeps running the version it has.", name=withdrawn.name)
    flash(said, "success")
    return redirect(url_for("rules.offers"))


@pages.get("/offers/<offer_id>")
@login_required
def offered(offer_id: str) -> ResponseReturnValue:
    """The rules of an offer, before they are adopted."""
    return _page(_offered_or_404(offer_id))


@pages.post("/offers/<offer_id>/adopt")
@for_admins
def adopt(offer_id: str) -> ResponseReturnValue:
    """Run the offered rules, above or below the account's own."""
    person, found = this_person(), _offered_or_404(offer_id)
    position = 1 if request.form.get("place") == ABOVE else None
    wish = Wish(position=position, switched_off=tuple(request.form.getlist("without")))
    try:
        version = adopt_rules(parts().app, person.account, offer_id, wish, person.user.id).version
    except RuleSetRefused as refusal:
        return _page(found, [one for one in refusal.problems if one.severity == "error"]), 422
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
        return redirect(url_for("rules.offered", offer_id=offer_id))
    flash(gettext("The rules of %(name)s run from now on.", name=version.name), "success")
    return redirect(url_for("rules.adopted", adopted_slug=version.set_slug))


def _offered_or_404(offer_id: str) -> OfferedRules:
    try:
        return read_offer(parts().app, this_person().account.id, offer_id)
    except Refused:
        abort(404)


def _page(found: OfferedRules, problems: list[Problem] | None = None) -> str:
    rules = () if found.rules is None else list_rules(found.rules, page_language(), problems or ())
    without = request.form.getlist("without")
    place = ABOVE if request.form.get("place") == ABOVE else BELOW
    return render_template("rules/offered.html", found=found, rules=rules, problems=problems or (), without=without, place=place)
