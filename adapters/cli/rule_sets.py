"""`rules publish|sets|move|withdraw|export|context`: an account's rule sets, and what its rules know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adapters.cli.adopted_rules import adopted_entry, adopted_lines
from adapters.cli.output import NOT_TEXT, WrongInput, answer, json_option, say, write_bytes, write_json
from adapters.cli.rule_files import complain, file_argument, read_file, saved_test_lines
from adapters.cli.runtime import runtime_of
from engine.model.rule_set import RuleSetVersion
from rules.messages import Language, Text
from rules.order_document import HALF_SURROGATE
from rules.problems import RuleSetRefused

if TYPE_CHECKING:
    from engine.services.deciding.arrange_rules import PublishedSet
    from engine.services.deciding.publish_rules import Publication
    from engine.services.sharing.adopted_sets import AdoptedSet

PUBLISHED = Text('Version {number} of "{name}" is published.', 'La versión {number} de "{name}" está publicada.')
UNCHANGED = Text(
    'Nothing has changed: version {number} of "{name}" is published already.',
    'No ha cambiado nada: la versión {number} de "{name}" ya está publicada.',
)
REPLACED = Text(
    'It replaces version {number} of the rule set "{set}" ("{name}"), number {position} of {count}.',
    'Sustituye a la versión {number} del conjunto de reglas "{set}" ("{name}"), el {position} de {count}.',
)
ONLY_SET = Text(
    'It is the only rule set of the account, as "{set}".', 'Es el único conjunto de reglas de la cuenta, como "{set}".'
)
ADDED_AT_END = Text(
    'The rule set "{set}" is added at the end, as number {position}: it runs after the others.',
    'El conjunto de reglas "{set}" se añade al final, como número {position}: se ejecuta después de los demás.',
)
ADDED = Text(
    'The rule set "{set}" is added as number {position} of {count}.',
    'El conjunto de reglas "{set}" se añade como número {position} de {count}.',
)
STANDS = Text(
    'The rule set "{set}" runs as number {position} of {count}.',
    'El conjunto de reglas "{set}" se ejecuta como número {position} de {count}.',
)
SET_LINE = Text(
    "{position}. {set}  {name}, version {version}, rules: {rules}",
    "{position}. {set}  {name}, versión {version}, reglas: {rules}",
)
WITHDRAWN_LINE = Text("withdrawn: {set}  {name}, version {version}", "retirado: {set}  {name}, versión {version}")
FOR_OTHERS = Text(
    "does not run here, offered to others: {set}  {name}, version {version}",
    "no se ejecuta aquí, ofrecido a otros: {set}  {name}, versión {version}",
)
NO_SETS = Text("No rule sets are published.", "No hay conjuntos de reglas publicados.")
WITHDRAWN = Text(
    'The rule set "{set}" no longer runs; its versions stay: `rules export --set {set}` prints the newest.',
    'El conjunto de reglas "{set}" ya no se ejecuta; sus versiones se conservan: `rules export --set {set}` muestra la última.',
)


class StoredText(click.ParamType):
    """A text that goes into the database. File names, beside which it stands, may be any bytes."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if HALF_SURROGATE.search(text) or "\0" in text:
            raise WrongInput(NOT_TEXT.format("en" if ctx is None else runtime_of(ctx).settings.language))
        return text


STORED_TEXT = StoredText()
NUMBER = click.IntRange(1, 1_000_000)
account_option = click.option("--account", "account_slug", type=STORED_TEXT, metavar="SLUG", required=True, help="The account.")


@click.command()
@file_argument
@account_option
@click.option("--position", type=NUMBER, metavar="N", help="Where it runs among the account's sets, from 1.")
@click.option("--note", type=STORED_TEXT, default="", metavar="TEXT", help="What has changed; kept with the version.")
@click.option("--by", type=STORED_TEXT, metavar="EMAIL", help="The user it is published for; without it, the operator.")
@json_option
@click.pass_context
def publish(
    context: click.Context, file: Path, account_slug: str, position: int | None, note: str, by: str | None, as_json: bool
) -> int:
    """Check and test a rule file, and run it from now on.

    It takes the place of the account's rule set of the same slug (the file's key `set`, else made from its name); a new one
    is added at the end.
    """
    from engine.services.deciding.publish_rules import TestsFailed, publish_rules

    runtime = runtime_of(context)
    language = runtime.settings.language
    content = read_file(file, language)
    try:
        published = publish_rules(runtime.application, account_slug, content, position=position, note=note, by=by)
    except RuleSetRefused as refusal:
        complain(file, refusal.problems, language)
        return 1
    except TestsFailed as failure:
        for line in saved_test_lines(file, failure.failed, language):
            say(line, err=True)
        return 1
    complain(file, published.problems, language)
    tell_publication(published, account_slug, language, as_json)
    return 0


def tell_publication(published: Publication, account_slug: str, language: Language, as_json: bool) -> None:
    """What publishing came to, as the answer of a command."""
    lines = _publication_lines(published, language)
    data = {
        **_version_entry(published.version),
        "account": account_slug,
        "set": published.version.set_slug,
        "position": published.position,
        "new": published.is_new,
        "added": published.is_new and published.replaced is None,
        "replaced": None if published.replaced is None else _version_entry(published.replaced),
        "message": " ".join(lines),
    }
    answer(data, as_json, *lines)


def _version_entry(version: RuleSetVersion) -> dict[str, Any]:
    return {"id": version.id, "number": version.number, "name": version.name}


def _publication_lines(published: Publication, language: Language) -> list[str]:
    version = published.version
    params = {"set": version.set_slug, "position": published.position, "count": published.count}
    first = PUBLISHED if published.is_new else UNCHANGED
    if not published.is_new:
        then = STANDS
    elif published.replaced is not None:
        then, params = REPLACED, {**params, "number": published.replaced.number, "name": published.replaced.name}
    elif published.count == 1:
        then = ONLY_SET
    else:
        then = ADDED_AT_END if published.position == published.count else ADDED
    name = version.name if published.is_named else version.set_slug  # by which commands call it
    return [first.format(language, number=version.number, name=name), then.format(language, **params)]


@click.command("sets")
@account_option
@json_option
@click.pass_context
def sets(context: click.Context, account_slug: str, as_json: bool) -> None:
    """List an account's rule sets in the order in which they run."""
    from engine.services.deciding.arrange_rules import list_rule_sets
    from engine.services.sharing.list_offers import list_adopted_sets, list_offers

    runtime = runtime_of(context)
    language = runtime.settings.language
    found = list_rule_sets(runtime.application, account_slug)
    adopted = {one.version.id: one for one in list_adopted_sets(runtime.application, account_slug)}
    entries = [_set_entry(one, adopted.get(one.version.id)) for one in found.published]
    withdrawn = [{"set": one.set_slug, "name": one.name, "version": one.number} for one in found.withdrawn]
    lines = [line for entry in entries for line in _set_lines(entry, language)]
    others = {one.offer.set_slug for one in list_offers(runtime.application, account_slug).made if not one.offer.withdrawn_at}
    lines += [(FOR_OTHERS if entry["set"] in others else WITHDRAWN_LINE).format(language, **entry) for entry in withdrawn]
    answer({"sets": entries, "withdrawn": withdrawn}, as_json, *(lines or [NO_SETS.format(language)]))


def _set_entry(one: PublishedSet, adopted: AdoptedSet | None) -> dict[str, Any]:
    entry = {
        "set": one.version.set_slug,
        "name": one.version.name,
        "position": one.position,
        "version": one.version.number,
        "rules": one.rules,
        "adopted_from": None,
    }
    return entry if adopted is None else {**entry, **adopted_entry(adopted)}


def _set_lines(entry: dict[str, Any], language: Language) -> list[str]:
    line = SET_LINE.format(language, **entry)
    return [line] if entry["adopted_from"] is None else [line, *(f"    {more}" for more in adopted_lines(entry, language))]


@click.command("move")
@click.argument("set_slug", type=STORED_TEXT, metavar="SET")
@account_option
@click.option("--position", type=NUMBER, metavar="N", required=True, help="Where it runs from now on, from 1.")
@json_option
@click.pass_context
def move(context: click.Context, set_slug: str, account_slug: str, position: int, as_json: bool) -> None:
    """Run a rule set earlier or later among the account's."""
    from engine.services.deciding.arrange_rules import move_rule_set

    runtime = runtime_of(context)
    lined_up = move_rule_set(runtime.application, account_slug, set_slug, position)
    text = STANDS.format(runtime.settings.language, set=set_slug, position=position, count=len(lined_up))
    order = [version.set_slug for version in lined_up]
    answer({"set": set_slug, "position": position, "order": order, "account": account_slug}, as_json, text)


@click.command("withdraw")
@click.argument("set_slug", type=STORED_TEXT, metavar="SET")
@account_option
@json_option
@click.pass_context
def withdraw(context: click.Context, set_slug: str, account_slug: str, as_json: bool) -> None:
    """Run a rule set no longer. Its versions stay, and so do the decisions it took part in."""
    from engine.services.deciding.arrange_rules import withdraw_rule_set

    runtime = runtime_of(context)
    version = withdraw_rule_set(runtime.application, account_slug, set_slug)
    data = {"set": set_slug, "withdrawn": _version_entry(version), "account": account_slug}
    answer(data, as_json, WITHDRAWN.format(runtime.settings.language, set=set_slug))


@click.command("export")
@account_option
@click.option("--set", "set_slug", type=STORED_TEXT, metavar="SET", help="Which rule set; needed where the account has several.")
@click.option("--version", "number", type=NUMBER, metavar="N", help="An earlier version of it.")
@json_option
@click.pass_context
def export(context: click.Context, account_slug: str, set_slug: str | None, number: int | None, as_json: bool) -> None:
    """Print a rule set's document as it was published, byte for byte."""
    from engine.services.deciding.arrange_rules import export_rule_set

    version = export_rule_set(runtime_of(context).application, account_slug, set_slug, number)
    if as_json:
        write_json({**_version_entry(version), "set": version.set_slug, "account": account_slug, "document": version.document})
        return
    write_bytes(version.document.encode())


@click.command("context")
@account_option
@click.option("--json", is_flag=True, expose_value=False, help="Answer with one JSON document, as it does anyway.")
@click.pass_context
def context_command(context: click.Context, account_slug: str) -> None:
    """Print what an account's rules know beside the order, for `--context FILE`."""
    from engine.services.accounts.acting import find_account
    from engine.services.deciding.rule_context import gather_context, gather_lists

    app = runtime_of(context).application
    with app.reading() as uow:
        account = find_account(uow, account_slug)
        lists = gather_lists(app, uow, account.id)
        data = gather_context(uow, account, lists).data
    write_json({**data, "lists": {name: list(one.members) for name, one in lists.states.items()}})
