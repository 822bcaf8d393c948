"""What is shared by all tenants that use one vendor account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.columns import JsonText


class RequestBudgetRow(Base):
    """How many requests a vendor's account still takes.

    It belongs to no account of ours: stores of several tenants may read the same vendor account, and the vendor counts
    them together. It holds no more than counts and the ids of stores.
    """

    __tablename__ = "request_budgets"

    key: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[Mapping[str, Any]] = mapped_column(JsonText())
