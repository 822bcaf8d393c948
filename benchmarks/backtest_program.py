"""What the backtest benchmark runs as processes of its own: storing orders with their decisions, and backtesting them.

    python -m benchmarks.backtest_program store FOLDER ORDERS.jsonl
    python -m benchmarks.backtest_program backtest FOLDER PROCESSES
    python -m benchmarks.backtest_program preview FOLDER ORDERS

The first imports the orders of a file. The others print a JSON object: how many orders and seconds, and of a backtest the
resident set after a tenth of them and at the end. A preview's seconds are the median of some, each of another draft; those of its
floor, in between, are of reading the same rows and their JSON, and of nothing else.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    # Loaded here, as app.py does: each process that decides loads the program that has started it, without running it.
    from benchmarks.stored_backtests import backtest, preview, store_orders

    what, folder, argument = sys.argv[1:]
    if what == "store":
        store_orders(Path(folder), Path(argument))
    else:
        print(json.dumps({"backtest": backtest, "preview": preview}[what](Path(folder), int(argument))))


if __name__ == "__main__":
    main()
