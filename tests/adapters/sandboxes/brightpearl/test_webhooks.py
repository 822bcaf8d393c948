from typing import Any

import pytest

PATH = "/integration-service/webhook"
HOOK: dict[str, Any] = {
    "subscribeTo": "goods-out-note.modified.printed",
    "httpMethod": "POST",
    "uriTemplate": "https://app.example.com/hook?token=t",
    "bodyTemplate": '{"a":"${account-code}","t":"${resource-type}","e":"${lifecycle-event}","id":"${resource-id}"}',
    "contentType": "application/json",
    "idSetAccepted": True,
    "qualityOfService": 1,
}


def test_register_list_delete(api) -> None:
    assert api.get(PATH).json() == {"response": []}
    hook_id = api.call("POST", PATH, json=HOOK).json()["response"]
    assert api.get(PATH).json()["response"] == [{"id": hook_id, **HOOK}] == api.get(f"{PATH}/{hook_id}").json()["response"]
    assert api.call("DELETE", f"{PATH}/{hook_id}").json() == {}
    assert api.call("DELETE", f"{PATH}/{hook_id}").json()["errors"][0]["code"] == "CMNC-404"
    assert api.get(f"{PATH}/{hook_id}").status_code == 404


def test_defaults(api) -> None:
    minimal = {
        "subscribeTo": "goods-out-note",
        "httpMethod": "GET",
        "uriTemplate": "http://127.0.0.1/${account-code}/${resource-type}/${lifecycle-event}",
    }
    api.call("POST", PATH, json=minimal)
    hook = api.get(PATH).json()["response"][0]
    assert (hook["idSetAccepted"], hook["qualityOfService"]) == (False, 0)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"bodyTemplate": "{}"}, ["INTC-057"] * 3),
        ({"subscribeTo": "goods-out-note.changed"}, ["INTC-062"]),
        ({"subscribeTo": "goods-out-note.modified.lost"}, ["INTC-064"]),
        ({"subscribeTo": "moon.created"}, ["INTC-064"]),
        ({"httpMethod": "HEAD"}, ["INTC-SANDBOX-METHOD", "INTC-SANDBOX-BODY"]),
        ({"httpMethod": []}, ["INTC-SANDBOX-METHOD", "INTC-SANDBOX-BODY"]),
        ({"uriTemplate": "ftp://x"}, ["INTC-SANDBOX-URI"]),
        ({"contentType": None}, ["INTC-SANDBOX-BODY"]),
    ],
)
def test_every_problem_is_named(api, change: dict[str, Any], codes: list[str]) -> None:
    reply = api.call("POST", PATH, json={**HOOK, **change})
    assert reply.status_code == 400
    assert [error["code"] for error in reply.json()["errors"]] == codes
    assert api.get(PATH).json() == {"response": []}
