"""The question before the app is left though nothing but it holds what was done."""

from __future__ import annotations

from screens.dialogs.are_you_sure import AreYouSure


class LeaveAndLose(AreYouSure):
    """Answers True with `y`: all that was done in this session is lost then."""

    ESC = "Esc stays"

    def __init__(self, lost: str) -> None:
        lines = [
            f"{lost}.",
            "Esc stays, with all of it: make room where the file was, or in the home folder, and ctrl+q keeps it there.",
        ]
        super().__init__("Leave, and lose what was done in this session?", lines, "leaves the app, and it is lost")
