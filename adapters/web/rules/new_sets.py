"""A new rule set: empty, one that comes with Relevo, or a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import rules as rules_package
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.rules.blueprint import pages
from adapters.web.rules.places import to_list
from engine.services.drafting.open_set import read_document
from engine.services.drafting.save_draft import new_document, start_set
from engine.services.refusals import Refused
from rules.document import slug_of
from rules.editing import DraftText, Unreadable
from rules.messages import Text

LIBRARY = Path(rules_package.__file__).parent / "library"
# By their files' names: what they are called, and what they are for. The files say it in English alone.
SHIPPED: Mapping[str, tuple[Text, Text]] = {
    "set-logistics-provider": (
        Text("Set logistics provider", "Establecer proveedor de logística"),
        Text(
            "Delegates Iberian orders to a 3PL at once, prepares the rest of the EU, and keeps the rest at home.",
            "Delega en un 3PL los pedidos ibéricos al momento, deja preparados los del resto de la UE y se queda los demás.",
        ),
    ),
    "validate-carrier-service": (
        Text("Validate carrier service", "Validar servicio de envío"),
        Text(
            "Holds orders whose carrier service the client's carrier accounts do not offer.",
            "Retiene los pedidos cuyo servicio de envío no ofrecen las cuentas de transporte del cliente.",
        ),
    ),
}

NOT_UTF8 = Text(
    "The file is not UTF-8 (byte {at}): save it as UTF-8 and choose it again.",
    "El archivo no es UTF-8 (byte {at}): guárdalo como UTF-8 y elígelo de nuevo.",
)


def shipped() -> dict[str, tuple[str, str]]:
    """The sets that come with Relevo, by their file's name: the set's name, and what it is for."""
    language = page_language()
    return {code: (name.format(language), about.format(language)) for code, (name, about) in SHIPPED.items()}


def _shipped_text(name: str) -> str:
    return (LIBRARY / f"{name}.yaml").read_text("utf-8")


@pages.route("/new", methods=["GET", "POST"])
@for_admins
def new_set() -> ResponseReturnValue:
    """Begin the draft of a set. It runs once it is published."""
    if request.method == "GET":
        return render_template("rules/new_set.html", shipped=shipped(), refusal="")
    try:
        slug = _begin()
    except Refused as refusal:
        page = render_template("rules/new_set.html", shipped=shipped(), refusal=refusal.format(page_language()))
        return page, 422
    flash(gettext("The draft of the new rule set is there. It runs once it is published."), "success")
    return to_list(slug)


def _begin() -> str:
    """The slug of the set that was begun. Raises Refused."""
    name, source = request.form.get("name", "").strip(), request.form.get("source", "empty")
    file = request.files.get("file")
    if file is not None and file.filename:
        document = _text_of(file.read())
        slug = _slug_in(document) or slug_of(name or Path(file.filename).stem)
    elif source in SHIPPED:
        document = _shipped_text(source)
        slug = slug_of(name) if name else source
    else:
        slug = slug_of(name)
        document = new_document(slug, name)
    person = this_person()
    start_set(parts().app, person.account.id, slug, _named(document, slug, name), person.user.id)
    return slug


def _text_of(content: bytes) -> str:
    """Raises Refused."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("not_utf8", NOT_UTF8, at=error.start) from None


def _slug_in(document: str) -> str:
    rule_set, _problems = read_document(document)
    return "" if rule_set is None else rule_set.slug


def _named(document: str, slug: str, name: str) -> str:
    """The document saying which set it is, where it can be read and would say another."""
    try:
        draft = DraftText.read(document)
    except Unreadable:
        return document
    if name:
        draft = draft.with_head({"name": name})
    rule_set, _problems = read_document(draft.text)
    if rule_set is not None and rule_set.slug == slug:
        return draft.text
    return draft.with_head({"set": slug}).text
