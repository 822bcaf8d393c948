"""What somebody types, saved by itself: only while nobody changed what they saw, which the page says by `If-Match`."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.rules import offers as offered
from adapters.web.rules.blueprint import pages
from adapters.web.rules.clashing import as_typed
from adapters.web.rules.editor import entered, rule_page
from adapters.web.rules.listing import changes_of
from adapters.web.rules.places import opened_or_404
from engine.services.deciding.account_names import list_account_names
from engine.services.drafting.open_set import OpenSet
from engine.services.drafting.save_draft import ChangedMeanwhile, autosave_draft
from engine.services.refusals import Refused

CONDITION_MISSING = 428


@pages.post("/<set_slug>/<rule_name>/autosave")
@for_admins
def autosave(set_slug: str, rule_name: str) -> ResponseReturnValue:
    """The page of the rule as it is saved now, with the state of the draft as its ETag; 412 where others were faster."""
    now, seen = opened_or_404(set_slug), _seen()
    if not seen:
        return "", CONDITION_MISSING
    found = entered(set_slug, rule_name, seen)
    if found is None:
        return _changed(now)
    typed, draft, place = found
    opened = _keep(typed, seen)
    if not isinstance(opened, OpenSet):
        return opened
    return _with_state(render_template("rules/edit.html", page=rule_page(opened, draft, place), choices=offered), opened)


@pages.post("/<set_slug>/text/autosave")
@for_admins
def autosave_text(set_slug: str) -> ResponseReturnValue:
    """What the page of a set's text says of its draft now, with the draft's state as its ETag; 412 where others were faster."""
    opened, seen = opened_or_404(set_slug), _seen()
    if not seen:
        return "", CONDITION_MISSING
    typed = replace(opened, document=as_typed(request.form.get("document", ""), opened.document))
    kept = _keep(typed, seen)
    if not isinstance(kept, OpenSet):
        return kept
    return _with_state(render_template("rules/kept.html", opened=kept, changes=changes_of(kept)), kept)


def _seen() -> str:
    """The state that this request goes on from; empty without exactly one."""
    [seen, *others] = request.if_match.as_set() or [""]
    return "" if others else seen


def _keep(typed: OpenSet, seen: str) -> OpenSet | ResponseReturnValue:
    """The set as it is then, or the answer that says why nothing was saved."""
    person, step = this_person(), request.form.get("step", "")
    try:
        autosave_draft(parts().app, person.account.id, typed.slug, typed.document, seen, person.user.id, step=step)
    except ChangedMeanwhile as changed:
        return _changed(changed.now)
    except Refused as refusal:
        return render_template("rules/changed_meanwhile.html", refused=refusal.format(page_language())), 422
    return opened_or_404(typed.slug)


def _changed(now: OpenSet) -> ResponseReturnValue:
    people = list_account_names(parts().app, this_person().account.id)
    by = None if now.draft is None else people.person(now.draft.updated_by)
    is_own = now.draft is not None and now.draft.updated_by == this_person().user.id
    return render_template("rules/changed_meanwhile.html", now=now, by=by, is_own=is_own), 412


def _with_state(page: str, opened: OpenSet) -> Response:
    response = make_response(page)
    response.set_etag(opened.seen)
    return response
