"""Nodes for tables and charts."""
