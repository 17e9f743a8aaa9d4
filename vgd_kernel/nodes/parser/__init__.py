"""Nodes that read and write the forms of text in which data travels."""
