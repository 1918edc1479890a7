"""The command ``scrubber``, also as ``python -m scrubber``."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line; exits with its status, which is 2 also for an error of our own."""
    if sys.stderr is None:  # closed by the caller; what is printed to None goes to standard output
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open till the process ends
    if sys.stdout is None:
        sys.stderr.write("scrubber: standard output is closed\n  hint: > /dev/null throws away what is printed\n")
        sys.exit(2)
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
