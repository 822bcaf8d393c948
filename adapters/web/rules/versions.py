"""The versions of a rule set: listed, compared in sentences, downloaded, and taken up again."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.entering.forms import ButtonForm
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.rules.blueprint import pages
from adapters.web.rules.spreadsheet import csv_file
from engine.services.deciding.arrange_rules import AccountRules, export_rule_set, list_rule_sets
from engine.services.deciding.publish_rules import Publication, TestsFailed
from engine.services.deciding.rule_versions import Comparison, Versions, compare_versions, list_versions, restore_version
from engine.services.refusals import Refused
from rules.diff import KIND_WORDS
from rules.problems import RuleSetRefused

VERSIONS_A_PAGE = 50
LONGEST_NOTE = 500
LONGEST_NUMBER = 7  # digits
MOST_LINES = 6_000  # of both texts: comparing more of them takes too long for a page


@pages.get("/versions")
@login_required
def list_set_versions() -> ResponseReturnValue:
    """What was published of one of the account's sets, the newest first."""
    sets = list_rule_sets(parts().app, this_person().account.slug)
    slug = _wanted_set(sets)
    versions = None if slug is None else _listed(slug)
    return render_template("rules/versions.html", sets=_slugs(sets), versions=versions, below=_number("below"))


@pages.get("/versions.csv")
@login_required
def download_versions() -> ResponseReturnValue:
    """All versions of a set, for a spreadsheet."""
    account = this_person().account
    slug = _wanted_set(list_rule_sets(parts().app, account.slug))
    listed = list_versions(parts().app, account.slug, slug).listed if slug is not None else ()
    header = ("set", "number", "published_at", "by", "note", "rules", "current")
    rows = (
        (slug, one.version.number, one.version.published_at.isoformat(), one.by, one.version.note, one.rules, one.is_current)
        for one in listed
    )
    return csv_file("versions", header, rows)


@pages.get("/versions/compare")
@login_required
def compare() -> ResponseReturnValue:
    """What one version says otherwise than another."""
    slug, before, after = request.args.get("set"), _number("before"), _number("after")
    if slug is None or before is None or after is None:
        return _back(slug)
    try:
        compared = compare_versions(parts().app, this_person().account.slug, slug, before, after)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
        return _back(None)
    return render_template("rules/compare.html", compared=compared, lines=text_difference(compared), kinds=KIND_WORDS)


@pages.get("/versions/document")
@login_required
def download_version() -> ResponseReturnValue:
    """A version's document as it was published."""
    slug, number = request.args.get("set"), _number("number")
    if slug is None or number is None:
        return _back(slug)
    try:
        version = export_rule_set(parts().app, this_person().account.slug, slug, number)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
        return _back(None)
    headers = {"Content-Disposition": f'attachment; filename="{version.set_slug}-{version.number}.yaml"'}
    return Response(version.document.encode(), content_type="application/yaml; charset=utf-8", headers=headers)


@pages.route("/versions/restore", methods=["GET", "POST"])
@for_admins
def restore() -> ResponseReturnValue:
    """Asks before a version is published again, and shows what that changes."""
    app, person, form = parts().app, this_person(), ButtonForm()
    slug, number = request.args.get("set"), _number("number")
    if slug is None or number is None:
        return _back(slug)
    problems: Sequence[str] = ()
    note = request.form.get("note", "").strip()[:LONGEST_NOTE]
    try:
        if form.validate_on_submit():
            _, published = restore_version(app, person.account.slug, slug, number, person.user.id, note=note)
            flash(_restored_words(number, published), "success")
            return _back(slug)
    except RuleSetRefused as refusal:
        problems = [one.message.format(page_language()) for one in refusal.problems if one.severity == "error"]
    except TestsFailed as failure:
        problems = [gettext('The saved test "%(name)s" does not hold.', name=result.test.name) for result in failure.failed]
    except Refused as refusal:
        problems = [refusal.format(page_language())]
    try:
        compared = _against_current(slug, number)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
        return _back(None)
    page = render_template(
        "rules/restore.html", compared=compared, kinds=KIND_WORDS, form=form, problems=problems, note=note, longest=LONGEST_NOTE
    )
    return page, 422 if form.is_submitted() else 200


def _restored_words(number: int, published: Publication) -> str:
    if not published.is_new:
        return gettext("Nothing has changed: this document runs already, as version %(number)s.", number=published.version.number)
    return gettext("Version %(number)s is restored, as version %(new)s.", number=number, new=published.version.number)


def _against_current(slug: str, number: int) -> Comparison:
    """What the version changes of the one that runs, or ran last. Raises Refused."""
    account = this_person().account
    current = export_rule_set(parts().app, account.slug, slug)
    return compare_versions(parts().app, account.slug, slug, current.number, number)


def text_difference(compared: Comparison) -> list[str] | None:
    """The lines of both texts that differ, with three around them; None where there are too many lines to compare."""
    before, after = (version.document.splitlines() for version in (compared.before, compared.after))
    if len(before) + len(after) > MOST_LINES:
        return None
    return list(difflib.unified_diff(before, after, lineterm=""))[2:]


def _listed(slug: str) -> Versions:
    return list_versions(parts().app, this_person().account.slug, slug, below=_number("below"), limit=VERSIONS_A_PAGE)


def _slugs(sets: AccountRules) -> list[str]:
    """Of the sets that run, in their order, then of those that were withdrawn."""
    return [*(one.version.set_slug for one in sets.published), *(version.set_slug for version in sets.withdrawn)]


def _wanted_set(sets: AccountRules) -> str | None:
    """The set that was asked for, else the first one; None where nothing was ever published."""
    slugs = _slugs(sets)
    wanted = request.args.get("set")
    return wanted if wanted in slugs else next(iter(slugs), None)


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER and int(text) else None


def _back(slug: str | None) -> ResponseReturnValue:
    return redirect(url_for("rules.list_set_versions", set=slug))
