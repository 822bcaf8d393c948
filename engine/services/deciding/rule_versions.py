"""The versions of a rule set: which there were, what one says otherwise than another, and taking one up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.application import Application, UnreadableVersion, parsed
from engine.model.rule_set import RuleSetVersion
from engine.services.accounts.acting import find_account
from engine.services.deciding.arrange_rules import count_rules, export_rule_set, no_set_ever, only_set
from engine.services.deciding.publish_rules import Adopting, Publication, publish_rules
from engine.services.deciding.run_rules import unreadable_rules
from rules.diff import RuleChange, diff_rule_sets


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version, the e-mail address of who published it, how many rules it has (None: it cannot be read) and whether it runs."""

    version: RuleSetVersion
    by: str
    rules: int | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions of one set, the newest first."""

    set_slug: str
    listed: Sequence[ListedVersion]
    has_more: bool = False  # older ones that are not listed


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of a set and what has changed from one to the other."""

    before: RuleSetVersion
    after: RuleSetVersion
    changes: Sequence[RuleChange]


def list_versions(
    app: Application, slug: str, set_slug: str | None = None, *, below: int | None = None, limit: int | None = None
) -> Versions:
    """Of an account's set, withdrawn or not; without a slug its only one. Raises Refused."""
    with app.reading() as uow:
        account = find_account(uow, slug)
        published = uow.rule_sets.list_published(account.id)
        if set_slug is None:
            set_slug = only_set(uow, account, published)
        wanted = None if limit is None else limit + 1
        found = uow.rule_sets.list_versions(account.id, set_slug, below=below, limit=wanted)
        if not found and uow.rule_sets.find_version(account.id, set_slug) is None:
            raise no_set_ever(uow, account, set_slug)
        people = {user.id: user.email for user in uow.users.list_for(account.id)}
    running = {version.id for version in published}
    shown = found if limit is None else found[:limit]
    listed = [
        ListedVersion(one, people.get(one.published_by, one.published_by), count_rules(one), one.id in running) for one in shown
    ]
    return Versions(set_slug, listed, len(found) > len(shown))


def compare_versions(app: Application, slug: str, set_slug: str | None, before: int, after: int) -> Comparison:
    """What version `after` of a set says otherwise than version `before`. Raises Refused, also for one that cannot be read."""
    one, other = (export_rule_set(app, slug, set_slug, number) for number in (before, after))
    try:
        (_, old), (_, new) = parsed([one, other])
    except UnreadableVersion as refusal:
        with app.reading() as uow:
            raise unreadable_rules(find_account(uow, slug), refusal.version) from None
    return Comparison(one, other, diff_rule_sets(old, new))


def restore_version(
    app: Application,
    slug: str,
    set_slug: str | None,
    number: int,
    actor: str = "operator",
    *,
    note: str = "",
    by: str | None = None,
) -> tuple[RuleSetVersion, Publication]:
    """Publish a version's document again, checked and tested as any; of a set that was withdrawn too, which then runs after the
    others. The version that was taken up, and what publishing came to.

    One of an adopted set is adopted again as it was, with the rules that were switched off then, also when it is no longer
    offered. Raises what `publish_rules` raises.
    """
    version = export_rule_set(app, slug, set_slug, number)
    again = _adopting(app, version)
    published = publish_rules(
        app, slug, version.document.encode(), actor, note=note, by=by, set_slug=version.set_slug, adopting=again
    )
    return version, published


def _adopting(app: Application, version: RuleSetVersion) -> Adopting | None:
    """How a version of an adopted set ran; None for one of the account's own."""
    if version.adoption is None:
        return None
    with app.reading() as uow:
        published = uow.rule_sets.list_published(version.account_id)
    running = next((one for one in published if one.set_slug == version.set_slug), None)
    return Adopting(version.set_slug, version.name, version.adoption, running)
