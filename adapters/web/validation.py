"""What a use case would refuse about one value, said beside its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import ValidationError

from adapters.web.language import page_language
from engine.services.refusals import Refused


def allowed_by(check: Callable[[str], object]) -> Callable[[Any, Any], None]:
    """A validator of a text field that asks the check of a use case."""

    def validate(_form: Any, field: Any) -> None:
        try:
            check(field.data or "")
        except Refused as refusal:
            raise ValidationError(refusal.format(page_language())) from None

    return validate
