"""What a person decides about a delivery."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from intake.cli.invocation import desk_of, examples
from intake.errors import DecisionRefused
from intake.vocabulary.submission import Status

app = typer.Typer()


@app.command(
    epilog=examples(
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
    desk = desk_of(context)
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
