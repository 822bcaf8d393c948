"""The house's order, as far as a test can see it: what stands where, how large it is, and what it is called."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("rules", "engine", "adapters", "storage")
LINES_AT_MOST = 400
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "managers", "manager", "common", "misc"}
TEST_FOLDERS_OF_THEIR_OWN = {"golden", "html", "contract", "browser", "faults", "support", "benchmarks", "app", "karrio"}
# The words that no password may be made of; and the commands that start the demo and the stand-in for Brightpearl.
NAMING_A_KIND = {"engine/model/password.py", *(f"adapters/cli/{name}.py" for name in ("demo", "runtime", "sandbox"))}

SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
ALL_PYTHON = sorted([*SOURCES, *ROOT.glob("*.py"), *(ROOT / "benchmarks").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("package", PACKAGES)
def test_our_packages_are_imported_not_namesakes_from_the_index(package: str) -> None:
    file = importlib.import_module(package).__file__

    assert file is not None
    assert Path(file).parent == ROOT / package


def test_the_top_level_holds_what_the_design_names() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    top = {line.partition("/")[0] for line in tracked}

    needed = {"app.py", *PACKAGES, "tests", "docs", "benchmarks", ".ci", "Makefile", "pyproject.toml", "README.md", "LICENSE"}
    needed |= {
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "requirements.in",
        "requirements.txt",
        "requirements-test.in",
        "requirements-test.txt",
        "requirements-karrio.in",
        "requirements-karrio.txt",
        ".gitignore",
    }
    assert needed <= top
    assert top <= needed | {"deploy", ".github"}


def test_no_module_outgrows_its_page() -> None:
    sizes = {relative(path): len(path.read_text("utf-8").splitlines()) for path in ALL_PYTHON}

    assert {name: lines for name, lines in sizes.items() if lines > LINES_AT_MOST} == {}


def test_names_say_what_is_inside() -> None:
    assert [relative(path) for path in ALL_PYTHON if {path.stem, path.parent.name} & VAGUE_NAMES] == []


def test_every_package_has_its_init_and_says_what_it_is() -> None:
    folders = {path.parent for path in SOURCES if "migrations" not in path.parts}

    assert [relative(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []
    undocumented = [path for path in SOURCES if path.read_text("utf-8").strip() and not ast.get_docstring(_parse(path))]
    assert [relative(path) for path in undocumented if "migrations" not in path.parts] == []


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def test_only_its_folder_knows_a_kind_of_store() -> None:
    """What the product says and does of stores is made from what their kinds say of themselves."""
    places = ("engine", "storage", "adapters/web", "adapters/api", "adapters/cli", "adapters/queue")
    sources = [path for place in places for end in ("py", "html", "js") for path in (ROOT / place).rglob(f"*.{end}")]
    naming = {relative(path) for path in sources if "brightpearl" in path.read_text("utf-8").lower()}

    assert len(sources) > 200
    assert {path for path in naming if not path.startswith("storage/migrations/")} == NAMING_A_KIND


def test_no_handler_catches_everything() -> None:
    assert [place for path in ALL_PYTHON for place in _broad_handlers(path)] == []


def _broad_handlers(path: Path) -> list[str]:
    source = path.read_text("utf-8")
    nodes = ast.walk(ast.parse(source)) if "except" in source else ()
    handlers = [node for node in nodes if isinstance(node, ast.ExceptHandler)]
    return [f"{relative(path)}:{handler.lineno}" for handler in handlers if _is_broad(handler) and not _passes_on(handler)]


def _passes_on(handler: ast.ExceptHandler) -> bool:
    """Whatever the error is, nothing is swallowed: it is raised again, is the cause of another, or goes to who waits for it."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise):
        return last.exc is None or last.cause is not None
    call = last.value if isinstance(last, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "set_exception"


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(one, ast.Name) and one.id in ("Exception", "BaseException") for one in caught)


def test_the_tests_mirror_the_packages() -> None:
    """A folder of tests stands for a package, or for one module that has grown many of them."""
    folders = [path for path in (ROOT / "tests").rglob("*") if path.is_dir() and path.name != "__pycache__"]
    mirrored = [folder.relative_to(ROOT / "tests") for folder in folders]
    mirrored = [folder for folder in mirrored if folder.parts[0] not in TEST_FOLDERS_OF_THEIR_OWN]

    assert [str(folder) for folder in mirrored if not _stands_for_code(folder)] == []
    assert [relative(path) for path in (ROOT / "tests").rglob("__init__.py")] == []


def _stands_for_code(folder: Path) -> bool:
    return (ROOT / folder).is_dir() or (ROOT / folder).with_suffix(".py").is_file()


def test_the_readme_shows_both_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    assert "make run" in readme
    assert "make test" in readme


def test_links_in_the_documentation_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    broken = []
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{relative(page)}: {target}")

    assert broken == []


@pytest.mark.parametrize("name", ["requirements", "requirements-test"])
def test_the_lock_has_hashes_and_names_no_place(name: str) -> None:
    lock = (ROOT / f"{name}.txt").read_text("utf-8")

    pins = re.findall(r"^[A-Za-z0-9][\w.-]*==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[^\s#]", lock, re.MULTILINE)) > 10
    assert not re.search(r"://|^\s*-(-index|-extra|-find|-trusted|i|f)\b", lock, re.MULTILINE)


def test_the_lock_belongs_to_what_is_asked_for() -> None:
    for name in ("requirements", "requirements-test"):
        wanted = re.findall(r"^[A-Za-z0-9][\w.-]*", (ROOT / f"{name}.in").read_text("utf-8"), re.MULTILINE)
        locked = re.findall(r"^([A-Za-z0-9][\w.-]*)==", (ROOT / f"{name}.txt").read_text("utf-8"), re.MULTILINE)
        assert {_normal(one) for one in wanted} <= {_normal(one) for one in locked}, f"run 'make lock' after changing {name}.in"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
