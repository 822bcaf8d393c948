"""What an answer of karrio means: done, not done, or nobody knows. One table for all of its carriers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from adapters.carriers.calls import LONGEST_WORDS, Outcome, outcome_of
from adapters.carriers.karrio.lines import KarrioLine
from adapters.carriers.karrio.refusals import refused
from engine.model.sentence import full_sentence
from engine.ports import CarrierError, CarrierRefused, CarrierUnavailable
from rules.messages import Message, Text
from rules.visible import harmless_line

SAID = Text('{carrier} refuses: "{words}"', "{carrier} lo rechaza: «{words}»")
NOT_UNDERSTOOD = Text(
    '{carrier} answers something that is not understood: "{words}"', "{carrier} responde algo que no se entiende: «{words}»"
)
NOT_LET_IN = Text(
    "{carrier} was not asked, since it could not be logged in to: {problem} Try again later.",
    "No se preguntó a {carrier}, porque no se pudo iniciar sesión: {problem} Inténtalo más tarde.",
)


class Came(StrEnum):
    """What came of a call."""

    NOTHING_SENT = "nothing_sent"  # karrio itself refused
    LOGIN_FAILED = "login_failed"  # so that the call was never made
    ANSWERED_WITH_IT = "answered_with_it"
    ANSWERED_WITHOUT_IT = "answered_without_it"
    NO = "no"  # a clear one, by the status of the answer
    NO_ANSWER = "no_answer"


OUTCOMES: Final[dict[Came, Outcome]] = {
    Came.NOTHING_SENT: Outcome.NOT_DONE,
    Came.LOGIN_FAILED: Outcome.NOT_DONE,
    Came.ANSWERED_WITH_IT: Outcome.DONE,
    Came.ANSWERED_WITHOUT_IT: Outcome.UNKNOWN,
    Came.NO: Outcome.NOT_DONE,
    Came.NO_ANSWER: Outcome.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a call, as karrio tells it. `status` is that of the answer, None where there was none."""

    found: Any
    messages: Sequence[Any]
    status: int | None


def done(line: KarrioLine, heard: Heard) -> Any:
    """What was found, where the call was done. Raises CarrierRefused for a clear no, CarrierUnavailable where nobody knows."""
    failure, is_login = failure_of(heard.messages)
    if isinstance(failure, CarrierRefused):  # an address that is not called
        raise failure
    outcome = OUTCOMES[_came(heard, failure, is_login=is_login)]
    if outcome is Outcome.DONE:
        return heard.found
    if failure is not None and outcome is Outcome.NOT_DONE:
        raise refused("not_let_in", NOT_LET_IN, carrier=line.kind.name, problem=failure.args[0])
    if outcome is Outcome.NOT_DONE:
        raise refused("carrier_refused", SAID, carrier=line.kind.name, words=full_sentence(words_of(heard.messages)))
    raise unclear(line, heard)


def unclear(line: KarrioLine, heard: Heard) -> CarrierUnavailable:
    """Why nobody knows what became of a call."""
    failure, _is_login = failure_of(heard.messages)
    if failure is not None:
        return CarrierUnavailable(failure.args[0])
    said = {"carrier": line.kind.name, "words": full_sentence(words_of(heard.messages))}
    return CarrierUnavailable(Message("not_understood", NOT_UNDERSTOOD, said))


def failure_of(messages: Sequence[Any]) -> tuple[CarrierError | None, bool]:
    """Why a call came to nothing, and whether it was the login; karrio hands it through in its messages."""
    for message in messages:
        details = message.details
        error = details.get("error") if isinstance(details, dict) else None
        if isinstance(error, CarrierError):
            return error, bool(details.get("is_login"))
    return None, False


def words_of(messages: Sequence[Any]) -> str:
    """What the carrier says, in one line."""
    said = dict.fromkeys(str(message.message or message.code or "") for message in messages)
    return harmless_line(" ".join(one for one in said if one))[:LONGEST_WORDS].strip() or "–"


def _came(heard: Heard, failure: CarrierError | None, *, is_login: bool) -> Came:
    if failure is not None:
        return Came.LOGIN_FAILED if is_login else Came.NO_ANSWER
    if heard.status is None:
        return Came.NOTHING_SENT
    if outcome_of(heard.status, "", ()) is Outcome.NOT_DONE:
        return Came.NO
    return Came.ANSWERED_WITH_IT if heard.found is not None else Came.ANSWERED_WITHOUT_IT
