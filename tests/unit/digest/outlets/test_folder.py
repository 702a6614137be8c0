from __future__ import annotations

from pathlib import Path

import pytest

from digest.outlets.folder import add_editions, create_folder
from digest.outlets.manifest import MANIFEST, read_manifest
from intake.errors import ExportRefused


def test_a_folder_is_whole_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), create_folder(tmp_path / "out") as folder:
        (folder / "no" / "such" / "folder").touch()
    assert list(tmp_path.iterdir()) == []
    with create_folder(tmp_path / "out") as folder:
        (folder / "a").write_bytes(b"a")
        assert not (tmp_path / "out").exists()
    assert (tmp_path / "out/a").read_bytes() == b"a"


def test_an_empty_folder_is_taken_and_no_other(tmp_path: Path) -> None:
    with create_folder(tmp_path) as folder:
        (folder / "a").write_bytes(b"a")
    with pytest.raises(ExportRefused, match="not an empty folder"), create_folder(tmp_path):
        pass
    with pytest.raises(ExportRefused, match="not an empty folder"), create_folder(tmp_path / "a"):
        pass


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(ExportRefused), create_folder(tmp_path / "link"):
        pass


def test_editions_are_added_and_earlier_lines_stay(tmp_path: Path) -> None:
    add_editions(tmp_path, {"ott-rev1.json": b"1"})
    first = read_manifest((tmp_path / MANIFEST).read_bytes())
    (tmp_path / "ott-rev1.json").write_bytes(b"altered")
    add_editions(tmp_path, {"ott-rev2.json": b"2"})
    after = read_manifest((tmp_path / MANIFEST).read_bytes())
    assert after["ott-rev1.json"] == first["ott-rev1.json"]
    assert set(after) == {"ott-rev1.json", "ott-rev2.json"}


def test_another_edition_of_that_name_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "ott-rev1.json").write_bytes(b"of another record")
    with pytest.raises(ExportRefused, match="says something else"):
        add_editions(tmp_path, {"ott-rev1.json": b"1"})
    assert (tmp_path / "ott-rev1.json").read_bytes() == b"of another record"


@pytest.mark.parametrize(
    "octets",
    [
        b"x",
        b"ab  a\n",
        b"%s  ../a\n" % (b"a" * 64),
        b"%s  a" % (b"a" * 64),
        b"%s *a\n" % (b"a" * 64),
        b"%s  a\n" % (b"A" * 64),
        b"%s  b\n%s  a\n" % (b"a" * 64, b"a" * 64),
        b"%s  a\n%s  a\n" % (b"a" * 64, b"b" * 64),
        b"%s  a\r\n" % (b"a" * 64),
    ],
)
def test_only_what_we_write_is_a_manifest(octets: bytes) -> None:
    with pytest.raises(ValueError, match="line"):
        read_manifest(octets)
