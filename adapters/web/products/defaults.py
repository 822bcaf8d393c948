"""What orders get of products where their store says nothing: the list, one product or tag, and files."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required

from adapters.web.default_files import FileAnswer, take_file
from adapters.web.formatting import weight
from adapters.web.labels.measures import parse_length, parse_weight
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.products.blueprint import pages
from adapters.web.saved_in_turn import saved_in_turn
from adapters.web.seen_forms import changed_meanwhile, is_outdated
from engine.model.order_defaults import SIDES
from engine.model.product_default import DefaultKey, DefaultOf, ProductDefault
from engine.model.written_number import MAY_BE_TWO, both_numbers, may_be_two_numbers
from engine.services.defaults.lines import WrongCell
from engine.services.defaults.product_defaults import (
    COLUMNS,
    page_defaults,
    remove_default,
    set_default,
    write_defaults,
)
from engine.services.defaults.product_defaults import import_defaults as take_defaults
from engine.services.refusals import Refused
from rules.order_document import plain
from rules.values import folded_text

ON_A_PAGE = 50


@pages.get("/defaults")
@login_required
def defaults() -> ResponseReturnValue:
    """By SKU, then by tag; with a text in either."""
    return _page()


def _page(entered: Mapping[str, str] | None = None, problem: tuple[str, str] | None = None) -> str:
    search = request.args.get("q", "")
    page = page_defaults(parts().app, this_person().account.id, search=search, after=_after(), limit=ON_A_PAGE)
    entered = entered or _edited(page.defaults)
    return render_template(
        "products/defaults.html",
        kept=_kept(entered),
        page=page,
        search=search,
        is_first="after" not in request.args,
        entered=entered,
        problem=problem,
    )


def _kept(entered: Mapping[str, str]) -> ProductDefault | None:
    """What is said now of the product or the tag that the form names."""
    kind = DefaultOf.TAG if entered.get("kind") == DefaultOf.TAG.value else DefaultOf.SKU
    name = folded_text(entered.get("name", ""))
    with parts().app.reading() as uow:
        found = uow.product_defaults.find_many(this_person().account.id, [(kind, name)]) if name else []
    return found[0] if found else None


def _in_words(kept: ProductDefault | None) -> str:
    if kept is None:
        return gettext("nothing")
    sides = " × ".join(str(side) for side in (kept.length_mm, kept.width_mm, kept.height_mm) if side)
    said = ("" if kept.weight_g is None else weight(kept.weight_g), f"{sides} mm" if sides else "", kept.package)
    further = (kept.warehouse_location, kept.hs_code, kept.origin_country, kept.customs_description)
    return ", ".join(filter(None, (*said, *further)))


def _after() -> DefaultKey | None:
    kind, name = request.args.get("kind", ""), request.args.get("after", "")
    return (DefaultOf(kind), name) if name and kind in tuple(DefaultOf) else None


def _edited(shown: tuple[ProductDefault, ...]) -> dict[str, str]:
    """The one that a person wants to change, as it stands in the form."""
    wanted = request.args.get("kind", ""), folded_text(request.args.get("name", ""))
    found = next((one for one in shown if (one.kind.value, one.key[1]) == wanted), None)
    if found is None:
        return {"kind": DefaultOf.SKU.value}
    values = {name: getattr(found, name, None) for name in COLUMNS.known}
    said = {name: "" if value is None else str(value) for name, value in values.items()}
    grams = "" if found.weight_g is None else plain(found.weight_g)
    return {**said, "kind": found.kind.value, "name": found.name, "weight_g": grams}


@pages.post("/defaults")
@for_admins
@saved_in_turn
def set_a_default() -> ResponseReturnValue:
    """Say something of a product or a tag, in the place of what was said."""
    person, entered = this_person(), {name: text.strip() for name, text in request.form.items()}
    kind = DefaultOf.TAG if entered.get("kind") == DefaultOf.TAG.value else DefaultOf.SKU
    before = _kept(entered)
    if is_outdated(before):
        return _page({**entered, "kind": kind.value}, ("name", changed_meanwhile(_in_words(before)))), 422
    cells = {**entered, "sku": "", "tag": "", kind.value: entered.get("name", "")}
    try:
        kept = set_default(parts().app, person.account.id, {**cells, **_measures(entered)}, person.user.id)
    except WrongCell as wrong:
        column = "name" if wrong.column in tuple(DefaultOf) else wrong.column
        return _page({**entered, "kind": kind.value}, (column, wrong.message.format(page_language()))), 422
    except Refused as refusal:
        return _page({**entered, "kind": kind.value}, ("name", refusal.format(page_language()))), 422
    flash(gettext("The default for %(name)s is kept. Orders get it when rules run over them.", name=kept.name), "success")
    return redirect(url_for("products.defaults"))


def _measures(entered: Mapping[str, str]) -> dict[str, str]:
    """Weights and lengths as people write them, such as 1.2 kg and 30 cm; what is none of these is refused as it is."""
    written = entered.get("weight_g", "").strip()
    if may_be_two_numbers(written):
        raise WrongCell("weight_g", MAY_BE_TWO, **both_numbers(written))
    lengths = {name: parse_length(entered.get(name, "")) for name in SIDES}
    said = {name: str(length) for name, length in lengths.items() if length is not None}
    grams = None if written.replace(",", ".").replace(".", "", 1).isdecimal() else parse_weight(written)
    return said if grams is None else {**said, "weight_g": str(grams)}


@pages.post("/defaults/remove")
@for_admins
def drop_default() -> ResponseReturnValue:
    """Say nothing of a product or a tag any longer."""
    person, name = this_person(), request.form.get("name", "")
    kind = DefaultOf.TAG if request.form.get("kind") == DefaultOf.TAG.value else DefaultOf.SKU
    try:
        remove_default(parts().app, person.account.id, kind, name, person.user.id)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        flash(gettext("The default for %(name)s is removed.", name=name), "success")
    return redirect(url_for("products.defaults"))


@pages.route("/defaults/import", methods=["GET", "POST"])
@for_admins
def import_defaults() -> ResponseReturnValue:
    """Take a file of them: all of its lines, or none."""
    if request.method == "GET":
        return _import_page(FileAnswer())
    person = this_person()

    def take(content: bytes) -> None:
        replace_all = request.form.get("replace") == "yes"
        taken = take_defaults(parts().app, person.account.id, content, person.user.id, replace_all=replace_all)
        changed = ngettext("%(num)s default has changed.", "%(num)s defaults have changed.", taken.changed)
        removed = ngettext("%(num)s is removed.", "%(num)s are removed.", taken.removed) if taken.removed else ""
        flash(f"{changed} {removed}".strip(), "success")

    answer = take_file(take)
    return redirect(url_for("products.defaults")) if answer is None else (_import_page(answer), 422)


def _import_page(answer: FileAnswer) -> str:
    return render_template("products/import_defaults.html", answer=answer, columns=COLUMNS.known)


@pages.get("/defaults.csv")
@login_required
def download_defaults() -> ResponseReturnValue:
    """All of them, for a spreadsheet."""
    headers = {"Content-Disposition": 'attachment; filename="product-defaults.csv"'}
    content = write_defaults(parts().app, this_person().account.id)
    return Response("\ufeff" + content, content_type="text/csv; charset=utf-8", headers=headers)
