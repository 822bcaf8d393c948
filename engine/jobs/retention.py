"""Forgets what is kept for a time only, of closed and failing stores too, whose imports no longer do it."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.application import Application
from engine.model.backtest_run import BACKTESTS_ARE_KEPT
from engine.model.bulk_action import BULK_ACTIONS_ARE_KEPT
from engine.model.integrated_provider import EVENTS_ARE_KEPT
from engine.model.rate_comparison import RATES_ARE_KEPT
from engine.model.redaction import Redaction
from engine.model.rule_health import COUNTS_ARE_KEPT
from engine.ports import UnitOfWork
from engine.services.accounts.erase_person import erase_decision
from engine.services.attention.inbox import forget_ended_marks

ENDED_LEASES = timedelta(days=1)  # those of processes that died are left behind; the others are given back
ENDED_LINKS = timedelta(days=7)  # so long whoever follows one is told why it no longer works
DECISIONS_A_TRANSACTION = 100
ENTRIES_A_TRANSACTION = 500
TRANSACTIONS_AN_HOUR = 40  # of each kind: what is left is done in the next hour


def forget_old(app: Application) -> None:
    """Forget what stores answered longer ago than they keep it, consents that nobody came back from, ended leases, and
    what is older than `app.retention` says."""
    now, retention = app.clock.now(), app.retention
    with app.unit_of_work() as uow:
        uow.stores.drop_outdated_raw(now)
        uow.authorisations.forget_ended(now)
        uow.leases.forget_ended(now - ENDED_LEASES)
        for days, forget in (
            (retention.alerts, uow.alerts.forget),
            (retention.skipped, uow.stores.forget_all_skipped),
            (retention.imports, uow.stores.forget_runs),
            (retention.imports, uow.reconciliations.forget),
            (retention.documents, uow.labels.forget_documents),
            (retention.documents, uow.trackings.forget_events),
            (retention.documents, uow.manifests.forget_documents),
        ):
            before = retention.before(days, now)
            if before is not None:
                forget(before)
        uow.rule_health.forget_counts((now - COUNTS_ARE_KEPT).date())
        uow.rates.forget_asked(now - RATES_ARE_KEPT)
        uow.backtests.forget(now - BACKTESTS_ARE_KEPT)
        uow.bulk_actions.forget(now - BULK_ACTIONS_ARE_KEPT)
        uow.integrated_providers.forget_events(now - EVENTS_ARE_KEPT)
        uow.web_sessions.forget_ended(now)
        uow.one_time_links.forget_ended(now - ENDED_LINKS)
        mails = _forget_mails(uow, retention.before(retention.mails, now))
        uow.commit()
    app.mail.forget(mails)
    forget_ended_marks(app)
    for days, erase in ((retention.decisions, _erase_decisions), (retention.audit, _erase_audit)):
        before = retention.before(days, now)
        for _ in range(TRANSACTIONS_AN_HOUR):
            if before is None or not erase(app, before):
                break
    before = retention.before(retention.decisions, now)
    with app.unit_of_work() as uow:
        if before is not None and not uow.decisions.list_older(uow.retention_marks.get("decisions"), before, 1):
            uow.lists.forget_states(before)  # no decision is left that has to be explained by them first
        uow.refresh_statistics()
        uow.commit()
    before = retention.before(retention.documents, now)
    if before is not None:
        app.label_files.forget_written(before)  # last: a file that cannot be removed holds up nothing else


def _forget_mails(uow: UnitOfWork, before: datetime | None) -> list[str]:
    return [] if before is None else uow.mails.forget(before)


def _erase_decisions(app: Application, before: datetime) -> bool:
    """Take personal data out of the next old decisions. Whether there may be more."""
    with app.unit_of_work() as uow:
        decisions = uow.decisions.list_older(uow.retention_marks.get("decisions"), before, DECISIONS_A_TRANSACTION)
        if not decisions:
            return False
        uow.decisions.redact([erase_decision(app, uow, decision, Redaction()) for decision in decisions])
        uow.retention_marks.put("decisions", decisions[-1].id)
        uow.commit()
    return len(decisions) == DECISIONS_A_TRANSACTION


def _erase_audit(app: Application, before: datetime) -> bool:
    with app.unit_of_work() as uow:
        start = int(uow.retention_marks.get("audit") or 0)
        reached = uow.audit.redact_older(start, before, ENTRIES_A_TRANSACTION)
        if reached > start:
            uow.retention_marks.put("audit", str(reached))
            uow.commit()
    return reached > start
