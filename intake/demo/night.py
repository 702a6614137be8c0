"""The night of the deadline, act by act."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from intake.capture.spool import load
from intake.demo.archive import check_archive
from intake.demo.post import Post, read_posts
from intake.demo.service import RunningService, SimulatedClock, simulated_clock
from intake.errors import ExportRefused, StoreError
from intake.ledger.listing import count_by_status, letters_of, rows
from intake.pipeline import Desk, Settlement, settle
from intake.press import run_digest
from intake.screen import closing_sum, letter_text, printable
from intake.settings import Settings, Smtp, Store, read_settings
from intake.storage import vault
from intake.vocabulary.submission import ON_THE_WAY, Status
from intake.worker import open_desk

OFFICER = "demo officer"
PATIENCE_SECONDS = 60.0
"""For the worker to read what was sent; it takes a few."""
SHOWN_RECEIPTS = ("fr", "ar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What all acts need."""

    console: Console
    home: Path
    clock: SimulatedClock
    desk: Desk

    def title(self, text: str) -> None:
        """Begin an act."""
        self.console.print()
        self.console.print(Text(text, style="bold"))
        self.console.print(Rule())

    def say(self, text: str) -> None:
        """One line of the narrator's."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)


def run_night(into: Path | None = None) -> None:
    """The whole tour. Raises StoreError or ExportRefused where something did not go as it must."""
    home = into or Path(tempfile.mkdtemp(prefix="intake-demo-"))
    posts = read_posts()
    clock = simulated_clock(posts[0].at - timedelta(minutes=1))
    settings = _demo_settings(home)
    night = Night(console=Console(), home=home, clock=clock, desk=open_desk(settings, clock))
    night.title(f"The night of the deadline: {_local(night, clock())}")
    for one in settings.consultations:
        if one.is_live(clock()):
            night.say(f"{one.slug}: “{one.title_in('en')}” closes {_local(night, one.deadline)}.")
    service = RunningService(settings, clock)
    try:
        night.say(f"The service listens on {service.host} port {service.port}; its home is {home}.")
        service = _receive(night, service, [post for post in posts if post.act == "night"])
        _print_outcomes(night, posts)
        _settle_held(night, posts)
        _print_receipts(night)
        _print_editions(night)
        _correct(night, service, [post for post in posts if post.act == "correction"])
    finally:
        service.end()
    night.title("Act 7. The archive is checked with sha256sum; then one bit is flipped")
    check_archive(night.home, night.say)
    _print_end(night)
    night.desk.store.close()


def _demo_settings(home: Path) -> Settings:
    """Our own configuration, but on SQLite, on a free port, and with letters written to a folder."""
    settings = read_settings(home)
    smtp = Smtp(host="127.0.0.1", port=0, hostname=settings.smtp.hostname)
    outbox = settings.outbox.model_copy(update={"way": "folder"})
    toml = settings.toml.model_copy(update={"smtp": smtp, "store": Store(), "outbox": outbox})
    return replace(settings, home=home, toml=toml)


def _local(night: Night, moment: datetime) -> str:
    return f"{moment.astimezone(night.desk.settings.zone):%A %d %B %Y %H:%M:%S %Z}"


# --- act 1: mail arrives, and the service dies in the middle of it -----------------------------------


def _receive(night: Night, service: RunningService, posts: Sequence[Post]) -> RunningService:
    night.title(f"Act 1. {len(posts)} mails arrive by SMTP; the service is killed in the middle")
    progress = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=night.console, transient=True
    )
    with progress:
        task = progress.add_task("sending", total=len(posts))
        for post in posts:
            night.clock.set(post.at)
            said = service.send(post)
            progress.advance(task)
            if not said.startswith("250"):
                raise StoreError(f"{post.file} was answered {said}")
            if post.kill_after:
                service.kill()
                night.say(f"{_local(night, post.at)}: “{said}” to {post.file}; at once kill -9 of all processes.")
                service = RunningService(night.desk.settings, night.clock)
                night.say(f"Started again, now on port {service.port}.")
    _await_quiet(night)
    with night.desk.store.read() as connection:
        kept = {line["raw_sha256"] for line in rows(connection)}
        counts = count_by_status(connection)
    lost = [post.file for post in posts if vault.name(post.octets).sha256 not in kept]
    if lost or sum(counts.values()) != len(posts):
        raise StoreError(f"Sent {len(posts)}, kept {sum(counts.values())}; lost: {lost}")
    night.say(f"{len(posts)} mails were answered 250, {sum(counts.values())} are in the record, octet for octet.")
    return service


def _await_quiet(night: Night) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with night.desk.store.read() as connection:
            counts = count_by_status(connection)
        if not any(counts[status] for status in ON_THE_WAY):
            return
        time.sleep(0.1)
    raise StoreError(f"The worker has not read everything: {closing_sum(counts)}")


# --- act 2: what became of each, and why -----------------------------------------------------------


def _print_outcomes(night: Night, posts: Sequence[Post]) -> None:
    night.title("Act 2. What became of each mail, and why")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, wrap in (("No.", True), ("Time", True), ("What it is", False), ("Outcome", True), ("Why", False)):
        table.add_column(heading, no_wrap=wrap, overflow="fold")
    with night.desk.store.read() as connection:
        for line, post in zip(rows(connection), posts, strict=False):
            received = datetime.fromisoformat(line["received_at"]).astimezone(night.desk.settings.zone)
            placed = " ".join(line["consultations"])
            table.add_row(
                str(line["delivery"]),
                f"{received:%H:%M:%S}",
                printable(post.note),
                "\n".join(filter(None, (line["status"], placed, "LATE" if line["late"] else ""))),
                printable(line["reason"]),
            )
        counts = count_by_status(connection)
    night.console.print(table)
    night.say(f"The sum closes: {closing_sum(counts)}.")


# --- act 3: a person decides -----------------------------------------------------------------------


def _settle_held(night: Night, posts: Sequence[Post]) -> None:
    night.title("Act 3. What needs a person, with its evidence; one command each")
    night.clock.set(night.clock() + timedelta(minutes=5))
    with night.desk.store.read() as connection:
        held = list(rows(connection, status=Status.HELD))
    for line in held:
        post = posts[line["delivery"] - 1]
        night.say(f"\nDelivery {line['delivery']}: {line['reason']}.")
        night.console.print(Text("  From: "), printable(line["respondent"]["name"]), sep="")
        night.console.print(Text("  Subject: "), printable(line["subject"] or "(none)"), sep="")
        for finding in line["findings"][-7:]:
            answer = Text("  yes " if finding["matched"] else "  no  ")
            night.console.print(answer, printable(finding["reason"]), sep="")
        where = " ".join(f"--under {slug}" for slug in post.under) or "--not-relevant"
        night.say(
            f'$ intake --home {night.home} file {line["delivery"]} {where} --officer "{OFFICER}" \\\n'
            f'    --reason "{post.reason}"'
        )
        settlement = Settlement(
            status=Status.FILED if post.under else Status.NOT_RELEVANT,
            consultations=tuple(night.desk.settings.consultation(slug) for slug in post.under),
            reason=post.reason,
            officer=OFFICER,
        )
        with night.desk.store.read() as connection:
            delivery = load(connection, line["delivery"])
        entry = settle(delivery, settlement, night.desk)
        placed = ", ".join(f"{one.reference} under {one.consultation}" for one in entry.submissions)
        night.say(f"  {entry.status.value}{': ' + placed if placed else ''}, decided by {OFFICER}.")
    with night.desk.store.read() as connection:
        night.say(f"\n{closing_sum(count_by_status(connection))}.")


# --- act 4: receipts ---------------------------------------------------------------------------------


def _print_receipts(night: Night) -> None:
    night.title("Act 4. The receipts, in the sender's language (written to a folder; nothing leaves the machine)")
    outbox = night.home / night.desk.settings.outbox.folder
    with night.desk.store.read() as connection:
        lines = list(rows(connection, status=Status.FILED))
        for language in SHOWN_RECEIPTS:
            for line in lines:
                written = letters_of(connection, line["delivery"])
                if line["language"] == language and written:
                    night.console.print(letter_text(written[0][1]))
                    break
        due = sum(1 for line in lines for _ in letters_of(connection, line["delivery"]))
    _await_files(outbox, due)
    night.say(f"{due} receipts for {len(lines)} filed mails lie in {outbox}.")


def _await_files(folder: Path, wanted: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(list(folder.glob("*.eml"))) < wanted:
        if time.monotonic() > deadline:
            raise StoreError(f"{folder} holds fewer than {wanted} letters")
        time.sleep(0.1)


# --- acts 5 and 6: editions --------------------------------------------------------------------------


def _print_editions(night: Night) -> None:
    night.title("Act 5. The daily digest, and Revision 1 of the compiled versions")
    daily = run_digest(["daily", "--as-of", night.clock().isoformat()], home=night.home, config=None)
    (night.home / "daily.txt").write_text(daily, encoding="utf-8")
    night.console.print(Text(daily))
    for one in night.desk.settings.consultations:
        if one.is_live(night.clock()):
            _compile(night, one.slug)


def _compile(night: Night, slug: str) -> str:
    asked = ["compile", slug, "--as-of", night.clock().isoformat(), "--format", "html,json"]
    said = run_digest([*asked, "--out", str(night.home / "compiled")], home=night.home, config=None)
    night.say(said.rstrip())
    return said


def _correct(night: Night, service: RunningService, posts: Iterable[Post]) -> None:
    night.title("Act 6. The next morning a correction arrives; Revision 2 names exactly that change")
    for post in posts:
        night.clock.set(post.at)
        service.send(post)
        _await_quiet(night)
        with night.desk.store.read() as connection:
            line = list(rows(connection))[-1]
        why = next(finding["reason"] for finding in line["findings"] if finding["rule"] == "supersedes")
        night.say(f"{_local(night, post.at)}: {post.note}.")
        night.say(f"{line['status']}{', late' if line['late'] else ''}: {line['references'][0]}; {why}.")
        for slug in line["consultations"]:
            if line["references"][0] not in _compile(night, slug):
                raise ExportRefused(f"The new revision of {slug} does not name {line['references'][0]}.")


def _print_end(night: Night) -> None:
    night.title("What was made")
    made = ("daily.txt", "compiled", "archive", night.desk.settings.outbox.folder, "intake.db", "service.log")
    for name in made:
        night.say(f"  {night.home / name}")
    night.say(f"\nLook around: intake --home {night.home} list")
    night.say("Your own mail, read only, nothing sent: make demo MAIL=old-round.mbox")
