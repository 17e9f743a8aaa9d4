"""Nodes that change, choose, compute and time single messages."""
