"""Several tags in one place."""

from __future__ import annotations

import pytest

from engine.model.tag_list import read_tags, write_tags


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("vip, gift,vip,, ", ["vip", "gift"]),
        ('"x, y",gift', ["x, y", "gift"]),
        ('a, "x, y"', ["a", "x, y"]),
        ("a\r\nb, c", ["a", "b", "c"]),
        ('12" vinyl', ['12" vinyl']),
        ("", []),
    ],
)
def test_a_comma_separates_unless_it_stands_in_quotes(text: str, tags: list[str]) -> None:
    assert read_tags(text) == tags


@pytest.mark.parametrize("tag", ["vip", "x, y", '"quoted"', '12" vinyl', 'a, "b"', "two words"])
def test_what_is_written_is_read_as_the_same(tag: str) -> None:
    assert read_tags(write_tags([tag, "other"])) == [tag, "other"]


def test_a_text_that_is_longer_than_any_list_is_read_all_the_same() -> None:
    assert read_tags(f"{'x' * 200_000}, b") == ["x" * 200_000, "b"]
