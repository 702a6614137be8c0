"""The command ``intake``. What is heavy is imported where it is used, so that --help is quick."""

from __future__ import annotations

import getpass
import json
import logging
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from intake.errors import DecisionRefused, IntakeError, SettingsError
from intake.log import configure_log
from intake.vocabulary.submission import Status

if TYPE_CHECKING:
    from intake.pipeline import Desk
    from intake.settings import Settings
    from intake.vocabulary.mail import Clock

app = typer.Typer(
    name="intake",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Takes in, by e-mail, what the world answers to an open consultation.\n\n"
    "Exit status: 0 done, 1 refused or failed (one sentence says why), 2 wrong usage.",
)


def wall_clock() -> datetime:
    """The time, with its zone; the only place of the write side that asks the machine."""
    return datetime.now(UTC)


def main(arguments: Sequence[str] | None = None, clock: Clock = wall_clock) -> None:
    """Run the command. Ends the process."""
    configure_log(logging.WARNING)
    try:
        app(args=list(arguments) if arguments is not None else None, obj={"clock": clock})
    except IntakeError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


@app.callback()
def _common(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(envvar="INTAKE_HOME", help="The data folder (default: var).", metavar="DIR")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(envvar="INTAKE_CONFIG", help="An intake.toml, or its folder (default: our own).", metavar="FILE"),
    ] = None,
) -> None:
    context.obj = {**(context.obj or {}), "home": home, "config": config}


def _settings(context: typer.Context) -> Settings:
    from intake.settings import read_settings

    return read_settings(context.obj["home"], context.obj["config"])


def _desk(context: typer.Context) -> Desk:
    from intake.worker import open_desk

    return open_desk(_settings(context), context.obj["clock"])


def _examples(*lines: str) -> str:
    return "Examples:\n\n" + "\n\n".join(f"  {line}" for line in lines)


@app.command(
    epilog=_examples(
        "intake serve",
        "intake --home /srv/record --config /etc/intake serve",
        "intake serve --shadow --beside decided-by-hand.csv",
    )
)
def serve(
    context: typer.Context,
    shadow: Annotated[
        bool, typer.Option("--shadow", help="Read mailboxes only, change nothing in them, and send nothing.")
    ] = False,
    beside: Annotated[
        Path | None,
        typer.Option(help="With --shadow, a list made by hand: message, status, consultation.", metavar="FILE.csv"),
    ] = None,
) -> None:
    """Take in mail by SMTP and from mailboxes, read it, file it, answer it, until SIGTERM."""
    if shadow or beside is not None:
        _rehearse(context, beside)
        return
    from intake.supervisor import serve as run

    def ready(host: str, port: int) -> None:
        print(f"Listening on {host} port {port}.", flush=True)

    configure_log()
    run(_settings(context), context.obj["clock"], ready)


def _rehearse(context: typer.Context, beside: Path | None) -> None:
    import signal
    import threading

    from intake.collecting.shadow import Comparison, read_expected, serve_shadow

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    comparison = Comparison(read_expected(beside) if beside else {})
    serve_shadow(_settings(context), context.obj["clock"], stop, comparison, lambda line: print(line, flush=True))


@app.command(epilog=_examples("intake authorize office"))
def authorize(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of an [[imap]] table.")],
) -> None:
    """Let a person grant us a mailbox of Microsoft 365, in their browser, once."""
    from intake.arrival.logins import authorize as run

    settings = _settings(context)
    account = next((one for one in settings.mailboxes if one.name == name), None)
    if account is None:
        known = ", ".join(one.name for one in settings.mailboxes) or "none"
        raise SettingsError(f"intake.toml: there is no [[imap]] table named {name}; there are: {known}.")
    run(account, settings.home, lambda line: print(line, flush=True))
    print(f"{name} can be read now; `intake doctor` looks whether it can.")


@app.command(
    "import",
    epilog=_examples(
        "intake import round-2026.mbox",
        "intake import letters/ answer.eml",
        "intake import mailbox/ --manifest mailbox/manifest.jsonl",
    ),
)
def import_(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help=".eml, .msg, mbox, Maildir, .zip, .tar; folders of them.")
    ],
    manifest: Annotated[
        Path | None,
        typer.Option(help="JSON Lines: file and mail_from, rcpt_to, received_at of each.", metavar="FILE"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not show how it goes on.")] = False,
) -> None:
    """Capture mail from disk. What was imported before is not captured again; what was broken off goes on."""
    from time import monotonic

    from intake.importing import import_paths
    from intake.progress import show_on

    desk = _desk(context)
    with show_on(sys.stderr, monotonic, quiet=quiet) as progress:
        tally = import_paths(paths, manifest, desk, progress)
    for passed in tally.passed:
        print(f"not mail: {passed.name} ({passed.why})", file=sys.stderr)
    for noted in tally.noted:
        print(f"{noted.name}: {noted.what}.")
    print(f"{tally.captured} captured, {tally.known} imported before, {len(tally.passed)} no mail.")


@app.command(epilog=_examples("intake work --once", "intake work"))
def work(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="End when nothing waits any more.")] = False,
    processes: Annotated[
        int | None, typer.Option(min=1, help="How many read where much waits (default: one a core).", metavar="N")
    ] = None,
) -> None:
    """Read, place, register and answer what has been captured."""
    import signal
    import threading

    from intake.worker import carrier_of, process, send
    from intake.worker import work as run

    desk = _desk(context)
    carrier = carrier_of(desk.settings)
    processes = processes or os.cpu_count() or 1
    if not once:
        configure_log()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        run(desk, carrier, stop, processes=processes)
        return
    handled = sum(1 for _ in process(desk, patient=False, processes=processes))
    sent = sum(1 for _ in send(desk, carrier))
    print(f"{handled} handled, {sent} letters handed over.")


@app.command(
    "list",
    epilog=_examples("intake list", "intake list --status held", "intake list --consultation ott --json > ott.jsonl"),
)
def list_(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, one line a delivery.")] = False,
    consultation: Annotated[
        str | None, typer.Option(help="Only what stands under this consultation.", metavar="SLUG")
    ] = None,
    status: Annotated[Status | None, typer.Option(help="Only what stands at this status.")] = None,
) -> None:
    """List what arrived, in order, with what became of it and why."""
    from intake.ledger.listing import count_by_status, rows

    desk = _desk(context)
    if consultation is not None:
        desk.settings.consultation(consultation)
    with desk.store.read() as connection:
        lines = rows(connection, consultation=consultation, status=status)
        if as_json:
            for line in lines:
                print(json.dumps(line, ensure_ascii=False))
            return
        from intake.screen import print_list

        print_list(lines, count_by_status(connection), desk.settings.zone)


@app.command(
    epilog=_examples("intake show CWGI-2026-000017-K", "intake show 17 --raw > 17.eml", "intake show 3f9a01c2")
)
def show(
    context: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="ID", help="A reference, a delivery id, or the start of a sha256.")],
    raw: Annotated[bool, typer.Option("--raw", help="The octets, exactly as they arrived.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Show one delivery: what was read, which rule said what, what was done, what was answered."""
    from intake.ledger.listing import find, rows
    from intake.storage import vault

    desk = _desk(context)
    with desk.store.read() as connection:
        number = find(connection, wanted, desk.settings.service.reference_prefix)
        line = next(rows(connection, only=number))
        if raw:
            sys.stdout.buffer.write(vault.read(connection, line["raw_sha256"]))
        elif as_json:
            print(json.dumps(line, ensure_ascii=False))
        else:
            from intake.screen import print_one

            print_one(connection, line, desk.settings.zone)


@app.command(
    epilog=_examples(
        'intake file 12 --under ott --reason "answers the five points of the call"',
        'intake file CWGI-2026-000017-K --not-relevant --reason "advertisement"',
    )
)
def file(
    context: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="ID", help="A reference, a delivery id, or the start of a sha256.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the record and, redacted, in public.", metavar="TEXT")],
    under: Annotated[
        list[str] | None, typer.Option(help="The consultation; may be given more than once.", metavar="SLUG")
    ] = None,
    hold: Annotated[bool, typer.Option("--hold", help="Leave it to another person.")] = False,
    not_relevant: Annotated[bool, typer.Option("--not-relevant", help="It answers no consultation.")] = False,
    officer: Annotated[
        str | None, typer.Option(envvar="INTAKE_OFFICER", help="Who decides (default: your login).", metavar="NAME")
    ] = None,
) -> None:
    """Decide where a delivery belongs; recorded as your decision, which no program overrules."""
    from intake.capture.spool import load
    from intake.ledger.listing import find
    from intake.pipeline import Settlement, settle

    if [bool(under), hold, not_relevant].count(True) != 1:
        raise DecisionRefused("Say one of --under SLUG, --hold, --not-relevant.")
    desk = _desk(context)
    settlement = Settlement(
        status=Status.FILED if under else Status.HELD if hold else Status.NOT_RELEVANT,
        consultations=tuple(desk.settings.consultation(slug) for slug in dict.fromkeys(under or ())),
        reason=reason,
        officer=officer or getpass.getuser(),
    )
    with desk.store.read() as connection:
        delivery = load(connection, find(connection, wanted, desk.settings.service.reference_prefix))
    entry = settle(delivery, settlement, desk)
    placed = ", ".join(f"{one.reference} under {one.consultation}" for one in entry.submissions)
    print(f"Delivery {entry.delivery} is {entry.status.value}{': ' + placed if placed else ''}.")


@app.command(epilog=_examples("intake replay --failed", "intake replay 17"))
def replay(
    context: typer.Context,
    wanted: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="These deliveries.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that our software failed on.")] = False,
) -> None:
    """Set shunted deliveries back, to be read again by the next `intake work`."""
    from intake.capture.spool import revive
    from intake.ledger.listing import find

    if bool(wanted) == failed:
        raise DecisionRefused("Say either --failed or which deliveries.")
    desk = _desk(context)
    with desk.store.write() as connection:
        numbers = [find(connection, one, desk.settings.service.reference_prefix) for one in wanted or ()]
        revived = revive(connection, numbers if wanted else None)
    print(f"{revived} set back to be read again.")


@app.command(epilog=_examples("intake doctor", "intake --home /srv/record doctor"))
def doctor(context: typer.Context) -> None:
    """Check configuration, store, vault, outbox and disk; say what to do about what is wrong."""
    from intake.doctor import examine

    healthy = True
    for check in examine(context.obj["home"], context.obj["config"], context.obj["clock"]):
        healthy = healthy and check.passed
        print(f"{'ok  ' if check.passed else 'FAIL'}  {check.what}: {check.said}")
    if not healthy:
        raise typer.Exit(1)


@app.command(epilog=_examples("intake upgrade"))
def upgrade(context: typer.Context) -> None:
    """Bring the database to the revision that this release expects; an SQLite file is copied first."""
    from intake.storage.upgrade import upgrade_store

    print(upgrade_store(_settings(context).store_url, context.obj["clock"]()))


@app.command(epilog=_examples("intake demo", "intake demo --mail old-round.mbox"))
def demo(
    context: typer.Context,
    mail: Annotated[
        Path | None, typer.Option(help="Your own mail instead: read only, nothing is sent.", metavar="PATH")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option("--into", help="Where to put what is made (default: a new folder).", metavar="DIR")
    ] = None,
) -> None:
    """The night of the deadline: a tour through the whole service in a minute, on its own data."""
    from intake.demo import rehearse, run_night

    if mail is not None:
        rehearse(mail, keep, context.obj["clock"])
    else:
        run_night(keep)
