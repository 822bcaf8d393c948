"""What a check reports: code, line, path and sentence; every problem at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.effort import steps_of
from support.rule_sets import codes_of, condition, problems_of, rule, tag


def when(node: str) -> str:
    return f"- {{id: a, when: {node}, then: []}}"


# One line of a document each, the thing that is wrong on line 2.
IN_A_RULE: list[tuple[str, str, str, str]] = [
    ("- {when: always, then: []}", "missing_key", "rules[0]", 'the key "id" is missing'),
    ("- {id: a, then: []}", "missing_key", "rules[0]", 'the key "when" is missing'),
    ("- {id: a, when: always}", "missing_key", "rules[0]", 'the key "then" is missing'),
    ("- {id: a, whne: always, when: always, then: []}", "unknown_key", "rules[0].whne", 'did you mean "when"?'),
    ("- a", "wrong_type", "rules[0]", '"a"'),
    ("- {id: A b, when: always, then: []}", "bad_id", "rules[0].id", '"A b"'),
    ("- {id: '', when: always, then: []}", "bad_id", "rules[0].id", '""'),
    ("- {id: [a], when: always, then: []}", "wrong_type", "rules[0].id", '["a"]'),
    ("- {id: a, name: [b], when: always, then: []}", "wrong_type", "rules[0].name", '["b"]'),
    ("- {id: a, enabled: 'no', when: always, then: []}", "wrong_type", "rules[0].enabled", '"no"'),
    ("- {id: a, stop: 1, when: always, then: []}", "wrong_type", "rules[0].stop", "true or false"),
    ("- {id: a, once: x, when: always, then: []}", "wrong_type", "rules[0].once", '"x"'),
    ("- {id: a, on: imported, when: always, then: []}", "wrong_type", "rules[0].on", "a list"),
    ("- {id: a, on: [], when: always, then: []}", "no_trigger", "rules[0].on", "`on`"),
    ("- {id: a, on: [import], when: always, then: []}", "unknown_trigger", "rules[0].on[0]", '"import"'),
    ("- {id: a, when: always, then: {do: stop}}", "wrong_type", "rules[0].then", "a list"),
    (when("sometimes"), "wrong_type", "rules[0].when", '"sometimes"'),
    (when("[]"), "wrong_type", "rules[0].when", "[]"),
    (when("{}"), "no_condition", "rules[0].when", "{}"),
    (when("{all: {}}"), "wrong_type", "rules[0].when.all", "a list"),
    (when("{all: [], any: []}"), "two_groups", "rules[0].when", "`all`, `any`"),
    (when("{all: [], any_item: {field: sku, is: blank}}"), "two_groups", "rules[0].when", "`any_item`"),
    (when("{all: [], field: sku}"), "unknown_key", "rules[0].when.field", '"field"'),
    (when("{any_item: always}"), "always_of_item", "rules[0].when.any_item", "`always`"),
    (
        when("{any_item: {all: [{no_item: {field: sku, is: blank}}]}}"),
        "nested_item_group",
        "rules[0].when.any_item.all[0].no_item",
        "item group",
    ),
    (when("{field: gift}"), "missing_key", "rules[0].when", '"is"'),
    (when("{is: blank}"), "missing_key", "rules[0].when", '"field"'),
    (when("{field: gift, is: is_true, velue: 1}"), "unknown_key", "rules[0].when.velue", '"velue"'),
    (when("{field: ship_to.cuntry, is: blank}"), "unknown_field", "rules[0].when.field", "ship_to.country"),
    (when("{field: sku, is: blank}"), "unknown_field", "rules[0].when.field", '"sku"'),
    (
        when("{any_item: {field: store, is: blank}}"),
        "unknown_field",
        "rules[0].when.any_item.field",
        "an item",
    ),
    (when("{field: store, is: eqals, value: x}"), "unknown_operator", "rules[0].when.is", '"equals"'),
    (
        when("{field: store, is: at_least, value: x}"),
        "operator_does_not_fit",
        "rules[0].when.is",
        "`at_least`",
    ),
    (when("{field: gift, is: equals, value: x}"), "operator_does_not_fit", "rules[0].when.is", "boolean"),
    (when("{field: store, is: blank, value: x}"), "unexpected_value", "rules[0].when.value", '"x"'),
    (when("{field: gift, is: is_true, value: true}"), "unexpected_value", "rules[0].when.value", "true"),
    (when("{field: store, is: equals}"), "missing_value", "rules[0].when", "`equals`"),
    (when("{field: store, is: equals, value: null}"), "missing_value", "rules[0].when.value", "`equals`"),
    (when("{field: store, is: equals, value: ''}"), "empty_value", "rules[0].when.value", "`is: blank`"),
    (when("{field: store, is: equals, value: '  '}"), "empty_value", "rules[0].when.value", "empty"),
    (when("{field: store, is: in, value: [a, '']}"), "empty_value", "rules[0].when.value[1]", "empty"),
    (when("{field: tags, is: includes, value: ['']}"), "empty_value", "rules[0].when.value[0]", "empty"),
    (when("{field: store, is: in, value: []}"), "empty_value", "rules[0].when.value", "empty"),
    (when("{field: tags, is: includes, value: []}"), "empty_value", "rules[0].when.value", "empty"),
    (when("{field: store, is: in, value: ES}"), "list_wanted", "rules[0].when.value", "[ES]"),
    (when("{field: store, is: not_in, value: ES}"), "list_wanted", "rules[0].when.value", "[ES]"),
    (when("{field: order_total, is: in, value: 5}"), "list_wanted", "rules[0].when.value", "[5]"),
    (when("{field: store, is: equals, value: [a]}"), "one_value_wanted", "rules[0].when.value", '["a"]'),
    (when("{field: order_total, is: equals, value: [1]}"), "one_value_wanted", "rules[0].when.value", "[1]"),
    (when("{field: order_total, is: between, value: 5}"), "pair_wanted", "rules[0].when.value", "5"),
    (when("{field: order_total, is: between, value: [5]}"), "pair_wanted", "rules[0].when.value", "[5]"),
    (
        when("{field: order_total, is: between, value: [1, 2, 3]}"),
        "pair_wanted",
        "rules[0].when.value",
        "[1, 2, 3]",
    ),
    (when("{field: order_total, is: between, value: [5, 1]}"), "low_above_high", "rules[0].when.value", "5"),
    (
        when("{field: order_date, is: between, value: [2026-03-02, 2026-03-01]}"),
        "low_above_high",
        "rules[0].when.value",
        "2026-03-02",
    ),
    (
        when("{field: order_total, is: equals, value: '10'}"),
        "wrong_value_type",
        "rules[0].when.value",
        '"10"',
    ),
    (
        when("{field: order_total, is: in, value: [1, x]}"),
        "wrong_value_type",
        "rules[0].when.value[1]",
        '"x"',
    ),
    (when("{field: store, is: equals, value: {a: b}}"), "wrong_value_type", "rules[0].when.value", "{a:"),
    (
        when("{field: order_date, is: before, value: soon}"),
        "wrong_value_type",
        "rules[0].when.value",
        '"soon"',
    ),
    (
        when("{field: order_date, is: within_last, value: today}"),
        "wrong_value_type",
        "rules[0].when.value",
        '"today"',
    ),
    (when("{field: order_date, is: before, value: ''}"), "wrong_value_type", "rules[0].when.value", '""'),
    (
        when("{field: order_date, is: on_day, value: 2026-03-01T10:00}"),
        "wrong_value_type",
        "rules[0].when.value",
        "2026-03-01T10:00",
    ),
    (
        when("{field: order_date, is: within_last, value: 3 days}"),
        "wrong_value_type",
        "rules[0].when.value",
        "3 days",
    ),
    (
        when("{field: order_date, is: older_than, value: -3d}"),
        "wrong_value_type",
        "rules[0].when.value",
        "-3d",
    ),
    (
        when("{field: order_total, is: equals, value: 1, match_case: true}"),
        "match_case_misplaced",
        "rules[0].when.match_case",
        "`match_case`",
    ),
    ("- {id: a, when: always, then: [stop]}", "wrong_type", "rules[0].then[0]", '"stop"'),
    ("- {id: a, when: always, then: [{tag: x}]}", "missing_key", "rules[0].then[0]", '"do"'),
    ("- {id: a, when: always, then: [{do: ad_tag, tag: x}]}", "unknown_action", "rules[0].then[0].do", "add_tag"),
    ("- {id: a, when: always, then: [{do: add_tag}]}", "missing_parameter", "rules[0].then[0]", "`tag`"),
    ("- {id: a, when: always, then: [{do: add_tag, tag: null}]}", "missing_parameter", "rules[0].then[0].tag", "`tag`"),
    ("- {id: a, when: always, then: [{do: add_tag, tag: x, tags: y}]}", "unknown_parameter", "rules[0].then[0].tags", '"tags"'),
    ("- {id: a, when: always, then: [{do: stop, now: true}]}", "unknown_parameter", "rules[0].then[0].now", '"now"'),
    ("- {id: a, when: always, then: [{do: add_tag, tag: ''}]}", "empty_value", "rules[0].then[0].tag", "empty"),
    ("- {id: a, when: always, then: [{do: add_tag, tag: [x]}]}", "wrong_value_type", "rules[0].then[0].tag", '["x"]'),
    ("- {id: a, when: always, then: [{do: add_tag, tag: '{stor}'}]}", "unknown_placeholder", "rules[0].then[0].tag", '"stor"'),
    ("- {id: a, when: always, then: [{do: add_tag, tag: '{'}]}", "open_placeholder", "rules[0].then[0].tag", "{{"),
    ("- {id: a, when: always, then: [{do: hold, days: -1}]}", "wrong_value_type", "rules[0].then[0].days", "-1"),
    ("- {id: a, when: always, then: [{do: hold, days: 1.5}]}", "wrong_value_type", "rules[0].then[0].days", "1.5"),
    ("- {id: a, when: always, then: [{do: hold, days: '2'}]}", "wrong_value_type", "rules[0].then[0].days", '"2"'),
    ("- {id: a, when: always, then: [{do: hold, until: soon}]}", "wrong_value_type", "rules[0].then[0].until", '"soon"'),
    ("- {id: a, when: always, then: [{do: hold, days: 1, until: 2026-03-01}]}", "bad_parameters", "rules[0].then[0]", "`until`"),
    (
        "- {id: a, when: always, then: [{do: validate_service, on_invalid: shrug}]}",
        "unknown_choice",
        "rules[0].then[0].on_invalid",
        '"shrug"',
    ),
    (
        "- {id: a, when: always, then: [{do: set_logistics_provider, provider: x, send: 'yes'}]}",
        "wrong_value_type",
        "rules[0].then[0].send",
        '"yes"',
    ),
]


@pytest.mark.parametrize(("text", "code", "path", "quoted"), IN_A_RULE)
def test_a_problem_has_its_code_line_path_and_quotes_what_is_wrong(text: str, code: str, path: str, quoted: str) -> None:
    (problem,) = problems_of(f"rules:\n  {text}\n")

    assert (problem.severity, problem.message.code, problem.path, problem.line) == ("error", code, path, 2)
    for language in ("en", "es"):
        line = problem.to_line("acme.yaml", language)
        assert line.startswith(f"acme.yaml:2: error: {path}: ")
        assert "\n" not in line
    assert quoted in problem.message.format("en")
    assert problem.message.format("en") != problem.message.format("es")


def test_a_problem_stands_on_the_line_of_what_is_wrong() -> None:
    document = """\
name: lines
rules:
  - id: a
    when:
      all:
        - field: ship_to.country
          is: in
          value:
            - ES
            - ""
        - any_item:
            field: quantity
            is: at_least
            value: "2"
    then:
      - do: hold
        days: soon
  - id: a
    when: always
    then: []
"""
    assert [(problem.line, problem.path, problem.message.code) for problem in problems_of(document)] == [
        (10, "rules[0].when.all[0].value[1]", "empty_value"),
        (14, "rules[0].when.all[1].any_item.value", "wrong_value_type"),
        (17, "rules[0].then[0].days", "wrong_value_type"),
        (18, "rules[1].id", "duplicate_id"),
    ]


def test_a_duplicate_id_is_reported_at_the_later_rule_and_names_the_earlier_line() -> None:
    (problem,) = problems_of("rules:\n  - {id: a, when: always, then: []}\n  - {id: a, when: always, then: []}\n")

    assert (problem.message.code, problem.line, problem.path) == ("duplicate_id", 3, "rules[1].id")
    assert '"a"' in str(problem.message)
    assert "line 2" in str(problem.message)


def test_a_problem_as_json_has_the_keys_that_tools_read() -> None:
    (problem,) = problems_of("rules:\n  - {id: a, when: always, then: [{do: nothing}]}\n")

    assert problem.to_json("f.yaml") == {
        "severity": "error",
        "file": "f.yaml",
        "line": 2,
        "path": "rules[0].then[0].do",
        "code": "unknown_action",
        "message": '"nothing" is not an action',
    }


# --- Limits: just inside, just outside


def a_document(*rules: Any) -> str:
    return json.dumps({"rules": rules})


def nested(depth: int, field: str = "order_total") -> Any:
    node: Any = condition(field, "blank")
    for _ in range(depth):
        node = {"all": [node]}
    return node


@pytest.mark.parametrize(
    ("code", "limit", "inside", "outside"),
    [
        (
            "limit_rules",
            "1000",
            a_document(*(rule(id=f"r{n}") for n in range(1000))),
            a_document(*(rule(id=f"r{n}") for n in range(1001))),
        ),
        (
            "limit_conditions",
            "200",
            a_document(rule({"any": [condition("gift", "is_true")] * 200})),
            a_document(rule({"any": [condition("gift", "is_true")] * 201})),
        ),
        ("limit_depth", "8", a_document(rule(nested(8))), a_document(rule(nested(9)))),
        (
            "limit_depth",
            "8",
            a_document(rule({"all": [{"any_item": nested(6, "quantity")}]})),
            a_document(rule({"all": [{"any_item": nested(7, "quantity")}]})),
        ),
        (
            "limit_values",
            "1000",
            a_document(rule(condition("store", "in", [f"s{n}" for n in range(1000)]))),
            a_document(rule(condition("store", "in", [f"s{n}" for n in range(1001)]))),
        ),
        (
            "limit_text",
            "4096",
            a_document(rule(condition("store", "equals", "x" * 4096))),
            a_document(rule(condition("store", "equals", "x" * 4097))),
        ),
        ("limit_text", "4096", a_document(rule("always", tag("x" * 4096))), a_document(rule("always", tag("x" * 4097)))),
    ],
    ids=["rules", "conditions", "depth", "depth-with-items", "values", "text", "text-of-an-action"],
)
def test_a_limit_has_its_own_code_and_names_itself(code: str, limit: str, inside: str, outside: str) -> None:
    assert codes_of(inside) == []
    (problem,) = problems_of(outside)
    assert problem.message.code == code
    assert limit in problem.message.format("en")
    assert limit in problem.message.format("es")


def test_past_a_limit_the_other_problems_are_still_reported() -> None:
    rules = [rule(condition("stor", "blank"), id="r0"), *(rule(id=f"r{n}") for n in range(1, 1001))]
    assert codes_of(a_document(*rules)) == ["limit_rules", "unknown_field"]

    values = ["", *(f"s{n}" for n in range(1000))]
    assert sorted(codes_of(a_document(rule(condition("store", "in", values))))) == ["empty_value", "limit_values"]


def test_an_id_may_have_a_hundred_characters() -> None:
    assert codes_of(a_document(rule(id="a" * 100))) == []
    assert codes_of(a_document(rule(id="a" * 101))) == ["bad_id"]


def test_times_of_different_kinds_are_only_out_of_order_when_no_zone_could_put_them_right() -> None:
    def between(low: str, high: str) -> list[str]:
        return codes_of(a_document(rule(condition("order_date", "between", [low, high]))))

    assert between("2026-03-01T12:00", "2026-03-01T11:30Z") == []  # 11:00Z when the account is in Madrid
    assert between("2026-03-03T12:00", "2026-03-01T11:30Z") == ["low_above_high"]
    assert between("2026-03-01T12:00Z", "2026-03-01T11:30Z") == ["low_above_high"]
    assert between("2026-03-01", "2026-03-01") == []


# --- Saved tests


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ("- a", "wrong_type", "tests[0]"),
        ("- {expect: {}}", "missing_key", "tests[0]"),
        ("- {order: {}}", "missing_key", "tests[0]"),
        ("- {order: [], expect: {}}", "wrong_type", "tests[0].order"),
        ("- {order: {delegation: {provder: a}}, expect: {}}", "unknown_key", "tests[0].order.delegation.provder"),
        ("- {order: {tracking: {stat: a}}, expect: {}}", "unknown_key", "tests[0].order.tracking.stat"),
        ("- {order: {}, expect: {order: {delegation: {by: a}}}}", "unknown_key", "tests[0].expect.order.delegation.by"),
        ("- {order: {}, expect: []}", "wrong_type", "tests[0].expect"),
        ("- {order: {}, expect: {match: []}}", "unknown_key", "tests[0].expect.match"),
        ("- {order: {}, expect: {matched: a}}", "wrong_type", "tests[0].expect.matched"),
        ("- {order: {}, expect: {matched: [{}]}}", "wrong_type", "tests[0].expect.matched[0]"),
        ("- {order: {}, expect: {flags: [lost]}}", "unknown_flag", "tests[0].expect.flags[0]"),
        ("- {order: {}, expect: {order: []}}", "wrong_type", "tests[0].expect.order"),
        ("- {order: {}, expect: {effects: {}}}", "wrong_type", "tests[0].expect.effects"),
        ("- {order: {}, expect: {}, trigger: import}", "unknown_trigger", "tests[0].trigger"),
        ("- {order: {}, expect: {}, now: later}", "bad_now", "tests[0].now"),
        ("- {order: {}, expect: {}, context: {users: x}}", "bad_context", "tests[0].context"),
        ("- {order: {}, expect: {}, contxt: {}}", "unknown_key", "tests[0].contxt"),
    ],
)
def test_a_saved_test_that_is_wrong_is_reported(text: str, code: str, path: str) -> None:
    (problem,) = problems_of(f"rules: []\ntests:\n  {text}\n")

    assert (problem.message.code, problem.path, problem.line) == (code, path, 3)


def test_ten_times_as_many_rules_take_ten_times_the_work() -> None:
    """And no more, as when each rule is compared with each: so a thousand are read within the time that is promised."""
    assert steps_of(lambda: codes_of(many_rules(300))) < 11 * steps_of(lambda: codes_of(many_rules(30)))


def many_rules(count: int) -> str:
    return "rules:\n" + "".join(
        f"  - id: r{n}\n    when:\n      all:\n        - {{field: ship_to.country, is: in, value: [ES, PT]}}\n"
        f"        - {{field: order_total, is: at_least, value: {n}}}\n    then:\n      - {{do: add_tag, tag: t{n}}}\n"
        for n in range(count)
    )


def test_a_thousand_rules_are_read() -> None:
    assert codes_of(many_rules(1000)) == []
