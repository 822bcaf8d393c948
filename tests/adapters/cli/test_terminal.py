"""What commands quote of files and stores does nothing to the terminal."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

from support.command_line import Call

from adapters import cli


def write(tmp_path: Path, name: str, content: str) -> str:
    file = tmp_path / name
    file.write_text(content, "utf-8")
    return str(file)


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
