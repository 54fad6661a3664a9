"""Questions that the app asks before it does something."""
