"""The benchmark beside Node-RED: the same flow files on both runtimes, in turn."""
