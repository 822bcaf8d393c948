import pytest
import requests

from adapters.sandboxes.brightpearl import SandboxOptions, SandboxServer


def log_in(server: SandboxServer, account: str = "testacct", **changes: str) -> requests.Response:
    given = {"email": "u@example.com", "password": "secret", **changes}
    body = {"apiAccountCredentials": {"emailAddress": given["email"], "password": given["password"]}}
    return requests.post(f"{server.url}/{account}/authorise", json=body, timeout=5)


@pytest.mark.parametrize(("email", "password"), [("u@example.com", "wrong"), ("x@example.com", "secret")])
def test_wrong_credentials(server: SandboxServer, email: str, password: str) -> None:
    reply = log_in(server, email=email, password=password)
    assert reply.status_code == 401
    assert reply.json() == {"errors": [{"code": "GWYB-006", "message": f"Unable to authenticate {email}"}]}


def test_another_account_has_no_access(server: SandboxServer) -> None:
    reply = log_in(server, account="other")
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (401, "GWYB-003")


def test_a_user_without_api_access(server: SandboxServer) -> None:
    server.options = SandboxOptions(api_access=False)
    assert log_in(server).json()["errors"] == [{"code": "GWYB-003", "message": "Account 'testacct' does not have API access"}]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"apiAccountCredentials":{"emailAddress":5,"password":"x"}}'])
def test_a_login_without_a_proper_body(server: SandboxServer, body: bytes) -> None:
    reply = requests.post(f"{server.url}/testacct/authorise", data=body, timeout=5)
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (400, "CMNC-010")


def test_each_bad_token_has_its_sentence(api, server: SandboxServer) -> None:
    def answer(headers: dict[str, str], account: str = "testacct") -> tuple[int, str]:
        reply = requests.get(f"{server.url}/public-api/{account}/product-service/channel", headers=headers, timeout=5)
        return reply.status_code, reply.json()["response"]

    good = str(api.session.headers["brightpearl-auth"])
    assert answer({}) == (401, "Not authenticated. You must provide a valid authentication token.")
    assert answer({"brightpearl-auth": "nope"}) == (401, "Invalid instance token: nope")
    assert answer({"brightpearl-auth": good}, "other") == (401, f"Invalid instance token: {good}")
    assert isinstance(answer({"Brightpearl-Auth": good})[1], list)
    assert server.expire_tokens() == 1
    assert answer({"brightpearl-auth": good}) == (401, "Authorization token expired")
    api.log_in()
    assert api.get("/product-service/channel").status_code == 200


def test_the_password_can_change(server: SandboxServer) -> None:
    server.set_password("other")
    assert log_in(server).status_code == 401
    assert log_in(server, password="other").status_code == 200


def test_what_no_service_knows_is_404(api) -> None:
    assert api.get("/order-service/nonsense").json()["errors"][0]["code"] == "CMNC-404"
    assert requests.get(f"{api.server.url}/elsewhere", timeout=5).status_code == 404
