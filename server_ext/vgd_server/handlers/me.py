"""Who asks, and what they may do."""

from __future__ import annotations

from jupyter_server.utils import ensure_async

from vgd_server.access import allowed
from vgd_server.base import VGDHandler

ACTIONS = ("read", "write", "execute")


class MeHandler(VGDHandler):
    """``/me``."""

    @allowed("read")
    async def get(self) -> None:
        """Return the user's name and the actions that they may take."""
        permitted = [
            action
            for action in ACTIONS
            if await ensure_async(
                self.authorizer.is_authorized(self, self.current_user, action, "vgd")
            )
        ]
        shown = self.current_user.display_name or self.user
        self.answer({"username": self.user, "name": shown, "permissions": permitted})


ROUTES = [("/me", MeHandler)]
