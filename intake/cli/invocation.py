"""What every command is given: the data folder, the configuration, the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from intake.pipeline import Desk
    from intake.settings import Settings


def settings_of(context: typer.Context) -> Settings:
    """The settings that --home and --config name. Raises SettingsError."""
    from intake.settings import read_settings

    return read_settings(context.obj["home"], context.obj["config"])


def desk_of(context: typer.Context) -> Desk:
    """The desk over the store of these settings. Raises SettingsError and StoreError."""
    from intake.worker import open_desk

    return open_desk(settings_of(context), context.obj["clock"])


def examples(*lines: str) -> str:
    """What stands below the help of a command."""
    return "Examples:\n\n" + "\n\n".join(f"  {line}" for line in lines)
