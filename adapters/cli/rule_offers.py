"""`rules offer|withdraw-offer|offers|offered`: rule sets that an account offers to others, and that are offered to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adapters.cli.output import WrongInput, answer, json_option, say, write_bytes
from adapters.cli.rule_files import complain, read_file, saved_test_lines
from adapters.cli.rule_sets import NUMBER, STORED_TEXT, account_option
from adapters.cli.runtime import runtime_of
from engine.services.accounts.acting import find_account, find_acting
from rules.messages import Language, Text
from rules.problems import RuleSetRefused

if TYPE_CHECKING:
    from engine.application import Application
    from engine.model.account import Account
    from engine.model.rule_offer import RuleOffer
    from engine.model.rule_set import RuleSetVersion
    from engine.services.sharing.list_offers import MadeOffer, OfferedRules, ReceivedOffer
    from engine.services.sharing.offer_rules import Offering
    from rules.document import Rule

OFFERED = Text(
    'Version {version} of the rule set "{set}" is offered as "{name}", {to}: {id}.',
    'La versión {version} del conjunto de reglas "{set}" se ofrece como "{name}", {to}: {id}.',
)
OFFERED_ALREADY = Text(
    'Version {version} of the rule set "{set}" is offered already, as "{name}", {to}: {id}.',
    'La versión {version} del conjunto de reglas "{set}" ya se ofrece, como "{name}", {to}: {id}.',
)
TO = {
    "connected": Text("to all connected accounts", "a todas las cuentas conectadas"),
    "everyone": Text("to all accounts of this installation", "a todas las cuentas de esta instalación"),
}
OFFER_WITHDRAWN = Text(
    '"{name}" is no longer offered. Who has adopted it keeps running the version that it has.',
    '"{name}" ya no se ofrece. Quien lo ha adoptado sigue ejecutando la versión que tiene.',
)
MADE = Text(
    "offered: {id}  {name}, set {set}, versions {versions}, {to}",
    "ofrecido: {id}  {name}, conjunto {set}, versiones {versions}, {to}",
)
MADE_ONCE = Text(
    "withdrawn: {id}  {name}, set {set}, versions {versions}", "retirado: {id}  {name}, conjunto {set}, versiones {versions}"
)
ADOPTED_BY = Text(
    "    adopted by {account} as {set}, version {version}", "    adoptado por {account} como {set}, versión {version}"
)
RECEIVED = Text(
    "offered to you: {id}  {name}, from {from}, version {version}", "te ofrecen: {id}  {name}, de {from}, versión {version}"
)
RUNS = Text("    runs here as {set}, version {version}", "    se ejecuta aquí como {set}, versión {version}")
RUNS_OLDER = Text(
    "    runs here as {set}, version {version}: `rules adopted update {set} --preview` says what the newer one changes",
    "    se ejecuta aquí como {set}, versión {version}: `rules adopted update {set} --preview` dice qué cambia la más nueva",
)
NOTHING = Text("Nothing is offered, by this account or to it.", "No se ofrece nada, ni por esta cuenta ni a ella.")
FILE_OR_VERSION = Text(
    "A file says by itself which set it is: give either the file, or --set and --version.",
    "Un archivo ya dice qué conjunto es: indica el archivo, o bien --set y --version.",
)
RULE = Text("    {id}  {name}", "    {id}  {name}")
RULE_OFF = Text("    {id}  {name} (switched off)", "    {id}  {name} (desactivada)")
by_option = click.option("--by", type=STORED_TEXT, metavar="EMAIL", help="The user who does it; without it, the operator.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@account_option
@click.option("--set", "set_slug", type=STORED_TEXT, metavar="SET", help="Which rule set; needed where the account has several.")
@click.option("--version", "number", type=NUMBER, metavar="N", help="Which version of it; without it, the one that runs.")
@click.option("--name", type=STORED_TEXT, metavar="TEXT", help="What others read; without it, the name it has.")
@click.option(
    "--to",
    "audience",
    type=click.Choice(("connected", "everyone")),
    help="Accounts with an active connection to this one (as without it), or all of this installation.",
)
@by_option
@json_option
@click.pass_context
def offer(
    context: click.Context,
    file: Path | None,
    account_slug: str,
    set_slug: str | None,
    number: int | None,
    name: str | None,
    audience: str | None,
    by: str | None,
    as_json: bool,
) -> int:
    """Offer a version of a rule set to other accounts. Who has adopted an earlier one sees that it is there.

    With a FILE, that: it is kept as a version that does not run in this account, such as a 3PL's rules for its clients.
    """
    from engine.model.rule_offer import Audience
    from engine.services.sharing.offer_rules import Offering, offer_rules

    runtime = runtime_of(context)
    language = runtime.settings.language
    wanted = Offering(set_slug, number, name, None if audience is None else Audience(audience))
    _, actor = acting_for(runtime.application, account_slug, by)
    if file is not None:
        kept = _keep(context, file, account_slug, wanted, actor)
        if kept is None:
            return 1
        wanted = replace(wanted, set_slug=kept.set_slug, number=kept.number)
    offered = offer_rules(runtime.application, account_slug, wanted, actor)
    data = {**_offer_entry(offered.offer), "version": offered.number, "account": account_slug, "new": offered.is_new}
    said = {**data, "to": TO[data["to"]]}
    answer(data, as_json, (OFFERED if offered.is_new else OFFERED_ALREADY).format(language, **said))
    return 0


def _keep(context: click.Context, file: Path, account_slug: str, wanted: Offering, actor: str) -> RuleSetVersion | None:
    """The file as a version; None when it is refused, for reasons that then stand on stderr."""
    from engine.services.deciding.publish_rules import TestsFailed
    from engine.services.sharing.file_to_offer import keep_file_to_offer

    runtime = runtime_of(context)
    language = runtime.settings.language
    if wanted.set_slug is not None or wanted.number is not None:
        raise WrongInput(FILE_OR_VERSION.format(language))
    try:
        return keep_file_to_offer(runtime.application, account_slug, read_file(file, language), actor)
    except RuleSetRefused as refusal:
        complain(file, refusal.problems, language)
    except TestsFailed as failure:
        for line in saved_test_lines(file, failure.failed, language):
            say(line, err=True)
    return None


def _offer_entry(one: RuleOffer) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "set": one.set_slug, "to": one.audience.value}


@click.command("withdraw-offer")
@click.argument("offer_id", type=STORED_TEXT, metavar="OFFER")
@account_option
@by_option
@json_option
@click.pass_context
def withdraw_offer_command(context: click.Context, offer_id: str, account_slug: str, by: str | None, as_json: bool) -> None:
    """Offer a rule set no longer. Who has adopted it keeps running the version that it has."""
    from engine.services.sharing.offer_rules import withdraw_offer

    runtime = runtime_of(context)
    account, actor = acting_for(runtime.application, account_slug, by)
    withdrawn = withdraw_offer(runtime.application, account, offer_id, actor)
    data = {**_offer_entry(withdrawn), "account": account_slug, "withdrawn": True}
    answer(data, as_json, OFFER_WITHDRAWN.format(runtime.settings.language, name=withdrawn.name))


@click.command()
@account_option
@json_option
@click.pass_context
def offers(context: click.Context, account_slug: str, as_json: bool) -> None:
    """List what an account offers, with who has adopted it, and what is offered to it."""
    from engine.services.sharing.list_offers import list_offers

    runtime = runtime_of(context)
    language = runtime.settings.language
    found = list_offers(runtime.application, account_slug)
    made, received = [_made_entry(one) for one in found.made], [_received_entry(one) for one in found.received]
    lines = [line for entry in made for line in _made_lines(entry, language)]
    lines += [line for entry in received for line in _received_lines(entry, language)]
    answer({"made": made, "received": received}, as_json, *(lines or [NOTHING.format(language)]))


def _made_entry(one: MadeOffer) -> dict[str, Any]:
    return {
        **_offer_entry(one.offer),
        "version": one.versions[-1].number,
        "versions": [version.number for version in one.versions],
        "withdrawn": one.offer.withdrawn_at is not None,
        "adopted_by": [
            {"account": adopter.account.slug, "set": adopter.set_slug, "version": adopter.number} for adopter in one.adopters
        ],
    }


def _made_lines(entry: dict[str, Any], language: Language) -> list[str]:
    said = {**entry, "versions": ", ".join(map(str, entry["versions"])), "to": TO[entry["to"]]}
    first = (MADE_ONCE if entry["withdrawn"] else MADE).format(language, **said)
    return [first, *(ADOPTED_BY.format(language, **adopter) for adopter in entry["adopted_by"])]


def _received_entry(one: ReceivedOffer) -> dict[str, Any]:
    adopted = None
    if one.adopted is not None:
        runs = one.adopted
        adopted = {"set": runs.version.set_slug, "version": runs.adoption.number, "newer": runs.newer is not None}
    return {
        "id": one.offer.id,
        "name": one.offer.name,
        "from": one.offered_by.slug,
        "version": one.newest.number,
        "adopted": adopted,
    }


def _received_lines(entry: dict[str, Any], language: Language) -> list[str]:
    lines = [RECEIVED.format(language, **entry)]
    if entry["adopted"] is not None:
        lines.append((RUNS_OLDER if entry["adopted"]["newer"] else RUNS).format(language, **entry["adopted"]))
    return lines


def acting_for(app: Application, account_slug: str, by: str | None) -> tuple[Account, str]:
    """The account, and who acts for it. Raises Refused."""
    with app.reading() as uow:
        account = find_account(uow, account_slug)
        return account, "operator" if by is None else find_acting(uow, by, account_slug, lambda _: None).id


@click.command("offered")
@click.argument("offer_id", type=STORED_TEXT, metavar="OFFER")
@account_option
@click.option("--document", is_flag=True, help="Print the document itself, byte for byte.")
@json_option
@click.pass_context
def show_offered(context: click.Context, offer_id: str, account_slug: str, document: bool, as_json: bool) -> None:
    """Say in sentences what the rules of an offer do, before they are adopted."""
    from engine.services.sharing.list_offers import read_offer

    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    found = read_offer(app, acting_for(app, account_slug, None)[0].id, offer_id)
    if document and not as_json:
        write_bytes(found.version.document.encode())
        return
    data = _offered_data(found, language)
    lines = [RECEIVED.format(language, **data), *(line for rule in data["rules"] for line in _rule_lines(rule, language))]
    answer({**data, "document": found.version.document} if document else data, as_json, *lines)


def _offered_data(found: OfferedRules, language: Language) -> dict[str, Any]:
    rules = () if found.rules is None else found.rules.rules
    return {**_received_entry(found.received), "rules": [_rule_entry(rule, language) for rule in rules]}


def _rule_entry(rule: Rule, language: Language) -> dict[str, Any]:
    from rules.sentences import action_sentence, node_sentence

    return {
        "id": rule.id,
        "name": rule.name,
        "enabled": rule.enabled,
        "when": node_sentence(rule.when).format(language),
        "then": [action_sentence(call).format(language) for call in rule.then],
    }


def _rule_lines(rule: dict[str, Any], language: Language) -> list[str]:
    line = (RULE if rule["enabled"] else RULE_OFF).format(language, **rule)
    return [line, f"        {rule['when']}", *(f"        - {action}" for action in rule["then"])]
