"""What counts as an answer to what was asked."""

from __future__ import annotations

from adapters.stores.brightpearl.raw_values import id_in
from adapters.stores.brightpearl.transport import Reply, TransientFailure
from rules.messages import Text

JSON_HEADERS = {"Accept": "application/json", "Content-Type": "application/json"}
UNEXPECTED = Text("it answered with something else than what was asked", "respondió algo distinto de lo pedido")


def expect_map(reply: Reply) -> None:
    """Raises TransientFailure unless the response maps ids to objects, or is empty."""
    response = reply.body.get("response")
    if response in (None, [], {}):
        return
    if not isinstance(response, dict) or not all(
        isinstance(value, dict) and id_in(key) is not None for key, value in response.items()
    ):
        raise TransientFailure(UNEXPECTED)


def expect_list(reply: Reply) -> None:
    """Raises TransientFailure unless the response is a list of objects, or is empty."""
    response = reply.body.get("response")
    if response in (None, {}):
        return
    if not isinstance(response, list) or not all(isinstance(member, dict) for member in response):
        raise TransientFailure(UNEXPECTED)
