"""The rules of an account that run by themselves, by command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.command_line import Call, create

RULES = """
name: By the clock
rules:
  - id: morning
    name: Every morning
    on: [schedule]
    schedule: {at: "08:00", days: [mon, tue, wed, thu, fri]}
    when: always
    then: [{do: add_tag, tag: seen}]
  - id: late
    on: [imported, schedule]
    look_again: {after: 24h, until: 7d}
    when: {field: gift, is: is_true}
    then: [{do: alert, message: late}]
  - id: usual
    when: always
    then: []
"""


def published(relevo: Call, folder: Path) -> str:
    slug = create(relevo, "Casa", "merchant")
    file = folder / "rules.yaml"
    file.write_text(RULES, "utf-8")
    assert relevo("rules", "publish", str(file), "--account", slug).code == 0
    return slug


def test_they_are_listed_with_their_next_time_as_soon_as_they_are_published(relevo: Call, tmp_path: Path) -> None:
    slug = published(relevo, tmp_path)

    answer = relevo("rules", "schedules", "--account", slug, "--json")

    assert answer.code == 0, answer.err
    morning, late = answer.json["schedules"]
    due = datetime.fromisoformat(morning.pop("next_due"))
    assert timedelta(0) < due - datetime.now(UTC) <= timedelta(days=3, hours=1)
    assert f"{due.astimezone(ZoneInfo(answer.json['time_zone'])):%H:%M}" == "08:00"
    assert morning == {
        "rule": "morning",
        "name": "Every morning",
        "set": "by-the-clock",
        "times": "On Monday, Tuesday, Wednesday, Thursday and Friday at 08:00, over orders with the status awaiting shipment, "
        "on hold",
        "last_run": None,
        "last_run_ended": None,
        "orders": 0,
        "matched": 0,
        "running": False,
        "look_again": None,
    }
    assert (late["rule"], late["next_due"], late["look_again"]) == ("late", None, {"orders": 0, "next_due": None})


def test_a_person_reads_lines_in_their_language(relevo: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slug = published(relevo, tmp_path)
    monkeypatch.setenv("RELEVO_LANGUAGE", "es")

    lines = relevo("rules", "schedules", "--account", slug).out.decode().splitlines()

    assert lines[0].startswith("morning  Los lunes, martes, miércoles, jueves y viernes a las 08:00")
    assert lines[1].startswith("    próxima: ")
    assert lines[1].endswith(" 08:00")
    assert lines[2] == "    aún no se ha ejecutado"
    assert lines[3].startswith("late  De nuevo 24 horas después de la última decisión, durante 7 días")


def test_without_any_it_says_how_to_have_one_and_an_unknown_account_is_refused(relevo: Call) -> None:
    slug = create(relevo, "Casa", "merchant")

    assert "No published rule runs by itself" in relevo("rules", "schedules", "--account", slug).out.decode()
    assert relevo("rules", "schedules", "--account", slug, "--json").json["schedules"] == []
    refused = relevo("rules", "schedules", "--account", "nobody", "--json")
    assert refused.code == 1
    assert "nobody" in refused.err
