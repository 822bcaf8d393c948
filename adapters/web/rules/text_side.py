"""A set as its text: what the forms change shows here, and what is changed here shows in the forms."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.rules.blueprint import pages
from adapters.web.rules.clashing import as_typed, show_clash
from adapters.web.rules.listing import changes_of
from adapters.web.rules.places import flash_joined, flash_refusal, opened_or_404
from engine.services.drafting.check_draft import check_draft
from engine.services.drafting.save_draft import DraftClash, save_draft
from engine.services.refusals import Refused


@pages.get("/<set_slug>/text")
@login_required
def text(set_slug: str) -> ResponseReturnValue:
    opened = opened_or_404(set_slug)
    checked = check_draft(parts().app, this_person().account.id, opened)
    line = request.args.get("line", type=int)
    return render_template("rules/text.html", opened=opened, checked=checked, line=line, changes=changes_of(opened))


@pages.post("/<set_slug>/text/check")
@for_admins
def check_text(set_slug: str) -> ResponseReturnValue:
    """The problems that a text would have; nothing is saved. For what is said while somebody types."""
    opened = opened_or_404(set_slug)
    typed = replace(opened, document=as_typed(request.form.get("document", ""), opened.document))
    checked = check_draft(parts().app, this_person().account.id, typed, thoroughly=False)
    language = page_language()
    found = [
        {"line": problem.line, "severity": problem.severity, "message": problem.message.format(language)}
        for problem in checked.problems
    ]
    return {"problems": found, "page": render_template("rules/text_problems.html", opened=opened, checked=checked)}


@pages.post("/<set_slug>/text")
@for_admins
def save_text(set_slug: str) -> ResponseReturnValue:
    """Keep a text, right or wrong."""
    opened = opened_or_404(set_slug)
    seen, here = request.form.get("seen", ""), url_for("rules.text", set_slug=set_slug)
    document = as_typed(request.form.get("document", ""), opened.document)
    try:
        saved = save_draft(parts().app, this_person().account.id, set_slug, document, seen, this_person().user.id)
    except Refused as refusal:
        flash_refusal(refusal)
        return render_template(
            "rules/text.html",
            opened=opened,
            entered=document,
            checked=check_draft(parts().app, this_person().account.id, opened),
            line=None,
            changes=changes_of(opened),
        ), 422
    except DraftClash as clash:
        return show_clash(clash, seen, here)
    if saved.joined:
        flash_joined(saved)
    else:
        flash(gettext("The draft is saved."), "success")
    return redirect(here)
