"""Several rule sets for an account: versions of each set, their order, and decisions that name all versions that ran."""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _name_all_versions_of_decisions()
    published = _published()
    op.drop_table("published_rule_sets")
    _make_versions_those_of_a_set(published)
    _create_the_order_of_sets(published)


def _name_all_versions_of_decisions() -> None:
    op.add_column("decisions", sa.Column("rule_set_version_ids", sa.Text(), nullable=False, server_default="[]"))
    op.execute(
        """UPDATE decisions SET rule_set_version_ids = '["' || rule_set_version_id || '"]'"""
        " WHERE rule_set_version_id IS NOT NULL"
    )
    with op.batch_alter_table("decisions") as decisions:
        decisions.drop_constraint("fk_decisions_rule_set_version_id", type_="foreignkey")
        decisions.drop_column("rule_set_version_id")


def _published() -> dict[str, tuple[str, str]]:
    """By account: the slug of what becomes its one set, and the version that runs."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT p.account_id, p.version_id, v.name, v.number, a.name AS account_name FROM published_rule_sets p"
            " JOIN rule_set_versions v ON v.id = p.version_id JOIN accounts a ON a.id = p.account_id"
        )
    )
    return {
        row.account_id: (_slug("" if row.name == f"{row.account_name} {row.number}" else row.name), row.version_id)
        for row in rows
    }


def _slug(name: str) -> str:
    """The slug that publishing the same document again finds. Documents without a name were named after their account."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:100].strip("-") or "rules"


def _make_versions_those_of_a_set(published: dict[str, tuple[str, str]]) -> None:
    op.add_column("rule_set_versions", sa.Column("set_slug", sa.Text(), nullable=False, server_default="rules"))
    op.add_column("rule_set_versions", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    for account_id, (slug, _version_id) in published.items():
        op.execute(
            sa.text("UPDATE rule_set_versions SET set_slug = :slug WHERE account_id = :account_id").bindparams(
                slug=slug, account_id=account_id
            )
        )
    with op.batch_alter_table("rule_set_versions") as versions:
        versions.drop_constraint("uq_rule_set_versions_account_id_number", type_="unique")
        versions.create_unique_constraint("uq_rule_set_versions_account_id_set_slug_number", ["account_id", "set_slug", "number"])


def _create_the_order_of_sets(published: dict[str, tuple[str, str]]) -> None:
    table = op.create_table(
        "published_rule_sets",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_published_rule_sets_account_id"),
        sa.ForeignKeyConstraint(["version_id"], ["rule_set_versions.id"], name="fk_published_rule_sets_version_id"),
        sa.PrimaryKeyConstraint("account_id", "position", name="pk_published_rule_sets"),
        sa.UniqueConstraint("version_id", name="uq_published_rule_sets_version_id"),
    )
    op.bulk_insert(
        table,
        [
            {"account_id": account_id, "position": 1, "version_id": version_id}
            for account_id, (_slug_of_set, version_id) in published.items()
        ],
    )
