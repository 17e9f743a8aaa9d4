"""The node types that are installed."""

from __future__ import annotations

import asyncio

from vgd_kernel.model.palette import palette
from vgd_kernel.model.registry import installed
from vgd_server.access import allowed
from vgd_server.base import VGDHandler


class PaletteHandler(VGDHandler):
    """``/palette``."""

    @allowed("read")
    async def get(self) -> None:
        """Return every node type with its form."""
        types = await asyncio.to_thread(lambda: palette(installed()))
        self.answer({"types": types})


ROUTES = [("/palette", PaletteHandler)]
