"""The values that a condition compared, as the page of an order shows them."""

from __future__ import annotations

from markupsafe import escape

from adapters.web.formatting import operand


def test_what_nobody_sees_is_written_out_in_texts_and_lists() -> None:
    assert operand("Ana\u00a0Ruiz") == "Ana<U+00A0>Ruiz"
    assert operand(["a\tb", "c"]) == escape("a<U+0009>b, c")
    assert operand("Ana Ruiz") == "Ana Ruiz"
    assert operand(5) == "5"
