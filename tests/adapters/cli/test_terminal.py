"""What commands about rules say to a terminal: nothing of a file as it is, and what nothing does yet."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from support.command_line import Call

from adapters import cli

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
def context(tmp_path: Path) -> str:
    file = tmp_path / "context.json"
    file.write_text(json.dumps(CONTEXT))
    return str(file)


def write(tmp_path: Path, name: str, content: str | bytes) -> str:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


def test_a_file_that_is_not_utf_8_is_no_rule_set(relevo: Call, tmp_path: Path) -> None:
    answer = relevo("rules", "check", write(tmp_path, "latin.yaml", b"name: caf\xe9\n"))

    assert answer.code in (1, 2)
    assert "UTF-8" in answer.out.decode() + answer.err


NASTY = """
name: "\\e]0;owned\\a"
rules:
  - {id: a, when: {field: "ship_to.cit\\e[2Jy", is: equals, value: x}, then: []}
"""


def test_nothing_quoted_from_a_file_reaches_the_terminal_as_it_is(relevo: Call, tmp_path: Path) -> None:
    file = write(tmp_path, "nasty.yaml", NASTY)
    context = write(tmp_path, "context.json", json.dumps({"account": {"time_zone": "\x1b[31m\u009b"}}))
    orders = write(
        tmp_path, "orders.jsonl", json.dumps({"order_number": "\u009b31m\u202e\x7f"}, ensure_ascii=False) + "\n\x1b\x07\n"
    )
    sound = write(tmp_path, "sound.yaml", 'rules: []\ntests: [{name: "\\e[1m\\a", order: {}, expect: {flags: [unhandled]}}]\n')

    for arguments in (
        ("rules", "check", file),
        ("rules", "check", file, "--json"),
        ("rules", "check", file, "--context", context),
        ("rules", "run", "--rules", file, "--orders", orders),
        ("rules", "run", "--rules", sound, "--orders", orders),
        ("rules", "test", sound),
        ("rules", "check", "\x1b[31m.yaml"),
        ("rules", "\x1b[31m"),
        ("rules", "run", "--rules", sound, "--orders", orders, "--now", "\x1b]0;x\x07"),
    ):
        answered = relevo(*arguments)
        said = answered.out.decode() + answered.err
        assert said.strip(), arguments
        assert not [one for one in said if one != "\n" and (unicodedata.category(one) == "Cc" or one == "\u202e")], arguments
    (line, _) = relevo("rules", "run", "--rules", sound, "--orders", orders).out.decode().splitlines()
    assert json.loads(line)["order_number"] == "\u009b31m\u202e\x7f"


def test_every_line_of_a_command_goes_one_way() -> None:
    """What is printed otherwise would bring control characters of stores to the terminal."""
    folder = Path(cli.__file__ or "").parent
    otherwise = {
        file.name
        for file in folder.glob("*.py")
        if re.search(r"\bclick\.(echo|secho)\(|\bprint\(|std(out|err)\.write\(", file.read_text("utf-8"))
    }

    # One has the way; one prints what is made of the code alone; one flushes each line, made harmless.
    assert otherwise == {"output.py", "rule_reference.py", "serve.py"}


def test_what_is_not_tested_and_what_nothing_does_is_said(relevo: Call, tmp_path: Path) -> None:
    text = RULES.replace("order_total: 1, ", "order_total: 1, carrier: dhl, service: x, ").replace(
        "[delegate]", "[delegate, check]"
    )
    text = text.replace("then: [{do: hold}]", "then: [{do: send_to_queue, queue: q}]\n    on: [imported, schedule]")
    file = write(tmp_path, "silent.yaml", text)

    tested = relevo("rules", "test", file)
    assert tested.code == 0
    assert '`validate_service` of the rule "check" is not tested' in tested.out.decode()
    (entry,) = json.loads(relevo("rules", "test", file, "--json").out)["tests"]
    assert (entry["passed"], len(entry["untested"])) == (True, 1)
    checked = relevo("rules", "check", file)
    assert checked.code == 0
    assert (
        "note: rules[1].then[0]: `send_to_queue` is kept with the order, and nothing carries it out yet" in checked.out.decode()
    )
    assert "warning: rules[1].on: the rule" in checked.out.decode()
