"""Finds, removes, explains and restores what resellers and scrapers put into Chinese texts."""

__version__ = "0.1.0"
