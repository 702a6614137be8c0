"""Makes editions: reads the record as of a moment, discloses, composes, prints, and keeps what was printed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from digest.corpus import reader
from digest.disclosure import policy
from digest.edition.changes import is_unchanged, read_stored
from digest.edition.compiled import Disclosed, compile_content, fix
from digest.edition.daily import LOOKBACK, Window, compose_daily, read_named, remind
from digest.edition.model import DailyEdition
from digest.formats.data import write_json
from digest.formats.html import write_html
from digest.formats.text import write_text
from digest.shelf import editions as shelf
from digest.shelf.editions import Kind, NewEdition
from intake.errors import ExportRefused
from intake.settings import Settings
from intake.storage.session import Store
from intake.vocabulary.consultation import Consultation
from intake.vocabulary.mail import Clock
from intake.vocabulary.submission import Status


def make_compiled(
    store: Store, group: str, consultation: Consultation, moment: datetime, clock: Clock
) -> tuple[Mapping[str, bytes], str]:
    """The files of the compiled version as of a moment, and in words whether it is a new one.

    What was printed as of this very moment, or would say nothing new, comes from the shelf.
    """
    slug = consultation.slug
    with store.read() as connection:
        kept = shelf.find_standing(connection, Kind.COMPILED, slug, moment)
        if kept is not None and kept.as_of == moment:
            return shelf.read_files(connection, kept), f"Rev.{kept.revision} again, as it was first printed"
        content = compile_content(group, consultation, _disclose(connection, slug, moment))
        earlier = read_stored(kept.model) if kept else None
        if kept and earlier and is_unchanged(earlier, content):
            said = f"nothing is new since Rev.{kept.revision}, which is written again"
            return shelf.read_files(connection, kept), said
        revision = shelf.next_revision(connection, Kind.COMPILED, slug)
    # Printed outside any transaction: mail must not wait for a page.
    edition = fix(content, moment, revision, earlier)
    data, name = write_json(edition), f"{slug}-rev{revision}"
    files = {f"{name}.html": write_html(edition), f"{name}.json": data}
    with store.write() as connection:
        shelf.keep(connection, NewEdition(Kind.COMPILED, slug, revision, moment, data), files, clock())
    printed = len(content.contributions)
    told = [f"Rev.{revision}, new, {printed} response{'' if printed == 1 else 's'} printed"]
    told += [f"  since Rev.{revision - 1}: {one.kind.value} {one.reference}, {one.what}" for one in edition.changes]
    return files, "\n".join(told)


def make_daily(store: Store, settings: Settings, moment: datetime, clock: Clock) -> bytes:
    """The digest from the watermark to a moment, as text; the day's last where nothing is new.

    Raises ExportRefused for a moment that earlier digests have passed.
    """
    day = moment.astimezone(settings.zone).date()
    topic = day.isoformat()
    with store.read() as connection:
        since = shelf.read_watermark(connection)
        last = shelf.find_standing(connection, Kind.DAILY, topic, moment)
        if last is not None and last.as_of == moment:
            return b"".join(shelf.read_files(connection, last).values())
        if since is not None and moment < since:
            raise ExportRefused(f"The digests already reach to {since.isoformat()}; print an earlier one with --date.")
        revision = shelf.next_revision(connection, Kind.DAILY, topic)
        window = Window(
            group=settings.service.group,
            zone=settings.zone.key,
            day=day,
            revision=revision,
            since=since,
            as_of=moment,
        )
        edition = _compose(connection, window, settings.consultations)
        if last is not None and not (edition.arrived or edition.decided):
            return b"".join(shelf.read_files(connection, last).values())
    page, data = write_text(edition), write_json(edition)
    with store.write() as connection:
        files = {f"daily-{topic}-{revision}.txt": page}
        shelf.keep(connection, NewEdition(Kind.DAILY, topic, revision, moment, data), files, clock())
    return page


def read_daily(store: Store, day: date) -> bytes:
    """All digests made on a day, as they were printed. Raises ExportRefused where none was."""
    with store.read() as connection:
        kept = shelf.list_editions(connection, Kind.DAILY, day.isoformat())
        pages = [octets for one in kept for octets in shelf.read_files(connection, one).values()]
    if not pages:
        raise ExportRefused(f"No digest of {day} is kept; `digest daily` makes one up to now.")
    return b"".join(pages)


def _disclose(connection: reader.View, slug: str, moment: datetime) -> Disclosed:
    responses = reader.read_responses(connection, slug, moment)
    return Disclosed(
        contributions=tuple(policy.disclose(one) for one in responses if one.successor is None),
        contributors=policy.list_contributors(responses),
        superseded=policy.disclose_superseded(responses),
        excluded=policy.disclose_reasons(reader.count_reasons(connection, moment)),
        counts=reader.count_outcomes(connection, moment).counts,
        filed_here=len({one.delivery for one in responses}),
    )


def _compose(connection: reader.View, window: Window, consultations: tuple[Consultation, ...]) -> DailyEdition:
    reach = window.since - LOOKBACK if window.since else None
    outcomes = reader.read_outcomes(connection, window.as_of, reach)
    before: dict[int, Status] = {}
    if reach is not None:
        before |= reader.read_statuses(connection, reach, (one.delivery for one in outcomes))
        before |= read_named(one.model for one in shelf.list_since(connection, Kind.DAILY, reach))
    compiled = shelf.last_revisions(connection, Kind.COMPILED)
    return compose_daily(
        window,
        news=policy.disclose_outcomes(outcomes),
        before=before,
        waiting=policy.disclose_outcomes(reader.read_waiting(connection, window.as_of)),
        counts=reader.count_outcomes(connection, window.as_of).counts,
        reminders=remind(consultations, compiled, window.as_of),
    )
