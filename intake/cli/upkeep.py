"""The care of an installation, and a tour through it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intake.cli.invocation import examples, settings_of

app = typer.Typer()


@app.command(epilog=examples("intake doctor", "intake --home /srv/record doctor", "intake doctor --quick"))
def doctor(
    context: typer.Context,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only whether mail is taken now: for a container's health check.")
    ] = False,
) -> None:
    """Check configuration, store, vault, outbox and disk; say what to do about what is wrong."""
    from intake.doctor import examine, feel_pulse

    home, config = context.obj["home"], context.obj["config"]
    healthy = True
    for check in feel_pulse(home, config) if quick else examine(home, config, context.obj["clock"]):
        healthy = healthy and check.passed
        print(f"{'ok  ' if check.passed else 'FAIL'}  {check.what}: {check.said}")
    if not healthy:
        raise typer.Exit(1)


@app.command(epilog=examples("intake upgrade"))
def upgrade(context: typer.Context) -> None:
    """Bring the database to the revision that this release expects; an SQLite file is copied first."""
    from intake.storage.upgrade import upgrade_store

    print(upgrade_store(settings_of(context).store_url, context.obj["clock"]()))


@app.command(epilog=examples("intake demo", "intake demo --mail old-round.mbox"))
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
