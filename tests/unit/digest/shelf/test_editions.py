from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from digest.shelf import editions as shelf
from digest.shelf.editions import Kind, NewEdition
from intake.errors import ExportRefused
from intake.storage.tables import events

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)


def keep(record: Any, revision: int, as_of: datetime, kind: Kind = Kind.COMPILED) -> None:
    with record.store.write() as connection:
        new = NewEdition(kind, "ott", revision, as_of, b"{}")
        shelf.keep(connection, new, {f"{revision}.json": b"{}"}, AT)


def test_the_standing_edition_is_the_latest_made_by_then(record: Any) -> None:
    keep(record, 1, AT)
    keep(record, 2, AT + timedelta(days=2))
    with record.store.read() as connection:
        then = shelf.find_standing(connection, Kind.COMPILED, "ott", AT + timedelta(days=1))
        assert then is not None
        assert then.revision == 1
        assert shelf.read_files(connection, then) == {"1.json": b"{}"}
        assert shelf.find_standing(connection, Kind.COMPILED, "ott", AT - timedelta(days=1)) is None
        assert shelf.next_revision(connection, Kind.COMPILED, "ott") == 3
        assert shelf.last_revisions(connection, Kind.COMPILED) == {"ott": 2}


def test_a_revision_number_is_given_once(record: Any) -> None:
    keep(record, 1, AT)
    with pytest.raises(ExportRefused, match="meantime"):
        keep(record, 1, AT)


def test_the_watermark_is_that_of_the_newest_daily(record: Any) -> None:
    with record.store.read() as connection:
        assert shelf.read_watermark(connection) is None
    keep(record, 1, AT, Kind.DAILY)
    keep(record, 1, AT + timedelta(days=9), Kind.COMPILED)
    with record.store.read() as connection:
        assert shelf.read_watermark(connection) == AT


def test_what_was_made_is_an_event_in_the_same_transaction(record: Any) -> None:
    keep(record, 1, AT)
    with record.store.write() as connection:
        shelf.note_export(
            connection, scope="all", form="mboxrd", audience="restricted", messages=3, manifest_sha256="ab" * 32, at=AT
        )
    with record.store.read() as connection:
        found = connection.execute(select(events)).all()
    assert [(one.type, one.agent, one.outcome) for one in found] == [
        ("compilation", "digest", "success"),
        ("export", "digest", "success"),
    ]
    assert found[1].detail == {"scope": "all", "format": "mboxrd", "audience": "restricted", "messages": 3}
