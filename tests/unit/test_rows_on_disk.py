"""Rows of a table that are read from a file are those of the table."""

from pathlib import Path

import numpy as np
import pytest

from warmline_memory.rows_on_disk import moved_to_disk

TABLE = np.random.default_rng(1).integers(0, 256, (300, 16), np.uint8)


def test_rows_on_the_disk_are_those_in_memory_in_any_order_and_number(tmp_path: Path) -> None:
    rows = moved_to_disk(TABLE, tmp_path / "models" / "table.rows")
    for numbers in ([7], [299, 0, 7, 7, 120], list(range(300))):
        assert np.array_equal(rows[np.array(numbers)], TABLE[numbers])


def test_a_file_that_is_there_is_read_and_one_that_is_not_whole_is_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "table.rows"
    moved_to_disk(TABLE, file)
    written = file.stat().st_ino
    moved_to_disk(TABLE, file)
    assert file.stat().st_ino == written
    file.write_bytes(file.read_bytes()[:100])
    assert np.array_equal(moved_to_disk(TABLE, file)[np.array([299])], TABLE[[299]])
    assert [one.name for one in tmp_path.iterdir()] == ["table.rows"]


def test_what_could_not_be_put_in_its_place_is_not_left_behind(tmp_path: Path) -> None:
    (tmp_path / "table.rows").mkdir()
    with pytest.raises(OSError, match=r"table\.rows"):
        moved_to_disk(TABLE, tmp_path / "table.rows")
    assert [one.name for one in tmp_path.iterdir()] == ["table.rows"]


def test_a_folder_that_cannot_be_made_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(OSError, match="models"):
        moved_to_disk(TABLE, tmp_path / "models" / "table.rows")
