"""Nodes that every flow needs: sources, sinks, scopes, links."""
