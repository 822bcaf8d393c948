from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import Call

RULES = """
name: Acme
rules:
  - id: delegate
    when:
      all:
        - {field: ship_to.country, is: in, value: [ES, PT]}
        - {field: order_total, is: at_least, value: 0.3}
    then: [{do: set_logistics_provider, provider: acme-3pl, send: true}, {do: add_tag, tag: delegated}]
  - id: hold-late
    when: {field: order_date, is: on_day, value: yesterday}
    then: [{do: hold}]
  - id: check
    when: {field: service, is: not_blank}
    then: [{do: validate_service, on_invalid: alert}]
tests:
  - name: Spain is delegated
    order: {order_number: T-1, order_total: 1, ship_to: {country: ES}}
    expect: {matched: [delegate]}
"""
CONTEXT = {
    "account": {"slug": "casa", "country": "ES", "time_zone": "Europe/Madrid"},
    "providers": ["acme-3pl"],
    "carrier_accounts": [{"owner": "casa", "carrier": "dhl", "services": ["parcel"]}],
}


@pytest.fixture
def rules(tmp_path: Path) -> str:
    file = tmp_path / "rules.yaml"
    file.write_text(RULES)
    return str(file)


@pytest.fixture
def context(tmp_path: Path) -> str:
    file = tmp_path / "context.json"
    file.write_text(json.dumps(CONTEXT))
    return str(file)


@pytest.fixture(autouse=True)
def _no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check`, `test` and `run` use none; `publish` has tests of its own."""
    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / "untouched"))


def write(tmp_path: Path, name: str, content: str | bytes) -> str:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


def test_a_sound_file_is_clean(relevo: Call, rules: str, context: str, tmp_path: Path) -> None:
    answer = relevo("rules", "check", rules, "--context", context, "--json")

    assert (answer.code, answer.json) == (0, {"problems": []})
    assert relevo("rules", "check", rules).out.decode().endswith("no problems (rules: 3).\n")
    assert not (tmp_path / "untouched").exists()


def test_every_problem_is_told_with_its_place(relevo: Call, tmp_path: Path, context: str) -> None:
    file = write(
        tmp_path,
        "bad.yaml",
        "name: x\nrules:\n"
        "  - id: a\n    when: {field: nonsense, is: equals, value: 1}\n    then: [{do: jump}]\n"
        "  - id: a\n    when: always\n    then: [{do: set_logistics_provider, provider: nobody}]\n",
    )

    answer = relevo("rules", "check", file, "--context", context, "--json")

    assert answer.code == 1
    problems = answer.json["problems"]
    assert all(set(problem) == {"severity", "file", "line", "path", "code", "message"} for problem in problems)
    assert {problem["file"] for problem in problems} == {file}
    assert [problem["line"] for problem in problems] == sorted(problem["line"] for problem in problems)
    assert {problem["path"].partition(".")[0] for problem in problems} == {"rules[0]", "rules[1]"}
    assert any("nobody" in problem["message"] for problem in problems) or len(problems) >= 3
    lines = relevo("rules", "check", file, "--context", context)
    assert (lines.code, len(lines.out.splitlines())) == (1, len(problems))


def test_errors_of_one_rule_hide_nothing_that_others_name(relevo: Call, tmp_path: Path, context: str) -> None:
    content = """
rules:
  - {id: a, when: {field: nope, is: blank}, then: [{do: set_logistics_provider, provider: nowhere}]}
  - {id: b, when: {field: tags, is: includes, value: {list: nolist}}, then: [{do: set_logistics_provider, provider: nobody}]}
  - {id: c, when: {field: ship_to.country, is: equals, value: ES}, then: [{do: add_tag, tag: x}, {do: add_tag, tag: x}]}
"""
    Path(context).write_text(json.dumps({**CONTEXT, "lists": {}}))
    file = write(tmp_path, "wrong.yaml", content)
    for command in (("check",), ("test",)):
        answer = relevo("rules", *command, file, "--context", context)
        said = answer.out.decode() + answer.err
        assert answer.code == 1
        assert [line.rpartition("[")[2].rstrip("]") for line in said.splitlines() if ": error: " in line] == [
            "unknown_field", "unknown_provider", "unknown_list", "unknown_provider",
        ]  # fmt: skip
        assert "warning" not in said, "what is only doubtful waits until there are no errors"


def test_a_name_that_the_context_lacks_is_an_error_only_with_the_context(relevo: Call, tmp_path: Path, context: str) -> None:
    file = write(
        tmp_path, "r.yaml", "name: x\nrules:\n  - {id: a, when: always, then: [{do: set_logistics_provider, provider: who}]}\n"
    )

    assert relevo("rules", "check", file).code == 0
    answer = relevo("rules", "check", file, "--context", context, "--json")
    assert answer.code == 1
    [problem] = answer.json["problems"]
    assert (problem["severity"], problem["line"], problem["path"]) == ("error", 3, "rules[0].then[0].provider")


DOUBTFUL = """name: x
rules:
  - {id: small, when: {field: gift, is: is_true}, then: [{do: set_package, package: small}]}
  - {id: large, when: {field: store, is: equals, value: a}, then: [{do: set_package, package: large}], stop: true}
  - {id: late, when: {field: store, is: equals, value: a}, then: [{do: add_tag, tag: b}]}
"""


def test_what_is_doubtful_is_told_and_is_no_failure(relevo: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, "doubtful.yaml", DOUBTFUL)

    answer = relevo("rules", "check", file, "--json")
    assert answer.code == 0
    found = [(problem["severity"], problem["line"], problem["path"]) for problem in answer.json["problems"]]
    assert found == [("note", 4, "rules[1]"), ("warning", 5, "rules[2]")]

    lines = relevo("rules", "check", file)
    note, warning = lines.out.decode().splitlines()
    assert (lines.code, lines.err) == (0, "")
    assert note.startswith(f'{file}:4: note: rules[1]: the rules "small" and "large" write different values')
    assert warning.startswith(f'{file}:5: warning: rules[2]: the rule "late" never gets its turn')
    monkeypatch.setenv("RELEVO_LANGUAGE", "es")
    assert (
        f'{file}:5: advertencia: rules[2]: a la regla "late" nunca le llega el turno'
        in relevo("rules", "check", file).out.decode()
    )


def test_running_and_testing_say_nothing_of_what_is_only_doubtful(relevo: Call, tmp_path: Path) -> None:
    file = write(tmp_path, "doubtful.yaml", DOUBTFUL + "tests: [{name: t, order: {gift: true}, expect: {matched: [small]}}]\n")

    assert (relevo("rules", "test", file).code, relevo("rules", "test", file).err) == (0, "")
    ran = run(relevo, file, tmp_path, '{"order_number": "A", "gift": true}\n')
    assert (ran.code, ran.err, ran.lines[0]["matched"]) == (0, "", ["small"])


@pytest.mark.parametrize("command", ["check", "test", "run", "publish"])
@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_an_unreadable_file_is_exit_2(relevo: Call, tmp_path: Path, command: str, name: str) -> None:
    file = str(tmp_path / name)
    arguments = {
        "check": (file,),
        "test": (file,),
        "run": ("--rules", file, "--orders", "-"),
        "publish": (file, "--account", "a"),
    }[command]

    answer = relevo("rules", command, *arguments)

    assert answer.code == 2
    assert "cannot be read" in answer.sentence


@pytest.mark.parametrize(
    ("option", "content", "says"),
    [
        ("--context", "[1]", "a JSON object is expected"),
        ("--context", '{"providers": "acme"}', "providers"),
        ("--context", b"\xff", "not UTF-8"),
        ("--now", "soon", '"soon" is not a time'),
        ("--trigger", "never", "'never' is not one of"),
        ("--orders", None, "cannot be read"),
    ],
)
def test_wrong_usage_of_run_is_exit_2(
    relevo: Call, rules: str, tmp_path: Path, option: str, content: str | bytes | None, says: str
) -> None:
    options = {"--rules": rules, "--orders": write(tmp_path, "orders.jsonl", "{}\n")}
    if option == "--context":
        assert content is not None
        options[option] = write(tmp_path, "c.json", content)
    else:
        options[option] = str(tmp_path / "nothing") if content is None else str(content)

    answer = relevo("rules", "run", *[part for pair in options.items() for part in pair])

    assert answer.code == 2
    assert says in answer.sentence


def test_saved_tests_pass_or_fail(relevo: Call, rules: str, context: str, tmp_path: Path) -> None:
    passed = relevo("rules", "test", rules, "--context", context, "--now", "2026-03-01T09:00:00Z")
    assert (passed.code, passed.out.decode().splitlines()[-1]) == (0, "1 passed, 0 failed")

    file = write(tmp_path, "failing.yaml", RULES.replace("matched: [delegate]", "matched: []"))
    failed = relevo("rules", "test", file, "--json")
    assert failed.code == 1
    [entry] = failed.json["tests"]
    assert (entry["name"], entry["passed"]) == ("Spain is delegated", False)
    assert "delegate" in entry["differences"][0]

    broken = relevo("rules", "test", write(tmp_path, "broken.yaml", "rules: 1"))
    assert (broken.code, broken.out) == (1, b"")


def run(relevo: Call, rules: str, tmp_path: Path, content: str | bytes, *options: str):
    orders = write(tmp_path, "orders.jsonl", content)
    return relevo("rules", "run", "--rules", rules, "--orders", orders, "--now", "2026-03-01T09:00:00Z", *options)


def test_each_order_gets_one_line_in_the_order_of_the_input(relevo: Call, rules: str, context: str, tmp_path: Path) -> None:
    orders = [{"order_number": f"N{number}", "ship_to": {"country": country}, "order_total": "0.30"} for number, country in
              enumerate(["ES", "FR", "PT"])]  # fmt: skip
    answer = run(relevo, rules, tmp_path, "".join(json.dumps(order) + "\n" for order in orders), "--context", context)

    assert answer.code == 0
    assert [line["order_number"] for line in answer.lines] == ["N0", "N1", "N2"]
    assert [line["matched"] for line in answer.lines] == [["delegate"], [], ["delegate"]]
    assert [line["flags"] for line in answer.lines] == [[], ["unhandled"], []]
    first = answer.lines[0]
    assert set(first) == {"order_number", "matched", "flags", "order", "effects", "errors"}
    assert first["order"]["tags"] == ["delegated"]
    assert (first["order"]["line_count"], first["order"]["international"]) == (0, False)
    [effect] = first["effects"]
    assert (effect["do"], effect["rule"], effect["provider"]) == ("set_logistics_provider", "delegate", "acme-3pl")
    assert "waiting" not in effect


def test_numbers_are_written_digit_for_digit(relevo: Call, rules: str, tmp_path: Path) -> None:
    document = (
        '{"order_number": "A", "order_total": 0.1000000000000000055511151231257827, "weight_g": 1E3,'
        ' "x": 123456789012345678901234567890,'
        ' "items": [{"sku": "A", "quantity": 1.10}, {"sku": "B", "quantity": "2"}]}\n'
    )
    answer = run(relevo, rules, tmp_path, document)

    text = answer.out.decode()
    assert '"order_total":0.1000000000000000055511151231257827' in text
    assert '"x":123456789012345678901234567890' in text
    assert '"weight_g":1000' in text
    assert '"total_quantity":3.10' in text
    assert answer.lines[0]["order"]["skus"] == ["A", "B"]


@pytest.mark.parametrize(
    "line", ["[1]", "not json", "", '{"a": NaN}', '{"a": 1', '"text"', '{"a": "\\ud800"}', b'{"a": "\xff"}', "{" * 3000]
)
def test_an_unreadable_line_is_told_and_the_others_go_on(relevo: Call, rules: str, tmp_path: Path, line: str | bytes) -> None:
    content = line if isinstance(line, bytes) else line.encode()

    answer = run(relevo, rules, tmp_path, b'{"order_number": "A"}\n' + content + b'\n{"order_number": "B"}')

    assert answer.code == 1
    first, second, third = answer.lines
    assert (first["order_number"], third["order_number"]) == ("A", "B")
    assert (second["line"], second["flags"]) == (2, ["unreadable"])
    [error] = second["errors"]
    assert error["message"].startswith("line 2 is not an order")


def test_rules_with_errors_print_nothing_on_stdout(relevo: Call, tmp_path: Path) -> None:
    file = write(tmp_path, "bad.yaml", "name: x\nrules:\n  - {id: a, when: {field: nope, is: blank}, then: [{do: stop}]}\n")

    answer = run(relevo, file, tmp_path, '{"order_number": "A"}\n')

    assert answer.code == 1
    assert answer.out == b""
    assert "nope" in answer.err
    assert len(answer.err.splitlines()) == 1


def test_a_trace_names_every_rule(relevo: Call, rules: str, tmp_path: Path) -> None:
    answer = run(relevo, rules, tmp_path, '{"order_number": "A", "ship_to": {"country": "ES"}}\n', "--trace")

    trace = answer.lines[0]["trace"]
    assert len(trace) == 3
    assert '"delegate"' in json.dumps(trace)
    assert "trace" not in run(relevo, rules, tmp_path, '{"order_number": "A"}\n').lines[0]


def test_the_clock_the_trigger_and_history_count(relevo: Call, rules: str, tmp_path: Path) -> None:
    yesterday = '{"order_number": "A", "order_date": "2026-02-28T22:59:00Z"}\n'

    assert run(relevo, rules, tmp_path, yesterday).lines[0]["order"]["status"] == "on_hold"
    assert run(relevo, rules, tmp_path, yesterday, "--trigger", "updated").lines[0]["matched"] == []
    edited = '{"order_number": "A", "order_date": "2026-02-28", "status": "awaiting_shipment", "edited_fields": ["status"]}\n'
    assert run(relevo, rules, tmp_path, edited).lines[0]["order"]["status"] == "awaiting_shipment"


def test_orders_come_from_the_standard_input_too(relevo: Call, rules: str) -> None:
    answer = relevo("rules", "run", "--rules", rules, "--orders", "-", stdin='{"order_number": "A"}\n')

    assert [line["order_number"] for line in answer.lines] == ["A"]


def test_a_held_order_keeps_its_request_waiting(relevo: Call, rules: str, tmp_path: Path) -> None:
    order = '{"order_number": "A", "order_total": 5, "ship_to": {"country": "ES"}, "order_date": "2026-02-28"}\n'

    [effect] = run(relevo, rules, tmp_path, order).lines[0]["effects"]

    assert effect["waiting"] == "on_hold"


def test_publishing_checks_tests_and_counts_versions(
    relevo: Call, tmp_path: Path, rules: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / "data"))
    from support.command_line import create

    merchant, provider = create(relevo, "Casa", "merchant"), create(relevo, "Acme 3PL", "3pl")
    refused = relevo("rules", "publish", rules, "--account", merchant, "--json")
    assert (refused.code, refused.out) == (1, b"")
    assert "acme-3pl" in refused.err

    relevo("connections", "create", "--provider", provider, "--client", merchant)
    first = relevo("rules", "publish", rules, "--account", merchant, "--json")
    assert (first.code, first.json["number"], first.json["name"], first.json["account"]) == (0, 1, "Acme", "casa")
    changed = write(tmp_path, "changed.yaml", RULES.replace("on_invalid: alert", "on_invalid: hold"))
    assert relevo("rules", "publish", changed, "--account", merchant).out.decode().splitlines() == [
        'Version 2 of "Acme" is published.',
        'It replaces version 1 of the rule set "acme" ("Acme"), number 1 of 1.',
    ]

    doubtful = relevo("rules", "publish", write(tmp_path, "doubtful.yaml", DOUBTFUL), "--account", merchant, "--json")
    assert (doubtful.code, doubtful.json["number"]) == (0, 1)
    note, warning = doubtful.err.splitlines()
    assert 'doubtful.yaml:4: note: rules[1]: the rules "small" and "large"' in note
    assert 'doubtful.yaml:5: warning: rules[2]: the rule "late"' in warning

    failing = write(tmp_path, "failing.yaml", RULES.replace("matched: [delegate]", "matched: []"))
    failed = relevo("rules", "publish", failing, "--account", merchant, "--json")
    assert (failed.code, failed.out) == (1, b"")
    assert "FAILED: Spain is delegated" in failed.err
    nul = write(tmp_path, "nul.yaml", 'name: x\nrules:\n  - {id: a, when: always, then: [{do: add_tag, tag: "a\\0b"}]}\n')
    unstorable = relevo("rules", "publish", nul, "--account", merchant)
    assert (unstorable.code, unstorable.out) == (1, b"")
    assert "nul.yaml:3: error: rules[0].then[0].tag: this text holds the character U+0000" in unstorable.err
    assert relevo("rules", "publish", rules, "--account", "nobody").sentence.startswith('There is no account "nobody"')
    assert (
        relevo("rules", "publish", write(tmp_path, "b.yaml", b"\xef\xbb\xbf" + RULES.encode()), "--account", merchant).code == 0
    )
