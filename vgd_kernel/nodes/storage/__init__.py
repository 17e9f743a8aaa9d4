"""Nodes that read and write files, and watch them."""
