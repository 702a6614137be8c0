"""Mail from mailboxes, captured as it arrives: a thread for each folder of each account."""

from __future__ import annotations

import threading

from intake.arrival.account import Account
from intake.arrival.logins import secret_of
from intake.collecting.watch import Watch
from intake.pipeline import Desk
from intake.settings import Settings
from intake.settings.mailboxes import Imap

__all__ = ["account_of", "collect"]


def account_of(account: Imap, settings: Settings) -> Account:
    """The account as the connection wants it."""
    return Account(
        name=account.name,
        host=account.host,
        port=account.port,
        encryption=account.encryption,
        user=account.user,
        secret=secret_of(account, settings.home),
        token=account.oauth is not None,
    )


def collect(desk: Desk, stop: threading.Event) -> None:
    """Watch every folder of every account until ``stop`` is set; what was begun is finished."""
    threads = [
        threading.Thread(
            target=Watch(
                settings=account,
                folder=folder,
                desk=desk,
                account=account_of(account, desk.settings),
                wait=stop.wait,
                stopped=stop.is_set,
            ).run,
            name=f"{account.name}/{folder}",
        )
        for account in desk.settings.mailboxes
        for folder in account.folders
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
