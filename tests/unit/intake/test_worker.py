"""The worker: what is temporary is tried again, what is our fault is shunted, what a person said stands."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from factories import AGENT, COMMON, OTT, FrozenMorning, ScriptedCarrier, arrival, captured, letter
from sqlalchemy import func, select, update

from intake import worker
from intake.capture import spool
from intake.errors import DecisionRefused, SettingsError, StoreUnavailable
from intake.ledger import listing
from intake.pipeline import Desk, Settlement, handle, settle
from intake.receipt import outbox
from intake.receipt.carriers import FolderCarrier, RelayCarrier
from intake.settings import Settings, project_folder, read_settings
from intake.storage import failures
from intake.storage.session import Store
from intake.storage.tables import deliveries, filings, letters, readings
from intake.vocabulary.mail import Delivery
from intake.vocabulary.submission import Entry, Status
from intake.worker import carrier_of, open_desk, process, send, work


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Tracebacks of faults that are meant are nothing to read."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock() -> FrozenMorning:
    return FrozenMorning()


@pytest.fixture
def desk(store: Store, settings: Settings, clock: FrozenMorning) -> Desk:
    return Desk(store=store, settings=settings, clock=clock, agent=AGENT)


def run(desk: Desk, *, patient: bool = False) -> list[Entry | None]:
    return [entry for _, entry in process(desk, patient=patient)]


def status(desk: Desk, number: int = 1) -> str:
    with desk.store.read() as connection:
        return str(connection.scalar(select(deliveries.c.status).where(deliveries.c.id == number)))


def count(desk: Desk, table: object) -> int:
    with desk.store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(table)) or 0)  # type: ignore[arg-type]


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException, times: int, only: int | None = None) -> None:
    """Let the pipeline fail so often, then work."""
    left = [times]

    def stumble(delivery: Delivery, desk: Desk) -> Entry | None:
        if left[0] and only in {None, delivery.id}:
            left[0] -= 1
            raise error
        return handle(delivery, desk)

    monkeypatch.setattr(worker, "handle", stumble)


def load(desk: Desk, number: int = 1) -> Delivery:
    with desk.store.read() as connection:
        return spool.load(connection, number)


def decide(desk: Desk, status_: Status, *slugs: str, reason: str = "read by a person") -> Entry:
    rounds = tuple(desk.settings.consultation(slug) for slug in slugs)
    return settle(load(desk), Settlement(status=status_, consultations=rounds, reason=reason, officer="Officer"), desk)


# --- the life of a delivery ------------------------------------------------------------------------------


def test_what_waits_is_handled_in_order_and_answered(desk: Desk) -> None:
    captured(desk.store, arrival(letter(to=OTT), rcpt_to=OTT), arrival(letter(), mail_from=None))
    entries = run(desk)
    assert [entry.status for entry in entries if entry] == [Status.FILED, Status.AUTOMATIC]
    assert [entry.acknowledged for entry in entries if entry] == [True, False]
    carrier = ScriptedCarrier()
    assert [dispatch.state.value for dispatch in send(desk, carrier)] == ["sent"]
    assert carrier.handed[0][0] == "amina@labo.example"
    assert run(desk) == []


def test_a_temporary_failure_is_tried_again_when_its_time_has_come(
    desk: Desk, clock: FrozenMorning, monkeypatch: pytest.MonkeyPatch
) -> None:
    captured(desk.store, arrival(rcpt_to=OTT))
    failing(monkeypatch, StoreUnavailable("locked"), times=1)
    assert run(desk, patient=True) == [None]
    assert status(desk) == "captured"
    assert run(desk, patient=True) == []
    clock.advance(seconds=worker.RETRY_DELAY.total_seconds())
    (entry,) = run(desk, patient=True)
    assert entry is not None
    assert entry.status is Status.FILED
    with desk.store.read() as connection:
        assert connection.scalar(select(deliveries.c.failure)) is None


def test_an_impatient_run_tries_a_fault_of_ours_again_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    captured(desk.store, arrival(rcpt_to=OTT))
    failing(monkeypatch, ZeroDivisionError("ours"), times=2)
    assert [entry.status if entry else None for entry in run(desk)] == [None, None, Status.FILED]


def test_a_temporary_failure_is_never_shunted_however_often_it_comes(
    desk: Desk, clock: FrozenMorning, monkeypatch: pytest.MonkeyPatch
) -> None:
    captured(desk.store, arrival(rcpt_to=OTT))
    failing(monkeypatch, StoreUnavailable("locked"), times=2 * spool.MAX_ATTEMPTS)
    for _ in range(2 * spool.MAX_ATTEMPTS):
        assert run(desk) == [None]
        assert status(desk) == "captured"
        clock.advance(seconds=worker.RETRY_DELAY.total_seconds())
    (entry,) = run(desk)
    assert entry is not None
    assert entry.status is Status.FILED


def test_a_fault_of_ours_is_shunted_after_its_attempts_and_stops_nobody_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    captured(desk.store, arrival(rcpt_to=OTT), arrival(letter("Other words.", sender="b@x.example"), rcpt_to=OTT))
    failing(monkeypatch, ZeroDivisionError("ours"), times=99, only=1)
    run(desk)
    assert (status(desk, 1), status(desk, 2)) == ("shunted", "filed")
    assert load(desk).attempts == spool.MAX_ATTEMPTS
    with desk.store.read() as connection:
        line = next(listing.rows(connection, only=1))
    assert line["reason"] == "ZeroDivisionError('ours')"
    assert run(desk) == []
    with desk.store.read() as connection:
        history = [(one.attempt, one.what, one.software) for one in failures.of_delivery(connection, 1)]
        assert list(failures.of_delivery(connection, 2)) == []
    assert history == [(attempt, "ZeroDivisionError('ours')", "test 1") for attempt in (1, 2, 3)]


def test_revive_brings_back_what_was_shunted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    captured(desk.store, arrival(rcpt_to=OTT))
    failing(monkeypatch, ZeroDivisionError("ours"), times=spool.MAX_ATTEMPTS)
    run(desk)
    assert status(desk) == "shunted"
    with desk.store.write() as connection:
        assert spool.revive(connection) == 1
    (entry,) = run(desk)
    assert entry is not None
    assert entry.status is Status.FILED


def test_a_failure_half_way_leaves_nothing_half_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    captured(desk.store, arrival(letter(to=OTT), rcpt_to=OTT))

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("intake.pipeline.write_letter", fail)
        run(desk)
    assert (count(desk, filings), count(desk, readings), count(desk, letters)) == (0, 0, 0)
    with desk.store.write() as connection:
        spool.revive(connection)
    run(desk)
    assert (count(desk, filings), count(desk, readings), count(desk, letters)) == (1, 1, 1)


def test_what_took_its_workers_with_it_is_shunted(desk: Desk, clock: FrozenMorning) -> None:
    captured(desk.store, arrival(rcpt_to=OTT))
    for _ in range(spool.MAX_ATTEMPTS):
        with desk.store.write() as connection:
            assert spool.lease(connection, clock()) is not None
        clock.advance(seconds=spool.LEASE.total_seconds())
    assert run(desk) == []
    assert status(desk) == "shunted"
    with desk.store.read() as connection:
        (silent,) = failures.of_delivery(connection, 1)
    assert (silent.at, silent.attempt, silent.what) == (clock(), 3, "3 workers ended while reading it")


def test_a_temporary_failure_is_no_part_of_the_history(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    captured(desk.store, arrival(rcpt_to=OTT))
    failing(monkeypatch, StoreUnavailable("locked"), times=1)
    run(desk)
    with desk.store.read() as connection:
        assert list(failures.of_delivery(connection, 1)) == []


# --- a person's decision -----------------------------------------------------------------------------------


def test_a_persons_decision_survives_a_new_reading(desk: Desk) -> None:
    captured(desk.store, arrival(rcpt_to=OTT))
    run(desk)
    reference = decide(desk, Status.FILED, "gender-divide").submissions[0].reference
    with desk.store.write() as connection:
        connection.execute(update(deliveries).values(status="captured"))
        connection.execute(update(readings).values(subject="misread"))
    assert run(desk) == [None]
    with desk.store.read() as connection:
        line = next(listing.rows(connection, only=1))
    assert (line["status"], line["consultations"], line["references"]) == ("filed", ["gender-divide"], [reference])
    assert line["subject"] == "Our response"
    assert count(desk, filings) == 2


def test_a_decision_answers_the_sender_once(desk: Desk) -> None:
    captured(desk.store, arrival())
    run(desk)
    assert (status(desk), count(desk, letters)) == ("held", 0)
    assert decide(desk, Status.FILED, "ott").acknowledged
    assert not decide(desk, Status.FILED, "gender-divide").acknowledged
    assert count(desk, letters) == 1


@pytest.mark.parametrize("decided", [Status.HELD, Status.NOT_RELEVANT])
def test_a_decision_that_files_nothing_answers_nobody(desk: Desk, decided: Status) -> None:
    captured(desk.store, arrival())
    run(desk)
    entry = decide(desk, decided)
    assert (entry.status, entry.submissions, entry.acknowledged) == (decided, (), False)


def test_a_decision_needs_its_reason(desk: Desk) -> None:
    captured(desk.store, arrival())
    run(desk)
    with pytest.raises(DecisionRefused, match="needs its reason"):
        decide(desk, Status.HELD, reason="  ")


def test_nobody_decides_on_what_has_not_been_read(desk: Desk) -> None:
    captured(desk.store, arrival())
    with pytest.raises(DecisionRefused, match="Delivery 1 has not been read yet; run `intake work --once` first"):
        decide(desk, Status.HELD)


# --- letters that are not written ---------------------------------------------------------------------------


def acknowledgement(desk: Desk, number: int) -> tuple[bool | None, str]:
    with desk.store.read() as connection:
        row = connection.execute(select(filings).where(filings.c.delivery_id == number)).one()
    return row.acknowledge, row.acknowledge_reason


def test_one_address_is_written_to_so_often_an_hour_and_so_often_a_day(desk: Desk, clock: FrozenMorning) -> None:
    limits = desk.settings.receipts
    wanted = limits.per_sender_day + 3
    for number in range(wanted):
        captured(
            desk.store,
            arrival(
                letter(f"Answer {number}", to=OTT, message_id=f"<{number}@x>"),
                rcpt_to=OTT,
                captured_at=clock(),
                received_at=clock(),
            ),
        )
    run(desk)
    assert count(desk, letters) == limits.per_sender_hour
    assert "rate: 3 letters to this address within 1:00:00" in acknowledgement(desk, 4)[1]
    sent = []
    for hour in range(6):
        clock.advance(hours=1, minutes=1)
        for number in range(limits.per_sender_hour):
            octets = letter(f"Later {hour} {number}", to=OTT, message_id=f"<{hour}.{number}@x>")
            captured(desk.store, arrival(octets, rcpt_to=OTT, captured_at=clock(), received_at=clock()))
        run(desk)
        sent.append(count(desk, letters))
    assert max(sent) == limits.per_sender_day


def test_what_was_received_long_ago_is_not_answered_by_itself(desk: Desk, clock: FrozenMorning) -> None:
    clock.advance(days=8)
    captured(desk.store, arrival(letter(to=OTT), rcpt_to=OTT, captured_at=clock()))
    run(desk)
    assert (status(desk), count(desk, letters)) == ("filed", 0)
    assert acknowledgement(desk, 1)[1].startswith("it was taken over 8 days from when it was received")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return shutil.copytree(project_folder("config"), tmp_path / "config")


def rewrite(config: Path, **keys: str) -> Settings:
    toml = config / "intake.toml"
    lines = toml.read_text("utf-8").split("\n")
    for key, value in keys.items():
        last = max(place for place, line in enumerate(lines) if line.startswith(f"{key} = "))  # [outbox] comes last.
        lines[last] = f"{key} = {value}"
    toml.write_text("\n".join(lines), "utf-8")
    return read_settings(config.parent / "home", config)


def test_receipts_can_be_switched_off(config: Path, clock: FrozenMorning) -> None:
    desk = open_desk(rewrite(config, enabled="false"), clock)
    captured(desk.store, arrival(letter(to=OTT), rcpt_to=OTT))
    run(desk)
    assert acknowledgement(desk, 1) == (True, "receipts are switched off")
    assert count(desk, letters) == 0
    desk.store.close()


# --- the way out ---------------------------------------------------------------------------------------------


def test_the_carrier_is_the_one_that_is_configured(config: Path, tmp_path: Path) -> None:
    assert carrier_of(rewrite(config)) == FolderCarrier(tmp_path / "home" / "outbox")
    secret = tmp_path / "password"
    secret.write_text("sesame\n", "utf-8")
    relay = rewrite(
        config, way='"relay"', relay_host='"relay.example"', relay_port="587", user='"us"', password_file=f'"{secret}"'
    )
    assert carrier_of(relay) == RelayCarrier(
        host="relay.example", port=587, starttls=True, user="us", password="sesame"
    )


def test_only_the_first_line_of_the_password_file_is_the_password(config: Path, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("sesame\n# changed in October\n", "utf-8")
    relay = rewrite(config, way='"relay"', relay_host='"relay.example"', user='"us"', password_file=f'"{secret}"')
    carrier = carrier_of(relay)
    assert isinstance(carrier, RelayCarrier)
    assert carrier.password == "sesame"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"way": '"relay"'}, "outbox.relay_host is empty"),
        ({"way": '"relay"', "relay_host": '"r"', "password_file": '"/nowhere"'}, "outbox.password_file cannot be read"),
    ],
)
def test_a_way_out_that_is_not_complete_is_said(config: Path, keys: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        carrier_of(rewrite(config, **keys))


# --- the loop ------------------------------------------------------------------------------------------------


def stopping(stop: threading.Event, rounds: int) -> Callable[[float], None]:
    left = [rounds]

    def idle(_: float) -> None:
        left[0] -= 1
        if left[0] <= 0:
            stop.set()

    return idle


def test_the_loop_handles_sends_and_ends_when_it_is_told(desk: Desk) -> None:
    captured(desk.store, arrival(letter(to=OTT), rcpt_to=OTT))
    carrier, stop = ScriptedCarrier(), threading.Event()
    work(desk, carrier, stop, idle=stopping(stop, 2))
    assert (status(desk), len(carrier.handed)) == ("filed", 1)


def test_the_loop_begins_by_giving_up_letters_that_may_have_left(desk: Desk) -> None:
    captured(desk.store, arrival(letter(to=OTT), rcpt_to=OTT))
    run(desk)
    with desk.store.write() as connection:
        connection.execute(update(letters).values(state="sending"))
    carrier, stop = ScriptedCarrier(), threading.Event()
    work(desk, carrier, stop, idle=stopping(stop, 1))
    assert carrier.handed == []
    with desk.store.read() as connection:
        assert outbox.count_by_state(connection)[outbox.LetterState.UNCERTAIN] == 1


def test_the_loop_outlives_a_store_that_does_not_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    captured(desk.store, arrival(rcpt_to=OTT))
    right, left = spool.lease, [2]

    def locked(*arguments: object) -> Delivery | None:
        if left[0]:
            left[0] -= 1
            raise StoreUnavailable("locked")
        return right(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(spool, "lease", locked)
    stop = threading.Event()
    work(desk, ScriptedCarrier(), stop, idle=stopping(stop, 4))
    assert status(desk) == "filed"


def test_the_loop_stops_between_two_deliveries(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    captured(desk.store, arrival(), arrival(letter("Other", sender="b@x.example")))
    stop = threading.Event()

    def last(delivery: Delivery, desk: Desk) -> Entry | None:
        stop.set()
        return handle(delivery, desk)

    monkeypatch.setattr(worker, "handle", last)
    work(desk, ScriptedCarrier(), stop, idle=stopping(stop, 1))
    assert (status(desk, 1), status(desk, 2)) == ("held", "captured")


def test_the_loop_outlives_a_carrier_that_breaks(desk: Desk) -> None:
    """One letter that our carrier stumbles over must not end the worker, which reads mail too."""
    captured(desk.store, arrival(letter(to=OTT), rcpt_to=OTT))
    stop = threading.Event()
    work(desk, ScriptedCarrier([UnicodeEncodeError("ascii", "ö", 0, 1, "ordinal")]), stop, idle=stopping(stop, 2))
    assert status(desk) == "filed"


def test_the_common_address_holds_what_says_nothing(desk: Desk) -> None:
    captured(desk.store, arrival(rcpt_to=COMMON))
    (entry,) = run(desk)
    assert entry is not None
    assert (entry.status, entry.reason) == (Status.HELD, "no rule could place it")
