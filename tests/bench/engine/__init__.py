"""The benchmark of the engine alone, in this process, by its public API."""
