"""The benchmarks of the rules in their quick form: what they count and compare. How fast it was is not checked here."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.rule_sets import a_rule_set, condition, decided, rule

from benchmarks.__main__ import BENCHMARKS, README, with_figures
from benchmarks.in_process import NODE_PACKAGES, check_matches
from benchmarks.in_process import QUICK as QUICK_DECIDE
from benchmarks.memory import QUICK as QUICK_MEMORY
from benchmarks.memory_program import Documents
from benchmarks.peers import business_rules_matcher, cel_matcher, zen_program
from benchmarks.processes import BenchmarkFailed
from benchmarks.whole_process import QUICK, count_matches
from benchmarks.workload import RULE_SETS, write_orders, write_rule_set
from rules.order_document import dumps, loads
from rules.parser import parse_rule_set

ROOT = Path(__file__).resolve().parents[2]


def measured(name: str) -> dict[str, Any]:
    return json.loads(output_of("-m", "benchmarks", name, "--quick", "--json"))


def output_of(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", BENCHMARKS)
def test_the_readme_has_a_place_for_the_figures_of_each(name: str) -> None:
    page = README.read_text("utf-8")

    assert f"\n## {name}\n" in page
    assert "new figures" in with_figures(page, name, ["new figures"])


# --- rules


@pytest.fixture(scope="module")
def rules_report() -> dict[str, Any]:
    return measured("rules")


def test_both_programs_run_with_every_rule_set_and_agree(rules_report: dict[str, Any]) -> None:
    assert list(rules_report["sets"]) == list(RULE_SETS)
    assert rules_report["orders"] == QUICK.orders
    assert all(2 <= one["matches"] <= 5 for one in rules_report["sets"].values())


def test_ten_times_the_rules_match_about_as_often(rules_report: dict[str, Any]) -> None:
    assert 0.9 <= rules_report["tenfold_matches_ratio"] <= 1.2


def test_the_ratios_are_those_of_the_times_shown(rules_report: dict[str, Any]) -> None:
    sets = rules_report["sets"]
    for one in sets.values():
        assert one["wall_ratio"] == pytest.approx(one["peer_wall_s"] / one["wall_s"])
        assert one["cpu_ratio"] == pytest.approx(one["peer_cpu_s"] / one["cpu_s"])
    tenfold = sets["530 generated"]["cpu_s"] / sets["53 generated"]["cpu_s"]
    assert rules_report["tenfold_cpu_ratio"] == pytest.approx(tenfold)


def written(file: Path, *answers: tuple[str, list[str]]) -> Path:
    file.write_text("".join(json.dumps({"order_number": number, "matched": ids}) + "\n" for number, ids in answers), "utf-8")
    return file


def test_matches_are_counted_when_both_say_the_same(tmp_path: Path) -> None:
    same = [("A", ["one", "two"]), ("B", [])]

    assert count_matches(written(tmp_path / "product", *same), written(tmp_path / "zen", *same), 2) == 2


@pytest.mark.parametrize(
    ("product", "zen", "complaint"),
    [
        ([("A", ["one"]), ("B", ["one"])], [("A", ["one"]), ("B", [])], "line 2"),
        ([("A", ["one", "two"])], [("A", ["two", "one"])], "line 1"),
        ([("A", [])], [("B", [])], "line 1"),
        ([("A", []), ("B", [])], [("A", [])], "the product answers 2 and zen 1"),
        ([("A", [])], [("A", [])], "2 orders, but"),
    ],
)
def test_a_difference_between_both_programs_fails(tmp_path: Path, product: Any, zen: Any, complaint: str) -> None:
    files = written(tmp_path / "product", *product), written(tmp_path / "zen", *zen)

    with pytest.raises(BenchmarkFailed, match=complaint):
        count_matches(*files, len(zen) if "line" in complaint else 2)


# --- decide


@pytest.fixture(scope="module")
def decide_report() -> dict[str, Any]:
    return measured("decide")


def test_all_engines_take_part(decide_report: dict[str, Any]) -> None:
    product = ["relevo", "relevo-forgetful", "relevo-explain"]
    on_node = ["json-rules-engine"] if (NODE_PACKAGES / "node_modules").is_dir() else []

    assert list(decide_report["sets"]["53"]["engines"]) == [*product, "zen"]
    assert list(decide_report["sets"]["53 generated"]["engines"]) == [*product, "zen", "cel", *on_node, "business-rules"]


def test_slow_engines_get_fewer_orders(decide_report: dict[str, Any]) -> None:
    engines = decide_report["sets"]["53 generated"]["engines"]

    assert engines["relevo"]["orders"] == engines["zen"]["orders"] == QUICK_DECIDE.orders
    assert engines["business-rules"]["orders"] == engines["relevo-explain"]["orders"] == 20


def test_the_ratios_are_those_of_the_speeds_shown(decide_report: dict[str, Any]) -> None:
    for one in decide_report["sets"].values():
        speeds = {engine: runs["orders_a_second"] for engine, runs in one["engines"].items()}
        assert one["decision_to_matching"] == pytest.approx(speeds["zen"] / speeds["relevo"])
        assert one["explanation_to_decision"] == pytest.approx(speeds["relevo"] / speeds["relevo-explain"])
        assert one["engines"]["zen"]["ratio"] == pytest.approx(speeds["relevo"] / speeds["zen"])


def test_firings_are_remembered_unless_that_is_switched_off(tmp_path: Path, decide_report: dict[str, Any]) -> None:
    rules, orders = write_rule_set(tmp_path, "53"), write_orders(tmp_path, 60)
    command = ("-m", "benchmarks.match_program", "relevo-forgetful", str(rules), str(orders), "60")
    answer = json.loads(output_of(*command))

    assert 0.3 < decide_report["sets"]["53"]["hit_rate"] < 1
    assert answer["asked"] >= 60
    assert answer["remembered"] == 0


def test_an_engine_that_finds_something_else_fails() -> None:
    with pytest.raises(BenchmarkFailed, match=r"order 2: zen finds \['b'\], the product \['a'\]"):
        check_matches("zen", [["a"], ["b"]], [["a"], ["a"]])
    with pytest.raises(BenchmarkFailed, match="cel matched 1 orders, not 2"):
        check_matches("cel", [["a"]], [["a"], ["a"]])


def test_the_engines_agree_about_what_became_of_orders_at_providers() -> None:
    rules = [
        rule(condition("delegation.reason", "in", ["out_of_stock", "too_large"]), id="reason", on=["rejected"]),
        rule(condition("delegation.round", "at_least", 2), id="round", on=["rejected"]),
        rule(condition("delegation.hours_left", "less_than", 0), id="late", on=["rejected"]),
        rule(condition("delegation.refused_by", "includes", ["acme", "beta"]), id="refused", on=["rejected"]),
    ]
    orders = [
        dumps(
            {
                "delegation": {
                    "provider": "acme",
                    "reason": reason,
                    "round": round_,
                    "refused_by": refused_by,
                    "hours_left": Decimal(hours),
                }
            }
        )
        for reason, round_, refused_by, hours in (
            ("out_of_stock", 1, ["acme"], "4.5"),
            ("other", 2, ["gamma"], "-0.5"),
            ("too_large", 3, ["gamma", "beta"], "0"),
        )
    ]
    expected = [list(decided(a_rule_set(*rules), loads(order), trigger="rejected").matched) for order in orders]

    assert expected == [["reason", "refused"], ["round", "late"], ["reason", "round", "refused"]]
    for engine in (zen_program, cel_matcher, business_rules_matcher):
        matcher = engine.Matcher(rules)
        assert [matcher.match(matcher.prepare(order)) for order in orders] == expected, engine.__name__


# --- memory


def test_memory_is_read_before_and_after() -> None:
    report = measured("memory")

    growth = report["kept_after_mib"] - report["kept_before_mib"]
    assert growth > 0
    assert report["mib_a_version"] == pytest.approx(growth / QUICK_MEMORY.kept)
    assert report["cycles"] == QUICK_MEMORY.cycles
    assert report["cycles_growth_mib"] == pytest.approx(report["cycles_after_mib"] - report["cycles_before_mib"])


def test_each_version_that_is_compiled_is_a_document_of_its_own() -> None:
    documents = Documents()
    made = [documents.mixed(number) for number in range(130)]
    sizes = []
    for document in made:
        rule_set, problems = parse_rule_set(document)
        assert rule_set is not None, problems
        sizes.append(len(rule_set.rules))

    assert len(set(made)) == 130
    assert sizes.count(53) == 13
    assert sizes.count(5) == 117
