"""`views`: saved views of the orders grid, by command line."""

from __future__ import annotations

import pytest
from support.command_line import Call, create

OWNER = "owner@merchant-a.example"
OF_OWNER = ("--account", "merchant-a", "--by", OWNER)
pytestmark = pytest.mark.usefixtures("merchant")


def test_a_view_is_saved_shown_listed_replaced_and_removed(relevo: Call) -> None:
    assert relevo("views", "list", *OF_OWNER).out.decode() == "There are no saved views.\n"
    query = "?status=on_hold&flag=outdated&tag=gift&total_from=12.50&due_to=2026-03-31&sort=-total&open=1&n=51"
    saved = relevo(
        "views", "save", "Gifts", "--query", query, "--columns", "order:m, total", "--shared", *OF_OWNER, "--json"
    ).json
    assert saved["query"] == "status=on_hold&flag=outdated&tag=gift&total_from=12.50&due_to=2026-03-31&sort=-total"
    assert (saved["columns"], saved["shared"], saved["owner"], saved["opens"]) == ("order:m,total", True, OWNER, False)

    for named in ("gifts", saved["id"]):
        assert relevo("views", "show", named, *OF_OWNER, "--json").json == saved
    shown = relevo("views", "show", "Gifts", *OF_OWNER).out.decode()
    assert shown.startswith(f"{saved['id']}  Gifts  all of the account\n  status=on_hold\n  flag=outdated\n")
    assert relevo("views", "list", *OF_OWNER, "--json").json == {"views": [saved]}

    refused = relevo("views", "save", "Costly", "--query", "total_from=1,000", *OF_OWNER)
    assert (refused.code, "1,000 is not an amount" in refused.sentence) == (1, True)
    replaced = relevo("views", "save", "GIFTS", "--replace", "--query", "held=anybody", *OF_OWNER, "--json").json
    assert (replaced["id"], replaced["name"], replaced["query"], replaced["shared"]) == (
        saved["id"],
        "Gifts",
        "held=anybody",
        True,
    )
    said = relevo("views", "save", "Everything", *OF_OWNER).out.decode()
    assert said.startswith('The view "Everything" is saved: viw_')
    assert "all orders" in relevo("views", "show", "Everything", *OF_OWNER).out.decode()

    assert relevo("views", "remove", "gifts", *OF_OWNER, "--json").json == {"id": saved["id"], "name": "Gifts", "removed": True}
    assert [one["name"] for one in relevo("views", "list", *OF_OWNER, "--json").json["views"]] == ["Everything"]


def test_what_the_grid_would_not_understand_is_refused(relevo: Call) -> None:
    def refused(*options: str) -> str:
        answer = relevo("views", "save", "Mine", *options, *OF_OWNER)
        assert answer.code == 1
        return answer.sentence

    assert 'no filter "colour": it has status, flag' in refused("--query", "colour=red")
    assert '"lost" is not a value of the filter "status"' in refused("--query", "status=lost")
    assert '"outdated,lost" is not a value of the filter "flag"' in refused("--query", "flag=outdated,lost")
    assert '"up" is not a value of the filter "sort"' in refused("--query", "sort=up")
    assert "soon is not a date" in refused("--query", "due_to=soon")
    assert "dear is not an amount" in refused("--query", "total_from=dear")
    assert '"9999999999999999" is too large' in refused("--query", "total_from=9999999999999999")
    assert 'no store "sto_x"' in refused("--query", "store=sto_x")
    assert '"weight" is not a column' in refused("--columns", "order,weight")
    assert '"order:x" is not a column' in refused("--columns", "order:x")
    assert 'There is no view "Mine"' in refused("--replace")
    assert relevo("views", "save", "Mine", "--replace", "--shared", *OF_OWNER).code == 2
    assert relevo("views", "save", "Mine", *OF_OWNER).code == 0
    assert 'There is a view "Mine" already' in refused()


def test_a_view_of_another_account_is_not_there(relevo: Call) -> None:
    view = relevo("views", "save", "Mine", "--shared", *OF_OWNER, "--json").json["id"]
    create(relevo, "Elsewhere", "merchant")
    of_other = ("--account", "elsewhere", "--by", "owner@elsewhere.example")

    for command in (("show",), ("remove",)):
        theirs = relevo("views", *command, view, *of_other)
        assert theirs.code == 1
        assert theirs.sentence.replace(view, "viw_x") == relevo("views", *command, "viw_x", *of_other).sentence
    assert relevo("views", "list", *of_other, "--json").json == {"views": []}
    assert relevo("views", "list", "--account", "merchant-a", "--by", "owner@elsewhere.example").code == 1
    assert relevo("views", "show", view, *OF_OWNER).code == 0
