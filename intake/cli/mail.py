"""Mail without the service: what lies on disk is captured, what was captured is worked through."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from intake.cli.invocation import desk_of, examples
from intake.log import configure_log

app = typer.Typer()


@app.command(
    "import",
    epilog=examples(
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

    desk = desk_of(context)
    with show_on(sys.stderr, monotonic, quiet=quiet) as progress:
        tally = import_paths(paths, manifest, desk, progress)
    for passed in tally.passed:
        print(f"not mail: {passed.name} ({passed.why})", file=sys.stderr)
    for noted in tally.noted:
        print(f"{noted.name}: {noted.what}.")
    print(f"{tally.captured} captured, {tally.known} imported before, {len(tally.passed)} no mail.")


@app.command(epilog=examples("intake work --once", "intake work"))
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

    desk = desk_of(context)
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
