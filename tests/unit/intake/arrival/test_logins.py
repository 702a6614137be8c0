"""Passwords and tokens: where they come from, and the one sentence where they do not."""

from __future__ import annotations

import json
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from system import require_module

from intake.arrival.logins import authorize, google_token, microsoft_token, secret_of
from intake.errors import LoginRefused
from intake.settings.mailboxes import Imap


def account(**changes: Any) -> Imap:
    return Imap.model_validate({"name": "office", "host": "imap.example.org", "user": "office@example.org", **changes})


def google(**changes: str) -> Imap:
    return account(oauth={"provider": "google", "client_id": "c", "token_file": "token", **changes})


def microsoft(**changes: str) -> Imap:
    return account(
        host="outlook.office365.com", oauth={"provider": "microsoft", "client_id": "c", "tenant": "t", **changes}
    )


# --- passwords ---------------------------------------------------------------------------------------------


def test_the_password_is_that_of_the_variable_at_each_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = secret_of(account(password_env="OFFICE"), tmp_path)
    monkeypatch.setenv("OFFICE", "one")
    assert secret() == "one"
    monkeypatch.setenv("OFFICE", "two")
    assert secret() == "two"


def test_the_password_is_the_first_line_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "office.secret").write_text("pass word \nnot this\n", encoding="utf-8")
    assert secret_of(account(password_file="office.secret"), tmp_path)() == "pass word"
    assert secret_of(account(password_file=str(tmp_path / "office.secret")), Path("/nowhere"))() == "pass word"


def test_what_is_missing_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OFFICE", raising=False)
    with pytest.raises(LoginRefused, match=r"^office: the variable OFFICE is empty; set it for the service\.$"):
        secret_of(account(password_env="OFFICE"), tmp_path)()
    with pytest.raises(LoginRefused, match=r"^office: none cannot be read"):
        secret_of(account(password_file="none"), tmp_path)()
    (tmp_path / "empty").touch()
    with pytest.raises(LoginRefused, match=r"^office: empty is empty; put the secret into its first line\.$"):
        secret_of(account(password_file="empty"), tmp_path)()


# --- Google ------------------------------------------------------------------------------------------------------


@dataclass
class TokenService:
    """Answers each form with the next item of the script."""

    script: list[tuple[int, bytes] | OSError]
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)

    def __call__(self, host: str, path: str, form: str) -> tuple[int, bytes]:
        self.asked.append((host, path, parse_qs(form)))
        answer = self.script.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer


def test_a_refresh_token_gives_a_fresh_token_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("refresh\n", encoding="utf-8")
    monkeypatch.setenv("GOOGLE", "s3cr3t")
    service = TokenService([(200, b'{"access_token": "a"}'), (200, b'{"access_token": "b"}')])
    table = google(client_secret_env="GOOGLE")
    assert [google_token(table, tmp_path, service) for _ in range(2)] == ["a", "b"]
    form = {
        "grant_type": ["refresh_token"],
        "client_id": ["c"],
        "client_secret": ["s3cr3t"],
        "refresh_token": ["refresh"],
    }
    assert service.asked == [("oauth2.googleapis.com", "/token", form)] * 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            (400, b'{"error": "invalid_grant", "error_description": "Token has been\\nrevoked."}'),
            "400: invalid_grant Token has been revoked.",
        ),
        ((200, b"[]"), "200: no reason given"),
        ((502, b"<html>"), "gives no token"),
        (OSError("no route to host"), "no route to host"),
    ],
)
def test_no_token_is_said_with_the_reason(tmp_path: Path, answer: tuple[int, bytes] | OSError, said: str) -> None:
    (tmp_path / "token").write_text("refresh\n", encoding="utf-8")
    with pytest.raises(LoginRefused, match=r"^office: oauth2\.googleapis\.com gives no token") as refused:
        google_token(google(), tmp_path, TokenService([answer]))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


# --- Microsoft -----------------------------------------------------------------------------------------------------


@dataclass
class Answer:
    """What msal reads of an HTTP answer."""

    status_code: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)

    def raise_for_status(self) -> None:
        """Nothing to raise."""


@dataclass
class Directory:
    """Microsoft's endpoints as far as msal asks them: what they are, a code, and tokens."""

    tokens: list[dict[str, Any]]
    forms: list[dict[str, Any]] = field(default_factory=list)

    def get(self, url: str, **_: Any) -> Answer:
        base = "https://login.microsoftonline.com/t"
        about = {
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "issuer": f"{base}/v2.0",
            "tenant_discovery_endpoint": url,
            "metadata": [],
        }
        return Answer(200, json.dumps(about))

    def post(self, url: str, data: Any = None, **_: Any) -> Answer:
        self.forms.append(dict(data or {}))
        if url.endswith("/devicecode"):
            code = {"device_code": "d", "user_code": "ABC", "interval": 0, "expires_in": 60, "message": "Enter ABC."}
            return Answer(200, json.dumps(code))
        token = self.tokens.pop(0)
        return Answer(200 if "access_token" in token else 400, json.dumps(token))

    def close(self) -> None:
        """Nothing to close."""


GRANTED = {"access_token": "a", "token_type": "Bearer", "expires_in": 3600}


@pytest.fixture(autouse=True)
def _msal(request: pytest.FixtureRequest) -> None:
    if "microsoft" in request.node.name:
        require_module("msal", "msal")


def test_an_application_of_microsoft_logs_in_by_its_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MS", "s3cr3t")
    directory = Directory([GRANTED, {**GRANTED, "access_token": "b"}])
    table = microsoft(client_secret_env="MS")
    assert [microsoft_token(table, tmp_path, directory) for _ in range(2)] == ["a", "b"], "fresh at each login"
    assert directory.forms[0]["grant_type"] == "client_credentials"
    assert "https://outlook.office365.com/.default" in directory.forms[0]["scope"]


def test_a_person_of_microsoft_grants_once_and_the_token_is_renewed_from_a_file_of_ours(tmp_path: Path) -> None:
    info = {"client_info": "eyJ1aWQiOiAidSIsICJ1dGlkIjogInQifQ", "refresh_token": "r", "id_token_claims": {}}
    directory = Directory([{**GRANTED, **info}, {**GRANTED, **info, "access_token": "b", "expires_in": 3600}])
    table = microsoft(token_file="office.token")
    said: list[str] = []
    with pytest.raises(LoginRefused, match=r"^office: nobody has let us in yet; run `intake authorize office`\.$"):
        microsoft_token(table, tmp_path, directory)
    authorize(table, tmp_path, said.append, directory)
    assert said == ["Enter ABC."]
    assert stat.S_IMODE((tmp_path / "office.token").stat().st_mode) == 0o600
    assert microsoft_token(table, tmp_path, directory) == "b"
    assert directory.forms[-1]["grant_type"] == "refresh_token"


def test_a_refusal_of_microsoft_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MS", "wrong")
    directory = Directory(
        [{"error": "invalid_client", "error_description": "AADSTS7000215: Invalid\r\nclient secret."}]
    )
    with pytest.raises(
        LoginRefused, match=r"^office: Microsoft gives no token \(invalid_client AADSTS7000215: Invalid client"
    ):
        microsoft_token(microsoft(client_secret_env="MS"), tmp_path, directory)


def test_only_persons_of_microsoft_are_asked(tmp_path: Path) -> None:
    for table in (google(), account(password_env="X"), microsoft(client_secret_env="MS")):
        with pytest.raises(LoginRefused, match="office: "):
            authorize(table, tmp_path, print)
