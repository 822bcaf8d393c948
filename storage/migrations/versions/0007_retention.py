"""Flags and open orders are found by index; personal data can be erased; what imports left out is kept in one place only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_MAY_CHANGE = sa.text("state IN ('open', 'pending_fulfillment', 'rejected_fulfillment', 'skipped')")

_AUDIT_IS_FINAL = "the audit trail is append-only"
_UNDER_WAY = "EXISTS (SELECT 1 FROM audit_redactions WHERE audit_redactions.account_id = OLD.account_id)"
_SQLITE_TRIGGERS = (
    "DROP TRIGGER audit_refuses_UPDATE",
    # Who did what to what, and when, stays; what it was before and after may be erased, by whoever says so first.
    f"""
    CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit WHEN NOT {_UNDER_WAY}
      OR (NEW.position, NEW.account_id, NEW.at, NEW.actor, NEW.action, NEW.subject_id)
        IS NOT (OLD.position, OLD.account_id, OLD.at, OLD.actor, OLD.action, OLD.subject_id)
    BEGIN SELECT RAISE(ABORT, '{_AUDIT_IS_FINAL}'); END
    """,
)
_POSTGRESQL_TRIGGERS = (
    "DROP TRIGGER audit_refuses_changes ON audit",
    """
    CREATE TRIGGER audit_refuses_changes BEFORE DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses_changes()
    """,
    f"""
    CREATE FUNCTION audit_refuses_update() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT {_UNDER_WAY} OR (NEW.position, NEW.account_id, NEW.at, NEW.actor, NEW.action, NEW.subject_id)
        IS DISTINCT FROM (OLD.position, OLD.account_id, OLD.at, OLD.actor, OLD.action, OLD.subject_id)
      THEN RAISE EXCEPTION '{_AUDIT_IS_FINAL}' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_refuses_update()
    """,
)
_FLAGS = {
    "sqlite": "SELECT DISTINCT orders.account_id, flag.value, orders.id FROM orders, json_each(orders.flags) AS flag",
    "postgresql": (
        "SELECT DISTINCT orders.account_id, flag, orders.id FROM orders, json_array_elements_text(orders.flags::json) AS flag"
    ),
}
_PRUNE_SUMMARIES = {
    "sqlite": "UPDATE import_runs SET summary = json_remove(summary, '$.skipped_notes') WHERE summary LIKE '%\"skipped_notes\"%'",
    "postgresql": (
        "UPDATE import_runs SET summary = (summary::jsonb - 'skipped_notes')::text WHERE summary LIKE '%\"skipped_notes\"%'"
    ),
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _find_orders(dialect)
    _let_erase(dialect)
    op.execute(sa.text(_PRUNE_SUMMARIES[dialect]))


def _find_orders(dialect: str) -> None:
    op.create_index(
        "ix_orders_changeable", "orders", ["store_id", "external_id"], sqlite_where=_MAY_CHANGE, postgresql_where=_MAY_CHANGE
    )
    op.create_table(
        "order_flags",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("account_id", "flag", "order_id")),
        sa.PrimaryKeyConstraint("account_id", "flag", "order_id", name="pk_order_flags"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_order_flags_account_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_flags_order_id"),
    )
    op.create_index("ix_order_flags_order_id", "order_flags", ["order_id"])
    op.execute(sa.text(f"INSERT INTO order_flags (account_id, flag, order_id) {_FLAGS[dialect]}"))


def _let_erase(dialect: str) -> None:
    op.add_column("orders", sa.Column("erased_at", _INSTANT, nullable=True))
    op.create_table(
        "audit_redactions",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_audit_redactions"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_audit_redactions_account_id"),
    )
    op.create_table(
        "retention_marks",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reached", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_retention_marks"),
    )
    for statement in _SQLITE_TRIGGERS if dialect == "sqlite" else _POSTGRESQL_TRIGGERS:
        op.execute(statement)
