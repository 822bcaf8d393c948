"""The first schema.

Instants and amounts are text on SQLite, which has no such types; see `storage.columns`. Types are spelled out here, so
that this file keeps its meaning when the program's tables move on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
_DECIMAL = sa.Numeric().with_variant(sa.Text(), "sqlite")

_AUDIT_IS_FINAL = "the audit trail is append-only"
_SQLITE_TRIGGER = """
CREATE TRIGGER audit_refuses_{action} BEFORE {action} ON audit
BEGIN SELECT RAISE(ABORT, '{reason}'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE FUNCTION audit_refuses_changes() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{reason}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_POSTGRESQL_TRIGGER = """
CREATE TRIGGER audit_refuses_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses_changes()
"""


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _optional_texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=True) for name in names]


def upgrade() -> None:
    _create_accounts()
    _create_partners()
    _create_rule_sets()
    _create_stores()
    _create_orders()
    _create_decisions()
    _create_fulfillment()
    _create_shipments()
    _create_work()
    _protect_audit()


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        *_texts("id", "slug", "name", "kind", "country", "time_zone"),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("slug", name="uq_accounts_slug"),
    )
    op.create_table(
        "users",
        *_texts("id", "account_id", "email", "email_key", "password_hash", "role", "language"),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_users_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email_key", name="uq_users_email_key"),
    )
    op.create_index("ix_users_account_id", "users", ["account_id"])
    op.create_table(
        "locations",
        *_texts("id", "account_id", "code", "name", "country", "street1", "street2", "city", "state", "postal_code"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_locations_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_locations"),
        sa.UniqueConstraint("account_id", "code", name="uq_locations_account_id_code"),
    )


def _create_partners() -> None:
    op.create_table(
        "connections",
        *_texts("id", "provider_id", "client_id", "state", "client_name", "company_name"),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["accounts.id"], name="fk_connections_client_id"),
        sa.ForeignKeyConstraint(["provider_id"], ["accounts.id"], name="fk_connections_provider_id"),
        sa.PrimaryKeyConstraint("id", name="pk_connections"),
    )
    op.create_index("ix_connections_client_id", "connections", ["client_id"])
    op.create_index("ix_connections_provider_id_client_id", "connections", ["provider_id", "client_id"])
    op.create_table(
        "carrier_accounts",
        *_texts("id", "account_id", "carrier"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_carrier_accounts_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_carrier_accounts"),
    )
    op.create_index("ix_carrier_accounts_account_id", "carrier_accounts", ["account_id"])
    op.create_table(
        "carrier_account_services",
        *_texts("carrier_account_id", "service", "account_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_carrier_account_services_account_id"),
        sa.ForeignKeyConstraint(
            ["carrier_account_id"], ["carrier_accounts.id"], name="fk_carrier_account_services_carrier_account_id"
        ),
        sa.PrimaryKeyConstraint("carrier_account_id", "service", name="pk_carrier_account_services"),
    )
    op.create_table(
        "carrier_account_shares",
        *_texts("carrier_account_id", "provider_id", "account_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_carrier_account_shares_account_id"),
        sa.ForeignKeyConstraint(
            ["carrier_account_id"], ["carrier_accounts.id"], name="fk_carrier_account_shares_carrier_account_id"
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["accounts.id"], name="fk_carrier_account_shares_provider_id"),
        sa.PrimaryKeyConstraint("carrier_account_id", "provider_id", name="pk_carrier_account_shares"),
    )
    op.create_index("ix_carrier_account_shares_provider_id", "carrier_account_shares", ["provider_id"])


def _create_rule_sets() -> None:
    op.create_table(
        "rule_set_versions",
        *_texts("id", "account_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_texts("name", "document"),
        sa.Column("published_at", _INSTANT, nullable=False),
        *_texts("published_by"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_rule_set_versions_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_set_versions"),
        sa.UniqueConstraint("account_id", "number", name="uq_rule_set_versions_account_id_number"),
    )
    op.create_table(
        "published_rule_sets",
        *_texts("account_id", "version_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_published_rule_sets_account_id"),
        sa.ForeignKeyConstraint(["version_id"], ["rule_set_versions.id"], name="fk_published_rule_sets_version_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_published_rule_sets"),
    )


def _create_stores() -> None:
    op.create_table(
        "stores",
        *_texts("id", "account_id", "kind", "name", "settings", "sealed_credentials"),
        sa.Column("created_at", _INSTANT, nullable=False),
        *_texts("state"),
        sa.Column("refresh_minutes", sa.Integer(), nullable=False),
        *_texts("daily_refresh_at", "time_zone"),
        sa.Column("window_days", sa.Integer(), nullable=False),
        *_optional_texts("import_lease_owner"),
        sa.Column("import_lease_until", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_stores_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stores"),
    )
    op.create_index("ix_stores_account_id", "stores", ["account_id"])
    op.create_table(
        "import_runs",
        *_texts("id", "account_id", "store_id"),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        *_optional_texts("outcome", "error"),
        *_texts("summary"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_import_runs_account_id"),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name="fk_import_runs_store_id"),
        sa.PrimaryKeyConstraint("id", name="pk_import_runs"),
    )
    op.create_index("ix_import_runs_store_id_started_at", "import_runs", ["store_id", "started_at"])
    op.create_table(
        "parked_notes",
        *_texts("store_id", "external_id", "account_id", "external_order_id", "order_number", "path", "problem", "revision"),
        sa.Column("parked_at", _INSTANT, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_parked_notes_account_id"),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name="fk_parked_notes_store_id"),
        sa.PrimaryKeyConstraint("store_id", "external_id", name="pk_parked_notes"),
    )
    op.create_index("ix_parked_notes_account_id", "parked_notes", ["account_id"])
    op.create_table(
        "raw_documents",
        *_texts("store_id", "external_id", "revision", "account_id"),
        sa.Column("fetched_at", _INSTANT, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_raw_documents_account_id"),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name="fk_raw_documents_store_id"),
        sa.PrimaryKeyConstraint("store_id", "external_id", "revision", name="pk_raw_documents"),
    )


def _create_orders() -> None:
    op.create_table(
        "orders",
        *_texts("id", "account_id"),
        *_optional_texts("store_id"),
        *_texts("external_id", "external_order_id", "order_number", "revision"),
        sa.Column("imported_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        *_texts("state"),
        *_optional_texts("state_reason", "decision_id", "last_seen_run"),
        *_texts("status"),
        *_optional_texts("reference", "logistics_provider", "carrier", "service", "ship_to_name", "ship_to_country"),
        sa.Column("order_total", _DECIMAL, nullable=True),
        *_optional_texts("currency"),
        sa.Column("order_date", _INSTANT, nullable=True),
        *_texts("search_text", "tags", "flags", "matched", "applied_once", "held_by", "once_writes", "rules", "person", "source"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_orders_account_id"),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name="fk_orders_store_id"),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("store_id", "external_id", name="uq_orders_store_id_external_id"),
    )
    op.create_index("ix_orders_account_id_id", "orders", ["account_id", "id"])
    op.create_index("ix_orders_account_id_status_id", "orders", ["account_id", "status", "id"])
    op.create_index("ix_orders_store_id_external_order_id", "orders", ["store_id", "external_order_id"])
    op.create_index("ix_orders_store_id_order_number", "orders", ["store_id", "order_number"])
    op.create_index("ix_orders_store_id_reference", "orders", ["store_id", "reference"])


def _create_decisions() -> None:
    op.create_table("decision_contexts", *_texts("id", "context"), sa.PrimaryKeyConstraint("id", name="pk_decision_contexts"))
    op.create_table(
        "decisions",
        *_texts("id", "account_id", "order_id"),
        *_optional_texts("rule_set_version_id"),
        *_texts("trigger"),
        sa.Column("decided_at", _INSTANT, nullable=False),
        *_texts("context_id", "matched", "changes", "effects", "flags", "errors", "facts"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_decisions_account_id"),
        sa.ForeignKeyConstraint(
            ["context_id"], ["decision_contexts.id"], name="fk_decisions_context_id", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_decisions_order_id", initially="DEFERRED", deferrable=True),
        sa.ForeignKeyConstraint(["rule_set_version_id"], ["rule_set_versions.id"], name="fk_decisions_rule_set_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_order_id_id", "decisions", ["order_id", "id"])


def _create_fulfillment() -> None:
    op.create_table(
        "fulfillment_requests",
        *_texts("id", "account_id", "provider_id", "order_id", "service_preference", "notes"),
        sa.Column("created_at", _INSTANT, nullable=False),
        *_texts("state"),
        *_optional_texts("state_reason"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_fulfillment_requests_account_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_fulfillment_requests_order_id"),
        sa.ForeignKeyConstraint(["provider_id"], ["accounts.id"], name="fk_fulfillment_requests_provider_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fulfillment_requests"),
    )
    op.create_index("ix_fulfillment_requests_order_id", "fulfillment_requests", ["order_id"])
    op.create_index("ix_fulfillment_requests_provider_id_id", "fulfillment_requests", ["provider_id", "id"])
    op.create_table(
        "fulfillment_request_lines",
        *_texts("request_id"),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        *_texts("account_id", "line_key", "sku", "name"),
        sa.Column("quantity", _DECIMAL, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_fulfillment_request_lines_account_id"),
        sa.ForeignKeyConstraint(["request_id"], ["fulfillment_requests.id"], name="fk_fulfillment_request_lines_request_id"),
        sa.PrimaryKeyConstraint("request_id", "position", name="pk_fulfillment_request_lines"),
    )


def _create_shipments() -> None:
    op.create_table(
        "shipments",
        *_texts("id", "account_id", "order_id"),
        *_optional_texts("request_id"),
        *_texts("carrier", "service", "state"),
        sa.Column("shipped_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_shipments_account_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_shipments_order_id"),
        sa.ForeignKeyConstraint(["request_id"], ["fulfillment_requests.id"], name="fk_shipments_request_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shipments"),
    )
    op.create_index("ix_shipments_order_id", "shipments", ["order_id"])
    op.create_table(
        "shipment_lines",
        *_texts("shipment_id", "line_key", "account_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quantity", _DECIMAL, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_shipment_lines_account_id"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name="fk_shipment_lines_shipment_id"),
        sa.PrimaryKeyConstraint("shipment_id", "line_key", name="pk_shipment_lines"),
    )
    op.create_table(
        "parcels",
        *_texts("id", "account_id", "shipment_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=True),
        sa.Column("length_mm", sa.Integer(), nullable=True),
        sa.Column("width_mm", sa.Integer(), nullable=True),
        sa.Column("height_mm", sa.Integer(), nullable=True),
        *_optional_texts("tracking_number", "label_id"),
        sa.Column("cost", _DECIMAL, nullable=True),
        *_optional_texts("cost_currency"),
        sa.CheckConstraint("(cost IS NULL) = (cost_currency IS NULL)", name=op.f("ck_parcels_cost_has_currency")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_parcels_account_id"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name="fk_parcels_shipment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_parcels"),
    )
    op.create_index("ix_parcels_shipment_id", "parcels", ["shipment_id"])


def _create_work() -> None:
    op.create_table(
        "jobs",
        *_texts("id", "account_id", "kind", "key", "payload"),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("not_before", _INSTANT, nullable=False),
        *_optional_texts("order_id"),
        *_texts("state"),
        *_optional_texts("reason"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *_optional_texts("last_error", "lease_owner"),
        sa.Column("lease_until", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_jobs_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("key", name="uq_jobs_key"),
    )
    op.create_index("ix_jobs_account_id_order_id", "jobs", ["account_id", "order_id"])
    op.create_index("ix_jobs_state_not_before_id", "jobs", ["state", "not_before", "id"])
    op.create_table(
        "alerts",
        *_texts("id", "account_id"),
        *_optional_texts("order_id"),
        *_texts("message"),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_alerts_account_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_alerts_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_account_id_created_at", "alerts", ["account_id", "created_at"])
    op.create_index("ix_alerts_order_id", "alerts", ["order_id"])
    op.create_table(
        "audit",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        *_texts("account_id"),
        sa.Column("at", _INSTANT, nullable=False),
        *_texts("actor", "action", "subject_id"),
        *_optional_texts("before", "after"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_audit_account_id"),
        sa.PrimaryKeyConstraint("position", name="pk_audit"),
    )
    op.create_index("ix_audit_account_id_subject_id", "audit", ["account_id", "subject_id"])


def _protect_audit() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(_SQLITE_TRIGGER.format(action=action, reason=_AUDIT_IS_FINAL))
    else:
        op.execute(_POSTGRESQL_FUNCTION.format(reason=_AUDIT_IS_FINAL))
        op.execute(_POSTGRESQL_TRIGGER)
