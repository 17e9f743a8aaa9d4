"""Say clearly when the port of ``make lab`` is taken."""

import socket
import sys


def problem(text: str) -> str:
    """Return what is wrong with a port number, nothing when it is free."""
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        return f"saw PORT={text}; expected a number from 1 to 65535. Try: make lab PORT=8890"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            return (
                f"port {text} is busy ({error.strerror}); expected a free one. "
                f"Try: make lab PORT={int(text) + 1 if int(text) < 65535 else 8890}"
            )
    return ""


if __name__ == "__main__":
    found = problem(sys.argv[1])
    if found:
        print(f"visualgriddev: {found}", file=sys.stderr)
        sys.exit(1)
