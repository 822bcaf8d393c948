"""More of what an account has, for `support.tenants`: what stands in files of its own."""

from __future__ import annotations

from typing import Any

from support.attention_tenant_calls import keep_mark
from support.backtest_calls import keep_backtest
from support.bulk_tenant_calls import keep_bulk_action
from support.reconciliation_tenant_calls import keep_reconciliation
from support.tenant_views import keep_choices


def keep_more(uow: Any, some: Any) -> None:
    for keep in (keep_backtest, keep_choices, keep_bulk_action, keep_mark, keep_reconciliation):
        keep(uow, some)
