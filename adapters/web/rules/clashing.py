"""What two people made of the same rule, side by side, for the second of them to settle. Nothing is lost until then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.rules.blueprint import pages
from adapters.web.rules.places import flash_refusal, opened_or_404
from adapters.web.security import is_own_path
from engine.services.drafting.save_draft import DraftClash, Settle, rebase_draft, save_draft
from engine.services.refusals import Refused
from rules.document_writer import list_entry, scalar_text
from rules.editing import Clash

PUBLISHED = "published"  # in place of a state that was seen: the draft itself against what was published


@dataclass(frozen=True, slots=True)
class Sides:
    """One thing that both changed, as texts."""

    name: str
    is_rule: bool
    theirs: str
    mine: str


def show_clash(clash: DraftClash, seen: str, back: str) -> ResponseReturnValue:
    """The page that asks whose changes count."""
    sides = [_sides(one) for one in clash.clashes]
    opened = clash.theirs
    page = render_template("rules/clash.html", opened=opened, sides=sides, mine=clash.mine, seen=seen, back=back)
    return page, 409


def _sides(clash: Clash) -> Sides:
    return Sides(clash.of, clash.is_rule, _text(clash.theirs), _text(clash.mine))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return "\n".join(list_entry(value, 0))
    return scalar_text(value)


@pages.post("/<set_slug>/merge")
@for_admins
def merge(set_slug: str) -> ResponseReturnValue:
    """Settle whose changes count, or join the draft with what was published meanwhile."""
    opened = opened_or_404(set_slug)
    settle = request.form.get("settle", "ask")
    if settle not in ("ask", "mine", "theirs"):
        abort(400)
    wanted = cast(Settle, settle)
    account_id, actor = this_person().account.id, this_person().user.id
    seen, back = request.form.get("seen", ""), request.form.get("back", "")
    back = back if is_own_path(back) else url_for("rules.index")
    try:
        if "document" in request.form and seen != PUBLISHED:
            save_draft(
                parts().app, account_id, set_slug, as_typed(request.form["document"], opened.document), seen, actor, settle=wanted
            )
        else:
            rebase_draft(parts().app, account_id, set_slug, request.form.get("draft", opened.seen), actor, settle=wanted)
    except Refused as refusal:
        flash_refusal(refusal)
        return redirect(back)
    except DraftClash as clash:
        return show_clash(clash, PUBLISHED if seen == PUBLISHED else seen, back)
    flash(gettext("The draft has both changes now."), "success")
    return redirect(back)


def as_typed(document: str, like: str) -> str:
    """A document as it stood in a form's text field: with the line ends of the one that was shown there, not those of forms."""
    plain = document.replace("\r\n", "\n")
    return plain.replace("\n", "\r\n") if "\r\n" in like else plain
