"""The wheel: built here, installed elsewhere without dependencies, it finds its own data and needs no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PROBE = """
import hlsgen
from pathlib import Path
from hlsgen.core.boards import board_names
from hlsgen.core.paths import data_dir
package = Path(hlsgen.__file__).parent
print(package)
for name in ("templates", "boards", "sim"):
    folder = data_dir(name)
    assert folder.is_relative_to(package), folder
    files = (path for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file())
    print(name, *sorted(str(path.relative_to(folder)) for path in files))
files = (path for path in package.rglob("*") if path.suffix in (".h", ".v", ".j2"))
print("package", *sorted(str(path.relative_to(package)) for path in files))
print("known", *board_names())
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel was installed."""
    folder = tmp_path_factory.mktemp("wheel")
    run = [sys.executable, "-m"]
    subprocess.run([*run, "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if "__pycache__" in name]
    install = [*run, "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*install, "--target", folder / "site", wheel], check=True, capture_output=True)
    return folder / "site"


def files_of(folder: Path, *suffixes: str) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)) for path in found if not suffixes or path.suffix in suffixes}


def test_the_wheel_finds_its_data(site: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-P", "-c", PROBE]
    printed = subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True).stdout
    first, *lines = printed.splitlines()
    assert first == str(site / "hlsgen")
    found = {words[0]: set(words[1:]) for words in map(str.split, lines)}
    for name in ("templates", "boards", "sim"):
        assert found[name] == files_of(ROOT / name)
    assert found["package"] >= files_of(ROOT / "hlsgen", ".h", ".v", ".j2")
    assert "kv260" in found["known"]


def test_the_wheel_starts(site: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-P", "-c", "from hlsgen.cli import main; main(['boards', 'kv260'])"]
    printed = subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True).stdout
    assert printed.startswith("AMD Kria KV260")
