"""The least that a call can take: a Flask application with one route that does nothing, on the product's web server.

    python -m benchmarks.empty_route THREADS

Prints its port and serves until it is stopped.
"""

from __future__ import annotations

import sys

from flask import Flask
from waitress.server import create_server


def main() -> None:
    web = Flask(__name__)

    @web.post("/")
    def nothing() -> tuple[str, int]:
        return "", 204

    server = create_server(web, host="127.0.0.1", port=0, threads=int(sys.argv[1]))
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main()
