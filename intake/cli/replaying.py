"""Reading again what was read before."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from intake.cli.invocation import desk_of, examples
from intake.errors import DecisionRefused

app = typer.Typer()


@app.command(
    epilog=examples(
        "intake replay --failed", "intake replay 17 CWGI-2026-000017-K", "intake replay --all --dry-run --json"
    )
)
def replay(
    context: typer.Context,
    wanted: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="These deliveries.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that our software failed on.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="All that have been read.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each that changes.")] = False,
) -> None:
    """Read again with today's software; change only what that changes, and say it."""
    from intake.ledger.listing import find
    from intake.replay import choose, finish, replay
    from intake.screen import print_replayed

    if [bool(wanted), failed, everything].count(True) != 1:
        raise DecisionRefused("Say one of --failed, --all, or which deliveries.")
    desk = desk_of(context)
    with desk.store.read() as connection:
        named = [find(connection, one, desk.settings.service.reference_prefix) for one in wanted or ()]
        numbers = choose(connection, named, failed=failed)
    changed = failures = 0
    for one in replay(desk, numbers, dry_run=dry_run, again=bool(named), processes=os.cpu_count() or 1):
        changed, failures = changed + bool(one.changes), failures + (one.failure is not None)
        if not as_json:
            print_replayed(one.delivery, one.changes, one.failure)
        elif one.changes or one.failure:
            print(json.dumps(asdict(one), ensure_ascii=False))
    if not dry_run:
        finish(desk)
    if not as_json:
        same = len(numbers) - changed - failures
        print(f"{len(numbers)} read again: {changed} {'would change' if dry_run else 'changed'}, {same} the same.")
    if failures:
        print(f"Our software failed on {failures} of them, which stand as they stood.", file=sys.stderr)
        raise typer.Exit(1)
