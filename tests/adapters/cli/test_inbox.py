"""`inbox`: what needs a person, by command line."""

from __future__ import annotations

import pytest
from support.command_line import Call
from support.examples import a_job

from app import Runtime
from engine.model.job import JobKind, JobState

OWNER = "owner@merchant-a.example"


@pytest.fixture
def entry(merchant: str) -> str:
    """A job of the merchant's that was given up; the id of its entry."""
    runtime = Runtime()
    with runtime.application.unit_of_work() as uow:
        account = uow.accounts.find_by_slug(merchant)
        assert account is not None
        job = a_job(account.id, "failed", kind=JobKind.EMAIL, order_id=None, state=JobState.DEAD)
        uow.jobs.add_many([job])
        uow.commit()
    runtime.database.close()
    return f"failed_job:{job.id}"


def test_entries_are_listed_and_people_say_something_about_them(relevo: Call, merchant: str, entry: str) -> None:
    of_merchant = ("--account", merchant, "--json")
    [listed] = relevo("inbox", "list", *of_merchant).json["entries"]
    assert (listed["id"], listed["kind"], listed["assignee"]) == (entry, "failed_job", None)
    assert listed["reason"].startswith("It was tried too often")

    assigned = relevo("inbox", "assign", entry, "--to", OWNER, *of_merchant).json
    assert assigned == {"id": entry, "state": "open", "snoozed_until": None, "done_at": None}
    [mine] = relevo("inbox", "list", "--who", "me", "--by", OWNER, *of_merchant).json["entries"]
    assert mine["assignee"] == OWNER
    assert relevo("inbox", "list", "--who", "nobody", *of_merchant).json == {"entries": []}
    assert relevo("inbox", "assign", entry, "--to", "nobody", *of_merchant).code == 0

    snoozed = relevo("inbox", "snooze", entry, "--until", "2999-01-02", "--by", OWNER, *of_merchant).json
    assert (snoozed["state"], snoozed["snoozed_until"]) == ("snoozed", "2999-01-02T00:00:00+00:00")
    assert relevo("inbox", "list", *of_merchant).json == {"entries": []}
    assert relevo("inbox", "reopen", entry, *of_merchant).json["state"] == "open"
    assert relevo("inbox", "done", entry, *of_merchant).json["state"] == "done"
    assert relevo("inbox", "done", entry, "--account", merchant).out.decode() == f"{entry}: done\n"
    assert [one["id"] for one in relevo("inbox", "list", "--show", "done", *of_merchant).json["entries"]] == [entry]
    assert relevo("inbox", "list", "--account", merchant).out.decode() == "Nothing needs a person.\n"


def test_what_cannot_be_said_is_refused(relevo: Call, merchant: str, entry: str) -> None:
    of_merchant = ("--account", merchant)
    assert "needs nobody any more" in relevo("inbox", "done", "parked:x", *of_merchant).sentence
    assert "is not a time" in relevo("inbox", "snooze", entry, "--until", "soon", *of_merchant).sentence
    assert "Nobody in the account" in relevo("inbox", "assign", entry, "--to", "x@y.example", *of_merchant).sentence
    assert relevo("inbox", "list", "--who", "me", *of_merchant).code == 2
    assert relevo("inbox", "list", "--kind", "nonsense", *of_merchant).code == 2


def test_the_days_on_hold_are_set(relevo: Call, merchant: str) -> None:
    answer = relevo("accounts", "set", "--account", merchant, "--days-on-hold", "7", "--json")
    assert answer.json["days_on_hold"] == 7
    assert "1 to 365 days" in relevo("accounts", "set", "--account", merchant, "--days-on-hold", "0").sentence
