"""The version of the package, and of what it may run with."""

__version__ = "0.1.0"


def has_hyperscan() -> bool:
    """Whether Hyperscan is installed; without it all the same is found, slower."""
    from importlib.util import find_spec  # noqa: PLC0415 - a small run does not ask

    return find_spec("hyperscan") is not None
