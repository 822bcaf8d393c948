"""What an account's rule sets look like to somebody who edits them: the draft of each, or what runs where there is none."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from engine.application import Application
from engine.model.rule_draft import DraftRevision, RuleDraft
from engine.model.rule_set import RuleSetVersion
from engine.ports import UnitOfWork
from engine.services.refusals import Refused
from rules.document import RuleSet
from rules.editing import DraftText, Unreadable
from rules.editing.parts import cut
from rules.messages import Text
from rules.parser import read_rule_set, readable_of
from rules.problems import Problem

NO_SUCH_SET = Text('The account has no rule set "{set}".', 'La cuenta no tiene ningún conjunto de reglas "{set}".')
_KEPT = 16  # documents that were read last


@dataclass(frozen=True, slots=True)
class OpenSet:
    """One set as it is edited. `seen` names the state of the document, for whoever saves what they made of it."""

    slug: str
    document: str
    seen: str
    draft: RuleDraft | None = None
    running: RuleSetVersion | None = None
    newest: RuleSetVersion | None = None  # the running version, else the last before the set was withdrawn
    position: int | None = None  # among the sets that run
    may_undo: bool = False
    may_redo: bool = False

    @property
    def is_adopted(self) -> bool:
        """Whether another account wrote it: then nobody edits it here."""
        return self.newest is not None and self.newest.adoption is not None

    @property
    def is_overtaken(self) -> bool:
        """Whether somebody published the set after the draft was begun."""
        newest = None if self.newest is None else self.newest.id
        return self.draft is not None and self.draft.base_version_id != newest

    @property
    def name(self) -> str:
        """As the document has it, else as the newest version, else the slug."""
        with suppress(Unreadable):
            name = read_draft(self.document).data.get("name")
            if isinstance(name, str) and name.strip():
                return name
        return self.slug if self.newest is None else self.newest.name


def open_set(app: Application, account_id: str, set_slug: str) -> OpenSet:
    """A set of the account. Raises Refused when it has none of that slug."""
    with app.reading() as uow:
        return find_open_set(uow, account_id, set_slug)


def list_open_sets(app: Application, account_id: str) -> list[OpenSet]:
    """Those that run, in their order, then the drafts of sets that do not."""
    with app.reading() as uow:
        running = [version.set_slug for version in uow.rule_sets.list_published(account_id)]
        drafts = [draft.set_slug for draft in uow.rule_drafts.list_for(account_id)]
        slugs = [*running, *(slug for slug in drafts if slug not in running)]
        return [find_open_set(uow, account_id, slug) for slug in slugs]


def find_open_set(uow: UnitOfWork, account_id: str, set_slug: str) -> OpenSet:
    """The same inside a transaction."""
    published = uow.rule_sets.list_published(account_id)
    position = next((number for number, one in enumerate(published, 1) if one.set_slug == set_slug), None)
    running = None if position is None else published[position - 1]
    newest = running or uow.rule_sets.find_version(account_id, set_slug)
    draft = uow.rule_drafts.find(account_id, set_slug)
    if draft is None:
        if newest is None:
            raise Refused("no_set", NO_SUCH_SET, set=set_slug)
        return OpenSet(set_slug, newest.document, newest.id, None, running, newest, position)
    revision = uow.rule_drafts.find_revision(account_id, set_slug, draft.revision)
    assert revision is not None  # a draft's own revision is never forgotten
    follows = uow.rule_drafts.list_numbers(account_id, set_slug)
    return OpenSet(
        *(set_slug, revision.document, revision.state, draft, running, newest, position),
        may_undo=revision.follows is not None,
        may_redo=draft.revision in follows.values(),
    )


def seen_document(app: Application, account_id: str, set_slug: str, seen: str) -> str | None:
    """The document that somebody began with; None when it is kept no more."""
    with app.reading() as uow:
        found = find_seen(uow, account_id, set_slug, seen)
    return None if found is None else found.document


def find_seen(uow: UnitOfWork, account_id: str, set_slug: str, seen: str) -> DraftRevision | RuleSetVersion | None:
    """The document that somebody began with, whether it is a draft's revision or a version; None when it is kept no more."""
    counted = seen.partition(".")[0]
    if counted.isdecimal() and len(counted) < 10:
        revision = uow.rule_drafts.find_revision(account_id, set_slug, int(counted))
        return revision if revision is not None and revision.state == seen else None
    for version in uow.rule_sets.list_published(account_id):
        if version.id == seen and version.set_slug == set_slug:
            return version
    newest = uow.rule_sets.find_version(account_id, set_slug)
    for number in range(newest.number if newest is not None else 0, 0, -1):
        version_before = uow.rule_sets.find_version(account_id, set_slug, number)
        if version_before is not None and version_before.id == seen:
            return version_before
    return None


@lru_cache(maxsize=_KEPT)
def read_draft(document: str) -> DraftText:
    """A document ready to be edited, read once as long as it stays the same. Raises Unreadable."""
    return DraftText.read(document)


@lru_cache(maxsize=_KEPT)
def read_document(document: str) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    """A document's rule set, None when it has errors, and its problems."""
    readable, problems = read_readable(document)
    return (None if any(problem.severity == "error" for problem in problems) else readable), problems


@lru_cache(maxsize=_KEPT)
def read_readable(document: str) -> tuple[RuleSet | None, tuple[Problem, ...]]:
    """What can be read of a document, to be looked at and never to be run, and its problems."""
    parts = cut(document)
    root = None if parts is None else parts.read()
    readable, problems = read_rule_set(document) if root is None else readable_of(root)
    return readable, tuple(problems)
