"""Which rule sets an account's orders are decided with, in which order."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.rules.blueprint import pages
from engine.services.deciding.arrange_rules import list_rule_sets
from engine.services.sharing.list_offers import list_adopted_sets


@pages.get("")
@login_required
def index() -> ResponseReturnValue:
    slug = this_person().account.slug
    adopted = {one.version.set_slug: one for one in list_adopted_sets(parts().app, slug)}
    return render_template("rules/index.html", sets=list_rule_sets(parts().app, slug), adopted=adopted)
