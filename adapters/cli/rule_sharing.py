"""`rules adopt|adopted update|adopted backtest|switch`: rule sets that others have written. What is offered: `rule_offers`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adapters.cli.adopted_rules import adopted_entry
from adapters.cli.backtests import order_options, tell, watched
from adapters.cli.output import WrongInput, answer, json_option
from adapters.cli.rule_files import complain
from adapters.cli.rule_offers import acting_for, by_option
from adapters.cli.rule_sets import NUMBER, STORED_TEXT, account_option
from adapters.cli.rule_trials import account_of, read_date
from adapters.cli.runtime import runtime_of
from rules.messages import Language, Text
from rules.problems import RuleSetRefused

if TYPE_CHECKING:
    from engine.services.deciding.publish_rules import Publication
    from rules.diff import RuleChange

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
ON_OR_OFF = Text('Say what becomes of the rule "{rule}": --on or --off.', 'Di qué pasa con la regla "{rule}": --on u --off.')
SWITCHED = {
    True: Text('The rule "{rule}" runs from now on.', 'La regla "{rule}" se ejecuta desde ahora.'),
    False: Text('The rule "{rule}" no longer runs.', 'La regla "{rule}" ya no se ejecuta.'),
}
THAT_WAY_ALREADY = {
    True: Text('The rule "{rule}" is switched on already.', 'La regla "{rule}" ya está activada.'),
    False: Text('The rule "{rule}" is switched off already.', 'La regla "{rule}" ya está desactivada.'),
}


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
    account, actor = acting_for(runtime.application, account_slug, by)
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
    _, actor = acting_for(app, account_slug, by)
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


@adopted.command("backtest")
@click.argument("set_slug", type=STORED_TEXT, metavar="SET")
@account_option
@order_options
@json_option
@click.pass_context
def backtest_newer(
    context: click.Context,
    set_slug: str,
    account_slug: str,
    since: str | None,
    until: str | None,
    sample: int | None,
    csv_file: Path | None,
    processes: int,
    as_json: bool,
) -> int:
    """Say what the newest offered version would have made otherwise of the account's orders. Nothing is written or sent."""
    from engine.services.deciding.backtest_rules import BacktestWish
    from engine.services.deciding.past_decisions import Period
    from engine.services.sharing import newer_backtest as newer

    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account = account_of(app, account_slug)
    period = Period(read_date(since, account, language), read_date(until, account, language, day_after=True))
    wish = BacktestWish(b"", period=period, sample=sample, processes=processes)
    try:
        found = watched(
            lambda report, listen: newer.backtest_newer(app, account, set_slug, wish, report, listen), csv_file, language
        )
    except RuleSetRefused as refusal:
        complain(Path(set_slug), refusal.problems, language)
        return 1
    before, after = found.newer.adopted.adoption.number, found.newer.adopting.adoption.number
    tell(found.backtest, csv_file, as_json, language, {"set": set_slug, "before": before, "version": after})
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
    account, actor = acting_for(runtime.application, account_slug, by)
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
