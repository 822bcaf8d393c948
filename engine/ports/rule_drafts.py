"""Where drafts of rule sets are kept."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from engine.model.rule_draft import DraftRevision, RuleDraft


class RuleDrafts(Protocol):
    """An account's drafts, at most one a rule set, each with the revisions that undo and redo lead to."""

    def put(self, draft: RuleDraft) -> None:
        """Keep a draft in place of the one of its set."""

    def find(self, account_id: str, set_slug: str) -> RuleDraft | None: ...

    def list_for(self, account_id: str) -> list[RuleDraft]:
        """By the slugs of their sets."""

    def list_current(self, account_id: str) -> list[DraftRevision]:
        """The revision that counts of each draft, by the slugs of their sets."""

    def remove(self, account_id: str, set_slug: str) -> None:
        """The draft and its revisions."""

    def add_revision(self, revision: DraftRevision) -> None: ...

    def find_revision(self, account_id: str, set_slug: str, number: int) -> DraftRevision | None: ...

    def list_numbers(self, account_id: str, set_slug: str) -> dict[int, int | None]:
        """Each revision's number, and that of the one it follows; ascending."""

    def forget_revisions(self, account_id: str, set_slug: str, numbers: Collection[int]) -> None:
        """Those of these numbers; what followed one of them follows nothing any more."""
