"""The service itself, and the leave to read a mailbox."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intake.cli.invocation import examples, settings_of
from intake.errors import SettingsError
from intake.log import configure_log

app = typer.Typer()


@app.command(
    epilog=examples(
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
    run(settings_of(context), context.obj["clock"], ready)


def _rehearse(context: typer.Context, beside: Path | None) -> None:
    import signal
    import threading

    from intake.collecting.shadow import Comparison, read_expected, serve_shadow

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    comparison = Comparison(read_expected(beside) if beside else {})
    serve_shadow(settings_of(context), context.obj["clock"], stop, comparison, lambda line: print(line, flush=True))


@app.command(epilog=examples("intake authorize office"))
def authorize(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of an [[imap]] table.")],
) -> None:
    """Let a person grant us a mailbox of Microsoft 365, in their browser, once."""
    from intake.arrival.logins import authorize as run

    settings = settings_of(context)
    account = next((one for one in settings.mailboxes if one.name == name), None)
    if account is None:
        known = ", ".join(one.name for one in settings.mailboxes) or "none"
        raise SettingsError(f"intake.toml: there is no [[imap]] table named {name}; there are: {known}.")
    run(account, settings.home, lambda line: print(line, flush=True))
    print(f"{name} can be read now; `intake doctor` looks whether it can.")
