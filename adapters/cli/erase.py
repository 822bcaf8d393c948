"""`people erase`: takes one person's data out of an account."""

from __future__ import annotations

from collections.abc import Iterable

import click

from adapters.cli.accounts import account_option
from adapters.cli.output import answer, json_option
from adapters.cli.people import people
from adapters.cli.runtime import runtime_of
from adapters.label_files import LabelFiles
from engine.ports import StorageUnavailable
from engine.services.accounts.erase_person import erase_person
from engine.services.accounts.rules_naming import RuleMention
from rules.messages import Language, Text

DONE = Text("Erased from {count} orders.", "Borrado de {count} pedidos.")
WOULD = Text(
    "Would be erased from {count} orders; nothing was changed.", "Se borraría de {count} pedidos; no se ha cambiado nada."
)
STILL_OPEN = Text(
    "Order {order} is still to ship and needs the address: ship or cancel it, then repeat this.",
    "El pedido {order} está por enviar y necesita la dirección: envíalo o cancélalo y repite la orden.",
)
IN_RULES = Text(
    "Rules name the person: {rules}. Versions stay as they were published and drafts are yours to edit, so nothing was changed "
    "there: take the person out of rules, saved tests, comments and notes, and publish what runs anew; remove such drafts, and "
    "withdraw such offers. Versions that run no more stay on record.",
    "Hay reglas que nombran a la persona: {rules}. Las versiones quedan como se publicaron y los borradores son tuyos, así "
    "que ahí no se ha cambiado nada: quita a la persona de reglas, pruebas guardadas, comentarios y notas, y publica de "
    "nuevo lo que se ejecuta; elimina esos borradores y retira esas ofertas. Las versiones que ya no se ejecutan siguen "
    "registradas.",
)
VERSION = Text("{set} version {number}", "{set} versión {number}")
DRAFT = Text("the draft of {set}", "el borrador de {set}")
RUNS = Text(" (runs)", " (se ejecuta)")
OFFERED = Text(" (offered to others)", " (ofrecida a otros)")
NOT_COMPACTED = Text(
    "What was erased may still lie in unused parts of the database's files ({problem}): repeat this when nothing else runs.",
    "Lo borrado puede seguir en partes sin uso de los archivos de la base ({problem}): repítelo cuando no se ejecute nada más.",
)


@people.command("erase")
@account_option
@click.option("--email", default="", help="The person's e-mail address, as orders have it.")
@click.option("--name", default="", help="The person's whole name, as orders have it.")
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and change nothing.")
@json_option
@click.pass_context
def erase(context: click.Context, account_slug: str, email: str, name: str, dry_run: bool, as_json: bool) -> None:
    """Erase a buyer from all finished orders, their decisions, audit trail, alerts and documents, and from the account's lists.

    Orders that are still to ship stay as they are and are named, and so are rules that name the person.
    """
    runtime = runtime_of(context)
    language = runtime.settings.language
    erased = erase_person(runtime.application, account_slug, email=email, name=name, dry_run=dry_run)
    problems = [IN_RULES.format(language, rules=_named(erased.rules, language))] if erased.rules else []
    if not dry_run:
        LabelFiles(runtime.settings.data_dir).forget(erased.shipment_ids)
        try:
            runtime.compact()
        except StorageUnavailable as error:
            problems.append(NOT_COMPACTED.format(language, problem=error.message))
    data = {
        "dry_run": dry_run,
        "erased": erased.counts,
        "orders": [order.id for order in erased.orders],
        "still_open": [{"id": order.id, "order_number": order.order_number} for order in erased.still_open],
        "rules": [
            {"set": one.set_slug, "version": one.version, "runs": one.runs, "offered": one.is_offered} for one in erased.rules
        ],
        "warning": " ".join(problems) or None,
    }
    lines = [(WOULD if dry_run else DONE).format(language, count=len(erased.orders))]
    lines += [f"  {kind}: {count}" for kind, count in erased.counts.items() if count]
    lines += [STILL_OPEN.format(language, order=order.order_number) for order in erased.still_open]
    answer(data, as_json, *lines, *problems)


def _named(rules: Iterable[RuleMention], language: Language) -> str:
    return ", ".join(_name(one, language) for one in rules)


def _name(one: RuleMention, language: Language) -> str:
    if one.version is None:
        return DRAFT.format(language, set=one.set_slug)
    marks = [mark.format(language) for mark, is_so in ((RUNS, one.runs), (OFFERED, one.is_offered)) if is_so]
    return VERSION.format(language, set=one.set_slug, number=one.version) + "".join(marks)
