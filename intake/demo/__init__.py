"""The night of the deadline: a tour through the whole service, on its own mail and a clock of its own."""

from intake.demo.night import run_night
from intake.demo.rehearsal import rehearse

__all__ = ["rehearse", "run_night"]
