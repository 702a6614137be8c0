"""What ``intake doctor`` asks of mailboxes: whether they let us in, which folders are there, what stayed in them."""

from __future__ import annotations

from collections.abc import Iterator

from intake.arrival.imap import ImapConnection
from intake.arrival.mailbox import find_folder
from intake.collecting import account_of
from intake.errors import IntakeError
from intake.settings import Settings
from intake.settings.mailboxes import Imap
from intake.storage.mailboxes import Refusal, refusals
from intake.storage.session import Store

QUARANTINE = (
    "what a provider holds in its quarantine never reaches a folder and cannot be seen from here; look into it by "
    "hand, in Microsoft 365 at security.microsoft.com/quarantine, or have it switched off for these addresses"
)


def survey(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    """For each account (what, whether it is well, what to say): log in and EXAMINE each folder; nothing changes."""
    for account in settings.mailboxes:
        try:
            said = _look(account, settings)
        except IntakeError as error:
            yield f"mailbox {account.name}", False, str(error)
        else:
            yield f"mailbox {account.name}", True, said
    if settings.mailboxes:
        yield "quarantine", True, QUARANTINE


def _look(account: Imap, settings: Settings) -> str:
    seen: list[str] = []
    with ImapConnection(account_of(account, settings)) as mailbox:
        folders = mailbox.folders()
        for wanted in account.folders:
            folder = find_folder(wanted, folders)
            if folder is None:
                seen.append(f"{wanted} is not there")
                continue
            mailbox.open(folder, read_only=True)
            seen.append(f"{wanted} can be read" + (f" as {folder}" if folder != wanted else ""))
        if account.after == "move":
            seen.append(f"{account.move_to} {'is there' if account.move_to in folders else 'will be made'}")
            if not mailbox.can_move():
                seen.append("but the server cannot move single messages, so they stay")
    return ", ".join(seen)


def left_behind(store: Store) -> Iterator[tuple[str, bool, str]]:
    """Messages that stay in their mailboxes, with what to do about each."""
    with store.read() as connection:
        refused = refusals(connection)
    for one in refused:
        remedy = (
            f"it has {one.octets} octets; raise imap.max_octets"
            if one.why is Refusal.OVERSIZE
            else "the server does not give it out; look at it there"
        )
        yield (
            f"mailbox {one.account}/{one.folder}",
            False,
            f"message {one.uid} stays there: {remedy}, or save it as .eml and run `intake import`",
        )
