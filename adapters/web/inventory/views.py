"""A 3PL's counts of its clients' products: all of them, one with how it came about, changing it, and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required

from adapters.web.formatting import number
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_providers, this_person
from adapters.web.saved_in_turn import saved_in_turn
from adapters.web.seen_forms import SEEN, Outdated, changed_meanwhile, check_seen
from adapters.web.sent_once import sent_once
from adapters.web.typed_numbers import typed_number
from engine.application import Application
from engine.model.account import User
from engine.model.inventory import AdjustReason, StockCount
from engine.model.transitions import Side
from engine.services.inventory.change_counts import (
    BAD_CHANGE,
    BAD_COUNT,
    BAD_RECEIPT,
    LONGEST_NOTE,
    LONGEST_REFERENCE,
    LONGEST_SKU,
    Adjustment,
    Receipt,
    adjust_count,
    read_units,
    receive_goods,
    set_count,
)
from engine.services.inventory.count_files import (
    LONGEST_FILE_BYTES,
    import_counts,
    write_counts,
)
from engine.services.inventory.movements import Wanted, list_movements
from engine.services.inventory.shown_stock import Page, find_count, page_counts
from engine.services.refusals import Refused
from engine.services.spreadsheets import PROBLEMS_NAMED, LinesRefused
from rules.messages import Text

pages = Blueprint("inventory", __name__, url_prefix="/inventory")

ON_A_PAGE = 50
FORM_BYTES = 64 * 1024  # beside the file
LIMITS = {"sku": LONGEST_SKU, "note": LONGEST_NOTE, "reference": LONGEST_REFERENCE}


@dataclass(frozen=True, slots=True)
class Entered:
    """What a person wrote into the form that changes a count."""

    do: str = "receive"
    client: str = ""
    sku: str = ""
    units: str = ""
    reason: str = ""
    reference: str = ""
    note: str = ""

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> Entered:
        return cls(**{name: form.get(name, "").strip() for name in cls.__slots__})


def _receive(app: Application, actor: User, entered: Entered) -> StockCount:
    receipt = Receipt(_units(entered, BAD_RECEIPT), entered.reference, entered.note)
    return receive_goods(app, actor, entered.client, entered.sku, receipt)


def _count(app: Application, actor: User, entered: Entered) -> StockCount:
    return set_count(app, actor, entered.client, entered.sku, _units(entered, BAD_COUNT), note=entered.note)


def _adjust(app: Application, actor: User, entered: Entered) -> StockCount:
    adjustment = Adjustment(_units(entered, BAD_CHANGE), entered.reason, entered.note)
    return adjust_count(app, actor, entered.client, entered.sku, adjustment)


def _units(entered: Entered, refusal: Text) -> Decimal:
    return read_units(typed_number(entered.units), refusal)


CHANGES: Mapping[str, Callable[[Application, User, Entered], StockCount]] = {
    "receive": _receive,
    "count": _count,
    "adjust": _adjust,
}


@pages.url_value_preprocessor
def allow_for_a_file(endpoint: str | None, _values: object) -> None:
    """The form with a file may be larger than others. This has to be said before anything reads the form."""
    if endpoint == "inventory.upload" and request.method == "POST":
        request.max_content_length = LONGEST_FILE_BYTES + FORM_BYTES
        request.max_form_memory_size = LONGEST_FILE_BYTES + FORM_BYTES  # the parser counts the lines of files too


@pages.get("")
@for_providers
def index() -> ResponseReturnValue:
    """What there is of clients' products, by client and SKU."""
    search, client = request.args.get("q", ""), request.args.get("client", "")
    page = page_counts(parts().app, this_person().account.id, Page(search, client or None, request.args.get("after"), ON_A_PAGE))
    return render_template("inventory/index.html", page=page, search=search, client=client, is_first="after" not in request.args)


@pages.get("/product")
@for_providers
def product() -> ResponseReturnValue:
    """One product of one client: its count, how that came about, and the form that changes it."""
    return _product(request.args.get("client", ""), request.args.get("sku", ""), request.args.get("after"))


def _product(client: str, sku: str, after: str | None = None, entered: Entered | None = None, problem: str | None = None) -> str:
    person = this_person()
    seen = find_count(parts().app, person.account.id, client, sku)
    wanted = Wanted(client, seen.count.sku, after, ON_A_PAGE + 1, Side.PROVIDER)
    found = list_movements(parts().app, person.account, wanted)
    return render_template(
        "inventory/product.html",
        seen=seen,
        movements=found[:ON_A_PAGE],
        next_after=found[ON_A_PAGE - 1].movement.id if len(found) > ON_A_PAGE else None,
        is_first=after is None,
        entered=entered or Entered("receive" if seen.partner.is_active else "count", client, seen.count.sku),
        problem=problem,
        reasons=AdjustReason,
        limits=LIMITS,
    )


@pages.get("/receive")
@for_providers
def receive() -> ResponseReturnValue:
    """The form for goods of a product that may not be in the list yet."""
    return _form(Entered(client=request.args.get("client", "")))


def _form(entered: Entered, problem: str | None = None) -> str:
    page = page_counts(parts().app, this_person().account.id, Page(limit=1))
    clients = [one for one in page.clients if one.is_active]
    return render_template(
        "inventory/receive.html", clients=clients, entered=entered, problem=problem, reasons=AdjustReason, limits=LIMITS
    )


@pages.post("/change")
@for_providers
@saved_in_turn
def change() -> ResponseReturnValue:
    """Receive, count or adjust."""
    entered = Entered.from_form(request.form)
    if entered.do not in CHANGES:
        abort(400)
    try:
        with sent_once() as once:
            if once.app is None:  # what it says now is what it has made
                count = find_count(parts().app, this_person().account.id, entered.client, entered.sku).count
            else:
                if entered.do == "count" and request.form.get(SEEN):
                    check_seen(find_count(once.app, this_person().account.id, entered.client, entered.sku).count.on_hand)
                count = CHANGES[entered.do](once.app, this_person().user, entered)
    except Outdated as outdated:
        return _product(entered.client, entered.sku, entered=entered, problem=changed_meanwhile(number(outdated.kept))), 422
    except Refused as refusal:
        problem = refusal.format(page_language())
        if request.form.get("back") == "product":
            return _product(entered.client, entered.sku, entered=entered, problem=problem), 422
        return _form(entered, problem), 422
    flash(gettext("%(sku)s: there are %(on_hand)s now.", sku=count.sku, on_hand=number(count.on_hand)), "success")
    return redirect(url_for("inventory.product", client=entered.client, sku=count.sku))


@pages.get("/import")
@for_providers
def import_form() -> ResponseReturnValue:
    """Where a file of counts is chosen."""
    return _import_page()


def _import_page(problems: list[tuple[int, str]] | None = None, more: int = 0, sentence: str | None = None) -> str:
    received = request.form.get("received") == "yes"
    return render_template("inventory/import.html", problems=problems or [], more=more, sentence=sentence, received=received)


@pages.post("/import")
@for_providers
def upload() -> ResponseReturnValue:
    """Count anew, or add, by a file: all of its lines, or none."""
    sent = request.files.get("counts")
    if sent is None or not sent.filename:
        return _import_page(sentence=gettext("Choose a file first.")), 422
    try:
        content, received = sent.stream.read(LONGEST_FILE_BYTES + 1), request.form.get("received") == "yes"
        with sent_once(content) as once:
            if once.app is not None:
                imported = import_counts(once.app, this_person().user, content, received=received)
                once.made = f"{imported.changed} {imported.unchanged}"
    except LinesRefused as refusal:
        shown = [(line, problem.format(page_language())) for line, problem in refusal.problems[:PROBLEMS_NAMED]]
        return _import_page(shown, len(refusal.problems) - len(shown)), 422
    except Refused as refusal:
        return _import_page(sentence=refusal.format(page_language())), 422
    changed, unchanged = map(int, once.made.split())
    said = ngettext("%(num)s count has changed.", "%(num)s counts have changed.", changed)
    same = ngettext("%(num)s is as it was.", "%(num)s are as they were.", unchanged)
    flash(f"{said} {same}", "success")
    return redirect(url_for("inventory.index"))


@pages.get("/counts.csv")
@login_required
def download() -> ResponseReturnValue:
    """All counts that the account sees, for a spreadsheet."""
    content = write_counts(parts().app, this_person().account)
    headers = {"Content-Disposition": 'attachment; filename="counts.csv"'}
    return Response("\ufeff" + content, content_type="text/csv; charset=utf-8", headers=headers)
