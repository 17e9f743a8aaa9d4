"""What the platform does beside running a flow in one process."""
