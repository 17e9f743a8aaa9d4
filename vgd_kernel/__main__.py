"""``python -m vgd_kernel``: the Jupyter kernel, as the kernelspec starts it."""

from vgd_kernel.notebook.kernel import launch

launch()
