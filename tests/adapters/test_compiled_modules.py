"""A compiled module is used as long as it is what its source says, and never longer."""

from __future__ import annotations

import importlib
import os
import re
from pathlib import Path

import pytest

from adapters.compiled_modules import PACKAGES, remove_stale, use_no_stale_modules

ROOT = Path(__file__).parents[2]
NAMED = re.search(r"^COMPILED := (.*?)\n(?!\t)", (ROOT / "Makefile").read_text("utf-8"), re.DOTALL | re.MULTILINE)


def a_tree(folder: Path, *, source_is_newer: bool) -> tuple[Path, Path]:
    """A module with its compiled form, and another one that is up to date."""
    (folder / "rules").mkdir()
    for number, name in enumerate(("values", "facts")):
        source, compiled = folder / "rules" / f"{name}.py", folder / "rules" / f"{name}.cpython-311-x86_64-linux-gnu.so"
        source.write_text("")
        compiled.write_text("")
        os.utime(source, (100, 100))
        os.utime(compiled, (99, 99) if source_is_newer and number == 0 else (101, 101))
    (folder / "abc__mypyc.cpython-311-x86_64-linux-gnu.so").write_text("")
    return folder / "rules" / "values.py", folder / "rules" / "facts.cpython-311-x86_64-linux-gnu.so"


def test_what_is_up_to_date_stays(tmp_path: Path) -> None:
    _, compiled = a_tree(tmp_path, source_is_newer=False)

    assert remove_stale(tmp_path) is None
    assert compiled.exists()


def test_one_newer_source_removes_all_that_is_compiled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a_tree(tmp_path, source_is_newer=True)

    use_no_stale_modules(tmp_path)

    assert list(tmp_path.rglob("*.so")) == []
    assert capsys.readouterr().err == (
        "rules/values.py is newer than its compiled form, so the compiled modules were removed: "
        "`make setup` compiles them again.\n"
    )
    assert remove_stale(tmp_path) is None


def test_a_compiled_module_without_a_source_is_removed(tmp_path: Path) -> None:
    source, compiled = a_tree(tmp_path, source_is_newer=False)
    source.unlink()

    assert remove_stale(tmp_path) == source
    assert not compiled.exists()


def test_modules_far_down_are_looked_at_too(tmp_path: Path) -> None:
    source = tmp_path / "storage" / "orders" / "columns.py"
    source.parent.mkdir(parents=True)
    compiled = source.with_name("columns.cpython-311-x86_64-linux-gnu.so")
    compiled.write_text("")
    os.utime(compiled, (99, 99))
    source.write_text("")

    assert remove_stale(tmp_path) == source
    assert not compiled.exists()


def test_what_cannot_be_removed_ends_the_start_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_tree(tmp_path, source_is_newer=True)

    def refuse(path: Path, *, missing_ok: bool) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    monkeypatch.setenv("RELEVO_LANGUAGE", "es")
    with pytest.raises(SystemExit, match=r"no se puede quitar \(Permission denied\): ejecuta `make setup`"):
        use_no_stale_modules(tmp_path)


def test_the_makefile_names_modules_that_there_are() -> None:
    assert NAMED is not None
    folders = re.findall(r"addprefix ([a-z/]+),([^)]*)\)", NAMED[1].replace("\\\n", " "))
    modules = [folder + name for folder, names in folders for name in names.split()]

    assert len(modules) > 15
    assert [name for name in modules if not (ROOT / name).is_file()] == []
    assert {name.partition("/")[0] for name in modules} <= set(PACKAGES)  # where stale ones are looked for
    if os.environ.get("CI") == "true":  # there everything was set up, and the tests are to run what production runs
        interpreted = [
            name for name in modules if (importlib.import_module(name[:-3].replace("/", ".")).__file__ or "")[-3:] == ".py"
        ]
        assert interpreted == []
