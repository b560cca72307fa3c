"""Files appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from lingtan import files


def test_a_file_is_replaced_in_one_step_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "below" / "pointer.json"
    files.write_text("old", file)
    files.write_text("new", file)

    assert file.read_text(encoding="utf-8") == "new"
    assert list(file.parent.iterdir()) == [file]


def test_a_writer_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "pointer.json"
    files.write_text("old", file)

    with pytest.raises(RuntimeError), files.replacing(file) as unfinished:
        unfinished.write_text("half")
        raise RuntimeError

    assert [found.read_text(encoding="utf-8") for found in tmp_path.iterdir()] == ["old"]


def test_bytes_are_replaced_in_one_step_and_nothing_is_left_beside_them(tmp_path: Path) -> None:
    file = tmp_path / "below" / "figures.json"
    files.replace_bytes(b"old", file)
    files.replace_bytes(b"new", file)

    assert [(found.name, found.read_bytes()) for found in file.parent.iterdir()] == [("figures.json", b"new")]
