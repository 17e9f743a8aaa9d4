"""Nodes that speak with the network."""
