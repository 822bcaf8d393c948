"""One Brightpearl account as the sandbox holds it: what it answers, and what its keeper can do to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

import orjson

from .auth import Gatekeeper, OAuthDesk, SandboxCredentials, TokenBook, TokenKind
from .data import SandboxData
from .dispatcher import WebhookDispatcher
from .faults import Fault, FaultKind, FaultQueue, parse_fault, substitute_reply, truncated
from .gateway import Gateway, single_slashes
from .journal import Journal
from .options import SandboxOptions
from .oracle import expected
from .replies import Json, Reply
from .request_log import RequestLog
from .routing import Account, Router
from .search import SearchEngine
from .services import drop_ship, goods_out, listings, order_notes, orders, products, sales_orders
from .services.webhooks import WebhookBook
from .throttle import Throttle, ThrottlePools

_SPOILING = frozenset(FaultKind) - {FaultKind.DELAY, FaultKind.EXPIRE_TOKEN}


class Sandbox:
    """Answers requests as the Brightpearl account that holds `data`, wherever they come from; `host` tells its own address.

    `throttle` None means no cap. The user logs in with `username` and `password`; `credentials` are those of the account's
    apps.
    """

    def __init__(
        self,
        data: SandboxData,
        host: Callable[[], str],
        username: str,
        password: str,
        account_code: str,
        throttle: Throttle | None,
        options: SandboxOptions | None,
        credentials: SandboxCredentials | None,
    ) -> None:
        self.data: SandboxData = data
        self._account = Account(data, SearchEngine(), SandboxOptions())
        self.options = options or SandboxOptions()
        apps, tokens = credentials or SandboxCredentials(), TokenBook(lambda: data.clock())
        self._tokens = tokens
        self._gatekeeper = Gatekeeper(username, password, account_code, tokens, apps)
        self._oauth = OAuthDesk(account_code, apps, tokens, lambda: data.clock(), lambda: self.options, host)
        self._pools = ThrottlePools(throttle)
        self._journal = Journal(lambda: data.clock())
        self._webhooks = WebhookBook(lambda *call: self._dispatcher.simulate(*call))
        self._faults = FaultQueue()
        self._log = RequestLog()
        self._dispatcher = WebhookDispatcher(account_code, self._webhooks.all, lambda: data.clock(), lambda: self.options)
        data.listeners.append(self._dispatcher.on_event)
        self._stopping = threading.Event()
        services = (goods_out, drop_ship, orders, order_notes, sales_orders, products, listings, self._webhooks)
        routes = [each for service in services for each in service.routes()]
        self._gateway = Gateway(self._account, self._gatekeeper, self._oauth, self._pools, self._journal, Router(routes))

    # Control

    @property
    def options(self) -> SandboxOptions:
        """The switches in force; assign another set to change them."""
        return self._account.options

    @options.setter
    def options(self, options: SandboxOptions) -> None:
        self._account.options = options
        self.data.set_search_lag(timedelta(seconds=options.search_lag_s))

    def fault(
        self,
        kind: FaultKind | str,
        path: str = "",
        *,
        method: str | None = None,
        skip: int = 0,
        times: int = 1,
        seconds: float = 0.0,
    ) -> None:
        """Queue a fault (see Fault). Raises FaultError for a kind or number that makes no sense."""
        self.queue_fault(
            parse_fault({"kind": str(kind), "path": path, "method": method, "skip": skip, "times": times, "seconds": seconds})
        )

    def queue_fault(self, fault: Fault) -> None:
        """Queue a fault that is checked already."""
        self._faults.add(fault)

    def pending_faults(self) -> list[Json]:
        """The faults that have not struck yet."""
        return self._faults.pending()

    def clear_faults(self) -> None:
        """Forget the faults that have not struck yet."""
        self._faults.clear()

    def expire_tokens(self, kind: TokenKind | str | None = None) -> int:
        """Let the tokens of one kind run out, or all log-in and OAuth access tokens; returns how many. Raises TokenError."""
        return self._gatekeeper.expire(kind)

    def revoke_tokens(self, kind: TokenKind | str | None = None) -> int:
        """Take back the tokens of one kind, or all; returns how many. Raises TokenError."""
        return self._gatekeeper.revoke(kind)

    def issue_token(self, kind: TokenKind | str, token: str | None = None) -> str:
        """Replace the token of an app (`account`, `staff`, `public`), by this one if given; returns it. Raises TokenError."""
        return self._gatekeeper.issue(kind, token)

    def tokens_given(self) -> set[str]:
        """Every token that was ever valid, as it is sent: what no log, page or file of a client may hold in the clear."""
        return self._tokens.given()

    def grant_oauth(self) -> Json:
        """What the token desk would answer had the user approved: access token, refresh token and all."""
        answer: Json = orjson.loads(self._oauth.grant().body)
        return answer

    def set_password(self, password: str) -> None:
        """Give the user another password."""
        self._gatekeeper.set_password(password)

    def set_throttle(self, throttle: Throttle | None, pool: str | None = None) -> None:
        """Take another cap from now on, for all callers or for one pool of them; None for none.

        Log-ins and private apps share the pool `private`; a developer's public and OAuth apps share `developer {reference}`.
        """
        self._pools.configure(throttle, pool)

    def journal(self, since: int = 0) -> list[Json]:
        """The writes that reached a service after this sequence number, oldest first; never with credentials.

        Each with `sequence` (from 1), `at`, `method`, `path` (relative to the account), `body` (JSON), `status`, and `if_match`
        where it was sent. A webhook's body lacks `bodyTemplate`, its address the query.
        """
        return self._journal.since(since)

    def webhook_deliveries(self) -> list[Json]:
        """The latest webhook calls, oldest first (see WebhookDispatcher)."""
        return self._dispatcher.deliveries()

    def reset_requests(self) -> None:
        """Start the request counters anew."""
        self._log.reset()

    def state(self) -> Json:
        """Counts of what the account holds, and the request counters (`requests`, see RequestLog)."""
        data = self.data
        with data.lock:
            notes = list(data.notes.values())
            counts = {
                "orders": len(data.orders),
                "notes": len(notes),
                "printed_notes": sum(note.printed for note in notes),
                "shipped_notes": sum(note.shipped for note in notes),
                "transfer_notes": sum(note.transfer for note in notes),
                "drop_ship_notes": len(data.drop_ship_notes),
                "order_notes": sum(len(each) for each in data.order_notes.values()),
            }
        return {
            **counts,
            "webhooks": len(self._webhooks.all()),
            "webhook_calls": self._dispatcher.outcomes(),
            "faults": self.pending_faults(),
            "requests": self._log.to_json(),
        }

    def expected(
        self, channels: Collection[int] = (2,), *, warehouses: Collection[int] = (), window: timedelta = timedelta(days=90)
    ) -> Json:
        """What an import for these channels ought to bring in, and why it leaves out the rest (see oracle)."""
        return expected(self.data, channels, self.data.clock(), warehouses=warehouses, window=window)

    # Answering

    def answer_api(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> tuple[Reply, bool]:
        """The reply to a request of the vendor's API, and whether the connection is to be reset instead of sending it."""
        path = single_slashes(path)
        fault = self._faults.take(method, path)
        reply = self._reply(fault, method, path, query, headers, body)
        refused = reply.status == 503 and b"too many requests" in reply.body
        self._log.add(method, path, reply.status, refused=refused, faulted=fault is not None and fault.kind in _SPOILING)
        return reply, fault is not None and fault.kind is FaultKind.RESET

    def _reply(self, fault: Fault | None, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if fault is not None:
            if (substitute := substitute_reply(fault)) is not None:
                return substitute
            if fault.kind is FaultKind.DELAY:
                self._stopping.wait(fault.seconds)
            elif fault.kind is FaultKind.EXPIRE_TOKEN:
                self.expire_tokens()
        reply = self._gateway.answer(method, path, query, headers, body)
        if fault is not None and fault.kind is FaultKind.TRUNCATED:
            return Reply(reply.status, truncated(reply.body), reply.content_type, reply.headers)
        return reply
