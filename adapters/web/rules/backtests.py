"""Backtests: asked for, watched while they run, and what they found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Response, abort, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required
from wtforms.fields.choices import SelectChoice

from adapters.web.charts import bar_width
from adapters.web.formatting import number
from adapters.web.language import page_language
from adapters.web.orders.sections import value_in_words
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.progress import SoFar, progress_events
from adapters.web.rules.backtest_form import BacktestForm
from adapters.web.rules.blueprint import pages
from adapters.web.rules.places import opened_or_404
from adapters.web.wording import actor_name
from engine.model.backtest_run import BacktestRun, BacktestState
from engine.services.deciding.account_names import list_account_names
from engine.services.deciding.arrange_rules import list_rule_sets
from engine.services.deciding.explain_difference import explain_difference
from engine.services.deciding.run_backtest import (
    cancel_backtest,
    document_of,
    get_backtest,
    get_result,
    list_backtests,
    start_backtest,
    stream_csv,
    tries_adopted,
)
from engine.services.refusals import Refused
from rules.problems import RuleSetRefused

_Found = TypeVar("_Found")
LONGEST_DRAFT_BYTES = 2 * 1024 * 1024
DIFFERENCES_A_PAGE = 50
CHANGES_SHOWN = 20
RULES_DRAWN = 20


@pages.url_value_preprocessor
def allow_for_a_draft(endpoint: str | None, _values: object) -> None:
    """The form with a rule set may be larger than others. This has to be said before anything reads the form."""
    if endpoint == "rules.start_one" and request.method == "POST":
        request.max_content_length = request.max_form_memory_size = LONGEST_DRAFT_BYTES


@pages.get("/backtests")
@login_required
def backtests() -> ResponseReturnValue:
    """What was asked for lately, and a form for another; `again` names one whose rules it begins with, `draft` a rule set."""
    form, again, draft = BacktestForm(), request.args.get("again"), request.args.get("draft")
    if again:
        form.document.data = _of_account(document_of, again)
    elif draft:
        form.document.data = opened_or_404(draft).document
    elif request.args.get("set"):
        form.version_of.data = request.args["set"]
    return _form_page(form)


@pages.post("/backtests")
@login_required
def start_one() -> ResponseReturnValue:
    person, form = this_person(), BacktestForm()
    form.version_of.choices = _sets()
    if not form.validate_on_submit():
        return _form_page(form), 422
    of_number = form.version
    try:
        wish = form.wish(person.account.slug, person.account.time_zone)
        of_number = form.against_version
        run = start_backtest(parts().app, person.account.id, person.user.id, wish)
    except RuleSetRefused as refusal:
        form.document.errors = [problem.to_line("", page_language()).lstrip(":") for problem in refusal.problems[:20]]
        return _form_page(form), 422
    except Refused as refusal:
        field = {"no_version": of_number, "no_time": form.until}.get(refusal.message.code, form.document)
        field.errors = [refusal.format(page_language())]
        return _form_page(form), 422
    return redirect(url_for("rules.show_backtest", backtest_id=run.id))


def _form_page(form: BacktestForm) -> str:
    app, account_id = parts().app, this_person().account.id
    form.version_of.choices = _sets()
    names = list_account_names(app, account_id)
    runs = [(run, actor_name(run.actor, names.people, names.rules)) for run in list_backtests(app, account_id)]
    return render_template("rules/backtests.html", form=form, runs=runs)


def _sets() -> list[SelectChoice]:
    found = list_rule_sets(parts().app, this_person().account.slug)
    versions = [*(one.version for one in found.published), *found.withdrawn]
    return [SelectChoice(version.set_slug, f"{version.name} ({version.set_slug})") for version in versions]


@pages.get("/backtests/<backtest_id>")
@login_required
def show_backtest(backtest_id: str) -> ResponseReturnValue:
    """How far it is, or what it found."""
    run, result = _of_account(get_result, backtest_id)
    names = list_account_names(parts().app, this_person().account.id)
    differences = [] if result is None else result["differences"]
    page = max(1, request.args.get("page", 1, int))
    first = (page - 1) * DIFFERENCES_A_PAGE
    return render_template(
        "rules/backtest.html",
        run=run,
        by=actor_name(run.actor, names.people, names.rules),
        result=result,
        rules=[] if result is None else _bars(result["by_rule"]),
        rule_name=names.rule,
        value=lambda name, value: value_in_words(name, value, {}, names),
        changes=[] if result is None else result["by_change"][:CHANGES_SHOWN],
        differences=differences[first : first + DIFFERENCES_A_PAGE],
        page=page,
        has_more=len(differences) > first + DIFFERENCES_A_PAGE,
        so_far=_so_far(run),
        is_adopted=tries_adopted(parts().app, this_person().account.id, run.id),
    )


def _bars(by_rule: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    """The rules with most gained and lost, each with how long its bars are, out of 100."""
    most = max((max(counts["gained"], counts["lost"]) for counts in by_rule.values()), default=0)
    ranked = sorted(by_rule.items(), key=lambda one: (-max(one[1]["gained"], one[1]["lost"]), one[0]))
    return [
        {"id": rule, **counts, **{f"{what}_width": bar_width(counts[what], most) for what in ("gained", "lost")}}
        for rule, counts in ranked[:RULES_DRAWN]
    ]


@pages.post("/backtests/<backtest_id>/cancel")
@login_required
def stop_backtest(backtest_id: str) -> ResponseReturnValue:
    run = _of_account(cancel_backtest, backtest_id)
    if run.state is BacktestState.CANCELLED:
        flash(gettext("The backtest is cancelled; what was known by then is shown."), "success")
    else:
        flash(gettext("The backtest had ended before it was cancelled."), "warning")
    return redirect(url_for("rules.show_backtest", backtest_id=backtest_id))


@pages.get("/backtests/<backtest_id>/progress")
@login_required
def backtest_progress(backtest_id: str) -> ResponseReturnValue:
    """How far it is, as server-sent events."""
    _of_account(get_backtest, backtest_id)
    app, account_id = parts().app, this_person().account.id

    def look() -> SoFar:
        run = get_backtest(app, account_id, backtest_id)
        return SoFar(run.seen, run.total, _so_far(run), run.goes_on)

    return progress_events(look)


def _so_far(run: BacktestRun) -> str:
    if run.state == "waiting":
        return gettext("It begins in a moment.")
    return ngettext(
        "%(seen)s of %(total)s order looked at, %(changed)s changed",
        "%(seen)s of %(total)s orders looked at, %(changed)s changed",
        run.total,
        seen=number(run.seen),
        total=number(run.total),
        changed=number(run.changed),
    )


@pages.get("/backtests/<backtest_id>/differences.csv")
@login_required
def backtest_csv(backtest_id: str) -> ResponseReturnValue:
    """All differences, for a spreadsheet."""
    lines = _of_account(stream_csv, backtest_id)
    answer = Response(stream_with_context(lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{backtest_id}.csv"'
    return answer


@pages.get("/backtests/<backtest_id>/decisions/<decision_id>")
@login_required
def backtest_difference(backtest_id: str, decision_id: str) -> ResponseReturnValue:
    """Why one order would be otherwise: the rules that have a part in it, on both sides."""
    found = _of_account(explain_difference, backtest_id, decision_id, page_language())
    names = list_account_names(parts().app, this_person().account.id)
    number_ = str(found.document.get("order_number") or found.order_id)
    page = {"value": lambda name, value: value_in_words(name, value, found.document, names)}
    return render_template("rules/backtest_difference.html", found=found, number=number_, page=page, most_lines=None)


def _of_account(ask: Callable[..., _Found], *what: str) -> _Found:
    """What a use case answers about the account of this person; a page that is not there where it refuses."""
    try:
        return ask(parts().app, this_person().account.id, *what)
    except Refused:
        abort(404)
