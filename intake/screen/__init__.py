"""The record on a terminal, in words that a screen reader can say."""

from intake.screen.changes import print_replayed
from intake.screen.page import letter_text, print_one
from intake.screen.register import closing_sum, moment, print_list, printable

__all__ = ["closing_sum", "letter_text", "moment", "print_list", "print_one", "print_replayed", "printable"]
