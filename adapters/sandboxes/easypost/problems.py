"""How EasyPost refuses."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class Problem(Exception):
    """An error as it is answered: status, code, message, and what is wrong with which field."""

    def __init__(self, status: int, code: str, message: str, **fields: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.body: Json = {
            "error": {
                "code": code,
                "message": message,
                "errors": [{"field": name, "message": said} for name, said in fields.items()],
            }
        }


def not_found() -> Problem:
    """No such thing, or no such place."""
    return Problem(404, "NOT_FOUND", "The requested resource could not be found.")


def missing(field: str) -> Problem:
    """Something that has to be there."""
    return Problem(422, "PARAMETER.REQUIRED", "Missing required parameter.", **{field: "cannot be blank"})
