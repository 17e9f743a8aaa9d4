"""The built-in node types: one file per type; the folder is the palette category."""
