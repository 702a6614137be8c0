"""A real Dovecot of a test's own: an ordinary user's process on a free loopback port, with all it needs in one folder."""

from __future__ import annotations

import grp
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from imapclient import IMAPClient
from system import START_SECONDS, require

PASSWORD = "correct-horse"
"""Of every user, whatever the name: Dovecot looks at a file of users once a second, if at all."""
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_fsync = never
maildir_copy_with_hardlinks = yes
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mailbox_idle_check_interval = 1 s
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox "Courrier indésirable" {{
    special_use = \\Junk
  }}
}}
protocol imap {{
  mail_max_userip_connections = 50
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""

_numbers = itertools.count(1)


@dataclass
class Dovecot:
    """A running server, and the folders of its users."""

    folder: Path
    port: int
    tls_port: int
    owner: tuple[int, int]
    process: subprocess.Popen[bytes]

    def add_user(self) -> str:
        """A user whose mailbox is empty."""
        name = f"user{next(_numbers)}"
        home = self.folder / "mail" / name
        for part in ("cur", "new", "tmp"):
            (home / "Maildir" / part).mkdir(parents=True)
        for path in (home, *home.rglob("*")):
            os.chown(path, *self.owner)
        return name

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        """Where the mail of a folder lies; the folder must be there."""
        root = self.folder / "mail" / user / "Maildir"
        return root if folder == "INBOX" else root / f".{folder}"

    def deliver(self, user: str, *many: bytes, at: datetime | None = None, folder: str = "INBOX") -> None:
        """As a mail host does: into ``tmp``, then by rename into ``new``; INTERNALDATE is the time of the file."""
        maildir = self.maildir(user, folder)
        for octets in many:
            name = f"{time.time():.6f}.{next(_numbers)}.test"
            path = maildir / "tmp" / name
            path.write_bytes(octets)
            if at is not None:
                os.utime(path, (at.timestamp(), at.timestamp()))
            os.chown(path, *self.owner)
            path.rename(maildir / "new" / name)

    def connect(self, user: str) -> IMAPClient:
        """A stock client, for the tests to look and to change things with."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=30)
        client.normalise_times = False
        client.login(user, PASSWORD)
        return client

    def forget_uids(self, user: str) -> None:
        """As after a move to another machine: all UIDs are given anew, under a new UIDVALIDITY."""
        maildir = self.maildir(user)
        for path in [*maildir.glob("dovecot-uidlist*"), *maildir.glob("dovecot.index*")]:
            path.unlink()
        time.sleep(1.1)  # It is the time in seconds.


@contextmanager
def running_dovecot(certificate: tuple[Path, Path] | None = None) -> Iterator[Dovecot]:
    dovecot, setpriv = require("dovecot", "setpriv")
    folder = Path(tempfile.mkdtemp(prefix="intake-dovecot-"))
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    owner = (user.pw_uid, user.pw_gid)
    drop = [setpriv, "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        drop += [f"--reuid={owner[0]}", f"--regid={owner[1]}", "--clear-groups"]
    port, tls_port = _free_ports(2)
    pem = ""
    if certificate:
        for name, path in zip(("certificate.pem", "key.pem"), certificate, strict=True):
            shutil.copy(path, folder / name)  # Where its user may read it.
        pem = f"ssl_cert = <{folder}/certificate.pem\nssl_key = <{folder}/key.pem"
    config = CONFIG.format(
        folder=folder,
        port=port,
        tls_port=tls_port if certificate else 0,
        ssl="yes" if certificate else "no",
        certificate=pem,
        user=user.pw_name,
        group=grp.getgrgid(owner[1]).gr_name,
        password=PASSWORD,
    )
    (folder / "dovecot.conf").write_text(config, encoding="utf-8")
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, *owner)
    process = subprocess.Popen([*drop, dovecot, "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.PIPE)
    server = Dovecot(folder, port, tls_port, owner, process)
    try:
        _await(server)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stderr is not None
        process.stderr.close()
        shutil.rmtree(folder, ignore_errors=True)


def _await(server: Dovecot) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.process.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=1) as probe:
                if probe.recv(4) == b"* OK":
                    return
        except OSError:
            pass
        time.sleep(0.05)
    log = server.folder / "log"
    said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    if server.process.poll() is not None and server.process.stderr is not None:
        said += server.process.stderr.read().decode(errors="replace")
    raise RuntimeError(f"Dovecot does not start:\n{said}")


def _free_ports(number: int) -> list[int]:
    probes = [socket.socket() for _ in range(number)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def internal_dates(server: Dovecot, user: str) -> list[datetime]:
    with server.connect(user) as client:
        client.select_folder("INBOX", readonly=True)
        found = client.fetch(client.search(), ["INTERNALDATE"])
    return [found[uid][b"INTERNALDATE"].astimezone(UTC) for uid in sorted(found)]
