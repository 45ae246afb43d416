"""Digests change with content and names, and with nothing else."""

from __future__ import annotations

from pathlib import Path

from hlsgen.core.digest import digest_files, digest_value


def test_values() -> None:
    assert digest_value({"a": 1, "b": [2]}) == digest_value({"b": [2], "a": 1})
    assert digest_value({"a": 1}) != digest_value({"a": "1"})


def test_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.py").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    whole, python = digest_files(tmp_path), digest_files(tmp_path, ["**/*.py"])
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")
    assert digest_files(tmp_path) == whole
    (tmp_path / "b.txt").write_text("c")
    assert digest_files(tmp_path) != whole
    assert digest_files(tmp_path, ["**/*.py"]) == python
    (tmp_path / "sub" / "a.py").rename(tmp_path / "sub" / "z.py")
    assert digest_files(tmp_path, ["**/*.py"]) != python
    assert digest_files(tmp_path, skip=["sub"]) == digest_files(tmp_path, ["b.txt"])


def test_a_name_cannot_pass_for_content(tmp_path: Path) -> None:
    left, right = tmp_path / "left", tmp_path / "right"
    for folder, name, text in ((left, "ab", "c"), (right, "a", "bc")):
        folder.mkdir()
        (folder / name).write_text(text)
    assert digest_files(left) != digest_files(right)
