"""One address may belong to several accounts; connections begin with an invitation; links that are followed once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _split_users()
    _make_links()
    _extend_connections()


def _split_users() -> None:
    """Who somebody is, apart from the accounts they belong to.

    Made anew, with the sessions that refer to them: SQLite drops no column that refers to another table.
    """
    op.execute("CREATE TABLE users_before AS SELECT * FROM users")
    op.execute("CREATE TABLE web_sessions_before AS SELECT * FROM web_sessions")
    op.drop_table("web_sessions")
    op.drop_table("users")
    _make_people()
    _make_sessions()
    op.execute(
        "INSERT INTO users (id, email, email_key, password_hash, language, created_at) "
        "SELECT id, email, email_key, password_hash, language, created_at FROM users_before"
    )
    op.execute("INSERT INTO memberships SELECT account_id, id, role, created_at FROM users_before")
    op.execute(
        "INSERT INTO web_sessions "
        "SELECT token_digest, account_id, user_id, created_at, last_seen_at, ends_at FROM web_sessions_before"
    )
    for table in ("users", "web_sessions"):
        op.drop_table(f"{table}_before")


def _make_people() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email_key", name="uq_users_email_key"),
    )
    op.create_table(
        "memberships",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "user_id", name="pk_memberships"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_memberships_account_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_memberships_user_id"),
    )
    op.create_index("ix_memberships_user_id", "memberships", ["user_id"])


def _make_sessions() -> None:
    op.create_table(
        "web_sessions",
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("last_seen_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("token_digest", name="pk_web_sessions"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_web_sessions_account_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_web_sessions_user_id"),
    )
    op.create_index("ix_web_sessions_user_id", "web_sessions", ["user_id"])
    op.create_index("ix_web_sessions_ends_at", "web_sessions", ["ends_at"])


def _make_links() -> None:
    op.create_table(
        "one_time_links",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_links"),
        sa.UniqueConstraint("token_digest", name="uq_one_time_links_token_digest"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_one_time_links_account_id"),
    )
    op.create_index("ix_one_time_links_account_id", "one_time_links", ["account_id"])
    op.create_index("ix_one_time_links_ends_at", "one_time_links", ["ends_at"])


def _extend_connections() -> None:
    with op.batch_alter_table("connections") as connections:
        connections.alter_column("client_id", existing_type=sa.Text(), nullable=True)
        connections.add_column(sa.Column("email", sa.Text(), nullable=False, server_default=""))
        connections.add_column(sa.Column("email_key", sa.Text(), nullable=False, server_default=""))
        connections.add_column(sa.Column("expires_at", _INSTANT, nullable=True))
        connections.add_column(sa.Column("ended_at", _INSTANT, nullable=True))
        connections.add_column(sa.Column("answered_at", _INSTANT, nullable=True))
        connections.add_column(sa.Column("last_actor", sa.Text(), nullable=False, server_default="operator"))
        connections.add_column(sa.Column("terms", sa.Text(), nullable=True))
    is_open = sa.text("state IN ('pending', 'active') AND email_key != ''")
    is_active = sa.text("state = 'active'")
    op.create_index(
        "uq_connections_open_email",
        "connections",
        ["provider_id", "email_key"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index(
        "uq_connections_active_pair",
        "connections",
        ["provider_id", "client_id"],
        unique=True,
        sqlite_where=is_active,
        postgresql_where=is_active,
    )
    op.create_index("ix_connections_email_key", "connections", ["email_key"])
    is_pending = sa.text("state = 'pending'")
    op.create_index(
        "ix_connections_expires_at", "connections", ["expires_at"], sqlite_where=is_pending, postgresql_where=is_pending
    )
