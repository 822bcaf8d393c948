"""Compiled versions: made once, kept while they are used, and each account's its own."""

from __future__ import annotations

import gc
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.rule_sets import a_case

from engine import application
from engine.application import CompiledRuleSets
from engine.decide import decide
from engine.model.rule_set import RuleSetVersion

ZONE = ZoneInfo("UTC")
MADE = datetime(2026, 3, 1, tzinfo=UTC)


def a_version(number: int, rules: int = 3) -> RuleSetVersion:
    """A version of an account of its own: its first rule tags with the account's name, the others belong to other totals."""
    when: list[dict[str, Any]] = [{"field": "order_total", "is": "at_least", "value": place * 1000} for place in range(rules)]
    document = {
        "rules": [
            {"id": f"r{place}", "when": node, "then": [{"do": "add_tag", "tag": f"account-{number}-{place}"}]}
            for place, node in enumerate(when)
        ]
    }
    return RuleSetVersion(f"rsv_{number}", f"acc_{number}", 1, "rules", json.dumps(document), MADE, "somebody")


def tags_by(versions: CompiledRuleSets, number: int, total: int = 5) -> list[str]:
    tags: list[str] = decide(versions.get([a_version(number)], ZONE), a_case({"order_total": total})).document["tags"]
    return tags


def resident_kib() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4


def test_a_version_is_compiled_once_for_a_time_zone() -> None:
    versions = CompiledRuleSets()
    first = versions.get([a_version(1)], ZONE)

    assert versions.get([a_version(1)], ZONE) is first
    assert versions.get([a_version(1)], ZoneInfo("Europe/Madrid")) is not first
    assert versions.get([a_version(2)], ZONE) is not first


def test_without_a_version_there_are_no_rules() -> None:
    assert decide(CompiledRuleSets().get([], ZONE), a_case({})).flags == ("unhandled",)


def test_the_least_recently_used_is_dropped_and_whoever_holds_it_may_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "MAX_COMPILED", 2)
    versions = CompiledRuleSets()
    first, second = versions.get([a_version(1)], ZONE), versions.get([a_version(2)], ZONE)
    assert versions.get([a_version(1)], ZONE) is first
    versions.get([a_version(3)], ZONE)

    assert versions.get([a_version(1)], ZONE) is first
    assert versions.get([a_version(2)], ZONE) is not second
    assert decide(second, a_case({"order_total": 1})).document["tags"] == ["account-2-0"]


def test_many_accounts_decide_at_the_same_time_each_by_its_own_rules() -> None:
    versions = CompiledRuleSets()
    wrong: list[tuple[int, list[str]]] = []

    def work(start: int) -> None:
        for step in range(90):  # more accounts than versions are kept: they come and go meanwhile
            number = (start * 7 + step) % 90
            tags = tags_by(versions, number, total=1500)
            if tags != [f"account-{number}-0", f"account-{number}-1"]:
                wrong.append((number, tags))

    threads = [threading.Thread(target=work, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_versions_that_are_published_and_dropped_leave_no_memory_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "MAX_COMPILED", 8)
    versions = CompiledRuleSets()

    def publish(numbers: range) -> None:
        for number in numbers:
            decide(versions.get([a_version(number, rules=20)], ZONE), a_case({"order_total": 5000}))

    publish(range(60))
    before = resident_kib()
    publish(range(60, 360))

    assert resident_kib() - before < 6 * 1024  # a ruleset that is not given back costs about 0.2 MB, two a version


def test_a_big_set_that_is_being_read_holds_up_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = CompiledRuleSets()
    begun, go_on = threading.Event(), threading.Event()
    parsed = application.parsed
    read: list[str] = []

    def slow_for_one(wanted: list[RuleSetVersion]) -> Any:
        read.append(wanted[0].id)
        if wanted[0].id == "rsv_1":
            begun.set()
            assert go_on.wait(30)
        return parsed(wanted)

    monkeypatch.setattr(application, "parsed", slow_for_one)
    made: list[Any] = []
    threads = [threading.Thread(target=lambda: made.append(versions.get([a_version(1)], ZONE))) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert begun.wait(30)
    other: list[Any] = []
    bystander = threading.Thread(target=lambda: other.append(versions.get([a_version(2)], ZONE)), daemon=True)
    bystander.start()
    bystander.join(20)
    assert len(other) == 1  # while the big one is still being read
    go_on.set()
    for thread in threads:
        thread.join()

    assert made[0] is made[1]
    assert sorted(read) == ["rsv_1", "rsv_2"]


def test_what_cannot_be_read_is_refused_each_time_with_its_version() -> None:
    versions = CompiledRuleSets()
    broken = replace(a_version(3), document="rules: [")
    for _ in range(2):
        with pytest.raises(application.UnreadableVersion) as refusal:
            versions.get([a_version(1), broken], ZONE)
        assert refusal.value.version is broken
