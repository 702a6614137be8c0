"""A Postfix of its own: private folders, a free loopback port, stopped by its own master. Needs root."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

START_SECONDS = 20.0
SERVICES = """127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
lmtp unix - - n - - lmtp
local unix - n n - - local
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
SETTINGS = """compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx1.consultations.example
mydestination =
local_recipient_maps =
mynetworks = 127.0.0.0/8
smtpd_client_connection_count_limit = 0
default_process_limit = 200
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
"""
HOLD = """virtual_mailbox_domains = consultations.example
smtpd_client_restrictions = check_client_access static:HOLD
"""
RELAY = """virtual_mailbox_domains = consultations.example
virtual_mailbox_maps = static:all
virtual_transport = lmtp:{target}
"""


@contextlib.contextmanager
def postfix(folder: Path, lmtp: str | None = None) -> Iterator[int]:
    """Give the port of its smtpd. Mail goes to ``lmtp`` (``inet:host:port``, ``unix:/path``), or is held."""
    port = free_port()
    for place in ("etc", "queue", "data"):
        (folder / place).mkdir(parents=True)
    for parent in (folder, *folder.parents):  # Its processes run as another user.
        if parent.owner() == "root" and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    shutil.chown(folder / "data", "postfix")
    route = RELAY.format(target=lmtp) if lmtp else HOLD
    (folder / "etc" / "main.cf").write_text(SETTINGS.format(folder=folder) + route, encoding="utf-8")
    (folder / "etc" / "master.cf").write_text(SERVICES.format(port=port), encoding="utf-8")
    command = ["postfix", "-c", str(folder / "etc")]
    done = subprocess.run([*command, "start"], check=False, capture_output=True, text=True)
    if done.returncode:
        log = folder / "log"
        raise AssertionError(f"Postfix does not start: {done.stderr}{log.read_text() if log.exists() else ''}")
    try:
        wait_for(port)
        yield port
    finally:
        subprocess.run([*command, "stop"], check=False, capture_output=True)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Until somebody listens there."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
