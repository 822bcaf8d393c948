"""The versions of a rule set by command line: listed, compared, and taken up again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import Call, create

TAG = "{{id: {id}, when: {{field: gift, is: is_true}}, then: [{{do: add_tag, tag: {tag}}}]}}"


@pytest.fixture
def merchant(relevo: Call) -> str:
    return create(relevo, "Casa", "merchant")


def write(folder: Path, name: str, *rules: str, head: str = "set: tags") -> str:
    file = folder / name
    file.write_text("\n".join([head, "rules:", *(f"  - {rule}" for rule in rules)]) + "\n", "utf-8")
    return str(file)


def published(relevo: Call, merchant: str, folder: Path, *rules: str, head: str = "set: tags", note: str = "") -> str:
    by = f"owner@{merchant}.example"
    file = write(folder, "rules.yaml", *rules, head=head)
    answer = relevo("rules", "publish", file, "--account", merchant, "--note", note, "--by", by, "--json")
    assert answer.code == 0, answer.err
    return str(answer.json["id"])


def test_versions_are_listed_with_who_published_them_and_why(relevo: Call, merchant: str, tmp_path: Path) -> None:
    first = published(relevo, merchant, tmp_path, TAG.format(id="a", tag="x"), note="The beginning")
    second = published(relevo, merchant, tmp_path, TAG.format(id="a", tag="x"), TAG.format(id="b", tag="y"))

    answer = relevo("rules", "versions", "--account", merchant, "--json").json
    times = [one.pop("published_at") for one in answer["versions"]]
    assert answer["versions"] == [
        {"number": 2, "id": second, "by": f"owner@{merchant}.example", "note": "", "rules": 2, "current": True},
        {"number": 1, "id": first, "by": f"owner@{merchant}.example", "note": "The beginning", "rules": 1, "current": False},
    ]
    assert times == sorted(times, reverse=True)
    lines = relevo("rules", "versions", "--account", merchant).out.decode().splitlines()
    assert lines[0].startswith("2 (runs)  ")
    assert lines[1].endswith(f"  owner@{merchant}.example  rules: 1  The beginning")


def test_of_several_sets_one_is_named(relevo: Call, merchant: str, tmp_path: Path) -> None:
    published(relevo, merchant, tmp_path, TAG.format(id="a", tag="x"))
    published(relevo, merchant, tmp_path, TAG.format(id="b", tag="x"), head="set: other")

    assert "say which one with --set: tags, other" in relevo("rules", "versions", "--account", merchant).sentence
    answer = relevo("rules", "versions", "--account", merchant, "--set", "other", "--json").json
    assert (answer["set"], len(answer["versions"])) == ("other", 1)
    assert "Nothing was ever published as" in relevo("rules", "versions", "--account", merchant, "--set", "x").sentence
    assert "There is no account" in relevo("rules", "versions", "--account", "nobody").sentence


def test_two_versions_are_compared_rule_by_rule(relevo: Call, merchant: str, tmp_path: Path) -> None:
    published(relevo, merchant, tmp_path, TAG.format(id="a", tag="x"))
    published(relevo, merchant, tmp_path, TAG.format(id="a", tag="y"), TAG.format(id="b", tag="x"))
    answer = relevo("rules", "diff", "--account", merchant, "1", "2", "--json").json

    assert answer == {
        "changes": [
            {"rule": "a", "kind": "changed", "sentences": ["Action changed: Add the tag x → Add the tag y"]},
            {
                "rule": "b",
                "kind": "added",
                "sentences": ['Rule added as number 2: "b"', "Condition: Gift is true", "Action: Add the tag x"],
            },
        ]
    }
    back = relevo("rules", "diff", "--account", merchant, "2", "1", "--language", "es", "--json").json
    assert back["changes"][0]["sentences"] == ["Acción cambiada: Añadir la etiqueta y → Añadir la etiqueta x"]
    assert relevo("rules", "diff", "--account", merchant, "1", "2").out.decode().splitlines()[:2] == [
        "a: changed",
        "    Action changed: Add the tag x → Add the tag y",
    ]


@pytest.mark.parametrize("number", ["0", "x.yaml", "-1", "1" * 30, "²"])
def test_versions_are_compared_by_their_numbers(relevo: Call, merchant: str, number: str) -> None:
    answer = relevo("rules", "diff", "--account", merchant, "--", number, "1")

    assert answer.code == 2
    assert f'"{number}" is not a version: with --account give two numbers' in answer.sentence


def test_a_version_that_there_is_not_is_said(relevo: Call, merchant: str, tmp_path: Path) -> None:
    published(relevo, merchant, tmp_path, TAG.format(id="a", tag="x"))

    for arguments in (("diff", "1", "7"), ("restore", "7")):
        assert (
            'The rule set "tags" has no version 7; the newest is 1.'
            in relevo("rules", *arguments, "--account", merchant).sentence
        )


def test_two_files_are_compared_without_an_account(relevo: Call, tmp_path: Path) -> None:
    one, other = (write(tmp_path, f"{tag}.yaml", TAG.format(id="a", tag=tag)) for tag in "xy")
    same = tmp_path / "same.json"
    same.write_text(
        json.dumps(
            {
                "rules": [{"then": [{"tag": "x", "do": "add_tag"}], "when": {"is": "is_true", "field": "gift"}, "id": "a"}],
                "set": "tags",
            }
        )
    )

    assert [change["kind"] for change in relevo("rules", "diff", one, other, "--json").json["changes"]] == ["changed"]
    assert relevo("rules", "diff", one, str(same), "--json").json == {"changes": []}
    assert relevo("rules", "diff", one, str(same)).out == b"No rule has changed.\n"


def test_files_that_cannot_be_compared_are_refused(relevo: Call, tmp_path: Path) -> None:
    sound = write(tmp_path, "sound.yaml", TAG.format(id="a", tag="x"))
    wrong = write(tmp_path, "wrong.yaml", "{id: a}")

    answer = relevo("rules", "diff", sound, wrong)
    assert (answer.code, answer.out) == (1, b"")
    assert "wrong.yaml:3: error: " in answer.err
    assert "cannot be read" in relevo("rules", "diff", sound, str(tmp_path / "none.yaml")).sentence
    assert "--set goes with --account" in relevo("rules", "diff", sound, sound, "--set", "x").sentence


def test_an_earlier_version_is_published_again_to_the_letter(relevo: Call, merchant: str, tmp_path: Path) -> None:
    published(relevo, merchant, tmp_path, TAG.format(id="a", tag="x"), head="# kept as it is\nset: tags")
    document = relevo("rules", "export", "--account", merchant).out
    published(relevo, merchant, tmp_path, TAG.format(id="a", tag="y"))
    answer = relevo("rules", "restore", "1", "--account", merchant, "--note", "Back to x", "--json")

    assert answer.code == 0, answer.err
    assert (answer.json["number"], answer.json["account"], answer.json["replaced"]["number"]) == (3, merchant, 2)
    assert relevo("rules", "export", "--account", merchant).out == document
    newest = relevo("rules", "versions", "--account", merchant, "--json").json["versions"][0]
    assert (newest["id"], newest["note"], newest["by"], newest["current"]) == (answer.json["id"], "Back to x", "operator", True)
    again = relevo("rules", "restore", "1", "--account", merchant, "--json").json
    assert (again["new"], again["number"]) == (False, 3)


def test_a_version_whose_saved_tests_no_longer_hold_is_not_published_again(relevo: Call, merchant: str, tmp_path: Path) -> None:
    tested = "set: tags\ntests: [{name: gifts, order: {gift: true}, expect: {matched: [a]}}]"
    published(relevo, merchant, tmp_path, TAG.format(id="a", tag="x"), head=tested)
    published(relevo, merchant, tmp_path, TAG.format(id="a", tag="x"))
    published(relevo, merchant, tmp_path, "{id: z, when: always, then: [{do: stop}]}", head="set: early")
    assert relevo("rules", "move", "early", "--account", merchant, "--position", "1").code == 0
    answer = relevo("rules", "restore", "1", "--account", merchant, "--set", "tags")

    assert (answer.code, answer.out) == (1, b"")
    assert "FAILED: gifts (line 2)" in answer.err


def test_a_withdrawn_set_is_taken_up_again(relevo: Call, merchant: str, tmp_path: Path) -> None:
    published(relevo, merchant, tmp_path, TAG.format(id="a", tag="x"))
    published(relevo, merchant, tmp_path, TAG.format(id="b", tag="x"), head="set: other")
    assert relevo("rules", "withdraw", "tags", "--account", merchant).code == 0
    answer = relevo("rules", "restore", "1", "--account", merchant, "--set", "tags", "--json").json

    assert (answer["number"], answer["position"], answer["added"]) == (2, 2, True)
    assert [one["set"] for one in relevo("rules", "sets", "--account", merchant, "--json").json["sets"]] == ["other", "tags"]


def test_what_is_taken_up_again_is_checked_and_tested_as_anything_published(relevo: Call, merchant: str, tmp_path: Path) -> None:
    provider = create(relevo, "Acme 3PL", "3pl")
    relevo("connections", "create", "--provider", provider, "--client", merchant)
    published(
        relevo, merchant, tmp_path, f"{{id: a, when: always, then: [{{do: set_logistics_provider, provider: {provider}}}]}}"
    )
    published(relevo, merchant, tmp_path, TAG.format(id="a", tag="x"))
    (connection,) = relevo("connections", "list", "--account", merchant, "--json").json["connections"]
    owner = f"owner@{merchant}.example"
    assert relevo("connections", "remove", connection["id"], "--by", owner).code == 0
    answer = relevo("rules", "restore", "1", "--account", merchant)

    assert (answer.code, answer.out) == (1, b"")
    assert f'{merchant}@1:3: error: rules[0].then[0].provider: the account has no logistics provider "{provider}"' in answer.err
    assert relevo("rules", "versions", "--account", merchant, "--json").json["versions"][0]["number"] == 2
