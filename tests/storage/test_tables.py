"""Promises that hold for all tables, also for those that are added later."""

from __future__ import annotations

from storage.columns import ExactDecimal
from storage.tables import Base

# A connection belongs to two accounts, a person to any number of them; a context is reached by way of a decision only; a budget
# is shared by tenants; each says so where it is declared.
WITHOUT_ACCOUNT = {"accounts", "connections", "decision_contexts", "request_budgets", "retention_marks", "users"}
# Exact numbers that are no money.
QUANTITIES = {
    *("fulfillment_request_lines.quantity", "fulfillment_request_lines.shipped", "shipment_lines.quantity"),
    *("stock_counts.on_hand", "stock_movements.change", "stock_movements.on_hand"),
    "product_defaults.weight_g",
}


def test_every_row_of_a_tenant_names_its_account() -> None:
    without = {table.name for table in Base.metadata.sorted_tables if "account_id" not in table.columns}
    assert without == WITHOUT_ACCOUNT


def test_every_amount_has_a_currency_beside_it() -> None:
    alone = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, ExactDecimal) and not {"currency", f"{column.name}_currency"} & set(table.columns.keys())
    }
    assert alone == QUANTITIES


MADE_LATER = {"labels.shipment_id"}  # known before the row is there
DERIVED = {"order_terms.account_id"}  # written with each order, many of them: the order is what is checked
OF_TWO_KINDS = {"statement_entries.shipment_id"}  # a shipment's, or that of a return label, which is none
REFERENCES = ("account", "connection", "client", "context", "copy", "provider", "request", "shipment", "store")


def test_every_reference_to_another_row_is_checked_by_the_database() -> None:
    unchecked = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name in {f"{name}_id" for name in REFERENCES} and not column.foreign_keys
    }
    assert unchecked == MADE_LATER | DERIVED | OF_TWO_KINDS
