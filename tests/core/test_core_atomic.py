"""Atomic writes: what was there before survives every failure, and two runs never share a folder."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hlsgen.core import atomic
from hlsgen.core.atomic import locked, read_json, recover_folder, replace_folder, write_json, write_text
from hlsgen.core.errors import UserError


def refuse(*args: object, **kwargs: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied", "somewhere")


def fill(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "file").write_text(text)
    return folder


def test_write_replaces_and_leaves_nothing_beside(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    write_json(target, {"x": 1})
    write_json(target, {"x": 2})
    assert read_json(target) == {"x": 2}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_refused_write_keeps_the_earlier_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.txt"
    write_text(target, "old")
    monkeypatch.setattr(atomic.os, "replace", refuse)
    with pytest.raises(UserError, match=r"somewhere: Permission denied; choose a folder .* with --out"):
        write_text(target, "new")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_full_disk_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(UserError, match=r"a\.txt: No space left on device"):
        write_text(tmp_path / "a.txt", "new")
    assert list(tmp_path.iterdir()) == []


def test_writing_below_a_file_is_a_user_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="Not a directory"):
        write_text(tmp_path / "file" / "a.txt", "new")


@pytest.mark.parametrize("content", ["", "{", "\0\0\0", None])
def test_a_corrupt_or_absent_json_reads_as_none(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    if content is not None:
        path.write_text(content)
    assert read_json(path) is None


def test_folder_replaces_folder(tmp_path: Path) -> None:
    new, target = fill(tmp_path / "new", "2"), fill(tmp_path / "target", "1")
    replace_folder(new, target)
    assert (target / "file").read_text() == "2"
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_the_old_folder_can_be_kept(tmp_path: Path) -> None:
    for text in "12":
        replace_folder(fill(tmp_path / "new", text), tmp_path / "target", keep_old=tmp_path / "kept")
    assert (tmp_path / "kept" / "file").read_text() == "1"
    assert (tmp_path / "target" / "file").read_text() == "2"


def test_a_failed_second_rename_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, target = fill(tmp_path / "new", "2"), fill(tmp_path / "target", "1")
    real = os.replace

    def second_fails(source: Path, destination: Path) -> None:
        if source == new:
            refuse()
        real(source, destination)

    monkeypatch.setattr(atomic.os, "replace", second_fails)
    with pytest.raises(UserError, match="Permission denied"):
        replace_folder(new, target)
    assert (target / "file").read_text() == "1"


def test_a_cut_between_the_renames_is_recovered(tmp_path: Path) -> None:
    new, target = fill(tmp_path / "new", "2"), tmp_path / "target"
    fill(tmp_path / "new.old", "1")
    recover_folder(new, target)
    assert (target / "file").read_text() == "1"
    recover_folder(new, target)
    assert (target / "file").read_text() == "1"


def test_a_second_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from hlsgen.core.atomic import locked\n"
        "with locked(Path(sys.argv[1])): print('locked', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == "locked\n"
        with pytest.raises(UserError, match=r"another hlsgen is at work in this folder; wait for it"), locked(tmp_path):
            pass
        other.kill()
    with locked(tmp_path):
        pass
