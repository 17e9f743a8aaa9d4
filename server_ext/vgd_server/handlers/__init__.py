"""One file per resource; each lists its paths in ``ROUTES``."""
