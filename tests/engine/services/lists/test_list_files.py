"""Members of lists in files: lines, or a column."""

from __future__ import annotations

import pytest

from engine.services.lists.list_files import LONGEST_FILE_BYTES, members_of, parse_members, write_list
from engine.services.refusals import Refused
from engine.services.spreadsheets import LinesRefused

FILES: list[tuple[bytes, str | None, list[str]]] = [
    (b"GLASS-1\r\n  b \r\n\r\nc", None, ["GLASS-1", "b", "c"]),
    (b"\xef\xbb\xbfcaf\xc3\xa9\rx", None, ["caf\u00e9", "x"]),
    (b"", None, []),
    (b'Madrid, Spain\n"quoted"\n\'=x', None, ["Madrid, Spain", '"quoted"', "'=x"]),
    (b'member\r\n"Madrid, Spain"\r\n\'=x\r\n', None, ["Madrid, Spain", "=x"]),
    (b"Elemento\na;b\n", None, ["a;b"]),
    (b"member\n", None, []),
    (b"sku,note\nA,x\n,y\nB\n", "SKU", ["A", "B"]),
    (b'sku;note\nA;"x;y"\nB;z\n', "note", ["x;y", "z"]),
]


@pytest.mark.parametrize(("content", "column", "members"), FILES)
def test_a_file_has_a_member_a_line_or_in_a_column(content: bytes, column: str | None, members: list[str]) -> None:
    assert parse_members(content, column) == members


def test_what_is_written_is_read_again() -> None:
    members = ["a", "=1+1", "'x", "Madrid, Spain", 'say "hi"', "-5", "member", "@home"]
    written = write_list(members)
    assert written.startswith("member\r\na\r\n'=1+1\r\n")
    assert members_of(written) == members


def test_every_line_that_cannot_be_used_is_named() -> None:
    long = "x" * 4097
    with pytest.raises(LinesRefused) as refused:
        members_of(f"a\n{long}\nb\n{long}\n")
    assert [line for line, _ in refused.value.problems] == [2, 4]
    assert "Line 4: a member has 1 to 4096 characters, this one 4097" in refused.value.format("en")
    with pytest.raises(LinesRefused, match="Line 3: From here on the file cannot be read as CSV"):
        members_of('member\na\n"b')


def test_files_of_another_kind_are_refused() -> None:
    with pytest.raises(Refused, match="larger than 5 MiB"):
        parse_members(b"x" * (LONGEST_FILE_BYTES + 1))
    with pytest.raises(Refused, match="not text in UTF-8"):
        parse_members(b"\xff")
    with pytest.raises(Refused, match='"ean" is not among them: sku, note'):
        parse_members(b"sku,note\nA,x", "ean")
    with pytest.raises(Refused, match='names the column "sku" twice'):
        parse_members(b"sku,note,SKU\nA,x,B", "sku")
    assert parse_members(b"sku,note,note\nA,x,y", "sku") == ["A"]
