"""Requests that cannot be carried out, with a sentence for the person who asked."""

from __future__ import annotations

from typing import Any

from rules.messages import Language, Message, Text


class LeaseLost(Exception):
    """Somebody else has taken over: nothing more may be written."""

    def __init__(self) -> None:
        self.message = Message("taken_over", TAKEN_OVER)
        super().__init__(str(self.message))


class Refused(Exception):
    """The use case cannot do what it was asked. The message says what is wrong and what to do about it."""

    def __init__(self, code: str, text: Text, /, **params: Any) -> None:
        self.message = Message(code, text, params)
        super().__init__(str(self.message))

    def format(self, language: Language) -> str:
        return self.message.format(language)


class RefusedByCarrier(Refused):
    """What a carrier cannot ship as it was asked. `reason` is the carrier's own code, by which a form finds the field."""

    def __init__(self, text: Text, reason: str) -> None:
        super().__init__("carrier_refused", text)
        self.reason = reason


TAKEN_OVER = Text(
    "Another process has taken over this import: its answer counts, start this one again if you need it.",
    "Otro proceso se ha hecho cargo de esta importación: vale su respuesta; repítela si hace falta.",
)
NO_ACCOUNT = Text(
    'There is no account "{slug}": create it with `accounts create`, or check the slug.',
    'No existe la cuenta "{slug}": créala con `accounts create` o comprueba el slug.',
)
NO_STORE = Text(
    'There is no store "{store}": `stores list` shows the ids.', 'No existe la tienda "{store}": `stores list` muestra los ids.'
)
STORE_CLOSED = Text('The store "{store}" is closed.', 'La tienda "{store}" está cerrada.')
NO_ORDER = Text('There is no order "{order}" in this account.', 'No existe el pedido "{order}" en esta cuenta.')
PROCESS_GONE = Text(
    "A process that was at work for this one has ended, perhaps for want of memory: ask for it again.",
    "Un proceso que trabajaba para este ha terminado, quizá por falta de memoria: vuelve a pedirlo.",
)
