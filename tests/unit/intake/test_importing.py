"""An import counts every file, and says which file of the manifest it did not find."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from factories import letter
from sqlalchemy import select

from intake import importing
from intake.errors import UnreadableSource
from intake.importing import import_paths
from intake.pipeline import Desk
from intake.settings import Settings
from intake.storage.session import Store
from intake.storage.tables import deliveries
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


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


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
    terminal = Terminal()
    assert import_paths([mail], None, desk, progress=terminal).captured == 3
    assert "3 messages" in terminal.getvalue()
