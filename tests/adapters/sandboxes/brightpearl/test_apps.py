"""Private apps and public apps of before OAuth: what they must show, and what they share."""

import base64
import hashlib
import hmac

import pytest
import requests

from adapters.sandboxes.brightpearl import (
    SandboxCredentials,
    SandboxData,
    SandboxOptions,
    SandboxServer,
    Throttle,
    TokenError,
)

MISSING = "Not authenticated. You must provide a valid authentication token."
ACCOUNT = {"brightpearl-app-ref": "testacct_sandbox", "brightpearl-account-token": "sandbox-account-token"}
STAFF = {"brightpearl-app-ref": "testacct_sandbox", "brightpearl-staff-token": "sandbox-staff-token"}
SIGNED = base64.b64encode(
    hmac.new(b"sandbox-developer-secret", b"c2FuZGJveC+wdWJsaWMvdG9rZW4=", hashlib.sha256).digest()
).decode()
PUBLIC = {
    "brightpearl-dev-ref": "sandbox-developer",
    "brightpearl-app-ref": "sandbox-public-app",
    "brightpearl-account-token": SIGNED,
}


def answer(server: SandboxServer, headers: dict[str, str], account: str = "testacct") -> tuple[int, object]:
    reply = requests.get(f"{server.url}/public-api/{account}/product-service/channel", headers=headers, timeout=5)
    return reply.status_code, reply.json()["response"]


def log_in(server: SandboxServer, app: str) -> requests.Response:
    body = {"apiAccountCredentials": {"emailAddress": "u@example.com", "password": "secret"}}
    return requests.post(f"{server.url}/testacct/authorise", json=body, headers={"brightpearl-app-ref": app}, timeout=5)


@pytest.mark.parametrize("headers", [ACCOUNT, STAFF, PUBLIC], ids=["account", "staff", "public"])
class TestEveryApp:
    def test_is_let_in(self, server: SandboxServer, headers: dict[str, str]) -> None:
        assert answer(server, headers)[0] == 200

    def test_is_refused_elsewhere(self, server: SandboxServer, headers: dict[str, str]) -> None:
        status, text = answer(server, headers, "other")
        assert status == 401
        assert str(text).startswith("Invalid instance token: ")

    def test_must_say_who_it_is(self, server: SandboxServer, headers: dict[str, str]) -> None:
        nameless = {name: value for name, value in headers.items() if name != "brightpearl-app-ref"}
        assert answer(server, nameless) == (401, MISSING)
        assert answer(server, {**headers, "brightpearl-app-ref": "testacct_other"})[0] == 401

    def test_needs_the_token_itself(self, server: SandboxServer, headers: dict[str, str]) -> None:
        name = next(name for name in headers if name.endswith("-token"))
        assert answer(server, {**headers, name: "nope"}) == (401, "Invalid instance token: nope")
        assert answer(server, {each: value for each, value in headers.items() if each != name}) == (401, MISSING)


def test_the_token_of_a_public_app_goes_signed(server: SandboxServer) -> None:
    unsigned = {**PUBLIC, "brightpearl-account-token": "c2FuZGJveC+wdWJsaWMvdG9rZW4="}
    assert answer(server, unsigned)[0] == 401
    assert answer(server, {**PUBLIC, "brightpearl-dev-ref": "someone"}) == (401, f"Invalid instance token: {SIGNED}")


@pytest.mark.parametrize(("kind", "headers"), [("account", ACCOUNT), ("staff", STAFF), ("public", PUBLIC)])
def test_each_kind_of_token_can_run_out_be_revoked_and_be_renewed(server: SandboxServer, kind: str, headers) -> None:
    others = [each for each in (ACCOUNT, STAFF, PUBLIC) if each is not headers]
    assert server.expire_tokens() == 0
    assert server.expire_tokens(kind) == 1
    assert answer(server, headers) == (401, "Authorization token expired")
    assert server.revoke_tokens(kind) == 1
    assert str(answer(server, headers)[1]).startswith("Invalid instance token: ")
    assert all(answer(server, each)[0] == 200 for each in others)
    unsigned = {"account": "sandbox-account-token", "staff": "sandbox-staff-token", "public": "c2FuZGJveC+wdWJsaWMvdG9rZW4="}
    assert server.issue_token(kind, unsigned[kind]) == unsigned[kind]
    assert answer(server, headers)[0] == 200
    server.issue_token(kind)
    assert answer(server, headers)[0] == 401


def test_a_login_that_names_the_private_app_gives_a_staff_token(server: SandboxServer) -> None:
    token = log_in(server, "testacct_sandbox").json()["response"]
    assert answer(server, {**STAFF, "brightpearl-staff-token": token})[0] == 200
    assert answer(server, {"brightpearl-auth": token})[0] == 401
    assert log_in(server, "testacct_other").json()["errors"][0]["code"] == "GWYB-006"
    server.options = SandboxOptions(staff_token_login=False)
    assert log_in(server, "testacct_sandbox").status_code == 401


def test_credentials_can_be_chosen() -> None:
    apps = SandboxCredentials(private_app="my-app", account_token="a", public_app="p", developer_ref="d")
    assert "sandbox-staff-token" not in repr(apps)
    with SandboxServer(SandboxData(), account_code="mine", credentials=apps) as server:
        mine = {"brightpearl-app-ref": "mine_my-app", "brightpearl-account-token": "a"}
        assert answer(server, mine, "mine")[0] == 200
        assert answer(server, {**mine, **ACCOUNT}, "mine")[0] == 401
    with pytest.raises(ValueError, match="staff_token"):
        SandboxCredentials(staff_token="")


def test_private_apps_and_logins_share_a_pool_and_developers_have_their_own(api, server: SandboxServer) -> None:
    server.set_throttle(Throttle(3, 60))
    assert [answer(server, each)[0] for each in (ACCOUNT, STAFF)] == [200, 200]
    assert api.get("/product-service/channel").status_code == 200
    assert answer(server, ACCOUNT)[0] == api.get("/product-service/channel").status_code == 503
    assert [answer(server, PUBLIC)[0] for _ in range(4)] == [200, 200, 200, 503]
    server.set_throttle(Throttle(9, 60), "developer sandbox-developer")
    assert answer(server, PUBLIC)[0] == 200
    assert answer(server, ACCOUNT)[0] == 503


def test_tokens_by_request(api) -> None:
    issued = api.control("POST", "/tokens/issue", {"kind": "staff"}).json()
    assert answer(api.server, {**STAFF, "brightpearl-staff-token": issued["token"]})[0] == 200
    assert api.control("POST", "/tokens/expire", {"kind": "staff"}).json() == {"expired": 1}
    assert api.control("POST", "/tokens/revoke", {"kind": "login"}).json() == {"revoked": 1}
    assert api.get("/product-service/channel").json()["response"].startswith("Invalid instance token")
    assert api.control("POST", "/tokens/revoke").json() == {"revoked": 3}
    for path, document in (
        ("/tokens/expire", {"kind": "cookie"}),
        ("/tokens/issue", {"kind": "oauth"}),
        ("/tokens/issue", {"kind": "staff", "token": 5}),
        ("/throttle", {"limit": 3, "pool": 5}),
    ):
        assert api.control("POST", path, document).status_code == 400
    with pytest.raises(TokenError):
        api.server.issue_token("login")
