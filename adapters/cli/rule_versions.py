"""`rules versions|diff|restore`: what was published of a rule set, what changed, and taking an earlier version up again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adapters.cli.output import WrongInput, answer, json_option, say
from adapters.cli.rule_files import complain, read_file, saved_test_lines
from adapters.cli.rule_reference import language_option
from adapters.cli.rule_sets import NUMBER, STORED_TEXT, account_option, tell_publication
from adapters.cli.runtime import runtime_of
from rules.messages import Language, Text
from rules.parser import parse_rule_set
from rules.problems import RuleSetRefused

if TYPE_CHECKING:
    from engine.services.deciding.rule_versions import ListedVersion
    from rules.diff import RuleChange
    from rules.document import RuleSet

VERSION_LINE = Text(
    "{number}{current}  {time}  {by}  rules: {rules}  {note}", "{number}{current}  {time}  {by}  reglas: {rules}  {note}"
)
CURRENT = Text(" (runs)", " (activa)")
NOTHING_CHANGED = Text("No rule has changed.", "No ha cambiado ninguna regla.")
CHANGE_LINE = Text("{rule}: {kind}", "{rule}: {kind}")
NO_NUMBER = Text(
    '"{found}" is not a version: with --account give two numbers, such as `rules diff --account {account} 1 2`; `rules versions` '
    "lists them.",
    '"{found}" no es una versión: con --account indica dos números, como `rules diff --account {account} 1 2`; `rules versions` '
    "las enumera.",
)
SET_OF_FILES = Text(
    "--set goes with --account: two files are compared as they are.", "--set va con --account: dos archivos se comparan tal cual."
)
set_option = click.option(
    "--set", "set_slug", type=STORED_TEXT, metavar="SET", help="Which rule set; needed where the account has several."
)


@click.command("versions")
@account_option
@set_option
@json_option
@click.pass_context
def versions(context: click.Context, account_slug: str, set_slug: str | None, as_json: bool) -> None:
    """List what was published of a rule set, the newest first."""
    from engine.services.deciding.rule_versions import list_versions

    runtime = runtime_of(context)
    language = runtime.settings.language
    found = list_versions(runtime.application, account_slug, set_slug)
    entries = [_entry(one) for one in found.listed]
    lines = [_line(one, language) for one in found.listed]
    answer({"versions": entries, "set": found.set_slug, "account": account_slug}, as_json, *lines)


def _line(one: ListedVersion, language: Language) -> str:
    version = one.version
    said = {
        "number": version.number,
        "current": CURRENT.format(language) if one.is_current else "",
        "time": f"{version.published_at:%Y-%m-%d %H:%M}",
        "by": one.by,
        "rules": "-" if one.rules is None else one.rules,
        "note": version.note,
    }
    return VERSION_LINE.format(language, **said).rstrip()


def _entry(one: ListedVersion) -> dict[str, Any]:
    return {
        "number": one.version.number,
        "id": one.version.id,
        "published_at": one.version.published_at.isoformat(),
        "by": one.by,
        "note": one.version.note,
        "rules": one.rules,
        "current": one.is_current,
    }


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--account", "account_slug", type=STORED_TEXT, metavar="SLUG", help="Compare versions of this account, by their numbers."
)
@set_option
@language_option
@json_option
@click.pass_context
def diff(
    context: click.Context,
    before: str,
    after: str,
    account_slug: str | None,
    set_slug: str | None,
    language: Language | None,
    as_json: bool,
) -> int:
    """Say what has changed from A to B, rule by rule: two rule files, or with --account the numbers of two versions."""
    from rules.diff import diff_rule_sets

    own = runtime_of(context).settings.language
    if account_slug is not None:
        changes = _between_versions(context, account_slug, set_slug, before, after)
    else:
        if set_slug is not None:
            raise WrongInput(SET_OF_FILES.format(own))
        old, new = (_read_rules(Path(file), own) for file in (before, after))
        if old is None or new is None:
            return 1
        changes = diff_rule_sets(old, new)
    _tell_changes(changes, language or own, as_json)
    return 0


def _between_versions(
    context: click.Context, account_slug: str, set_slug: str | None, before: str, after: str
) -> Sequence[RuleChange]:
    from engine.services.deciding.rule_versions import compare_versions

    runtime = runtime_of(context)
    numbers = []
    for text in (before, after):
        if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= len(str(NUMBER.max)) and int(text)):
            raise WrongInput(NO_NUMBER.format(runtime.settings.language, found=text, account=account_slug))
        numbers.append(int(text))
    return compare_versions(runtime.application, account_slug, set_slug, *numbers).changes


def _read_rules(file: Path, language: Language) -> RuleSet | None:
    """The rule set of a file, or None when it has errors, which then stand on stderr."""
    rule_set, problems = parse_rule_set(read_file(file, language))
    complain(file, [problem for problem in problems if problem.severity == "error"], language)
    return rule_set


def _tell_changes(changes: Sequence[RuleChange], language: Language, as_json: bool) -> None:
    from rules.diff import KIND_WORDS

    lines = []
    for change in changes:
        lines.append(CHANGE_LINE.format(language, rule=change.rule, kind=KIND_WORDS[change.kind]))
        lines += [f"    {sentence.format(language)}" for sentence in change.sentences]
    entries = [change.to_json(language) for change in changes]
    answer({"changes": entries}, as_json, *(lines or [NOTHING_CHANGED.format(language)]))


@click.command("restore")
@click.argument("number", type=NUMBER, metavar="N")
@account_option
@set_option
@click.option("--note", type=STORED_TEXT, default="", metavar="TEXT", help="Why; kept with the new version.")
@click.option("--by", type=STORED_TEXT, metavar="EMAIL", help="The user it is published for; without it, the operator.")
@json_option
@click.pass_context
def restore(
    context: click.Context, number: int, account_slug: str, set_slug: str | None, note: str, by: str | None, as_json: bool
) -> int:
    """Publish an earlier version's document again, as a new version; also of a rule set that was withdrawn."""
    from engine.services.deciding.publish_rules import TestsFailed
    from engine.services.deciding.rule_versions import restore_version

    runtime = runtime_of(context)
    language = runtime.settings.language
    place = Path(f"{set_slug or account_slug}@{number}")  # where problems are, in place of a file
    try:
        _, published = restore_version(runtime.application, account_slug, set_slug, number, note=note, by=by)
    except RuleSetRefused as refusal:
        complain(place, refusal.problems, language)
        return 1
    except TestsFailed as failure:
        for line in saved_test_lines(place, failure.failed, language):
            say(line, err=True)
        return 1
    complain(place, published.problems, language)
    tell_publication(published, account_slug, language, as_json)
    return 0
