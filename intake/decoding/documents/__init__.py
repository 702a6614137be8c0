"""The text of attached documents, read in a sandbox.

A format is a module with ``read(octets: bytes) -> Document`` and a line in ``kinds.READERS``.
"""

from __future__ import annotations

from intake.decoding.documents import kinds, poppler, recognition, record
from intake.decoding.documents.limits import Limits
from intake.decoding.documents.sandbox import Ending, Outcome, Sandbox, shared_sandbox
from intake.vocabulary.document import Document, Flag

VERSION = "2"
"""Of our readers: raised whenever a text may come out otherwise, so that stored texts can be read anew."""

MAX_NAME_LETTERS = 255
"""Of a file name that is looked at: its end, where the extension stands."""

_FLAGS = {
    Ending.MEMORY: Flag.TOO_LARGE,
    Ending.OVERFLOW: Flag.TOO_LARGE,
    Ending.EXPIRED: Flag.TIMED_OUT,
    Ending.FAILED: Flag.DAMAGED,
}


def is_extractable(declared_type: str, name: str, detected_type: str = "") -> bool:
    """Whether there is a reader for what a file calls itself or looks like; cheap, for whoever decides what to read."""
    called = (kinds.declared_kind(name, declared_type), kinds.declared_kind("", detected_type))
    return any(kind in kinds.READERS for kind in called)


def begins_as_known(octets: bytes, name: str = "", declared_type: str = "") -> bool:
    """Whether a file begins as one that we can read; what does not is worth no process."""
    head = octets[: kinds.HEAD_OCTETS]
    return head.startswith(kinds.PACKED) or kinds.detect(head, name, declared_type) in kinds.READERS


def extract(
    octets: bytes,
    name: str = "",
    declared_type: str = "",
    limits: Limits | None = None,
    sandbox: Sandbox | None = None,
) -> Document:
    """The text of a document. Whatever it holds, this returns, and flags what went wrong.

    ``name`` and ``declared_type`` count only where the octets do not show what they are. Raises SandboxUnavailable
    where this machine can start no sandbox: nothing is ever read outside of one.
    """
    limits = limits or Limits()
    if len(octets) > limits.max_octets:
        return Document(flags=(Flag.TOO_LARGE,))
    if not begins_as_known(octets, name, declared_type):
        return Document(flags=(Flag.UNSUPPORTED,))
    sandbox = sandbox or shared_sandbox()
    task = {"do": "read", "name": name[-MAX_NAME_LETTERS:], "declared_type": declared_type[:MAX_NAME_LETTERS]}
    document = _take(sandbox.perform(task, octets, limits))
    cut = {Flag.TOO_LARGE, Flag.TIMED_OUT} & set(document.flags)
    if Flag.IMPLAUSIBLE in document.flags and not cut and kinds.detect(octets[: kinds.HEAD_OCTETS]) is kinds.Kind.PDF:
        document = poppler.consult(document, octets, sandbox, limits)
    if Flag.NO_TEXT_LAYER in document.flags:
        document = recognition.recognize(document, octets, sandbox, limits)
    return document


def _take(outcome: Outcome) -> Document:
    if outcome.ending is not Ending.DONE:
        return Document(flags=(_FLAGS[outcome.ending],))
    try:
        return record.read(outcome.answer)
    except ValueError:
        return Document(flags=(Flag.DAMAGED,))
