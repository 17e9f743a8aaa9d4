"""The command line ``vgd``: one file per subcommand, found by name, listed nowhere."""
