"""The command ``intake``. What is heavy is imported where it is used, so that --help is quick."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from intake.cli import decisions, mail, record, replaying, service, upkeep
from intake.errors import IntakeError
from intake.log import configure_log

if TYPE_CHECKING:
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
for commands in (service, mail, record, decisions, replaying, upkeep):
    app.add_typer(commands.app)


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
