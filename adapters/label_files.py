"""The files of labels that commands write: `labels/` in the data folder, for the owner alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

LABELS = "labels"  # the folder, in the data folder


class LabelFiles:
    """Implements `engine.ports.LabelFiles`. What was bought for a shipment begins with its id."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / LABELS

    def forget(self, shipment_ids: Iterable[str]) -> None:
        """Remove the files of these shipments; some may have none."""
        for shipment_id in shipment_ids:
            for file in self._folder.glob(f"{shipment_id}-*"):
                file.unlink(missing_ok=True)

    def forget_written(self, before: datetime) -> None:
        for file in self._folder.glob("*"):
            try:
                if file.stat().st_mtime < before.timestamp():
                    file.unlink(missing_ok=True)
            except FileNotFoundError:  # somebody else removed it meanwhile
                continue
