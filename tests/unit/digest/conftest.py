"""A small record: each factory inserts the rows of one thing that happened."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from intake.storage import vault
from intake.storage.session import Store, open_store
from intake.storage.tables import attachments, deliveries, filings, placements, readings, submissions
from intake.vocabulary.submission import Status, write_reference

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class Record:
    """Fills a store with deliveries; each comes an hour after the one before."""

    store: Store
    at: datetime = MONDAY
    serial: int = 0
    sent: dict[int, str] = field(default_factory=dict)

    def receive(
        self,
        text: str = "We welcome the consultation.",
        *,
        name: str | None = "Jane Doe",
        address: str = "jane@example.org",
        subject: str = "Response",
        language: str | None = "en",
        files: tuple[str, ...] = (),
        octets: bytes | None = None,
        mail_from: str | None = "jane@example.org",
        status: Status = Status.CAPTURED,
    ) -> int:
        """A delivery that was read; nobody has decided on it."""
        self.at += timedelta(hours=1)
        raw = octets if octets is not None else f"Subject: {subject}\n\n{text} {self.at}\n".encode()
        with self.store.write() as connection:
            [kept] = vault.keep_all(connection, [raw])
            delivery = connection.scalar(
                insert(deliveries)
                .values(
                    raw_sha256=kept.sha256,
                    transport="folder",
                    mail_from=mail_from,
                    rcpt_to="office@example.org",
                    captured_at=self.at,
                    received_at=self.at,
                    status=status.value,
                    attempts=1,
                )
                .returning(deliveries.c.id)
            )
            assert delivery is not None
            reading: dict[str, Any] = {
                "delivery_id": delivery,
                "software": "test",
                "subject": subject,
                "author_name": name,
                "author_address": address,
                "language": language,
                "text": text,
                "content_sha256": hashlib.sha256(text.encode()).hexdigest(),
                "defects": [],
            }
            connection.execute(insert(readings).values(reading))
            for position, file in enumerate(files):
                listed = {"name": file, "declared_type": "application/pdf", "size": 12_345, "sha256": "ab" * 32}
                row = {"delivery_id": delivery, "position": position, "inline": False, **listed}
                connection.execute(insert(attachments).values(row))
        return int(delivery)

    def decide(self, delivery: int, status: Status, reason: str = "because", **columns: object) -> int:
        """A filing, a minute later."""
        self.at += timedelta(minutes=1)
        row = {"decided_by": "test", "by_person": False, "confidential": False, **columns}
        with self.store.write() as connection:
            filing = connection.scalar(
                insert(filings)
                .values(delivery_id=delivery, decided_at=self.at, status=status.value, reason=reason, **row)
                .returning(filings.c.id)
            )
            connection.execute(deliveries.update().where(deliveries.c.id == delivery).values(status=status.value))
        assert filing is not None
        return int(filing)

    def file(self, delivery: int, *slugs: str, late: bool = False, **columns: object) -> str:
        """Filed under consultations (default: ott); gives the first reference."""
        filing = self.decide(delivery, Status.FILED, "the subject names ott", **columns)
        references = []
        with self.store.write() as connection:
            for position, slug in enumerate(slugs or ("ott",)):
                self.serial += 1
                references.append(write_reference("CWGI", 2026, self.serial))
                submission = connection.scalar(
                    insert(submissions)
                    .values(reference=references[-1], delivery_id=delivery, position=position, registered_at=self.at)
                    .returning(submissions.c.id)
                )
                placed = {"filing_id": filing, "submission_id": submission, "consultation": slug, "late": late}
                connection.execute(insert(placements).values(placed))
        self.sent[delivery] = references[0]
        return references[0]

    def place_again(self, delivery: int, submission: int, **columns: object) -> None:
        """A later filing of a delivery that keeps its submission, as a person's decision does."""
        filing = self.decide(delivery, Status.FILED, "a person decided", by_person=True, **columns)
        with self.store.write() as connection:
            placed = {"filing_id": filing, "submission_id": submission, "consultation": "ott", "late": False}
            connection.execute(insert(placements).values(placed))

    def respond(self, text: str = "We welcome the consultation.", **particulars: Any) -> str:
        """Received and filed under ott; gives the reference."""
        decided = {key: particulars.pop(key) for key in ("late", "confidential", "supersedes") if key in particulars}
        return self.file(self.receive(text, **particulars), **decided)

    def delivery_of(self, reference: str) -> int:
        """The delivery that was given a reference."""
        return next(delivery for delivery, given in self.sent.items() if given == reference)

    @property
    def now(self) -> datetime:
        """A minute after the last thing that happened."""
        return self.at + timedelta(minutes=1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def record(home: Path) -> Iterator[Record]:
    store = open_store(f"sqlite:///{home}/intake.db")
    yield Record(store)
    store.close()


@dataclass
class Ran:
    """How a command ended."""

    code: int
    out: bytes
    err: str


@pytest.fixture
def run(
    home: Path, record: Record, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Run ``digest`` on the record, a minute after the last thing that happened in it."""
    from digest.cli import main

    monkeypatch.delenv("INTAKE_CONFIG", raising=False)

    def command(*arguments: object) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(home), *map(str, arguments)], clock=lambda: record.now)
        out, err = capfdbinary.readouterr()
        return Ran(int(ended.value.code or 0), out, err.decode())

    return command
