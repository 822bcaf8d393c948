"""Drafts of the accounts' rule sets."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, and_, delete, insert, select, update

from engine.model.rule_draft import DraftRevision, RuleDraft
from storage.statements import values_of
from storage.tables import RuleDraftRevisionRow, RuleDraftRow


class SqlRuleDrafts:
    """Implements `engine.ports.RuleDrafts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, draft: RuleDraft) -> None:
        row = RuleDraftRow
        changed = update(row).where(row.account_id == draft.account_id, row.set_slug == draft.set_slug)
        if self._connection.execute(changed.values(values_of(draft))).rowcount == 0:
            self._connection.execute(insert(row), values_of(draft))

    def find(self, account_id: str, set_slug: str) -> RuleDraft | None:
        row = RuleDraftRow
        found = self._connection.execute(select(row).where(row.account_id == account_id, row.set_slug == set_slug))
        one = found.mappings().first()
        return None if one is None else RuleDraft(**one)

    def list_for(self, account_id: str) -> list[RuleDraft]:
        row = RuleDraftRow
        found = self._connection.execute(select(row).where(row.account_id == account_id).order_by(row.set_slug))
        return [RuleDraft(**one) for one in found.mappings()]

    def list_current(self, account_id: str) -> list[DraftRevision]:
        row, draft = RuleDraftRevisionRow, RuleDraftRow
        of_its_draft = and_(draft.set_slug == row.set_slug, draft.revision == row.number, draft.account_id == account_id)
        wanted = select(row).join(draft, of_its_draft).where(row.account_id == account_id)
        return [DraftRevision(**one) for one in self._connection.execute(wanted.order_by(row.set_slug)).mappings()]

    def remove(self, account_id: str, set_slug: str) -> None:
        for row in (RuleDraftRevisionRow, RuleDraftRow):
            self._connection.execute(delete(row).where(row.account_id == account_id, row.set_slug == set_slug))

    def add_revision(self, revision: DraftRevision) -> None:
        self._connection.execute(insert(RuleDraftRevisionRow), values_of(revision))

    def find_revision(self, account_id: str, set_slug: str, number: int) -> DraftRevision | None:
        row = RuleDraftRevisionRow
        wanted = select(row).where(row.account_id == account_id, row.set_slug == set_slug, row.number == number)
        one = self._connection.execute(wanted).mappings().first()
        return None if one is None else DraftRevision(**one)

    def list_numbers(self, account_id: str, set_slug: str) -> dict[int, int | None]:
        row = RuleDraftRevisionRow
        wanted = select(row.number, row.follows).where(row.account_id == account_id, row.set_slug == set_slug)
        found = self._connection.execute(wanted.order_by(row.number)).all()
        return {one.number: one.follows for one in found}

    def forget_revisions(self, account_id: str, set_slug: str, numbers: Collection[int]) -> None:
        row = RuleDraftRevisionRow
        of_the_draft = (row.account_id == account_id, row.set_slug == set_slug)
        self._connection.execute(delete(row).where(*of_the_draft, row.number.in_(numbers)))
        self._connection.execute(update(row).where(*of_the_draft, row.follows.in_(numbers)).values(follows=None))
