"""An account's rules by what somebody remembers of them: as they are edited, else as they run."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from engine.application import Application
from engine.services.drafting.open_set import read_draft
from rules.editing import DraftText, Unreadable


@dataclass(frozen=True, slots=True)
class FoundRule:
    """A rule and its place in its set's document. `is_adopted` says that another account wrote the set."""

    set_slug: str
    set_name: str
    draft: DraftText
    place: int
    id: str
    name: str
    is_adopted: bool


def find_rules(app: Application, account_id: str, text: str, limit: int) -> list[FoundRule]:
    """Those whose name, id and set have all words of a text between them, whatever their case and accents, in running order.

    Asked in two statements, however many sets there are.
    """
    words = plain(text).split()
    found: list[FoundRule] = []
    if not words:
        return found
    for rule in _all_rules(app, account_id):
        said = plain(f"{rule.name} {rule.id} {rule.set_name} {rule.set_slug}")
        if all(word in said for word in words):
            found.append(rule)
        if len(found) == limit:
            break
    return found


def plain(text: str) -> str:
    """A text as it is compared where somebody types in a hurry: without case and accents."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _all_rules(app: Application, account_id: str) -> Iterator[FoundRule]:
    with app.reading() as uow:
        running = uow.rule_sets.list_published(account_id)
        drafts = {revision.set_slug: revision.document for revision in uow.rule_drafts.list_current(account_id)}
    adopted = {version.set_slug for version in running if version.adoption is not None}
    documents = {version.set_slug: version.document for version in running} | drafts
    for slug, document in documents.items():
        try:
            draft = read_draft(document)
        except Unreadable:
            continue  # only as a text can it be put right: nobody can be led to one of its rules
        set_name = draft.data.get("name")
        for place, (rule_id, rule) in enumerate(zip(draft.ids(), draft.rules, strict=True)):
            name = rule.get("name")
            yield FoundRule(
                slug,
                set_name if isinstance(set_name, str) and set_name.strip() else slug,
                draft,
                place,
                rule_id,
                name if isinstance(name, str) and name.strip() else rule_id,
                slug in adopted,
            )
