"""durable-rules makes every decision, and nothing that merchants write can bring it to its known hazards."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from support.rule_sets import a_case, a_rule_set, condition, decided, rule, tag

from engine.decide import CompiledRuleSet, chunks, decide, durable_core
from engine.decide.chunks import AskedRule, Chunk, Seen
from engine.decide.durable_core import MAX_BRANCHES, MAX_FLAGS, And, CoreError, FiringCore, Formula, Literal, Or
from engine.decide.formulas import formula_of
from engine.decide.layout import Layout
from engine.decide.reference import decide_by_reference
from rules.document import RuleSet
from rules.messages import Message

ROOT = Path(__file__).parents[3]
YES = condition("gift", "is_false")


def literal(name: str) -> Literal:
    return Literal(name)


def fire(core: FiringCore, *flags: str) -> tuple[int, ...]:
    return core.fire(sum(1 << core.flags.index(flag) for flag in flags))


def compiled(rules: RuleSet) -> CompiledRuleSet:
    return CompiledRuleSet(rules, a_case({}).context.zone)


def chunks_of(rules: RuleSet) -> list[Chunk]:
    return compiled(rules).program("imported").chunks


# --- It is the core, not an ornament


def test_without_durable_rules_nothing_can_decide() -> None:
    script = (
        "import sys; sys.modules['durable_rules_engine'] = None\n"
        "try:\n    import engine.decide\nexcept ImportError as error:\n    print(error)\nelse:\n    print('it decides')"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "durable-rules, the rules core, cannot be loaded" in done.stdout
    assert "without it no decision is made" in done.stdout


class Refusing:
    """A durable-rules module that decides nothing; it still lets go of what others made."""

    delete_state = staticmethod(durable_core._engine.delete_state)
    delete_ruleset = staticmethod(durable_core._engine.delete_ruleset)

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("durable-rules is out of order")


@pytest.mark.parametrize("when", ["always", YES, condition("gift", "is_true")])
def test_when_durable_rules_fails_no_decision_is_made(monkeypatch: pytest.MonkeyPatch, when: Any) -> None:
    ready = compiled(a_rule_set(rule(when, tag("x"))))
    chunk = ready.program("imported").chunks[0]
    monkeypatch.setattr(durable_core, "_engine", Refusing())

    with pytest.raises(RuntimeError, match="out of order"):
        decide(ready, a_case({}))
    with pytest.raises(RuntimeError, match="out of order"):
        chunk.core.fire(0)
    with pytest.raises(RuntimeError, match="out of order"):
        decide(compiled(a_rule_set(rule(when))), a_case({}))


def test_what_fires_is_what_durable_rules_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = a_rule_set(rule(YES, tag("a")), rule("always", tag("b")), rule("always", tag("c")))
    monkeypatch.setattr(FiringCore, "fire", lambda _core, _flags: ())
    assert decide(compiled(rules), a_case({})).flags == ("unhandled",)

    monkeypatch.setattr(FiringCore, "fire", lambda _core, _flags: (1,))
    assert decide(compiled(rules), a_case({})).matched == ("r1",)


def test_an_answer_out_of_order_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    core = FiringCore([literal("t0"), literal("t1")])
    monkeypatch.setattr(core, "_fire", lambda _flags: ["r1", "r0"])

    with pytest.raises(CoreError, match="out of order"):
        fire(core, "t0", "t1")


def test_a_closed_core_answers_nothing() -> None:
    core = FiringCore([literal("t0")])
    assert fire(core, "t0") == (0,)
    core.close()
    core.close()

    with pytest.raises(CoreError, match="closed"):
        core.fire(0)


# --- Firing


def test_rules_fire_in_their_order_each_once() -> None:
    either = Or((literal("t0"), literal("t1"), And((literal("t2"), literal("f3")))))
    core = FiringCore([literal("t2"), either, And(()), literal("f3"), either])

    assert fire(core, "t0", "t1", "t2", "f3") == (0, 1, 2, 3, 4)
    assert fire(core, "t2") == (0, 2)
    assert fire(core, "t2", "f3") == (0, 1, 2, 3, 4)
    assert fire(core) == (2,)


def test_a_core_refuses_more_than_durable_rules_safely_takes() -> None:
    with pytest.raises(ValueError, match="too much"):
        FiringCore([Or(tuple(literal(f"t{n}") for n in range(MAX_BRANCHES + 1)))])
    with pytest.raises(ValueError, match="too much"):
        FiringCore([And(tuple(literal(f"t{n}") for n in range(MAX_FLAGS + 1)))])
    widest = FiringCore([literal("t0")] * MAX_BRANCHES)
    assert fire(widest, "t0") == tuple(range(MAX_BRANCHES))


def test_as_many_flags_as_allowed_may_be_true_at_once() -> None:
    names = [f"t{n}" for n in range(MAX_FLAGS)]
    core = FiringCore([And(tuple(map(literal, names)))])

    assert fire(core, *names) == (0,)
    assert fire(core, *names[:-1]) == ()


def test_answers_are_remembered_and_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "MAX_REMEMBERED", 8)
    either = [Or((literal(f"t{n}"), literal(f"t{n + 6}"))) for n in range(6)]
    seen = [tuple((f"t{leaf}", Seen(1 << 6 + leaf, 0)) for leaf in (n, n + 6)) for n in range(6)]
    chunk = Chunk([AskedRule(1 << n, either[n], (), seen[n]) for n in range(6)])
    fresh = {flags: chunk.ask(63, flags << 6) for flags in range(64)}

    assert chunk.asked == 64
    assert fresh == {flags: flags for flags in range(64)}
    assert {flags: chunk.ask(63, flags << 6) for flags in range(64)} == fresh
    assert sum(len(answers) for _, answers in chunk._answers.values()) <= 8
    before = chunk.asked, chunk.answered_from_memory
    assert chunk.ask(63, 63 << 6) == 63
    assert (chunk.asked, chunk.answered_from_memory) == (before[0], before[1] + 1)


def test_only_those_that_are_asked_about_fire() -> None:
    chunk = Chunk([AskedRule(1 << n, literal("t0"), ("t0",), ()) for n in range(3)])

    assert [chunk.ask(candidates, 0) for candidates in (0b111, 0b010, 0b101)] == [0b111, 0b010, 0b101]


# --- Hazards of durable-rules, as rule sets


def both_ways(rules: RuleSet, order: dict[str, Any]) -> tuple[str, ...]:
    case = a_case(order)
    ready = compiled(rules)
    decision = decide(ready, case)
    assert decision == decide_by_reference(rules, case)[0]
    ready.close()
    return decision.matched


def test_three_hundred_rules_with_the_same_condition() -> None:
    rules = a_rule_set(*(rule(condition("ship_to.country", "equals", "ES")) for _ in range(300)))

    assert both_ways(rules, {"ship_to": {"country": "ES"}}) == tuple(f"r{n}" for n in range(300))
    assert both_ways(rules, {"ship_to": {"country": "FR"}}) == ()
    assert len(chunks_of(rules)) > 300 // MAX_BRANCHES


@pytest.mark.parametrize("kind", ["all", "any", "none"])
def test_two_hundred_conditions_in_one_rule(kind: str) -> None:
    rules = a_rule_set(rule({kind: [condition("order_total", "at_least", n) for n in range(200)]}))

    assert both_ways(rules, {"order_total": 199}) == (() if kind == "none" else ("r0",))
    assert both_ways(rules, {"order_total": 198}) == (("r0",) if kind == "any" else ())
    assert both_ways(rules, {"order_total": -1}) == (("r0",) if kind == "none" else ())


def test_a_hundred_rules_that_are_all_true_for_reasons_of_their_own() -> None:
    rules = a_rule_set(*(rule(condition("order_total", "greater_than", n)) for n in range(100)))

    assert len(both_ways(rules, {"order_total": 1000})) == 100
    assert both_ways(rules, {"order_total": 50}) == tuple(f"r{n}" for n in range(50))


def test_a_wide_any_of_a_hundred_and_fifty() -> None:
    rules = a_rule_set(rule({"any": [condition("skus", "includes", f"S{n}") for n in range(150)]}), rule("always"))

    assert both_ways(rules, {"items": [{"sku": "S149"}]}) == ("r0", "r1")
    assert both_ways(rules, {"items": [{"sku": "S150"}]}) == ("r1",)
    assert both_ways(rules, {"items": [{"sku": f"S{n}"} for n in range(150)]}) == ("r0", "r1")


def test_nested_alternatives_that_would_explode_when_multiplied_out() -> None:
    def pair(number: int) -> dict[str, Any]:
        return {"any": [condition("order_total", "equals", number), condition("weight_g", "equals", number)]}

    flat = {"all": [pair(7)] * 2 + [{"any": [pair(7), pair(8)]} for _ in range(30)]}
    node: dict[str, Any] = pair(7)
    for _ in range(3):
        node = {"all": [{"any": [node, pair(1), pair(2)]}, {"any": [pair(7), node, pair(3)]}]}
    rules = a_rule_set(rule(flat), rule(node))

    assert both_ways(rules, {"order_total": 7}) == ("r0", "r1")
    assert both_ways(rules, {"weight_g": 9}) == ()


@pytest.mark.parametrize("kind", ["all", "any", "none"])
def test_no_formula_is_ever_larger_than_a_core_takes(kind: str) -> None:
    wide = {kind: [{"any": [condition("order_total", "equals", n * 9 + m) for m in range(9)]} for n in range(20)]}
    for chunk in chunks_of(a_rule_set(*(rule(wide) for _ in range(40)))):
        assert len(chunk.core.flags) <= MAX_FLAGS


def test_values_that_durable_rules_itself_would_get_wrong_never_reach_it() -> None:
    rules = a_rule_set(
        rule(condition("order_total", "greater_than", 2**63 - 1)),
        rule(condition("custom_field_1", "equals", "x" * 3)),
        rule(condition("gift", "is_true")),
        rule(condition("order_total", "not_equals", 5)),
    )

    assert both_ways(rules, {"order_total": 2**63, "custom_field_1": "x" * 65_539, "gift": False}) == ("r0", "r3")
    assert both_ways(rules, {"order_total": "9"}) == ("r3",)


def test_rules_that_are_never_true_need_no_ruleset() -> None:
    rules = a_rule_set(rule({"any": []}), rule({"none": ["always"]}), rule({"all": [YES, {"any": []}]}))

    assert chunks_of(rules) == []
    assert both_ways(rules, {}) == ()


def test_equal_questions_are_one_leaf_wherever_they_stand() -> None:
    rules = a_rule_set(*(rule({"all": [YES, condition("order_total", "equals", 5)]}) for _ in range(20)))

    assert len(Layout(list(rules.rules)).leaves) == 2


def test_a_formula_keeps_the_parts_that_fit_and_makes_leaves_of_the_rest() -> None:
    leaves: list[Any] = []

    def number(node: Any) -> int:
        leaves.append(node)
        return len(leaves) - 1

    node = a_rule_set(rule({"all": [YES, {"none": [YES, {"any": []}]}]})).rules[0].when
    formula: Formula = formula_of(node, number)
    assert formula == And((literal("t0"), literal("f1")))


# --- Threads and memory


def test_threads_share_a_compiled_rule_set() -> None:
    def either(number: int) -> dict[str, Any]:
        return {"any": [condition("order_total", "equals", number), condition("weight_g", "at_least", number)]}

    rules = a_rule_set(*(rule(either(number), tag(f"t{number}")) for number in range(60)))
    ready = compiled(rules)
    orders = [{"order_total": n % 70, "weight_g": n % 13} for n in range(120)]
    expected = [decide_by_reference(rules, a_case(order))[0] for order in orders]
    wrong: list[int] = []

    def work(start: int) -> None:
        for step in range(len(orders)):
            place = (start + step) % len(orders)
            if decide(ready, a_case(orders[place])) != expected[place]:
                wrong.append(place)

    threads = [threading.Thread(target=work, args=(start * 17,)) for start in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ready.close()

    assert wrong == []


def resident_kib() -> int:
    fields = Path("/proc/self/statm").read_text("ascii").split()
    return int(fields[1]) * 4


def test_versions_that_come_and_go_leave_no_memory_behind() -> None:
    rules = a_rule_set(*(rule(condition("order_total", "equals", n), tag("x")) for n in range(60)))

    def come_and_go(times: int) -> None:
        for number in range(times):
            ready = compiled(rules)
            decide(ready, a_case({"order_total": number}))
            ready.close()
        gc.collect()

    come_and_go(15)
    before = resident_kib()
    come_and_go(40)

    assert resident_kib() - before < 8 * 1024  # what is not deleted costs about 0.7 MB for each of 80 rulesets


def test_a_version_that_was_never_asked_or_never_fired_closes_cleanly() -> None:
    script = (
        "from engine.decide.durable_core import FiringCore, Literal\n"
        "for number in range(300):\n"
        "    core = FiringCore([Literal('t0'), Literal('t1')])\n"
        "    if number % 2: core.fire(0)\n"
        "    core.close()\n"
        "FiringCore([Literal('t0')])\n"
        "print('closed')"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "closed\n"), done.stderr


def test_deciding_goes_on_without_using_more_memory() -> None:
    rules = a_rule_set(*(rule(condition("order_total", "at_least", n), tag(f"t{n}")) for n in range(50)))
    ready = compiled(rules)

    def decide_about(count: int) -> None:
        for number in range(count):
            decide(ready, a_case({"order_total": number % 60}))

    decide_about(150)
    before = resident_kib()
    decide_about(600)
    ready.close()

    assert resident_kib() - before < 4 * 1024


def test_errors_are_messages_in_both_languages() -> None:
    decision = decided(a_rule_set(rule(condition("order_total", "at_least", 1))), {"order_total": "much"})

    assert isinstance(decision.errors[0].message, Message)
    assert decision.errors[0].message.format("es") == 'order_total: "much" no es un número'
