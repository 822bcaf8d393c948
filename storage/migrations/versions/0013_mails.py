"""Mails to people, and when they want which. E-mails of rules that waited until something sends them are ended, unsent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_FOR_DIGEST = sa.text("for_digest")
# They may be about orders that have long arrived. As given up they can be seen, and running the rules again sends them.
_UNSENT = (
    '{"en":"Nothing sent e-mails yet when the rule asked for this one, so it was not sent. Run the rules again over the order to '
    'send it.","es":"Nada enviaba correos todavía cuando la regla pidió este, así que no se envió. Vuelve a ejecutar las reglas '
    'sobre el pedido para enviarlo."}'
)


def upgrade() -> None:
    op.create_table(
        "mails",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "account_id")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("reader_account_id", "user_id")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("to_address", "kind", "language")),
        sa.Column("sealed_content", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("for_digest", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("sent_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_mails_account_id"),
        sa.ForeignKeyConstraint(["reader_account_id"], ["accounts.id"], name="fk_mails_reader_account_id"),
    )
    op.create_index("ix_mails_account_id_created_at_id", "mails", ["account_id", "created_at", "id"])
    reader = ["reader_account_id", "user_id", "created_at"]
    op.create_index("ix_mails_reader_account_id_user_id_created_at_id", "mails", [*reader, "id"])
    op.create_index("ix_mails_for_digest", "mails", reader, sqlite_where=_FOR_DIGEST, postgresql_where=_FOR_DIGEST)
    op.create_table(
        "mail_preferences",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("account_id", "user_id", "kind", "mode")),
        sa.PrimaryKeyConstraint("account_id", "user_id", "kind", name="pk_mail_preferences"),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["memberships.account_id", "memberships.user_id"],
            name="fk_mail_preferences_account_id_user_id",
            ondelete="CASCADE",
        ),
    )
    ended = sa.text(
        "UPDATE jobs SET state = 'dead', reason = NULL, last_error = :unsent "
        "WHERE kind = 'email' AND state = 'waiting' AND reason = 'no_channel'"
    )
    op.get_bind().execute(ended, {"unsent": _UNSENT})
