"""Archives are read member by member, within limits, and nothing of theirs becomes a path."""

from __future__ import annotations

import gzip
import io
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from intake.arrival import archives
from intake.arrival.archives import ArchiveFault, Member, Refused, TooMuch, is_archive, read_archive

FILES = {"a.eml": b"one", "sub/b.eml": b"two" * 5000, "empty.eml": b""}


def zipped(path: Path, files: Mapping[str, bytes] = FILES, **more: object) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, octets in files.items():
            archive.writestr(name, octets)
    return path


def tarred(path: Path, files: Mapping[str, bytes] = FILES, mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, octets in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(octets)
            archive.addfile(info, io.BytesIO(octets))
    return path


MAKERS: dict[str, Callable[[Path], Path]] = {
    "x.zip": zipped,
    "x.tar": tarred,
    "x.tar.gz": lambda path: tarred(path, mode="w:gz"),
    "x.tgz": lambda path: tarred(path, mode="w:gz"),
    "x.tar.xz": lambda path: tarred(path, mode="w:xz"),
    "x.TAR.BZ2": lambda path: tarred(path, mode="w:bz2"),
}


def contents(path: Path, start: int = 0) -> list[tuple[str, bytes] | str]:
    """Name and octets of members, and why others were refused."""
    return [
        (one.name, one.file.read()) if isinstance(one, Member) else f"{one.name}: {one.why}"
        for one in read_archive(path, start)
    ]


@pytest.mark.parametrize("name", MAKERS)
def test_every_kind_gives_its_members_in_order(tmp_path: Path, name: str) -> None:
    path = MAKERS[name](tmp_path / name)
    assert is_archive(path)
    assert contents(path) == list(FILES.items())
    assert [one.number for one in read_archive(path)] == [1, 2, 3]


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
def test_reading_goes_on_behind_any_member(tmp_path: Path, name: str) -> None:
    path = MAKERS[name](tmp_path / name)
    assert contents(path, 2) == [("empty.eml", b"")]
    assert contents(path, 3) == []


@pytest.mark.parametrize("name", ["x.zip", "x.tar.xz"])
def test_members_that_are_not_read_are_skipped(tmp_path: Path, name: str) -> None:
    path = MAKERS[name](tmp_path / name)
    assert [one.name for one in read_archive(path) if isinstance(one, Member)] == list(FILES)


@pytest.mark.parametrize("maker", [zipped, tarred])
def test_names_that_climb_are_labels_and_nothing_is_written(
    tmp_path: Path, maker: Callable[[Path, Mapping[str, bytes]], Path]
) -> None:
    name = "x.zip" if maker is zipped else "x.tar"
    path = maker(tmp_path / "in" / name if (tmp_path / "in").mkdir() is None else tmp_path, {"../../out.eml": b"x"})
    assert contents(path) == [("../../out.eml", b"x")]
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["in", name]


def test_links_folders_and_devices_in_a_tar_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"odd-{kind.decode()}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("a.eml")
        info.size = 3
        archive.addfile(info, io.BytesIO(b"one"))
    assert contents(path) == [("a.eml", b"one")]


@pytest.mark.parametrize("maker", [zipped, tarred])
def test_an_archive_in_an_archive_is_refused(
    tmp_path: Path, maker: Callable[[Path, Mapping[str, bytes]], Path]
) -> None:
    path = maker(tmp_path / ("x.zip" if maker is zipped else "x.tar"), {"in.zip": b"PK", "a.eml": b"one"})
    assert contents(path) == ["in.zip: an archive in an archive; unpack the outer one", ("a.eml", b"one")]


def test_an_encrypted_member_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a.eml": b"one", "b.eml": b"two"})
    octets = bytearray(path.read_bytes())
    for signature, place in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        octets[octets.index(signature) + place] |= 1
    path.write_bytes(octets)
    assert contents(path) == [
        "a.eml: is encrypted; unpack it with its password, and name the folder",
        ("b.eml", b"two"),
    ]


# --- limits -------------------------------------------------------------------------------------------------


def drain(path: Path) -> str:
    """Read all; the reason that ended it, or ''."""
    try:
        for one in read_archive(path):
            if isinstance(one, Refused):
                return one.why
            while one.file.read(2**16):
                pass
    except ArchiveFault as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz", "x.tar.xz"])
def test_what_unfolds_out_of_all_proportion_is_stopped(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "RATIO_FREE_OCTETS", 2**20)
    bomb = {"a.eml": b"\0" * 4 * 2**20}
    path = zipped(tmp_path / name, bomb) if name == "x.zip" else tarred(tmp_path / name, bomb, f"w:{name[6:]}")
    assert drain(path) == "unfolds to more than 200 times its size"


@pytest.mark.parametrize("maker", [zipped, tarred])
def test_what_unfolds_to_too_much_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, maker: Callable[[Path, Mapping[str, bytes]], Path]
) -> None:
    monkeypatch.setattr(archives, "MAX_TOTAL_OCTETS", 100_000)
    noise = random.Random(1).randbytes(200_000)
    assert drain(maker(tmp_path / ("x.zip" if maker is zipped else "x.tar"), {"a": noise})).startswith(
        "unfolds to more"
    )


def test_overlapping_members_of_a_zip_are_counted_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many entries of the table of contents may point at the same octets: the ratio of each alone looks harmless."""
    monkeypatch.setattr(archives, "RATIO_FREE_OCTETS", 2**16)
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.eml", b"\0" * 2**18)
        first = archive.infolist()[0]
        archive.filelist.extend([first] * 400)
    assert drain(path) == "unfolds to more than 200 times its size"


@pytest.mark.parametrize("maker", [zipped, tarred])
def test_too_many_members_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, maker: Callable[[Path, Mapping[str, bytes]], Path]
) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    path = maker(tmp_path / ("x.zip" if maker is zipped else "x.tar"), {f"{n}.eml": b"x" for n in range(3)})
    assert "more than 2 members; unpack it" in str(contents(path)[-1])


def test_a_tar_whose_name_fills_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 2**31
    path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + b"n" * 10_000)
    assert contents(path) == [": cannot be unpacked: a name is too long"]


# --- damage -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize(
    "octets", [b"", b"x", b"PK\3\4", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b"\0" * 700, b"x" * 2000]
)
def test_a_file_that_is_no_archive_is_named(tmp_path: Path, name: str, octets: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(octets)
    assert all(isinstance(one, Refused) for one in read_archive(path))


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz", "x.tar.xz", "x.TAR.BZ2"])
def test_damage_anywhere_is_a_reason_and_never_a_traceback(tmp_path: Path, name: str) -> None:
    path = MAKERS[name](tmp_path / name)
    whole, chance = path.read_bytes(), random.Random(name)
    for _ in range(60):
        octets = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            octets[chance.randrange(len(octets))] ^= 1 << chance.randrange(8)
        path.write_bytes(octets[: chance.randrange(len(octets))] if chance.random() < 0.4 else octets)
        drain(path)


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_stream_that_ends_early_gives_what_was_there_and_a_reason(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    plain = tarred(tmp_path / "plain.tar", {"a.eml": b"one", "b.eml": random.Random(1).randbytes(300_000)})
    path = tmp_path / "x.tar.gz"
    path.write_bytes(pack(plain.read_bytes())[:-1000])
    first = next(iter(read_archive(path)))
    assert isinstance(first, Member)
    assert first.file.read() == b"one"
    assert drain(path).startswith("cannot be unpacked")


def test_too_much_is_a_fault_of_the_archive() -> None:
    assert issubclass(TooMuch, ArchiveFault)
