"""The kernel of the kernelspec ``vgd``: IPython with this package's names and magics loaded."""

from __future__ import annotations

from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp

import vgd_kernel


class VgdKernel(IPythonKernel):
    """IPython's kernel under VGD's name."""

    implementation = "vgd"
    implementation_version = vgd_kernel.__version__
    banner = (
        f"VisualGridDev {vgd_kernel.__version__}: vgd (the package), %vgd and %%flow are loaded."
    )


class VgdKernelApp(IPKernelApp):
    """Starts the kernel with the extension loaded before the first cell."""

    name = "vgd-kernel"

    def initialize(self, argv: Any = None) -> None:
        """Add the extension to those that are loaded, then start as IPython does."""
        self.extra_extensions: list[str] = [*self.extra_extensions, "vgd_kernel"]
        super().initialize(argv)


def launch() -> None:
    """Run the kernel until it is shut down."""
    VgdKernelApp.launch_instance(kernel_class=VgdKernel)


__all__ = ("VgdKernel", "VgdKernelApp", "launch")
