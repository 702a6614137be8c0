"""Clients that others wrote: swaks, and smtp-source of Postfix. What they send is captured, each message once."""

from __future__ import annotations

import hashlib
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from ipaddress import ip_network
from pathlib import Path

import pytest
from listening import OURS, listening
from sqlalchemy import Row, select
from system import not_run, require

from intake.arrival.listener import Certificate
from intake.capture.commit import Committer
from intake.storage.session import Store
from intake.storage.tables import deliveries, raw_messages
from intake.vocabulary.provenance import Agent

LOOPBACK = [ip_network("127.0.0.0/8")]
ROOT = "cwg-internet@consultations.example"
PATIENCE_SECONDS = 120.0


@contextmanager
def taking(store: Store, **options: object) -> Iterator[tuple[str, int]]:
    """Our listener on a real store."""
    committer = Committer(store, Agent("test", "1"))
    with listening(committer.capture, **options) as address:
        yield address
    committer.close()


def rows(store: Store) -> list[Row]:
    with store.read() as connection:
        query = select(deliveries, raw_messages.c.octets).join(raw_messages).order_by(deliveries.c.id)
        return list(connection.execute(query))


def swaks(address: tuple[str, int] | Path, *options: str, to: str = OURS) -> str:
    """The dialogue that it shows; it must have ended well."""
    (program,) = require("swaks")
    place = ["--socket", str(address)] if isinstance(address, Path) else ["--server", f"{address[0]}:{address[1]}"]
    command = [program, *place, "--ehlo", "labo.example", "--from", "amina@labo.example", "--to", to, *options]
    done = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE_SECONDS)
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, said + done.stderr.decode(errors="replace")
    return said


# --- swaks -----------------------------------------------------------------------------------------------


def test_swaks_pipelines_its_commands(store: Store) -> None:
    with taking(store) as address:
        said = swaks(address, "--pipeline", to=f"{OURS},{ROOT}")
    sent = [line for line in said.splitlines() if line.startswith((" -> ", "<- "))]
    begun = sent.index(" -> MAIL FROM:<amina@labo.example>")
    assert [line[4:8] for line in sent[begun : begun + 4]] == ["MAIL", "RCPT", "RCPT", "DATA"], "before any answer"
    assert [row.rcpt_to for row in rows(store)] == [OURS, ROOT]


@pytest.mark.system("openssl")
@pytest.mark.parametrize("minimum", ["tlsv1_2", "tlsv1_3"])
def test_swaks_verifies_our_certificate_and_sends_over_tls(store: Store, tmp_path: Path, minimum: str) -> None:
    program, openssl = require("swaks", "openssl")
    if "TLS" not in subprocess.run([program, "--support"], capture_output=True, text=True, check=False).stdout:
        not_run("swaks with TLS (apt-get install libnet-ssleay-perl)")
    pem, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(pem)]
    subprocess.run([openssl, *made, *named], check=True, capture_output=True)
    verified = ["--tls-verify", "--tls-ca-path", str(pem), "--tls-protocol", minimum]
    with taking(store, certificate=Certificate(pem, key)) as address:
        said = swaks(address, "--tls", *verified)
    assert "=== TLS started with cipher TLSv1." in said
    assert " ~> MAIL FROM:<amina@labo.example>" in said, "encrypted"
    assert "STARTTLS" not in said.partition("~> EHLO")[2], "within TLS it is not offered again"
    assert len(rows(store)) == 1


def test_attachments_from_swaks_come_out_octet_for_octet(store: Store, tmp_path: Path) -> None:
    report, table = tmp_path / "réponse.pdf", tmp_path / "table.bin"
    report.write_bytes(b"%PDF-1.7\r\n" + bytes(range(256)) * 400)
    table.write_bytes(b"\r\n.\r\n" * 1000 + b"\0\n\r.")
    attached = [part for path in (report, table) for part in ("--attach-name", path.name, "--attach", f"@{path}")]
    with taking(store) as address:
        swaks(address, "--header", "Subject: Réponse", "--body", ".\r\n..dots\r\n.\r\n", *attached)
    (row,) = rows(store)
    assert "Subject: Réponse\r\n".encode() in row.octets
    message = message_from_bytes(row.octets)
    body, *files = [part for part in message.walk() if not part.is_multipart()]
    assert body.get_payload().splitlines() == [".", "..dots", "."]
    assert [part.get_payload(decode=True) for part in files] == [report.read_bytes(), table.read_bytes()]


@pytest.mark.parametrize(
    "version",
    [
        ["--proxy-version", "1", "--proxy-family", "TCP4"],
        ["--proxy-version", "2", "--proxy-family", "AF_INET", "--proxy-protocol", "STREAM", "--proxy-command", "PROXY"],
    ],
    ids=["version 1", "version 2"],
)
def test_swaks_comes_through_a_proxy(store: Store, version: list[str]) -> None:
    ends = ["--proxy-source", "198.51.100.7", "--proxy-source-port", "40000"]
    ends += ["--proxy-dest", "192.0.2.1", "--proxy-dest-port", "25"]
    with taking(store, proxied=True, trusted_relays=LOOPBACK) as address:
        swaks(address, *version, *ends)
    assert [row.peer for row in rows(store)] == ["198.51.100.7"]


def test_swaks_speaks_lmtp_at_a_unix_socket(store: Store, tmp_path: Path) -> None:
    with taking(store, lmtp=True, path=tmp_path / "lmtp") as _:
        said = swaks(tmp_path / "lmtp", "--protocol", "LMTP", to=f"{OURS},{ROOT}")
    assert said.count("<-  250 2.6.0 Kept as 1, 2") == 2, "one answer for each recipient"
    assert [row.rcpt_to for row in rows(store)] == [OURS, ROOT]


# --- smtp-source -----------------------------------------------------------------------------------------


def source(target: str, *options: str, sessions: int = 20, messages: int) -> None:
    """It ends at the first answer that is not the one it wants."""
    (program,) = require("smtp-source")
    command = [program, *options, "-s", str(sessions), "-m", str(messages), "-l", "3000"]
    command += ["-M", "labo.example", "-f", "amina@labo.example", "-t", OURS, target]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    assert (done.returncode, done.stderr) == (0, "")


def require_each_once(store: Store, messages: int) -> None:
    """Each has a Message-ID of its own, and no other octets than it says."""
    found = rows(store)
    ids = Counter(message_from_bytes(row.octets)["Message-ID"] for row in found)
    assert (len(ids), set(ids.values())) == (messages, {1})
    assert all(hashlib.sha256(row.octets).hexdigest() == row.raw_sha256 for row in found)
    assert {row.octets.partition(b"\r\n\r\n")[2].count(b"\r\n") for row in found} == {38}, "3,000 octets in 38 lines"


def test_2000_messages_in_20_sessions_that_are_kept_open(store: Store) -> None:
    with taking(store, trusted_relays=LOOPBACK) as address:
        source(f"127.0.0.1:{address[1]}", "-d", messages=2000)
    require_each_once(store, 2000)


def test_500_messages_each_in_a_connection_of_its_own(store: Store) -> None:
    with taking(store, trusted_relays=LOOPBACK) as address:
        source(f"127.0.0.1:{address[1]}", messages=500)
    require_each_once(store, 500)


def test_500_messages_by_lmtp_at_a_unix_socket(store: Store, tmp_path: Path) -> None:
    with taking(store, lmtp=True, path=tmp_path / "lmtp") as _:
        source(f"unix:{tmp_path / 'lmtp'}", "-L", "-d", messages=500)
    require_each_once(store, 500)
