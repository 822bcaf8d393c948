"""Request budgets in Redis, for installations of several machines that would rather not ask their database so often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import orjson
import redis

from engine.model.request_budget import Allowance, Purpose, State, report, take
from engine.ports import Clock, StoreUnavailable
from rules.messages import Message, Text
from rules.visible import harmless_line

T = TypeVar("T")

_PREFIX = "relevo:request-budget:"
_KEPT_FOR_WINDOWS = 15  # nothing in a state matters for longer
_TIMEOUT_S = 5
_LONGEST_PROBLEM = 200

_UNAVAILABLE = Text(
    "The request budget in Redis cannot be reached ({problem}), so nothing is asked of the store. Check that Redis runs and "
    "that all of RELEVO_REDIS_URL is right: redis or rediss (TLS), address, user, password and database.",
    "No se puede acceder al presupuesto de peticiones en Redis ({problem}), así que no se pide nada a la tienda. Comprueba que "
    "Redis funciona y que todo es correcto en RELEVO_REDIS_URL: redis o rediss (TLS), dirección, usuario, clave y base de datos.",
)


class RedisRequestBudgets:
    """Implements `engine.ports.RequestBudgets`: a key for each budget, changed only while nobody else changed it."""

    def __init__(self, url: str, clock: Clock, allowance: Allowance | None = None) -> None:
        """`url` as in RELEVO_REDIS_URL. Connects at the first call."""
        self._redis = redis.Redis.from_url(url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S)
        self._clock = clock
        self._allowance = allowance or Allowance()

    def take(self, key: str, taker: str, purpose: Purpose) -> float:
        def take_one(state: State) -> tuple[State | None, float]:
            after, wait_s = take(state, taker, purpose, self._clock.now(), self._allowance)
            return (None if after is state else after), wait_s

        return self._change(key, take_one)

    def report(self, key: str, remaining: int, resets_in_s: float | None, sent_at: datetime, *, refused: bool = False) -> None:
        def tell(state: State) -> tuple[State | None, None]:
            now = self._clock.now()
            return report(state, remaining, resets_in_s, sent_at, now, self._allowance, refused=refused), None

        self._change(key, tell)

    def close(self) -> None:
        self._redis.close()

    def _change(self, key: str, change: Callable[[State], tuple[State | None, T]]) -> T:
        """Keep what `change` makes of the state (None: nothing). It is asked again when the state changed meanwhile."""
        name = _PREFIX + key
        try:
            with self._redis.pipeline() as pipe:
                while True:
                    pipe.watch(name)
                    kept = pipe.get(name)
                    after, answer = change({} if kept is None else orjson.loads(kept))
                    if after is None:
                        return answer
                    pipe.multi()
                    pipe.set(name, orjson.dumps(after), px=self._allowance.ms(_KEPT_FOR_WINDOWS))
                    try:
                        pipe.execute()
                    except redis.WatchError:
                        continue
                    return answer
        except redis.RedisError as error:
            problem = {"problem": _problem_of(error)}
            raise StoreUnavailable(Message("request_budget_unavailable", _UNAVAILABLE, problem)) from None


def _problem_of(error: redis.RedisError) -> str:
    """What Redis answered, or why nobody did; without its address, which is the operator's alone to know."""
    cause = error.__cause__ or error.__context__
    said = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(error)
    return harmless_line(said)[:_LONGEST_PROBLEM]
