"""The command ``scrubber``, also as ``python -m scrubber``."""

from __future__ import annotations


def main() -> None:
    """Run the command line; exits with its status."""
    from scrubber.cli.app import app  # noqa: PLC0415 - importing the package must not load the command line

    app(prog_name="scrubber")


if __name__ == "__main__":
    main()
