"""The entrance: how somebody comes in to the console and goes out again, by password, by a link for a new one, or
through a provider, and how often they may try."""

from warmline_api.console.entrance.attempts import Attempts
from warmline_api.console.entrance.opening import open_entrance
from warmline_api.console.entrance.panel_codes import PanelCodes
from warmline_api.console.entrance.refusals import WrongPanelCode
from warmline_api.routers import routers_of

ROUTERS = routers_of(__name__, "new_passwords", "passwords", "providers", "second_factors")

__all__ = ["ROUTERS", "Attempts", "PanelCodes", "WrongPanelCode", "open_entrance"]
