"""Errors know their fate: temporary or final, generic outward, exact in the log."""


class IntakeError(Exception):
    """Something failed. ``temporary`` decides between retrying and handing to a person."""

    temporary = False
    reply = "554 5.3.0 Message could not be processed"
    """Said to the other side of a mail dialogue: generic by design, never a detail of ours."""


class StoreUnavailable(IntakeError):
    """The store cannot take the message now; the sender must keep it and try again."""

    temporary = True
    reply = "451 4.3.0 Temporary failure, please try again later"


class SandboxUnavailable(IntakeError):
    """Documents cannot be read safely on this machine now, so they are not read; the text says why."""

    temporary = True


class OversizeMessage(IntakeError):
    """The message is larger than the configured limit."""

    reply = "552 5.3.4 Message too big"


class SettingsError(IntakeError):
    """A configuration file is wrong; the text names file, key and remedy in one sentence."""


class StoreError(IntakeError):
    """The store is of another revision, missing or damaged; the text says what to run."""


class DamagedOctets(IntakeError):
    """The octets that are kept under a sha256 are not those that were; the text says which."""


class UnknownDelivery(IntakeError):
    """Nothing in the record has this reference, delivery id or sha256."""


class UnknownConsultation(IntakeError):
    """No consultation has this slug; the text lists those there are."""


class DecisionRefused(IntakeError):
    """A person's decision that cannot be carried out; the text says why."""


class UnreadableSource(IntakeError):
    """A path given to import cannot be read as mail; the text says which and why."""


class MailboxUnavailable(IntakeError):
    """A mailbox cannot be read now; its mail stays there, and we come again."""

    temporary = True


class LoginRefused(MailboxUnavailable):
    """A mailbox or its token service does not let us in; the text says what to do."""


class OutboxError(IntakeError):
    """A letter could not be handed over now."""

    temporary = True


class ExportRefused(IntakeError):
    """An edition or export cannot be made from what was asked; the text says why."""
