"""An account's rule sets by command line: published one after the other, listed, moved, withdrawn and exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import Call, create

import rules as rules_package

LIBRARY = Path(rules_package.__file__).parent / "library"
LOGISTICS, VALIDATE = (str(LIBRARY / name) for name in ("set-logistics-provider.yaml", "validate-carrier-service.yaml"))


@pytest.fixture
def merchant(relevo: Call) -> str:
    slug = create(relevo, "Casa", "merchant")
    relevo("connections", "create", "--provider", create(relevo, "Acme 3PL", "3pl"), "--client", slug)
    relevo("carrier-accounts", "add", "--account", slug, "--carrier", "dhl", "--service", "parcel")
    return slug


def write(folder: Path, name: str, *rules: str, head: str = "") -> str:
    file = folder / name
    file.write_text("\n".join([head, "rules:", *(f"  - {rule}" for rule in rules)]) if rules else head, "utf-8", newline="")
    return str(file)


def listed(relevo: Call, slug: str) -> list[tuple[str, int, int]]:
    answer = relevo("rules", "sets", "--account", slug, "--json")
    assert answer.code == 0, answer.err
    return [(one["set"], one["position"], one["version"]) for one in answer.json["sets"]]


def test_both_files_of_the_library_run_one_after_the_other(relevo: Call, merchant: str) -> None:
    first = relevo("rules", "publish", LOGISTICS, "--account", merchant, "--json")
    assert (first.code, first.json["replaced"], first.json["added"]) == (0, None, True)
    second = relevo("rules", "publish", VALIDATE, "--account", merchant, "--json")
    assert second.code == 0, second.err
    assert (second.json["set"], second.json["number"], second.json["position"]) == ("validate-carrier-service", 1, 2)
    assert (second.json["added"], second.json["replaced"]) == (True, None)
    assert second.json["message"].endswith(
        'The rule set "validate-carrier-service" is added at the end, as number 2: it runs after the others.'
    )

    answer = relevo("rules", "sets", "--account", merchant, "--json").json
    assert answer == {
        "sets": [
            {
                "set": "set-logistics-provider",
                "name": "Set logistics provider",
                "position": 1,
                "version": 1,
                "rules": 3,
                "adopted_from": None,
            },
            {
                "set": "validate-carrier-service",
                "name": "Validate carrier service",
                "position": 2,
                "version": 1,
                "rules": 1,
                "adopted_from": None,
            },
        ],
        "withdrawn": [],
    }


def test_the_same_slug_is_replaced_and_what_is_published_already_stays(relevo: Call, merchant: str, tmp_path: Path) -> None:
    rule = "{id: a, when: always, then: [{do: add_tag, tag: x}]}"
    one = write(tmp_path, "one.yaml", rule, head="name: Tags")
    other = write(tmp_path, "other.yaml", rule.replace("x", "y"), head="set: tags\nname: Tags of today")
    first = relevo("rules", "publish", one, "--account", merchant, "--json").json
    again = relevo("rules", "publish", one, "--account", merchant, "--json").json
    replaced = relevo("rules", "publish", other, "--account", merchant, "--json").json

    assert (again["id"], again["number"], again["new"], again["replaced"]) == (first["id"], 1, False, None)
    assert again["message"].startswith('Nothing has changed: version 1 of "Tags" is published already.')
    assert (replaced["set"], replaced["number"], replaced["new"], replaced["added"]) == ("tags", 2, True, False)
    assert replaced["replaced"] == {"id": first["id"], "number": 1, "name": "Tags"}
    assert listed(relevo, merchant) == [("tags", 1, 2)]


@pytest.mark.parametrize(("head", "slug"), [("# nothing", "rules"), ("set: tags", "tags")])
def test_a_set_without_a_name_is_called_by_its_slug(relevo: Call, merchant: str, tmp_path: Path, head: str, slug: str) -> None:
    relevo("rules", "publish", LOGISTICS, "--account", merchant)
    file = write(tmp_path, "nameless.yaml", "{id: a, when: always, then: [{do: add_tag, tag: x}]}", head=head)
    said = relevo("rules", "publish", file, "--account", merchant, "--json").json
    assert said["message"] == (
        f'Version 1 of "{slug}" is published. The rule set "{slug}" is added at the end, as number 2: it runs after the others.'
    )
    assert said["name"] == "Casa 1"


def test_an_id_of_another_set_is_refused_with_both_places(relevo: Call, merchant: str, tmp_path: Path) -> None:
    rule = "{id: shared, when: always, then: []}"
    relevo("rules", "publish", write(tmp_path, "a.yaml", rule, head="set: first"), "--account", merchant)
    clash = relevo("rules", "publish", write(tmp_path, "b.yaml", rule, head="# a comment\nset: second"), "--account", merchant)

    assert clash.code == 1
    assert "b.yaml:4: error: rules[0].id: " in clash.err
    assert 'the id "shared" is already used by the rule on line 3 of the rule set "first" (version 1)' in clash.err
    assert listed(relevo, merchant) == [("first", 1, 1)]


def test_sets_are_placed_moved_and_withdrawn(relevo: Call, merchant: str, tmp_path: Path) -> None:
    for name, more in (("a", ()), ("b", ()), ("c", ("--position", "1"))):
        file = write(
            tmp_path, f"{name}.yaml", f"{{id: {name}, when: always, then: [{{do: add_tag, tag: x}}]}}", head=f"set: {name}"
        )
        assert relevo("rules", "publish", file, "--account", merchant, *more).code == 0
    assert [one[0] for one in listed(relevo, merchant)] == ["c", "a", "b"]

    moved = relevo("rules", "move", "c", "--account", merchant, "--position", "3", "--json").json
    assert (moved["position"], moved["order"]) == (3, ["a", "b", "c"])
    withdrawn = relevo("rules", "withdraw", "b", "--account", merchant, "--json").json
    assert (withdrawn["set"], withdrawn["withdrawn"]["number"]) == ("b", 1)
    answer = relevo("rules", "sets", "--account", merchant, "--json").json
    assert [(one["set"], one["position"]) for one in answer["sets"]] == [("a", 1), ("c", 2)]
    assert [one["set"] for one in answer["withdrawn"]] == ["b"]
    back = relevo("rules", "publish", str(tmp_path / "b.yaml"), "--account", merchant, "--json").json
    assert (back["number"], back["position"], back["added"]) == (2, 3, True)

    assert 'no published rule set "x"; it has: a, c, b' in relevo("rules", "withdraw", "x", "--account", merchant).sentence
    too_far = relevo("rules", "move", "a", "--account", merchant, "--position", "4")
    assert too_far.sentence == 'The rule set "a" cannot take position 4: give one from 1 to 3.'
    assert relevo("rules", "move", "a", "--account", merchant, "--position", "0").code == 2


def test_documents_come_back_byte_for_byte(relevo: Call, merchant: str, tmp_path: Path) -> None:
    first = "\ufeffset: a  # ñ\r\nrules: []\r\n\r\n# the end"
    relevo("rules", "publish", write(tmp_path, "a.yaml", head=first), "--account", merchant)
    assert relevo("rules", "export", "--account", merchant).out == first.encode()

    relevo("rules", "publish", write(tmp_path, "a.yaml", head="set: a\nrules: []\n"), "--account", merchant)
    relevo("rules", "publish", write(tmp_path, "b.yaml", head="set: b\nrules: []"), "--account", merchant)
    assert relevo("rules", "export", "--account", merchant, "--set", "a").out == b"set: a\nrules: []\n"
    assert relevo("rules", "export", "--account", merchant, "--set", "a", "--version", "1").out == first.encode()
    assert "say which one with --set: a, b" in relevo("rules", "export", "--account", merchant).sentence
    unknown = relevo("rules", "export", "--account", merchant, "--set", "a", "--version", "3")
    assert unknown.sentence == 'The rule set "a" has no version 3; the newest is 2.'
    relevo("rules", "withdraw", "b", "--account", merchant)
    assert relevo("rules", "export", "--account", merchant, "--set", "b").out == b"set: b\nrules: []"
    assert relevo("rules", "export", "--account", merchant).out == b"set: a\nrules: []\n"


def test_a_note_and_an_author_are_kept_and_a_stranger_is_refused(relevo: Call, merchant: str, tmp_path: Path) -> None:
    file = write(tmp_path, "a.yaml", head="set: a\nrules: []\n")
    by = ("--by", "OWNER@casa.example", "--note", "for Christmas")
    assert relevo("rules", "publish", file, "--account", merchant, *by).code == 0
    stranger = relevo("rules", "publish", file, "--account", merchant, "--by", "eve@x.example")
    assert stranger.sentence == 'The account "casa" has no user "eve@x.example": check the address.'


def test_a_name_that_makes_no_slug_asks_for_one(relevo: Call, merchant: str, tmp_path: Path) -> None:
    answer = relevo("rules", "publish", write(tmp_path, "a.yaml", head="name: 配送\nrules: []"), "--account", merchant)

    assert (answer.code, answer.out) == (1, b"")
    assert "such as `set: my-rules`" in answer.err


def test_the_context_serves_files_as_the_accounts_own(relevo: Call, merchant: str, tmp_path: Path) -> None:
    context = relevo("rules", "context", "--account", merchant)
    data = json.loads(context.out)
    assert data["account"] == {"slug": "casa", "country": "GB", "time_zone": "Europe/London"}
    assert data["providers"] == ["acme-3pl"]
    assert data["carrier_accounts"] == [{"owner": "casa", "carrier": "dhl", "services": ["parcel"]}]

    (tmp_path / "context.json").write_bytes(context.out)
    wrong = write(tmp_path, "w.yaml", "{id: a, when: always, then: [{do: set_service, carrier: dhl, service: express}]}")
    assert relevo("rules", "check", wrong).code == 0
    assert relevo("rules", "check", wrong, "--context", str(tmp_path / "context.json")).code == 1
    assert relevo("rules", "context", "--account", "nobody").sentence.startswith('There is no account "nobody"')


def test_what_is_no_text_is_refused_before_the_database_sees_it(relevo: Call, merchant: str) -> None:
    for arguments in (
        ("publish", LOGISTICS, "--account", "\udcff"),
        ("publish", LOGISTICS, "--account", merchant, "--note", "x\udcff"),
        ("sets", "--account", "\udcff"),
        ("withdraw", "\udcff", "--account", merchant),
        ("export", "--account", merchant, "--set", "\udcff"),
        ("context", "--account", "\udcff"),
    ):
        answer = relevo("rules", *arguments)
        assert (answer.code, answer.sentence) == (
            2,
            "An argument is not text in this system's encoding: write it in UTF-8.",
        )
