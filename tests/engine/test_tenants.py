"""Whoever names a thing by its id names its account too: held to for every repository and every use case."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.port_methods import ids_asked_for, names_an_account, repository_methods, use_cases

ROOT = Path(__file__).parents[2]

HOUSEKEEPING = "over all accounts: what is due, or old enough to be forgotten"
RUNNER = "a runner works for all accounts; a job is its for as long as it has the lease"
TOKEN = "who has the token is who it was given to"
LOG_IN = "nobody has an account before the log-in"
OPERATOR = "the operator looks after all accounts"
SHARED = "the id is the hash of what is kept; it is read by way of a decision alone"

REPOSITORY_EXCEPTIONS = {
    "Accounts.find_by_slug": "a slug is what an account is called by others: the operator, and rules that name a provider",
    "Accounts.list_all": OPERATOR,
    "Accounts.is_empty": OPERATOR,
    "Owners.account_of_store": OPERATOR,
    "Owners.account_of_order": OPERATOR,
    "Owners.account_of_carrier_account": OPERATOR,
    "Owners.account_of_shipment": OPERATOR,
    "Backtests.forget": HOUSEKEEPING,
    "BulkActions.forget": HOUSEKEEPING,
    "Labels.forget_documents": HOUSEKEEPING,
    "Manifests.forget_documents": HOUSEKEEPING,
    "RuleHealth.forget_counts": HOUSEKEEPING,
    "Rates.forget_asked": HOUSEKEEPING,
    "Reconciliations.forget": HOUSEKEEPING,
    "Lists.forget_states": HOUSEKEEPING,
    "Trackings.list_accounts_due": HOUSEKEEPING,
    "Trackings.pull_due": HOUSEKEEPING,
    "Trackings.forget_events": HOUSEKEEPING,
    "Holds.list_ended": HOUSEKEEPING,
    "Schedules.list_unsettled": HOUSEKEEPING,
    "Schedules.list_accounts_due": HOUSEKEEPING,
    "Schedules.list_accounts_later": HOUSEKEEPING,
    "Schedules.list_looks_ahead": HOUSEKEEPING,
    "IntegratedProviders.forget_events": HOUSEKEEPING,
    "Requests.list_overdue": HOUSEKEEPING,
    "CarrierAccounts.find_called": "a carrier's call has no log-in: its signature is the proof",
    "Users.list_by_email": LOG_IN,
    "OneTimeLinks.find": TOKEN,
    "OneTimeLinks.take": TOKEN,
    "OneTimeLinks.withdraw_all": LOG_IN,
    "OneTimeLinks.forget_ended": HOUSEKEEPING,
    "Connections.list_expired": HOUSEKEEPING,
    "Connections.list_with_open_store": HOUSEKEEPING,
    "WebSessions.find": TOKEN,
    "WebSessions.keep_seen": TOKEN,
    "WebSessions.end": TOKEN,
    "WebSessions.forget_ended": HOUSEKEEPING,
    "Stores.list_open": HOUSEKEEPING,
    "Stores.find_listening": "a webhook's call has no log-in: its secret is the proof",
    "Stores.forget_runs": HOUSEKEEPING,
    "Stores.forget_all_skipped": HOUSEKEEPING,
    "Stores.drop_outdated_raw": HOUSEKEEPING,
    "Orders.list_ended_holds": HOUSEKEEPING,
    "Decisions.list_older": HOUSEKEEPING,
    "Decisions.keep_context": SHARED,
    "Jobs.claim": RUNNER,
    "Jobs.has_due": RUNNER,
    "Jobs.pull_due": HOUSEKEEPING,
    "Jobs.hold_lease": RUNNER,
    "Jobs.finish": RUNNER,
    "Jobs.count": OPERATOR,
    "MailPreferences.list_wanting": HOUSEKEEPING,
    "Mails.list_readers": HOUSEKEEPING,
    "Mails.forget": HOUSEKEEPING,
    "Leases.forget_ended": HOUSEKEEPING,
    "Authorisations.forget_ended": HOUSEKEEPING,
    "Audit.redact_older": HOUSEKEEPING,
    "Alerts.forget": HOUSEKEEPING,
    "RetentionMarks.get": HOUSEKEEPING,
    "RetentionMarks.put": HOUSEKEEPING,
}
USE_CASE_EXCEPTIONS = {
    "services.importing.receive_webhook.receive_webhook": "a webhook's call has no log-in: its secret is the proof",
    "services.tracking.receive_carrier_call.receive_carrier_call": "a carrier's call has no log-in: its signature is the proof",
    "services.grid.grid_query.read_query": "it reads what an address says, and looks nothing up",
    "jobs.worker.process_next_job": RUNNER,
    "jobs.worker.process_job_now": RUNNER,
}


def test_every_repository_method_names_the_account() -> None:
    without = {name for _, name, method in repository_methods() if not names_an_account(method)}

    assert without == set(REPOSITORY_EXCEPTIONS)


def test_every_use_case_that_takes_an_id_takes_the_account_first() -> None:
    without = {name for name, function in use_cases() if ids_asked_for(function) and not names_an_account(function)}

    assert without == set(USE_CASE_EXCEPTIONS)


def test_only_the_command_line_asks_whose_an_id_is() -> None:
    asking = {
        path.relative_to(ROOT).parts[:2]
        for package in ("engine", "adapters", "storage")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "owners" and isinstance(node.ctx, ast.Load)
    }

    assert asking == {("adapters", "cli")}


def test_what_has_no_account_would_be_noticed() -> None:
    def by_id(store_id: str) -> None: ...

    def account_last(store_id: str, account_id: str) -> None: ...

    def account_first(account_id: str, store_id: str) -> None: ...

    cases: dict[Callable[..., Any], bool] = {by_id: False, account_last: False, account_first: True}
    assert {case: names_an_account(case) for case in cases} == cases
    assert all(inspect.isfunction(method) for _, _, method in repository_methods())
