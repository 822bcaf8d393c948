"""What a rule set is known by, and several of them as one list."""

from __future__ import annotations

import pytest

from rules.document import RuleSet, run_together, slug_of
from rules.parser import parse_rule_set
from rules.render import as_data, render


def parsed(text: str) -> RuleSet:
    rule_set, problems = parse_rule_set(text)
    assert rule_set is not None, problems
    return rule_set


@pytest.mark.parametrize(
    ("head", "slug"),
    [
        ("set: my-shop\nname: Other", "my-shop"),
        ("set: 2026", "2026"),
        ("name: Set logistics provider", "set-logistics-provider"),
        ("name: ' Envíos  a España! '", "envios-a-espana"),
        ("description: none of both", "rules"),
        ("name: ''", "rules"),
        ("name: 配送", ""),
    ],
)
def test_a_set_is_known_by_its_slug_or_its_name(head: str, slug: str) -> None:
    assert parsed(f"{head}\nrules: []").slug == slug


def test_a_slug_made_from_a_long_name_ends_with_a_word() -> None:
    assert slug_of("a" * 99 + " b") == "a" * 99


@pytest.mark.parametrize("written", ["My Shop", "''", "a--b", "null", "a" * 101, "[a]"])
def test_a_slug_that_is_none_is_an_error_at_its_line(written: str) -> None:
    rule_set, problems = parse_rule_set(f"rules: []\nset: {written}")
    assert rule_set is None
    assert [(problem.line, problem.path) for problem in problems] == [(2, "set")]


def test_the_slug_is_written_first() -> None:
    rule_set = parsed("name: N\nset: s\nrules: []")
    assert list(as_data(rule_set)) == ["set", "name", "rules"]
    assert parsed(render(rule_set)) == rule_set


def test_rules_of_several_sets_keep_their_places_in_their_documents() -> None:
    rule = "{{id: {0}, when: always, then: []}}"
    one = parsed(f"rules: [{rule.format('a')}, {rule.format('b')}]")
    other = parsed(f"rules:\n- {rule.format('c')}\n- {rule.format('d')}")
    together = run_together([("one", one), ("other", other), ("again", RuleSet("", "", ()))])

    assert [(rule.id, rule.index, rule.path, rule.line, rule.origin) for rule in together.rules] == [
        ("a", 0, "rules[0]", 1, "one"),
        ("b", 1, "rules[1]", 1, "one"),
        ("c", 2, "rules[0]", 2, "other"),
        ("d", 3, "rules[1]", 3, "other"),
    ]
