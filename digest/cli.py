"""The command ``digest``: parses what is asked, reads the clock, and passes values from layer to layer."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from digest.outlets.archive.mbox import Audience, ExportFormat
from intake.errors import ExportRefused, IntakeError, StoreError
from intake.vocabulary.mail import Clock

if TYPE_CHECKING:
    from intake.settings import Settings
    from intake.storage.session import Store

COMPILED_FORMATS = ("html", "json")
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Reads the record: daily digests, compiled versions, exports, and the proof that they are whole.",
    epilog="\b\nExamples:\n  digest daily\n  digest compile ott --out compiled\n"
    "  digest --home /srv/intake daily --date 2026-11-25",
)


def now_utc() -> datetime:
    """The wall clock; only this module asks it."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every command is given: the clock, and where data and configuration lie."""

    clock: Clock
    home: Path | None
    config: Path | None

    def settings(self) -> Settings:
        """Read the configuration. Raises SettingsError."""
        from intake.settings import read_settings

        return read_settings(self.home, self.config)

    def store(self, settings: Settings) -> Store:
        """Open the record; digest never begins one. Raises StoreError."""
        from intake.storage.session import open_record

        if not settings.toml.store.url and not (settings.home / "intake.db").exists():
            raise StoreError(f"There is no record in {settings.home} yet; name its folder with --home.")
        return open_record(settings)

    def now(self, store: Store) -> datetime:
        """The time; where the record itself is ahead of it, as in a rehearsal, the record's."""
        from digest.corpus.standing import read_newest

        with store.read() as connection:
            newest = read_newest(connection)
        return max(self.clock(), newest) if newest else self.clock()

    def moment(self, as_of: str | None, store: Store) -> datetime:
        """The moment asked for, else now. Raises ExportRefused for one without zone or to come."""
        if as_of is None:
            return self.now(store)
        try:
            moment = datetime.fromisoformat(as_of)
        except ValueError as error:
            raise typer.BadParameter(f"{as_of!r} is no time; write 2026-11-25T18:00:00+01:00.") from error
        if moment.utcoffset() is None:
            raise ExportRefused(f"The time {as_of} has no zone; write it as 2026-11-25T18:00:00+01:00.")
        if moment > self.now(store):
            raise ExportRefused(f"The time {as_of} is in the future; nobody knows yet what the record will say.")
        return moment.astimezone(UTC)


AsOf = Annotated[str | None, typer.Option("--as-of", metavar="T", help="Moment, ISO 8601 with zone; default: now.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write into.")]


@app.callback()
def prepare(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(envvar="INTAKE_HOME", metavar="DIR", help="Data folder; default: var.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(envvar="INTAKE_CONFIG", metavar="FILE", help="Configuration; default: the project's own."),
    ] = None,
) -> None:
    """Take the options that stand before the command."""
    context.obj = Desk(context.obj or now_utc, home, config)


@app.command(
    "compile",
    epilog="\b\nExamples:\n  digest compile ott --out compiled\n"
    "  digest compile ott --as-of 2027-01-24T12:00:00+01:00 --format html,json --out compiled",
)
def compile_version(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The consultation.")],
    out: Out,
    as_of: AsOf = None,
    formats: Annotated[
        str, typer.Option("--format", metavar="F[,F]", help="html, json, or both with a comma.")
    ] = "html,json",
) -> None:
    """Fix the compiled version of a consultation and write its files.

    Where nothing is new since the last revision, that one is written again.
    """
    from digest.editor import make_compiled
    from digest.outlets.folder import add_editions

    desk: Desk = context.obj
    wanted = _split_formats(formats)
    settings = desk.settings()
    consultation = settings.consultation(slug)
    store = desk.store(settings)
    moment = desk.moment(as_of, store)
    files, said = make_compiled(store, settings.service.group, consultation, moment, desk.clock)
    paths = add_editions(out, {name: octets for name, octets in files.items() if name.rpartition(".")[2] in wanted})
    typer.echo(f"{slug}: {said}")
    for path in paths:
        typer.echo(str(path))


@app.command(
    epilog="\b\nExamples:\n  digest daily\n  digest daily --as-of 2026-11-25T18:00:00+01:00\n"
    "  digest daily --date 2026-11-25"
)
def daily(
    context: typer.Context,
    day: Annotated[
        str | None, typer.Option("--date", metavar="D", help="Print what was made on this day again; makes nothing.")
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Print what happened since the last digest, and keep it.

    Asked again on the same day, with nothing new, it prints the last one again.
    """
    from digest.editor import make_daily, read_daily

    desk: Desk = context.obj
    if day is not None and as_of is not None:
        raise typer.BadParameter("give --date or --as-of, not both.")
    settings = desk.settings()
    if day is None:
        store = desk.store(settings)
        page = make_daily(store, settings, desk.moment(as_of, store), desk.clock)
    else:
        on = _parse_date(day)
        page = read_daily(desk.store(settings), on)
    sys.stdout.flush()
    sys.stdout.buffer.write(page)
    sys.stdout.buffer.flush()


@app.command(
    epilog="\b\nExamples:\n  digest export ott --format mboxrd --audience restricted --out ott-archive\n"
    "  digest export --all --format mboxrd --audience restricted --out archive"
)
def export(
    context: typer.Context,
    out: Out,
    form: Annotated[ExportFormat, typer.Option("--format", help="mboxrd: one mbox that gives every octet back.")],
    audience: Annotated[
        Audience, typer.Option(help="restricted: raw messages, with everything personal that is in them.")
    ],
    slug: Annotated[str | None, typer.Argument(metavar="SLUG", help="The consultation.", show_default=False)] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole record instead of one consultation.")] = False,
) -> None:
    """Write messages out for an archive, each restorable octet for octet."""
    from digest.corpus.originals import count_erased, read_originals
    from digest.outlets.archive.mbox import write_mbox
    from digest.outlets.folder import create_folder
    from digest.shelf import editions as shelf

    desk: Desk = context.obj
    if (slug is None) is not everything:
        raise typer.BadParameter("name one consultation, or give --all.")
    settings = desk.settings()
    if slug is not None:
        settings.consultation(slug)
    store = desk.store(settings)
    now = desk.now(store)
    with create_folder(out) as folder:
        with store.read() as connection:
            written = write_mbox(read_originals(connection, now, slug), folder)
            erased = count_erased(connection, now) if everything else 0
        # Before the folder gets its name: an export that nobody recorded must not exist.
        with store.write() as connection:
            shelf.note_export(
                connection,
                scope=slug or "all",
                form=form.value,
                audience=audience.value,
                messages=written.messages,
                manifest_sha256=written.manifest_sha256,
                at=now,
            )
    typer.echo(f"{out}: {_count(written.messages, 'message')}, audience {audience.value}.")
    if erased:
        typer.echo(f"Not exported: {_count(erased, 'message')} erased by order.")
    typer.echo(f"sha256 of the manifest: {written.manifest_sha256}")


@app.command(epilog="\b\nExamples:\n  digest verify archive\n  digest verify compiled archive")
def verify(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Folders of exports or compiled versions.")],
) -> None:
    """Check exports and compiled versions; says what was checked, and what was not."""
    from digest.outlets.archive.verification import verify_folder

    faults: list[str] = []
    for path in paths:
        verdict = verify_folder(path)
        typer.echo(f"{path}: {verdict.kind}")
        for title, lines in (
            ("checked", verdict.checked),
            ("not checked", verdict.unchecked),
            ("FAULT", verdict.faults),
        ):
            for line in lines:
                typer.echo(f"  {title}: {line}")
        faults += (f"{path / line}" for line in verdict.faults)
    if faults:
        more = f" (and {_count(len(faults) - 1, 'more fault')})" if len(faults) > 1 else ""
        raise ExportRefused(f"{faults[0]}{more}.")


def main(argv: Sequence[str] | None = None, clock: Clock = now_utc) -> NoReturn:
    """Run the command; what is refused ends in exit 1 and one sentence."""
    try:
        app(args=None if argv is None else list(argv), obj=clock, prog_name="digest")
    except IntakeError as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"{error.filename or 'A file'}: {error.strerror or error}.")
    sys.exit(0)


def _refuse(sentence: str) -> NoReturn:
    print(" ".join(sentence.split()), file=sys.stderr)
    sys.exit(1)


def _split_formats(formats: str) -> frozenset[str]:
    wanted = frozenset(name.strip() for name in formats.split(","))
    if unknown := sorted(wanted - set(COMPILED_FORMATS)):
        raise typer.BadParameter(f"{unknown[0]!r} is no format; there are: {', '.join(COMPILED_FORMATS)}.")
    return wanted


def _parse_date(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise typer.BadParameter(f"{day!r} is no date; write 2026-11-25.") from error


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
