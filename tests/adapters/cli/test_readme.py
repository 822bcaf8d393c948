"""The commands of the README, one after another in a shell, as somebody types them who meets Relevo for the first time."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from support.printer import unused_port

ROOT = Path(__file__).parents[3]
SETTINGS = "export RELEVO_DATA_DIR=var/first-steps "


def test_all_of_them_do_what_the_readme_says(tmp_path: Path, sqlite_template: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    [block] = [one for one in blocks if "relevo()" in one]
    assert SETTINGS in block
    data = tmp_path / "first-steps"
    data.mkdir()
    shutil.copyfile(sqlite_template, data / "relevo.db")
    script = block.replace(SETTINGS, f"export RELEVO_DATA_DIR={data} ").replace(".venv/bin/python", sys.executable)
    script = script.replace("9190", str(unused_port()))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RELEVO_")}

    with (tmp_path / "said").open("w+") as said:
        shell = ["bash", "-euc", script]
        process = subprocess.Popen(shell, cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True)
        try:
            code = process.wait()
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # a script has no jobs of its own, so the sandbox still runs
        said.seek(0)
        told = said.read()

    assert code == 0, told
    for line in ("29 imported", "was imported.", "7003: shipped", "The store was told.", "bo@example.com  member"):
        assert line in told, told
