"""Editing rule documents that need not be right yet: what is not touched stays to the letter.

`DraftText` is one document with its edits, `merged` joins the edits of two people, `splices` writes changed values into a text.
"""

from rules.editing.draft_text import DraftText, NoPlace, Unreadable
from rules.editing.merging import Clash, Merge, NotByRules, merged

__all__ = ["Clash", "DraftText", "Merge", "NoPlace", "NotByRules", "Unreadable", "merged"]
