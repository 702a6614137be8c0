"""How we log in to a mailbox: a password, or a token that is fresh at each connection.

The only door of msal, which comes with the extra ``microsoft``.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from intake.errors import LoginRefused
from intake.settings.mailboxes import Imap, Oauth

GOOGLE: Final = ("oauth2.googleapis.com", "/token")
"""Google's token endpoint (RFC 6749, 3.2)."""
MICROSOFT: Final = "https://login.microsoftonline.com/"
APPLICATION_SCOPES = ["https://outlook.office365.com/.default"]
"""What an application is granted by its administrator."""
PERSONAL_SCOPES = ["https://outlook.office.com/IMAP.AccessAsUser.All"]
"""What a person grants; msal adds the right to renew it."""
TOKEN_SECONDS = 30.0
"""For the token endpoint to answer."""
MAX_TOKEN_OCTETS = 2**16
"""64 KiB: real answers have some 3 KiB."""

_RENEWING = threading.Lock()
"""One at a time renews a person's token and rewrites its file: each folder has a thread."""

Post = Callable[[str, str, str], tuple[int, bytes]]
"""Posts a form to host and path; gives back status and body. Raises OSError."""


def secret_of(account: Imap, home: Path) -> Callable[[], str]:
    """What gives the password or a token of this account at each login. What it needs is looked for then."""
    if account.oauth is None:
        return lambda: _said(account.name, account.password_env, account.password_file, home)
    if account.oauth.provider == "google":
        return lambda: google_token(account, home)
    return lambda: microsoft_token(account, home)


def _said(name: str, variable: str, file: str, home: Path) -> str:
    """The value of a variable, or the first line of a file. Raises LoginRefused."""
    if variable:
        if secret := os.environ.get(variable):
            return secret
        raise LoginRefused(f"{name}: the variable {variable} is empty; set it for the service.")
    try:
        secret = (home / file).read_text(encoding="utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LoginRefused(f"{name}: {file} cannot be read ({error}); put the secret into it.") from error
    if not secret:
        raise LoginRefused(f"{name}: {file} is empty; put the secret into its first line.")
    return secret


def post_form(host: str, path: str, form: str) -> tuple[int, bytes]:
    """Over TLS, verified; redirections are not followed, lest the secret go elsewhere."""
    connection = http.client.HTTPSConnection(host, timeout=TOKEN_SECONDS, context=ssl.create_default_context())
    try:
        connection.request("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        return answer.status, answer.read(MAX_TOKEN_OCTETS)
    except http.client.HTTPException as error:
        raise OSError(f"no HTTP: {error!r}") from error
    finally:
        connection.close()


def google_token(account: Imap, home: Path, post: Post = post_form) -> str:
    """A fresh access token for a refresh token (RFC 6749, 6). Raises LoginRefused."""
    oauth = _oauth(account)
    form = {
        "grant_type": "refresh_token",
        "client_id": oauth.client_id,
        "refresh_token": _said(account.name, "", oauth.token_file, home),
    }
    if oauth.client_secret_env or oauth.client_secret_file:
        form["client_secret"] = _said(account.name, oauth.client_secret_env, oauth.client_secret_file, home)
    try:
        status, body = post(*GOOGLE, urlencode(form))
        answer = json.loads(body)
        token = answer.get("access_token") if isinstance(answer, dict) else None
    except (OSError, ValueError) as error:
        raise LoginRefused(f"{account.name}: {GOOGLE[0]} gives no token ({error}).") from error
    if not isinstance(token, str):
        raise LoginRefused(f"{account.name}: {GOOGLE[0]} gives no token ({status}: {_why(answer)}).")
    return token


def _oauth(account: Imap) -> Oauth:
    if account.oauth is None:
        raise LoginRefused(f"{account.name}: logs in with a password; there is no token to ask for.")
    return account.oauth


def _why(answer: object) -> str:
    """The error that a token endpoint gave (RFC 6749, 5.2), on one line."""
    if not isinstance(answer, dict):
        return "no reason given"
    said = f"{answer.get('error', 'no reason given')} {answer.get('error_description') or ''}"
    return " ".join(said.split())[:200]


def microsoft_token(account: Imap, home: Path, web: Any = None) -> str:
    """A token for the application itself, or for the person who let us in. Raises LoginRefused.

    ``web`` takes the place of msal's own way to the network.
    """
    oauth = _oauth(account)
    if oauth.by_person:
        with _RENEWING:
            return _personal_token(account.name, oauth, home, web)
    secret = _said(account.name, oauth.client_secret_env, oauth.client_secret_file, home)
    with _microsoft(account.name) as msal:
        app = msal.ConfidentialClientApplication(
            oauth.client_id, client_credential=secret, **_ways(oauth, web, msal.TokenCache())
        )
        return _token(account.name, app.acquire_token_for_client(scopes=APPLICATION_SCOPES))


def _personal_token(name: str, oauth: Oauth, home: Path, web: Any) -> str:
    path = home / oauth.token_file
    with _microsoft(name) as msal:
        cache = msal.SerializableTokenCache()
        if path.exists():
            cache.deserialize(path.read_text(encoding="utf-8"))
        app = msal.PublicClientApplication(oauth.client_id, **_ways(oauth, web, cache))
        person = next(iter(app.get_accounts()), None)
        if person is None:
            raise LoginRefused(f"{name}: nobody has let us in yet; run `intake authorize {name}`.")
        answer = app.acquire_token_silent_with_error(PERSONAL_SCOPES, account=person, force_refresh=True)
        token = _token(name, answer)
        _keep(cache, path)
        return token


def authorize(account: Imap, home: Path, say: Callable[[str], object], web: Any = None) -> None:
    """Let a person in a browser grant us their mailbox (RFC 8628); ``say`` tells where and with which code.

    Raises LoginRefused.
    """
    if account.oauth is None or not account.oauth.by_person:
        raise LoginRefused(
            f"{account.name}: nobody needs to be asked; only mailboxes of Microsoft with a token_file are granted so."
        )
    oauth = account.oauth
    with _microsoft(account.name) as msal:
        cache = msal.SerializableTokenCache()
        app = msal.PublicClientApplication(oauth.client_id, **_ways(oauth, web, cache))
        flow = app.initiate_device_flow(scopes=PERSONAL_SCOPES)
        if "user_code" not in flow:
            raise LoginRefused(f"{account.name}: Microsoft gives no code ({_why(flow)}).")
        say(flow["message"])
        _token(account.name, app.acquire_token_by_device_flow(flow))
        _keep(cache, home / oauth.token_file)


def _ways(oauth: Oauth, web: Any, cache: Any) -> dict[str, Any]:
    way = {"timeout": TOKEN_SECONDS} if web is None else {"http_client": web}
    return {"authority": MICROSOFT + oauth.tenant, "token_cache": cache, **way}


@contextlib.contextmanager
def _microsoft(name: str) -> Iterator[Any]:
    try:
        import msal
    except ImportError as error:
        raise LoginRefused(f"{name}: Microsoft accounts need the extra `microsoft`; install it.") from error
    try:
        yield msal
    except (OSError, ValueError, KeyError) as error:  # What msal and requests raise.
        raise LoginRefused(f"{name}: Microsoft gives no token ({error!s:.200}).") from error


def _token(name: str, answer: dict[str, Any] | None) -> str:
    token = (answer or {}).get("access_token")
    if not isinstance(token, str):
        raise LoginRefused(f"{name}: Microsoft gives no token ({_why(answer)}).")
    return token


def _keep(cache: Any, path: Path) -> None:
    """The renewed cache, for our eyes alone, whole or not at all."""
    if not cache.has_state_changed:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(cache.serialize())
    draft.replace(path)
