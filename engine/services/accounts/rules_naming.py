"""Rules that name a person who is erased: versions stay as they were published, so they are named and not changed."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.redaction import Redaction
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class RuleMention:
    """A version of a rule set, or its draft, that says something of the person: in rules, saved tests, comments or its note."""

    set_slug: str
    version: int | None  # None: the draft, or something that its undo leads to
    runs: bool = False
    is_offered: bool = False  # others may have adopted it


def rules_naming(uow: UnitOfWork, account_id: str, redaction: Redaction) -> list[RuleMention]:
    """Everything of the account's rule sets that holds one of a person's values, set by set, the drafts behind."""
    running = {version.id for version in uow.rule_sets.list_published(account_id)}
    offers = [offer.id for offer in uow.rule_offers.list_by(account_id)]
    offered = {one.version_id for some in uow.rule_offers.list_versions(account_id, offers).values() for one in some}
    found = [
        RuleMention(slug, version.number, version.id in running, version.id in offered)
        for slug in uow.rule_sets.list_slugs(account_id)
        for version in reversed(uow.rule_sets.list_versions(account_id, slug))
        if any(map(redaction.finds, (version.name, version.document, version.note)))
    ]
    return found + [
        RuleMention(draft.set_slug, None)
        for draft in uow.rule_drafts.list_for(account_id)
        if _draft_names(uow, account_id, draft.set_slug, redaction)
    ]


def _draft_names(uow: UnitOfWork, account_id: str, set_slug: str, redaction: Redaction) -> bool:
    numbers = uow.rule_drafts.list_numbers(account_id, set_slug)
    revisions = (uow.rule_drafts.find_revision(account_id, set_slug, number) for number in numbers)
    return any(revision is not None and redaction.finds(revision.document) for revision in revisions)
