"""Nodes that run notebooks."""
