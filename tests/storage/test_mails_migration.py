"""E-mails that rules asked for while nothing sent any are ended honestly, and leave when the rules run again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from support.examples import NOON, a_job
from support.migrations import AT, add, upgrade

from engine.model.job import NO_CHANNEL, JobKind, JobState
from storage.database import Database, open_database
from storage.secret_box import SecretBox


@pytest.fixture
def old(empty_database_url: str, tmp_path: Any, secrets: SecretBox) -> Any:
    if empty_database_url.startswith("sqlite"):
        (tmp_path / "new").mkdir()
    database = open_database(empty_database_url, secrets)
    upgrade(database, "0011")
    yield database
    database.close()


def test_what_waited_for_a_way_out_is_given_up_and_can_be_asked_for_anew(old: Database) -> None:
    add(old, "accounts", id="acc", kind="merchant", name="A", slug="a", country="ES", time_zone="UTC", created_at=AT)
    common = {"account_id": "acc", "payload": "{}", "created_at": AT, "not_before": AT, "attempts": 0, "priority": 1}
    for kind in ("email", "webhook"):
        add(old, "jobs", id=f"job_{kind}", kind=kind, key=kind, state="waiting", reason="no_channel", **common)

    upgrade(old, "head")

    with old.unit_of_work() as unit:
        email, webhook = unit.jobs.find("acc", "email"), unit.jobs.find("acc", "webhook")
        assert email is not None
        assert webhook is not None
        assert (email.state, email.reason) == (JobState.DEAD, None)
        assert email.last_error is not None
        assert "it was not sent" in email.last_error.en
        assert "no se envió" in email.last_error.es
        assert (webhook.state, webhook.reason) == (JobState.WAITING, NO_CHANNEL)
        assert unit.jobs.claim("w", NOON.replace(year=2027), NOON.replace(year=2027)) is None
        assert unit.jobs.renew_unsent([a_job("acc", "email", kind=JobKind.EMAIL)]) == 1
        again = unit.jobs.find("acc", "email")
        assert again is not None
        assert (again.state, again.last_error) == (JobState.DUE, None)
        assert unit.connection.execute(text("SELECT count(*) FROM mails")).scalar_one() == 0
