"""Home: which session to open, or a new one, loaded before it is opened. An app of its own, for it has no workbench yet."""

from screens.home.app import HomeApp, choose
from screens.home.first_load import Picked

__all__ = ["HomeApp", "Picked", "choose"]
