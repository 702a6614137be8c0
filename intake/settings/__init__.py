"""Configuration: ``config/intake.toml`` and ``config/consultations/*.toml``, which hold data only."""

from intake.settings.reading import Settings, project_folder, read_settings
from intake.settings.tables import ConsultationToml, IntakeToml, Smtp, Store

__all__ = ["ConsultationToml", "IntakeToml", "Settings", "Smtp", "Store", "project_folder", "read_settings"]
