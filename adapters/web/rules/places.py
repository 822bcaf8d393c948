"""Where the pages of one rule set are, and what may be too large for other forms."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.rules.blueprint import pages
from engine.services.drafting.open_set import OpenSet, open_set, read_document, read_draft
from engine.services.drafting.save_draft import Saved
from engine.services.refusals import Refused
from rules.document import Rule
from rules.editing import DraftText, Unreadable
from rules.source import MAX_DOCUMENT_BYTES

MOST_CHANGES_SAID = 5
ON_A_PAGE = 50  # rules of one set
FORM_BYTES = 4 * MAX_DOCUMENT_BYTES  # a document as a form sends it, perhaps twice
# What the second part of an address may mean otherwise than a rule.
RESERVED = {"arrange", "change", "merge", "new", "publish", "text"}


@pages.url_value_preprocessor
def allow_for_documents(_endpoint: str | None, _values: object) -> None:
    """Forms that hold rules may be larger than others. This has to be said before anything reads the form."""
    if request.method == "POST":
        request.max_content_length = FORM_BYTES
        request.max_form_memory_size = FORM_BYTES


def opened_or_404(set_slug: str, *, may_be_adopted: bool = False) -> OpenSet:
    """A set of this person's account. One that was adopted is nobody's to edit here: it has a page of its own."""
    try:
        opened = open_set(parts().app, this_person().account.id, set_slug)
    except Refused:
        abort(404)
    if opened.is_adopted and not may_be_adopted:
        abort(redirect(url_for("rules.adopted", adopted_slug=set_slug)))
    return opened


def draft_of(opened: OpenSet) -> DraftText | None:
    """The set's document ready to be edited; None when only its text can be put right."""
    try:
        return read_draft(opened.document)
    except Unreadable:
        return None


def running_rules(opened: OpenSet) -> Sequence[Rule]:
    """The rules of the set's version that runs, where there is one that can be read."""
    rule_set = None if opened.running is None else read_document(opened.running.document)[0]
    return () if rule_set is None else rule_set.rules


def rule_name(draft: DraftText, place: int) -> str:
    """What a rule is called in addresses: its id, or its number where that leads elsewhere or to none."""
    ids = draft.ids()
    one = ids[place]
    return f"@{place + 1}" if not one or one in RESERVED or ids.count(one) > 1 else one


def place_in(draft: DraftText, name: str) -> int | None:
    """The place of the rule that an address names; None when there is none."""
    if name.startswith("@") and name[1:].isdecimal() and len(name) < 8:
        place = int(name[1:]) - 1
        return place if 0 <= place < len(draft.rules) else None
    ids = draft.ids()
    return ids.index(name) if name in ids else None


def to_list(set_slug: str, place: int | None = None) -> ResponseReturnValue:
    """Back to the list, at a rule."""
    start = None if place is None or place < ON_A_PAGE else place // ON_A_PAGE * ON_A_PAGE + 1
    anchor = f"set-{set_slug}" if place is None else f"rule-{set_slug}-{place + 1}"
    return redirect(url_for("rules.index", set=set_slug if start else None, start=start, _anchor=anchor))


def flash_joined(saved: Saved) -> None:
    """Say what others have changed in a draft that was saved with their changes."""
    flash(gettext("Somebody else changed the draft meanwhile: it has both changes now."), "warning")
    language = page_language()
    for change in saved.theirs[:MOST_CHANGES_SAID]:
        sentences = " ".join(sentence.format(language) for sentence in change.sentences)
        flash(gettext("Changed by somebody else: %(rule)s. %(sentences)s", rule=change.rule, sentences=sentences), "warning")


def flash_refusal(refusal: Refused) -> None:
    """Show why something was not done."""
    flash(refusal.format(page_language()), "warning")
