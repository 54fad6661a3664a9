"""Themes beside Textual's own."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

HIGH_CONTRAST: Final = Theme(
    name="high-contrast",
    primary="#5fd7ff",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff8787",
    success="#5fff87",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#262626",
    dark=True,
    text_alpha=1.0,
    variables={"text-muted": "#d0d0d0", "accent-muted": "#333300", "scrollbar": "#b0b0b0"},
)
"""Every text on its background has a contrast of at least 7 to 1 (WCAG 2, AAA)."""
