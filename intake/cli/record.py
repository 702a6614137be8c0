"""A look at the record, which changes nothing."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from intake.cli.invocation import desk_of, examples
from intake.vocabulary.submission import Status

app = typer.Typer()


@app.command(
    "list",
    epilog=examples("intake list", "intake list --status held", "intake list --consultation ott --json > ott.jsonl"),
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

    desk = desk_of(context)
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


@app.command(epilog=examples("intake show CWGI-2026-000017-K", "intake show 17 --raw > 17.eml", "intake show 3f9a01c2"))
def show(
    context: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="ID", help="A reference, a delivery id, or the start of a sha256.")],
    raw: Annotated[bool, typer.Option("--raw", help="The octets, exactly as they arrived.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Show one delivery: what was read, which rule said what, what was done, what was answered."""
    from intake.ledger.dossier import dossier
    from intake.ledger.listing import find
    from intake.storage import vault

    desk = desk_of(context)
    with desk.store.read() as connection:
        number = find(connection, wanted, desk.settings.service.reference_prefix)
        known = dossier(connection, number)
        if raw:
            sys.stdout.buffer.write(vault.read(connection, known["raw_sha256"]))
        elif as_json:
            print(json.dumps(known, ensure_ascii=False))
        else:
            from intake.screen import print_one

            print_one(connection, known, desk.settings.zone)
