"""What a data directory remembers of its demo, so that the demo's sandbox comes back as it was at the next start."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

FILE_NAME = "demo.json"


@dataclass(frozen=True, slots=True)
class DemoRecord:
    """The demo's sandbox: where it listens and what it holds. Its password opens nothing but that sandbox."""

    port: int
    orders: int
    seed: int
    made_at: str  # ISO 8601; the generated orders' dates hang on it
    password: str
    store_id: str = ""
    is_trial: bool = False  # only a sandbox that somebody has connected, without the demo's accounts

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def made(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    def save(self, data_dir: Path) -> None:
        path = data_dir / FILE_NAME
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2))
        fresh.replace(path)  # all or nothing, whenever the process ends


def find_demo(data_dir: Path) -> DemoRecord | None:
    """The demo of a data directory, or None when it has none."""
    try:
        data: dict[str, Any] = orjson.loads((data_dir / FILE_NAME).read_bytes())
        return DemoRecord(**data)
    except FileNotFoundError:
        return None


def has_demo(data_dir: Path) -> bool:
    """Whether a data directory has the demo's accounts."""
    record = find_demo(data_dir)
    return record is not None and not record.is_trial
