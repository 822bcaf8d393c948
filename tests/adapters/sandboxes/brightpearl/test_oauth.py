from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from adapters.sandboxes.brightpearl import SandboxCredentials, SandboxData, SandboxOptions, SandboxServer

BACK = "http://127.0.0.1:1/back?tenant=a"
QUESTION = {"response_type": "code", "client_id": "sandbox-oauth-app", "redirect_uri": BACK, "state": "s t&1"}
CLIENT = {"client_id": "sandbox-oauth-app", "client_secret": "sandbox-client-secret"}


def ask(server: SandboxServer, *, account: str = "testacct", **changes: str) -> requests.Response:
    query = {name: value for name, value in {**QUESTION, **changes}.items() if value}
    return requests.get(f"{server.url}/authorize/{account}", params=query, allow_redirects=False, timeout=5)


def answer_of(reply: requests.Response) -> dict[str, str]:
    """What the browser brings back."""
    assert reply.status_code == 302
    location = reply.headers["Location"]
    assert location.startswith(BACK)
    return dict(parse_qsl(urlsplit(location).query))


def code_of(server: SandboxServer) -> str:
    return answer_of(ask(server, approve="1"))["code"]


def token(server: SandboxServer, path: str = "/token/testacct", **form: str) -> requests.Response:
    return requests.post(f"{server.url}{path}", data={**CLIENT, **form}, timeout=5)


def granted(server: SandboxServer) -> dict[str, Any]:
    form = {"grant_type": "authorization_code", "code": code_of(server), "redirect_uri": BACK}
    answer: dict[str, Any] = token(server, **form).json()
    return answer


def refresh(server: SandboxServer, refresh_token: str) -> requests.Response:
    return token(server, grant_type="refresh_token", refresh_token=refresh_token)


def call(server: SandboxServer, access_token: str, **changes: str | None) -> requests.Response:
    headers = {
        "Authorization": f"Bearer {access_token}",
        "brightpearl-app-ref": "sandbox-oauth-app",
        "brightpearl-dev-ref": "sandbox-developer",
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    given = {name: value for name, value in headers.items() if value is not None}
    return requests.get(f"{server.url}/public-api/testacct/product-service/channel", headers=given, timeout=5)


def error_of(reply: requests.Response) -> str:
    assert reply.status_code == 400
    assert reply.headers["Content-Type"].startswith("application/json")
    error: str = reply.json()["error"]
    return error


def test_the_user_is_asked_and_may_approve_or_deny(server: SandboxServer) -> None:
    page = ask(server)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "Approve" in page.text
    assert "Deny" in page.text
    approved = requests.post(page.url, data={"approve": "1"}, allow_redirects=False, timeout=5)
    assert answer_of(approved).keys() == {"tenant", "code", "state"}
    assert answer_of(approved)["state"] == "s t&1"
    denied = requests.post(page.url, data={"approve": "0"}, allow_redirects=False, timeout=5)
    assert answer_of(denied) == {"tenant": "a", "error": "access_denied", "state": "s t&1"}


@pytest.mark.parametrize(
    "changes",
    [
        {"account": "other"},
        {"response_type": "token"},
        {"client_id": "<b>someone</b>"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "http://a.example/\r\nX: 1"},
        {"redirect_uri": ""},
    ],
)
def test_a_wrong_question_never_redirects(server: SandboxServer, changes: dict[str, str]) -> None:
    reply = ask(server, approve="1", **changes)
    assert reply.status_code == 400
    assert "Location" not in reply.headers
    assert "<b>" not in reply.text


@pytest.mark.parametrize(
    ("path", "more"), [("/token/testacct", {}), ("/oauth/token", {"account_code": "testacct"}), ("/testacct/oauth/token", {})]
)
def test_a_code_is_changed_for_tokens(server: SandboxServer, path: str, more: dict[str, str]) -> None:
    form = {"grant_type": "authorization_code", "code": code_of(server), "redirect_uri": BACK, **more}
    reply = token(server, path, **form)
    answer = reply.json()
    assert len(answer["access_token"]) == len(answer["refresh_token"]) == 44
    assert {name: answer[name] for name in answer if not name.endswith("_token")} == {
        "installation_instance_id": "21",
        "api_domain": f"127.0.0.1:{server.port}",
        "token_type": "Bearer",
        "expires_in": 604800,
    }
    used = call(server, answer["access_token"])
    assert used.status_code == 200
    assert used.headers["brightpearl-installed-integration-instance-id"] == "21"
    assert error_of(token(server, path, **form)) == "invalid_grant"


def test_a_code_is_spent_by_another_address_and_by_time(server: SandboxServer) -> None:
    form = {"grant_type": "authorization_code", "code": code_of(server), "redirect_uri": "http://127.0.0.1:1/other"}
    assert error_of(token(server, **form)) == "invalid_grant"
    assert error_of(token(server, **{**form, "redirect_uri": BACK})) == "invalid_grant"
    late = code_of(server)
    now = server.data.clock() + timedelta(seconds=600)
    server.data.clock = lambda: now
    assert error_of(token(server, **{**form, "code": late, "redirect_uri": BACK})) == "invalid_grant"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "client_id": "someone"}, "invalid_client"),
    ],
)
def test_oauths_own_errors(server: SandboxServer, form: dict[str, str], error: str) -> None:
    assert error_of(token(server, **form)) == error


def test_the_desk_wants_a_form_and_an_account(server: SandboxServer) -> None:
    form = {**CLIENT, "grant_type": "refresh_token", "refresh_token": granted(server)["refresh_token"]}
    assert error_of(requests.post(f"{server.url}/token/testacct", json=form, timeout=5)) == "invalid_request"
    assert error_of(token(server, "/oauth/token", **form)) == "invalid_request"
    assert error_of(token(server, "/token/other", **form)) == "invalid_grant"
    assert token(server, **form).status_code == 200


def test_a_refresh_token_turns_over(server: SandboxServer) -> None:
    first = granted(server)
    second = refresh(server, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert call(server, second["access_token"]).status_code == 200
    assert error_of(refresh(server, first["refresh_token"])) == "invalid_grant"
    assert refresh(server, second["refresh_token"]).status_code == 200


def test_a_refresh_needs_no_secret_unless_the_switch_says_so(server: SandboxServer) -> None:
    """As it was recorded of an app that showed its secret for the code."""
    url, without = f"{server.url}/token/testacct", {"client_id": "sandbox-oauth-app"}
    form = {"grant_type": "authorization_code", "code": code_of(server), "redirect_uri": BACK}
    assert error_of(requests.post(url, data={**form, **without}, timeout=5)) == "invalid_client"
    again = {"grant_type": "refresh_token", "refresh_token": granted(server)["refresh_token"], **without}
    second = requests.post(url, data=again, timeout=5).json()
    assert call(server, second["access_token"]).status_code == 200
    again["refresh_token"] = second["refresh_token"]
    for wrong in ({"client_secret": "wrong"}, {"client_secret": ""}, {"client_id": "someone"}):
        assert error_of(requests.post(url, data={**again, **wrong}, timeout=5)) == "invalid_client"

    server.options = SandboxOptions(refresh_needs_secret=True)
    assert error_of(requests.post(url, data=again, timeout=5)) == "invalid_client"
    assert refresh(server, second["refresh_token"]).status_code == 200


def test_a_refresh_token_may_stay_and_the_instance_be_left_out(server: SandboxServer) -> None:
    server.options = SandboxOptions(rotate_refresh_tokens=False, refresh_instance_id=False)
    first = granted(server)
    second = refresh(server, first["refresh_token"]).json()
    assert second["refresh_token"] == first["refresh_token"]
    assert "installation_instance_id" not in second
    assert refresh(server, first["refresh_token"]).status_code == 200


def test_access_tokens_run_out_in_their_time(server: SandboxServer) -> None:
    server.options = SandboxOptions(token_lifetime_s=90)
    answer = granted(server)
    assert answer["expires_in"] == 90
    now = server.data.clock()
    server.data.clock = lambda: now + timedelta(seconds=89)
    assert call(server, answer["access_token"]).status_code == 200
    server.data.clock = lambda: now + timedelta(seconds=90)
    reply = call(server, answer["access_token"])
    assert (reply.status_code, reply.json()) == (401, {"response": "Authorization token expired"})
    assert refresh(server, answer["refresh_token"]).status_code == 200


def test_what_a_call_must_show(server: SandboxServer) -> None:
    access = granted(server)["access_token"]
    assert call(server, access, brightpearl_dev_ref=None).status_code == 200
    assert call(server, access, brightpearl_dev_ref="someone").status_code == 401
    assert call(server, access, brightpearl_app_ref="someone").json()["response"] == f"Invalid instance token: {access}"
    assert call(server, access, brightpearl_app_ref=None).json()["response"].startswith("Not authenticated.")
    assert call(server, access, Authorization="Basic eDp5").json()["response"].startswith("Not authenticated.")
    assert call(server, "nope").json()["response"] == "Invalid instance token: nope"


def test_tokens_by_control(api, server: SandboxServer) -> None:
    answer = api.control("POST", "/oauth/grant").json()
    assert call(server, answer["access_token"]).status_code == 200
    assert server.expire_tokens("oauth") == 1
    assert call(server, answer["access_token"]).json()["response"] == "Authorization token expired"
    assert server.revoke_tokens("refresh") == 1
    assert {answer["access_token"], answer["refresh_token"]} < server.tokens_given()
    assert error_of(refresh(server, answer["refresh_token"])) == "invalid_grant"
    server.fault("expire_token")
    assert call(server, server.grant_oauth()["access_token"]).json()["response"] == "Authorization token expired"


def test_a_public_client_shows_no_secret_and_addresses_can_be_fixed() -> None:
    apps = SandboxCredentials(client_secret="", redirect_uris=(BACK,))
    with SandboxServer(SandboxData(), credentials=apps) as server:
        assert ask(server, redirect_uri="http://127.0.0.1:1/else").status_code == 400
        form = {"grant_type": "authorization_code", "code": code_of(server), "redirect_uri": BACK}
        assert token(server, **form).json()["error"] == "invalid_client"
        public = {**form, "client_id": "sandbox-oauth-app"}
        assert requests.post(f"{server.url}/token/testacct", data=public, timeout=5).status_code == 200
