"""OAuth 2: the consent page, and the desk that changes codes and refresh tokens for tokens."""

from __future__ import annotations

import hmac
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import orjson

from ..options import SandboxOptions
from ..replies import HTML_TYPE, Reply
from ..routing import parse_query
from .consent import consent_page, problem_page
from .credentials import SandboxCredentials
from .gatekeeper import INSTANCE_ID
from .tokens import TokenBook, TokenKind, random_token

_AUTHORIZE: Final = re.compile(r"/authorize/([^/]+)/?")
_TOKEN: Final = re.compile(r"/(?:token/([^/]+)|oauth/token|([^/]+)/oauth/token)/?")
_FORM_TYPE: Final = "application/x-www-form-urlencoded"
_ADDRESS: Final = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True, slots=True)
class _Code:
    redirect_uri: str
    ends: datetime


class _Refused(Exception):
    """A refusal in OAuth's own words."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(error)
        self.reply = Reply(400, orjson.dumps({"error": error} | ({"error_description": description} if description else {})))


class OAuthDesk:
    """Asks the account's user and gives out tokens; safe for many threads. `api_domain` names this sandbox's host and port."""

    def __init__(
        self,
        account_code: str,
        credentials: SandboxCredentials,
        tokens: TokenBook,
        clock: Callable[[], datetime],
        options: Callable[[], SandboxOptions],
        api_domain: Callable[[], str],
    ) -> None:
        self._account_code = account_code
        self._credentials = credentials
        self._tokens = tokens
        self._clock = clock
        self._options = options
        self._api_domain = api_domain
        self._lock = threading.Lock()
        self._codes: dict[str, _Code] = {}

    def answer(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """The reply to a request of OAuth's; None when it is none."""
        if method in ("GET", "POST") and (asked := _AUTHORIZE.fullmatch(path)):
            return self._authorize(method, asked[1], parse_query(query), parse_query(body.decode("latin-1")))
        if method == "POST" and (asked := _TOKEN.fullmatch(path)):
            try:
                return self._change(asked[1] or asked[2], headers, body)
            except _Refused as refused:
                return refused.reply
        return None

    def grant(self) -> Reply:
        """A pair of tokens as if the user had approved and the code had been changed."""
        return self._tokens_reply(random_token(), with_instance=True)

    # The consent page

    def _authorize(self, method: str, account: str, asked: Mapping[str, str], form: Mapping[str, str]) -> Reply:
        problem = self._problem(account, asked)
        if problem:
            return Reply(400, problem_page(problem), HTML_TYPE)
        decision = asked.get("approve") if method == "GET" else form.get("approve")
        if decision is None:
            page = consent_page(account, asked["client_id"], asked["redirect_uri"])
            return Reply(200, page, HTML_TYPE)
        answer = {"code": self._new_code(asked["redirect_uri"])} if decision == "1" else {"error": "access_denied"}
        if "state" in asked:
            answer["state"] = asked["state"]
        joint = "&" if "?" in asked["redirect_uri"] else "?"
        return Reply(302, b"", HTML_TYPE, {"Location": f"{asked['redirect_uri']}{joint}{urlencode(answer)}"})

    def _problem(self, account: str, asked: Mapping[str, str]) -> str:
        """Why nobody can be asked: then there is no address to be trusted with the answer."""
        known, address = self._credentials, asked.get("redirect_uri", "")
        if account != self._account_code:
            return f"There is no account {account}."
        if asked.get("response_type") != "code":
            return "response_type must be code."
        if asked.get("client_id") != known.client_id:
            return "The client_id is not that of an app which this account knows."
        if not _ADDRESS.fullmatch(address) or "#" in address:
            return "redirect_uri must be an http or https address."
        if known.redirect_uris and address not in known.redirect_uris:
            return "The redirect_uri is not one of the app's."
        return ""

    def _new_code(self, redirect_uri: str) -> str:
        code = random_token()
        ends = self._clock() + timedelta(seconds=self._options().code_lifetime_s)
        with self._lock:
            self._codes[code] = _Code(redirect_uri, ends)
        return code

    # The token desk

    def _change(self, account: str | None, headers: Mapping[str, str], body: bytes) -> Reply:
        if not headers.get("content-type", "").lower().startswith(_FORM_TYPE):
            raise _Refused("invalid_request", f"The body must be {_FORM_TYPE}")
        form = parse_query(body.decode("latin-1"))
        if "grant_type" not in form:
            raise _Refused("invalid_request", "grant_type is missing")
        account = account or form.get("account_code")
        if not account:
            raise _Refused("invalid_request", "account_code is missing")
        self._check_client(form)
        if form["grant_type"] not in ("authorization_code", "refresh_token"):
            raise _Refused("unsupported_grant_type")
        if account != self._account_code:
            raise _Refused("invalid_grant", f"Unknown account {account}")
        if form["grant_type"] == "authorization_code":
            self._use_code(form)
            return self._tokens_reply(random_token(), with_instance=True)
        return self._refresh(form)

    def _check_client(self, form: Mapping[str, str]) -> None:
        known = self._credentials
        secret = form.get("client_secret", "")
        shows_none = "client_secret" not in form and form["grant_type"] == "refresh_token"
        is_right = hmac.compare_digest(secret.encode(), known.client_secret.encode())
        if form.get("client_id") != known.client_id or not (
            is_right or (shows_none and not self._options().refresh_needs_secret)
        ):
            raise _Refused("invalid_client")

    def _use_code(self, form: Mapping[str, str]) -> None:
        """Use a code up, wrongly or rightly."""
        if "code" not in form or "redirect_uri" not in form:
            raise _Refused("invalid_request", "code and redirect_uri are required")
        with self._lock:
            code = self._codes.pop(form["code"], None)
        if code is None:
            raise _Refused("invalid_grant", "The authorization code is not valid")
        if code.ends <= self._clock():
            raise _Refused("invalid_grant", "The authorization code has expired")
        if code.redirect_uri != form["redirect_uri"]:
            raise _Refused("invalid_grant", "The redirect_uri is not that of the authorization request")

    def _refresh(self, form: Mapping[str, str]) -> Reply:
        options, old = self._options(), form.get("refresh_token")
        if not old:
            raise _Refused("invalid_request", "refresh_token is missing")
        if not self._tokens.take(TokenKind.REFRESH, old):
            raise _Refused("invalid_grant", "The refresh token is not valid")
        return self._tokens_reply(
            random_token() if options.rotate_refresh_tokens else old, with_instance=options.refresh_instance_id
        )

    def _tokens_reply(self, refresh_token: str, *, with_instance: bool) -> Reply:
        lifetime = self._options().token_lifetime_s
        ends = self._clock() + timedelta(seconds=lifetime)
        answer = {
            "access_token": self._tokens.add(TokenKind.OAUTH, random_token(), ends),
            "refresh_token": self._tokens.add(TokenKind.REFRESH, refresh_token),
            "installation_instance_id": INSTANCE_ID,
            "api_domain": self._api_domain(),
            "token_type": "Bearer",
            "expires_in": lifetime,
        }
        if not with_instance:
            del answer["installation_instance_id"]
        return Reply(200, orjson.dumps(answer))
