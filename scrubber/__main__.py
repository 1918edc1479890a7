"""The command ``scrubber``, also as ``python -m scrubber``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; exits with its status, which is 2 also for an error of our own."""
    from scrubber.cli.app import app  # noqa: PLC0415 - importing the package must not load the command line

    try:
        app(prog_name="scrubber")
    except Exception:  # status 1, Python's own, would tell a caller that something was found
        import traceback  # noqa: PLC0415 - only for an error of our own

        traceback.print_exc()
        sys.stderr.write("scrubber: this is an error in scrubber itself; files not reported so far are as they were\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
