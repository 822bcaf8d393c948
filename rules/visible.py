"""Characters that a terminal obeys, and those that nobody sees, written out: `<U+001B>`, `<U+00A0>`."""

from __future__ import annotations

import re

# Control characters but tab and line end, the marks that turn the direction of writing, and the line ends of Unicode.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# Besides these: white space other than one blank, what has no width, and fillers. Joiners and variants are part of what is seen
# behind a picture, as in a family of several people, and only there.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200b\u200e\u200f\u2028-\u202f"
    "\u205f-\u206f\u2800\u3000\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
    "|(?<![^\\w\\s])[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]"
    "|(?<= ) "
)


def harmless(text: str) -> str:
    """A text that a terminal only shows; its tabs and line ends stay."""
    return text if text.isprintable() else _OBEYED.sub(_written_out, text)


def harmless_line(text: str) -> str:
    """The same, on one line."""
    return harmless(text).replace("\n", "<U+000A>")


def harmless_json_text(document: str) -> str:
    """The same JSON, with escapes in place of such characters, which stand in its texts alone."""
    return _OBEYED.sub(lambda match: f"\\u{ord(match.group()):04x}", document)


def with_unseen(text: str) -> str:
    """A text with everything written out that tells it from another one that looks the same."""
    return text if text.isprintable() and "  " not in text else _UNSEEN.sub(_written_out, text)


def _written_out(match: re.Match[str]) -> str:
    return f"<U+{ord(match.group()):04X}>"
