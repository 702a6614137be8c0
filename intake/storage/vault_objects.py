"""The vault in an object store: S3, or what speaks like it. The only door of obstore."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog

from intake.errors import SettingsError, StoreUnavailable, UnknownDelivery
from intake.vocabulary.mail import RawMessage
from intake.vocabulary.vault import name_all

PUTS_AT_ONCE = 16
"""Each waits some 30 ms for a distant store: a group of a hundred then takes a quarter of a second."""
RETRIES = 3
RETRY_SECONDS = 20.0
"""Until a put is given up: a mail client waits 10 minutes (RFC 5321, 4.5.3.2.6), and others wait behind it."""

_NAME = re.compile(r"[0-9a-f]{64}")

log = structlog.get_logger()


class ObjectVault:
    """``ab/cd/abcd…`` below the URL; written with the condition that nothing is there yet."""

    def __init__(self, url: str) -> None:
        """The credentials are the environment's, by the names that its maker gives (AWS_ACCESS_KEY_ID …).

        Raises SettingsError where the package is not installed, or the URL names no store.
        """
        try:
            import obstore
            from obstore import exceptions
            from obstore.store import from_url
        except ImportError as error:
            raise SettingsError("intake.toml: vault.url needs obstore; install the extra s3.") from error
        self._url, self._api, self._errors = url, obstore, exceptions
        try:
            self._store = from_url(
                url, retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(seconds=RETRY_SECONDS)}
            )
        except (exceptions.BaseError, ValueError) as error:
            raise SettingsError(
                f"intake.toml: vault.url {url} names no object store ({_first_line(error)}); write one such as "
                "s3://bucket/folder."
            ) from error

    def keep_all(self, many: Sequence[bytes]) -> list[RawMessage]:
        """What the store has answered for, it has on its disks."""
        raws = name_all(many)
        fresh = {raw.sha256: octets for raw, octets in zip(raws, many, strict=True)}
        with ThreadPoolExecutor(PUTS_AT_ONCE) as pool:
            list(pool.map(self._put, fresh.items()))
        return raws

    def read(self, sha256: str) -> bytes:
        """What the object of this name holds. Raises UnknownDelivery, StoreUnavailable."""
        try:
            return bytes(self._api.get(self._store, _key(sha256)).bytes())
        except FileNotFoundError as error:
            raise UnknownDelivery(f"The vault {self._url} holds nothing named {sha256}.") from error
        except (self._errors.BaseError, OSError) as error:
            raise self._unavailable(error) from error

    def names(self) -> Iterator[str]:
        """Every object that is where its name belongs. Raises StoreUnavailable."""
        try:
            for objects in self._api.list(self._store):
                for one in objects:
                    sha256 = str(one["path"]).rpartition("/")[2]
                    if _NAME.fullmatch(sha256) and one["path"] == _key(sha256):
                        yield sha256
        except (self._errors.BaseError, OSError) as error:
            raise self._unavailable(error) from error

    def _put(self, one: tuple[str, bytes]) -> None:
        sha256, octets = one
        key = _key(sha256)
        try:
            try:
                self._api.put(self._store, key, octets, mode="create", use_multipart=False)
            except self._errors.AlreadyExistsError:
                if self.read(sha256) != octets:
                    log.warning("Octets were damaged, arrived again, and are put right", action="healed", sha256=sha256)
                    self._api.put(self._store, key, octets, use_multipart=False)
        except (self._errors.BaseError, OSError) as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        return StoreUnavailable(f"the vault {self._url} does not do it: {_first_line(error)}")


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _first_line(error: Exception) -> str:
    """Obstore's errors go on for a page."""
    return str(error).partition("\n")[0].strip()
