"""ruamel.yaml, made to scan what a rule document may hold as YAML 1.2 says.

Its scanner is that of YAML 1.1 with repairs. What it still reads otherwise is corrected here: `?` and `:` beside brackets and
braces, tabs where 1.2 has them as white space, and the version that a document declares.
"""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.docinfo import Version
from ruamel.yaml.scanner import Scanner, ScannerError
from ruamel.yaml.tokens import FlowMappingEndToken, FlowSequenceEndToken, ScalarToken

_BREAKS = "\r\n"
_ENDS = " \t\r\n\0"
_FLOW_INDICATORS = ",[]{}"
_VERSION = (1, 2)
_MOST_DIGITS = 9  # of a version
_UNICODE_BREAKS = "\x85\u2028\u2029"  # ends of lines in YAML 1.1, characters as others in 1.2


def without_unicode_breaks(text: str) -> tuple[str, dict[int, str]]:
    """The text with placeholder characters for YAML 1.1's line ends, and the table to restore them."""
    found = [character for character in _UNICODE_BREAKS if character in text]
    if not found:
        return text, {}
    spare = (code for code in range(0xE000, 0xF900) if chr(code) not in text)
    table = {next(spare): character for character in found}
    return text.translate({ord(character): code for code, character in table.items()}), table


def yaml_parser() -> YAML:
    """A parser that gives the events and nodes of one document; good for one use."""
    parser = YAML(typ="safe", pure=True)
    parser.Scanner = _Scanner
    return parser


class _Scanner(Scanner):
    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self._tab: Any = None  # on the line being scanned, the tab behind which no key or dash may stand

    @property
    def scanner_processing_version(self) -> Any:
        return _VERSION

    # Versions: all of 1.x are read as 1.2, as that asks for; the parser refuses others.

    def scan_yaml_directive_value(self, start_mark: Any) -> Any:
        declared = super().scan_yaml_directive_value(start_mark)
        self.yaml_version = _VERSION
        self.loader.doc_infos[-1].doc_version = Version(*_VERSION)
        return _VERSION if declared[0] == _VERSION[0] else declared

    def scan_yaml_directive_number(self, start_mark: Any) -> Any:
        digits = 0
        while "0" <= self.reader.peek(digits) <= "9":
            digits += 1
            if digits > _MOST_DIGITS:
                raise ScannerError("while scanning a directive", start_mark, "too many digits", self.reader.get_mark())
        return super().scan_yaml_directive_number(start_mark)

    # Indicators: in brackets and braces `?` and `:` are what they are elsewhere, unless one of those or a comma follows.

    def _is_separated(self, index: int) -> bool:
        character = self.reader.peek(index)
        return character in _ENDS or (self.flow_level > 0 and character in _FLOW_INDICATORS)

    def check_key(self) -> Any:
        return self._is_separated(1)

    def check_value(self) -> Any:
        if self._is_separated(1):
            return True
        # After a key in quotes, brackets or braces the value may follow at once: {"a":1}.
        last = self.tokens[-1] if self.flow_level and self.flow_level in self.possible_simple_keys and self.tokens else None
        return isinstance(last, FlowSequenceEndToken | FlowMappingEndToken) or (isinstance(last, ScalarToken) and not last.plain)

    def check_plain(self) -> Any:
        character = self.reader.peek()
        if character in "?:":
            return not self._is_separated(1)
        return super().check_plain()

    # Tabs: white space, but never indentation.

    def scan_to_next_token(self) -> Any:
        """Skip white space, line ends and comments."""
        if self.reader.index == 0 and self.reader.peek() == "\ufeff":
            self.reader.forward()
        while True:
            self._skip_white_space()
            if self.reader.peek() == "#":
                while self.reader.peek() not in "\r\n\0":
                    self.reader.forward()
            if not self.scan_line_break():
                return
            self._tab = None
            if not self.flow_level:
                self.allow_simple_key = True

    def _skip_white_space(self) -> None:
        reader = self.reader
        while reader.peek() == " ":
            reader.forward()
        if reader.peek() != "\t":
            return
        tab = reader.get_mark()
        while reader.peek() in " \t":
            reader.forward()
        if self.flow_level or not self.allow_simple_key or reader.peek() in "#\r\n\0":
            return
        self._tab = tab
        starts_line = not reader.buffer[tab.pointer - tab.column : tab.pointer].strip(" ")
        if starts_line and tab.column <= self.indent:
            raise _misplaced(tab)
        # A value may stand behind a tab; keys and dashes, which say by their column what they belong to, may not.
        self.allow_simple_key = False

    def fetch_block_entry(self) -> None:
        self._refuse_after_tab()
        super().fetch_block_entry()

    def fetch_key(self) -> None:
        self._refuse_after_tab()
        super().fetch_key()

    def fetch_value(self) -> None:
        if self.flow_level not in self.possible_simple_keys:
            self._refuse_after_tab()
        super().fetch_value()

    def _refuse_after_tab(self) -> None:
        if self._tab is not None and not self.flow_level and self._tab.line == self.reader.line:
            raise _misplaced(self._tab)

    def scan_plain(self) -> Any:
        """A text without quotes; inside, tabs are as good as spaces."""
        reader = self.reader
        start = end = reader.get_mark()
        indent = self.indent + 1
        chunks: list[str] = []
        spaces: list[str] = []
        while reader.peek() != "#" or not chunks:
            length = self._plain_length()
            if length == 0:
                break
            self.allow_simple_key = False
            chunks += [*spaces, reader.prefix(length)]
            reader.forward(length)
            end = reader.get_mark()
            spaces = self.scan_plain_spaces(indent, start)
            if not spaces or (not self.flow_level and reader.column < indent):
                break
        return ScalarToken("".join(chunks), True, start, end)

    def _plain_length(self) -> int:
        """How many characters from here belong to a text without quotes, to the next white space or line end."""
        peek = self.reader.peek
        length = 0
        while True:
            character = peek(length)
            if character in _ENDS or (self.flow_level and character in _FLOW_INDICATORS):
                return length
            if character == ":" and self._is_separated(length + 1):
                return length
            length += 1

    def scan_plain_spaces(self, indent: Any, start_mark: Any) -> Any:
        """The replacement for the white space up to the next part of the text; empty when there is none of either."""
        reader = self.reader
        white = self._white_length(" \t")
        written = reader.prefix(white)
        reader.forward(white)
        if reader.peek() not in _BREAKS:
            return [written] if written else []
        self.scan_line_break()
        self.allow_simple_key = True
        breaks: list[str] = []
        while True:
            if self.check_document_start() or self.check_document_end():
                return []
            spaces, white = self._white_length(" "), self._white_length(" \t")
            if reader.peek(white) in _BREAKS:
                reader.forward(white)
                self.scan_line_break()
                breaks.append("\n")
                continue
            # Where a tab stands for indentation the text ends, and the tab is refused.
            reader.forward(spaces if spaces < indent and not self.flow_level else white)
            return breaks or [" "]

    def _white_length(self, characters: str) -> int:
        length = 0
        while self.reader.peek(length) in characters:
            length += 1
        return length


def _misplaced(tab: Any) -> ScannerError:
    return ScannerError("while scanning for the next token", None, "found character '\\t' that cannot start any token", tab)
