"""The Dockerfile, read against the tree: no engine is needed to see that it names what is there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

Instruction = tuple[str, str]


def read_instructions(text: str) -> list[Instruction]:
    """(INSTRUCTION, what follows) in order; comments out, continued lines joined."""
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split()[0], " ".join(line.split()[1:])) for line in text.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def instructions(project: Path) -> list[Instruction]:
    return read_instructions((project / "Dockerfile").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def final(instructions: list[Instruction]) -> list[Instruction]:
    """The last stage."""
    last = max(number for number, (name, _) in enumerate(instructions) if name == "FROM")
    return instructions[last:]


def values(instructions: list[Instruction], name: str) -> list[str]:
    return [value for one, value in instructions if one == name]


def test_every_image_has_a_version(instructions: list[Instruction], pyproject: dict[str, Any]) -> None:
    images = [value.split()[0] for value in values(instructions, "FROM")]
    assert len(images) == 2
    for image in images:
        assert re.fullmatch(r"python:3\.\d+-slim-[a-z]+", image), image
        assert image.startswith(f"python:{pyproject['project']['requires-python'].removeprefix('>=')}-")


def test_every_copied_source_is_there_and_not_ignored(instructions: list[Instruction], project: Path) -> None:
    let_through = {
        line.removeprefix("!").rstrip("/")
        for line in (project / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    copied = [value.split()[:-1] for value in values(instructions, "COPY") if not value.startswith("--from")]
    sources = {source.rstrip("/") for line in copied for source in line}
    assert sources == let_through
    assert all((project / source).exists() for source in sources)


def test_every_package_is_checked_by_its_hash(instructions: list[Instruction], project: Path) -> None:
    commands = [part.strip() for value in values(instructions, "RUN") for part in value.split("&&")]
    installs = [command for command in commands if re.search(r"\bpip (install|wheel)\b", command)]
    assert len(installs) == 4
    for command in installs:
        locks = re.findall(r"-r (\S+)", command)
        assert "--require-hashes" in command if locks else "--no-deps" in command, command
        assert all((project / lock).is_file() for lock in locks), command
    assert "requirements/postgres.txt" in " ".join(installs)


def test_it_runs_as_a_fixed_user_who_owns_the_volume(final: list[Instruction]) -> None:
    (user,) = values(final, "USER")
    uid, _, gid = user.partition(":")
    assert int(uid) >= 1000
    assert int(gid) >= 1000
    run = " ".join(values(final, "RUN"))
    assert f"--uid {uid} " in run
    assert f"--gid {gid} " in run
    assert re.search(r"install --directory --owner intake .*/var/lib/intake", run)


def test_one_volume_is_the_home(final: list[Instruction]) -> None:
    assert values(final, "VOLUME") == ["/var/lib/intake"]
    environment = dict(pair.split("=", 1) for value in values(final, "ENV") for pair in value.split())
    assert environment["INTAKE_HOME"] == "/var/lib/intake"
    assert environment["INTAKE_CONFIG"] == "/etc/intake"
    assert any(value.split() == ["config/", "/etc/intake/"] for value in values(final, "COPY"))


def test_the_commands_are_ours_and_start_without_a_shell(final: list[Instruction], pyproject: dict[str, Any]) -> None:
    (health,) = values(final, "HEALTHCHECK")
    entry = json.loads(values(final, "ENTRYPOINT")[0]) + json.loads(values(final, "CMD")[0])
    check = json.loads(health[health.index("[") :])
    assert entry == ["intake", "serve"]
    assert check == ["intake", "doctor", "--quick"]
    assert {entry[0], check[0]} <= set(pyproject["project"]["scripts"])
    assert values(final, "STOPSIGNAL") == ["SIGTERM"]


def test_the_door_is_open_to_the_outside(final: list[Instruction], project: Path) -> None:
    toml = (project / "config" / "intake.toml").read_text(encoding="utf-8")
    run = " ".join(values(final, "RUN"))
    pattern, replacement = re.findall(r"sed -i 's/(.*?)/(.*?)/'", run)[0]
    changed, count = re.subn(pattern, replacement, toml, flags=re.MULTILINE)
    assert count == 1, "sed and config/intake.toml no longer agree"
    assert '\nhost = "0.0.0.0"\n' in changed
    assert values(final, "EXPOSE") == [re.findall(r"^port = (\d+)$", toml, re.MULTILINE)[0]]
