"""`rules offer|offers|withdraw-offer|adopt|adopted update|switch`: rule sets that accounts offer each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adapters.cli.adopted_rules import adopted_entry
from adapters.cli.output import WrongInput, answer, json_option, say
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
    from engine.services.deciding.publish_rules import Publication
    from engine.services.sharing.list_offers import MadeOffer, ReceivedOffer
    from engine.services.sharing.offer_rules import Offering
    from rules.diff import RuleChange

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
ADOPTED = Text(
    'The rule set "{set}" is adopted from "{adopted_from}", version {version}, and runs as number {position} of {count}. '
    'Its rules are known as "{set}.…".',
    'El conjunto de reglas "{set}" se ha adoptado de "{adopted_from}", versión {version}, y se ejecuta como número {position} de '
    '{count}. Sus reglas se conocen como "{set}.…".',
)
MOVED_ON = Text(
    'The rule set "{set}" runs version {version} of "{adopted_from}" now, instead of version {before}.',
    'El conjunto de reglas "{set}" ejecuta ahora la versión {version} de "{adopted_from}", en lugar de la {before}.',
)
WOULD_MOVE_ON = Text(
    'Version {version} of "{adopted_from}" would change this in the rule set "{set}", which runs version {before}:',
    'La versión {version} de "{adopted_from}" cambiaría esto en el conjunto de reglas "{set}", que ejecuta la versión {before}:',
)
NO_CHANGES = Text("    nothing that the rules do", "    nada de lo que hacen las reglas")
FILE_OR_VERSION = Text(
    "A file says by itself which set it is: give either the file, or --set and --version.",
    "Un archivo ya dice qué conjunto es: indica el archivo, o bien --set y --version.",
)
ON_OR_OFF = Text('Say what becomes of the rule "{rule}": --on or --off.', 'Di qué pasa con la regla "{rule}": --on u --off.')
SWITCHED = {
    True: Text('The rule "{rule}" runs from now on.', 'La regla "{rule}" se ejecuta desde ahora.'),
    False: Text('The rule "{rule}" no longer runs.', 'La regla "{rule}" ya no se ejecuta.'),
}
THAT_WAY_ALREADY = {
    True: Text('The rule "{rule}" is switched on already.', 'La regla "{rule}" ya está activada.'),
    False: Text('The rule "{rule}" is switched off already.', 'La regla "{rule}" ya está desactivada.'),
}
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
    _, actor = _acting(runtime.application, account_slug, by)
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
    account, actor = _acting(runtime.application, account_slug, by)
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


@click.command()
@click.argument("offer_id", type=STORED_TEXT, metavar="OFFER")
@account_option
@click.option("--position", type=NUMBER, metavar="N", help="Where it runs among the account's sets, from 1; without it, last.")
@click.option(
    "--set", "set_slug", type=STORED_TEXT, metavar="SET", help="What the set is called here; its rules' ids begin with it."
)
@click.option(
    "--without", type=STORED_TEXT, metavar="RULE", multiple=True, help="A rule that is off from the beginning; may be repeated."
)
@by_option
@json_option
@click.pass_context
def adopt(
    context: click.Context,
    offer_id: str,
    account_slug: str,
    position: int | None,
    set_slug: str | None,
    without: tuple[str, ...],
    by: str | None,
    as_json: bool,
) -> int:
    """Run the newest version of an offered rule set, pinned to it, above or below the account's own rules."""
    from engine.services.sharing.adopt_rules import Wish, adopt_rules

    runtime = runtime_of(context)
    language = runtime.settings.language
    account, actor = _acting(runtime.application, account_slug, by)
    try:
        published = adopt_rules(runtime.application, account, offer_id, Wish(set_slug, position, without), actor)
    except RuleSetRefused as refusal:
        complain(Path(offer_id), refusal.problems, language)
        return 1
    complain(Path(published.version.set_slug), published.problems, language)
    data = _adopted_data(context, account_slug, published)
    said = {**data, "version": data["adopted"]["version"], "count": published.count}
    answer(data, as_json, ADOPTED.format(language, **said))
    return 0


def _adopted_data(context: click.Context, account_slug: str, published: Publication) -> dict[str, Any]:
    from engine.services.sharing.list_offers import list_adopted_sets

    version = published.version
    [one] = [one for one in list_adopted_sets(runtime_of(context).application, account_slug) if one.version.id == version.id]
    return {
        "id": version.id,
        "number": version.number,
        "name": version.name,
        "account": account_slug,
        "set": version.set_slug,
        "position": published.position,
        **adopted_entry(one),
    }


@click.group()
def adopted() -> None:
    """Rule sets that were adopted from other accounts; `rules sets` lists them."""


@adopted.command()
@click.argument("set_slug", type=STORED_TEXT, metavar="SET")
@account_option
@click.option("--preview", is_flag=True, help="Only say what would change.")
@by_option
@json_option
@click.pass_context
def update(context: click.Context, set_slug: str, account_slug: str, preview: bool, by: str | None, as_json: bool) -> int:
    """Move an adopted set on to the newest version that is offered, and say what that changes. Rules that are off stay off."""
    from engine.services.sharing.adopt_rules import look_at_newer, update_adopted

    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    _, actor = _acting(app, account_slug, by)
    try:
        if preview:
            newer = look_at_newer(app, account_slug, set_slug)
        else:
            newer, published = update_adopted(app, account_slug, set_slug, actor)
            complain(Path(set_slug), published.problems, language)
    except RuleSetRefused as refusal:
        complain(Path(set_slug), refusal.problems, language)
        return 1
    data = {
        "set": set_slug,
        "account": account_slug,
        "adopted_from": newer.adopted.offered_by.slug,
        "before": newer.adopted.adoption.number,
        "version": newer.adopting.adoption.number,
        "updated": not preview,
        "changes": [change.to_json(language) for change in newer.changes],
    }
    head = (WOULD_MOVE_ON if preview else MOVED_ON).format(language, **data)
    answer(data, as_json, head, *(_change_lines(newer.changes, language) or [NO_CHANGES.format(language)]))
    return 0


def _change_lines(changes: tuple[RuleChange, ...], language: Language) -> list[str]:
    return [f"    {change.rule}: {sentence.format(language)}" for change in changes for sentence in change.sentences]


@click.command()
@click.argument("rule_id", type=STORED_TEXT, metavar="RULE")
@account_option
@click.option("--on/--off", "on", default=None, help="Whether the rule runs. One of the two is needed.")
@by_option
@json_option
@click.pass_context
def switch(context: click.Context, rule_id: str, account_slug: str, on: bool | None, by: str | None, as_json: bool) -> int:
    """Switch one rule of an adopted set off, or on again."""
    from engine.services.sharing.switch_rule import switch_adopted_rule

    runtime = runtime_of(context)
    language = runtime.settings.language
    if on is None:
        raise WrongInput(ON_OR_OFF.format(language, rule=rule_id))
    account, actor = _acting(runtime.application, account_slug, by)
    try:
        switched = switch_adopted_rule(runtime.application, account, rule_id, on, actor)
    except RuleSetRefused as refusal:
        complain(Path(rule_id), refusal.problems, language)
        return 1
    version = switched.version
    data = {
        "rule": rule_id,
        "account": account_slug,
        "on": on,
        "changed": switched.is_new,
        "set": version.set_slug,
        "id": version.id,
        "number": version.number,
    }
    answer(data, as_json, (SWITCHED if switched.is_new else THAT_WAY_ALREADY)[on].format(language, rule=rule_id))
    return 0


def _acting(app: Application, account_slug: str, by: str | None) -> tuple[Account, str]:
    """The account, and who acts for it. Raises Refused."""
    with app.reading() as uow:
        account = find_account(uow, account_slug)
        return account, "operator" if by is None else find_acting(uow, by, account_slug, lambda _: None).id


SHARING = (offer, withdraw_offer_command, offers, adopt, adopted, switch)
