"""An import counts every file, and says which file of the manifest it did not find."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import outlook
import pytest
from factories import letter
from sqlalchemy import select

from intake import importing
from intake.arrival.folder import Found, arrive
from intake.errors import UnreadableSource
from intake.importing import ImportTally, import_paths
from intake.pipeline import Desk
from intake.settings import Settings
from intake.storage import vault
from intake.storage.session import Store
from intake.storage.tables import deliveries
from intake.vocabulary.mail import Arrival
from intake.vocabulary.provenance import Agent


@pytest.fixture
def desk(store: Store, settings: Settings, clock: object) -> Desk:
    return Desk(store=store, settings=settings, clock=clock, agent=Agent("test", "1"))  # type: ignore[arg-type]


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    folder = tmp_path / "mail"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.eml").write_bytes(letter(f"letter {name}"))
    return folder


class Told:
    """Remembers how an import went on."""

    def __init__(self) -> None:
        self.total, self.messages, self.octets = 0, 0, 0

    def begin(self, octets: int) -> None:
        self.total = octets

    def advance(self, messages: int, octets: int) -> None:
        self.messages += messages
        self.octets += octets


def test_the_manifest_gives_envelope_and_order(mail: Path, desk: Desk) -> None:
    path = mail / "manifest.jsonl"
    path.write_text('{"file": "c.eml", "mail_from": "c@x.example"}\n{"file": "a.eml", "mail_from": ""}\n', "utf-8")
    assert import_paths([mail], path, desk).captured == 3
    with desk.store.read() as connection:
        rows = connection.execute(select(deliveries).order_by(deliveries.c.id)).all()
    assert [(row.source_file, row.mail_from) for row in rows] == [
        ("c.eml", "c@x.example"),
        ("a.eml", None),
        ("b.eml", "amina@labo.example"),
    ]


def test_a_manifest_that_names_what_is_not_there_says_so_and_keeps_the_rest(mail: Path, desk: Desk) -> None:
    path = mail / "manifest.jsonl"
    path.write_text('{"file": "a.eml"}\n{"file": "gone.eml"}\n', "utf-8")
    with pytest.raises(UnreadableSource, match=r"names 1 files that were not found, such as gone\.eml; the 3 that"):
        import_paths([mail], path, desk)
    with desk.store.read() as connection:
        assert len(connection.execute(select(deliveries.c.id)).all()) == 3


@pytest.mark.parametrize(("most", "octets"), [(2, 2**20), (200, 1)])
def test_batches_change_nothing_but_the_number_of_commits(
    mail: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch, most: int, octets: int
) -> None:
    monkeypatch.setattr(importing, "MAX_BATCH", most)
    monkeypatch.setattr(importing, "MAX_BATCH_OCTETS", octets)
    told = Told()
    assert import_paths([mail], None, desk, progress=told).captured == 3
    assert (told.messages, told.octets) == (3, told.total)


# --- going on where another import was --------------------------------------------------------------------

FROM = b"From amina@labo.example Mon Nov 30 09:00:00 2026\n"


def box(path: Path, numbers: range, mode: str = "wb") -> Path:
    with path.open(mode) as file:
        for number in numbers:
            file.write(FROM + letter(f"letter {number}", message_id=f"<{number}@x>").replace(b"\r\n", b"\n") + b"\n")
    return path


def broken_off(desk: Desk, path: Path, after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that ends when so many messages are captured."""
    done = importing._commit

    def commit(batch: importing._Batch, desk: Desk, tally: ImportTally, progress: importing.Progress | None) -> object:
        fresh = done(batch, desk, tally, progress)
        if tally.captured >= after:
            raise KeyboardInterrupt
        return fresh

    with monkeypatch.context() as patch:
        patch.setattr(importing, "MAX_BATCH", 2)
        patch.setattr(importing, "_commit", commit)
        with pytest.raises(KeyboardInterrupt):
            import_paths([path], None, desk)


def sources(desk: Desk) -> list[str]:
    with desk.store.read() as connection:
        return list(connection.scalars(select(deliveries.c.source_file).order_by(deliveries.c.id)))


def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages that are read from now on."""
    names: list[str] = []

    def remember(found: Found, **more: object) -> Arrival:
        names.append(found.name)
        return arrive(found, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "arrive", remember)
    return names


def test_an_import_that_was_broken_off_goes_on_where_it_was(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = box(tmp_path / "box.mbox", range(7))
    broken_off(desk, path, 4, monkeypatch)
    names, told = looked_at(monkeypatch), Told()
    tally = import_paths([path], None, desk, told)
    assert (tally.captured, tally.known) == (3, 4)
    assert names == ["box.mbox#5", "box.mbox#6", "box.mbox#7"]
    assert sources(desk) == [f"box.mbox#{number}" for number in range(1, 8)]
    assert (told.messages, told.octets) == (7, told.total)
    assert (import_paths([path], None, desk).known, len(names)) == (7, 3)


def test_what_was_added_to_a_file_is_imported_alone(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = box(tmp_path / "box.mbox", range(3))
    import_paths([path], None, desk)
    box(path, range(3, 5), "ab")
    names = looked_at(monkeypatch)
    tally = import_paths([path], None, desk)
    assert (tally.captured, tally.known, names) == (2, 3, ["box.mbox#4", "box.mbox#5"])


def shrink(path: Path) -> None:
    box(path, range(1))


def rewrite(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"letter 0", b"LETTER 0"))


def touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


def shift(path: Path) -> None:
    """The beginning is the same, and what is behind it has moved."""
    path.write_bytes(path.read_bytes() + b"more text\n" + FROM + letter("last").replace(b"\r\n", b"\n"))
    octets = path.read_bytes()
    path.write_bytes(octets.replace(b"letter 2", b"letter two and a little more"))


@pytest.mark.parametrize("change", [shrink, rewrite, touch, shift])
def test_a_file_that_is_another_is_read_from_its_beginning(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(importing, "START_OCTETS", 200)
    path = box(tmp_path / "box.mbox", range(4))
    import_paths([path], None, desk)
    change(path)
    names = looked_at(monkeypatch)
    import_paths([path], None, desk)
    assert names[0] == "box.mbox#1"
    assert len(sources(desk)) == {shrink: 4, rewrite: 5, touch: 4, shift: 6}[change]


def test_with_a_manifest_every_message_is_looked_at_again(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = box(tmp_path / "box.mbox", range(3))
    import_paths([path], None, desk)
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text('{"file": "box.mbox#2", "rcpt_to": "other@x.example"}\n', "utf-8")
    names = looked_at(monkeypatch)
    tally = import_paths([path], manifest, desk)
    assert (tally.captured, tally.known, len(names)) == (1, 2, 3)


@pytest.mark.parametrize("mode", ["zip", "tar"])
def test_an_archive_goes_on_behind_the_last_member(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.eml").write_bytes(letter(f"letter {number}"))
    path = Path(shutil.make_archive(str(tmp_path / "round"), mode, folder))
    broken_off(desk, path, 2, monkeypatch)
    names = looked_at(monkeypatch)
    tally = import_paths([path], None, desk)
    assert tally.captured + tally.known == 5
    assert len(names) == 3
    assert sorted(name.rpartition("/")[2] for name in sources(desk)) == [f"{number}.eml" for number in range(5)]


def test_what_a_file_was_taken_for_is_told(tmp_path: Path, desk: Desk) -> None:
    path = box(tmp_path / "box.mbox", range(1))
    path.write_bytes(path.read_bytes() + b">From here\n")
    assert [(one.name, one.what) for one in import_paths([path], None, desk).noted] == [
        ("box.mbox", "taken for mboxo; 1 lines unquoted")
    ]


def test_an_outlook_file_is_kept_as_it_is_and_placed_by_its_properties(tmp_path: Path, desk: Desk) -> None:
    office = "cwg-internet+ott@consultations.example"
    octets = outlook.write(
        outlook.message(
            outlook.text(0x37, "Our response"),
            outlook.text(0x5D01, "amina@labo.example"),
            outlook.text(0x1000, "yes"),
            outlook.recipient(0, "Office", office),
        )
    )
    (tmp_path / "answer.msg").write_bytes(octets)
    assert import_paths([tmp_path / "answer.msg"], None, desk).captured == 1
    with desk.store.read() as connection:
        row = connection.execute(select(deliveries)).one()
        assert vault.read(connection, row.raw_sha256) == octets
    assert (row.mail_from, row.rcpt_to, row.source_file) == ("amina@labo.example", office, "answer.msg")
