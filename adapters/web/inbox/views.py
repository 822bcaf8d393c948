"""The inbox: what needs a person, with what cures it, and what people say about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import login_required

from adapters.web.inbox.showing import badge, shown_entry
from adapters.web.language import page_language
from adapters.web.one_reading import in_one_reading
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.returned import NOTHING, Returned, returned
from engine.model.inbox import NOBODY, InboxEntry, InboxKind, InboxView, Shown
from engine.model.written_moment import read_moment
from engine.services.attention.inbox import ON_A_PAGE, assign, list_inbox, reopen, set_done, snooze
from engine.services.attention.inbox_words import KINDS
from engine.services.refusals import Refused

pages = Blueprint("inbox", __name__, url_prefix="/inbox")

WHO: Mapping[str, Any] = {
    "": lazy_gettext("Everybody's"),
    "me": lazy_gettext("Mine"),
    "nobody": lazy_gettext("Nobody's"),
}
SHOWN: Mapping[str, Any] = {
    "": lazy_gettext("Open"),
    Shown.SNOOZED.value: lazy_gettext("Postponed"),
    Shown.DONE.value: lazy_gettext("Finished"),
}
_FILTERS = ("kind", "who", "show")


@pages.get("")
@in_one_reading
@login_required
def index() -> ResponseReturnValue:
    """The oldest first."""
    return _page(request.args)


@pages.post("/assign")
@login_required
def assign_one() -> ResponseReturnValue:
    """To the person who presses the button, to the chosen one, or to nobody."""
    person, chosen = this_person(), request.form.get("to", "")
    email = person.user.email if chosen == "me" else chosen or None
    try:
        assign(parts().app, person.account.id, _entry_id(), email, person.user.id)
    except Refused as refusal:
        return _refused(refusal, "to")
    flash(gettext("It is nobody's now.") if email is None else gettext("Assigned to %(email)s.", email=email), "success")
    return _back()


@pages.post("/snooze")
@login_required
def snooze_one() -> ResponseReturnValue:
    """Until a day in the person's time zone, at whose beginning it is back."""
    person = this_person()
    try:
        zone = ZoneInfo(person.time_zone)
        snooze(parts().app, person.account.id, _entry_id(), request.form.get("until", ""), zone, person.user.id)
    except Refused as refusal:
        return _refused(refusal, "until")
    flash(gettext("Put off: it is back on that day."), "success")
    return _back()


@pages.post("/done")
@login_required
def finish_one() -> ResponseReturnValue:
    """It comes back only if its cause happens anew."""
    person = this_person()
    try:
        set_done(parts().app, person.account.id, _entry_id(), person.user.id)
    except Refused as refusal:
        return _refused(refusal, "done")
    flash(gettext("Done: it comes back only if it happens again."), "success")
    return _back()


@pages.post("/reopen")
@login_required
def reopen_one() -> ResponseReturnValue:
    """Take back that it is done, or put off."""
    person = this_person()
    try:
        reopen(parts().app, person.account.id, _entry_id(), person.user.id)
    except Refused as refusal:
        return _refused(refusal, "reopen")
    flash(gettext("It is open again."), "success")
    return _back()


def _entry_id() -> str:
    return request.form.get("entry", "")


def _back() -> ResponseReturnValue:
    return redirect(url_for("inbox.index", **_filters(request.form)))


def _refused(refusal: Refused, field: str) -> ResponseReturnValue:
    """What is there no longer needs no correction: the list without it says so. The rest comes back as it was typed."""
    if refusal.message.code == "no_entry":
        flash(gettext("Nobody needs to do anything about that any more."), "success")
        return _back()
    return _page(request.form, returned(_entry_id(), field, refusal)), 422


def _filters(given: Mapping[str, str]) -> dict[str, Any]:
    """What of an address or a form narrows the list; what means nothing is left out."""
    known: dict[str, set[str]] = {"kind": set(InboxKind), "who": set(WHO), "show": set(SHOWN)}
    return {name: given[name] for name in _FILTERS if given.get(name) and given[name] in known[name]}


def _page(given: Mapping[str, str], back: Returned = NOTHING) -> str:
    person, app, filters = this_person(), parts().app, _filters(given)
    who = {"me": person.user.id, "nobody": NOBODY}.get(filters.get("who", ""))
    kind = InboxKind(filters["kind"]) if "kind" in filters else None
    view = InboxView(Shown(filters.get("show") or Shown.OPEN), kind, who)
    found = list_inbox(app, person.account, view, after=_after(given.get("after", "")), limit=ON_A_PAGE + 1)
    shown = found[:ON_A_PAGE]
    with app.reading() as uow:
        people = sorted(user.email for user in uow.users.list_for(person.account.id))
    return render_template(
        "inbox/index.html",
        entries=[shown_entry(entry) for entry in shown],
        later=_place(shown[-1]) if len(found) > ON_A_PAGE else None,
        counts=badge().counts,
        kinds={kind: words.format(page_language()) for kind, words in KINDS.items()},
        filters=filters,
        people=people,
        back=back,
        who=WHO,
        shown=SHOWN,
        days=person.account.held_too_long_days,
    )


def _place(entry: InboxEntry) -> str:
    return f"{entry.since.isoformat()}~{entry.id}"


def _after(place: str) -> tuple[datetime, str] | None:
    at, _, entry_id = place.partition("~")
    since = read_moment(at)
    return (since, entry_id) if entry_id and since is not None else None
