"""What rules are looked for with, in words: that depends on what is installed, and on the rules."""

from __future__ import annotations

from collections.abc import Sequence

from scrubber.index import parts_of
from scrubber.rule import Rule
from scrubber.version import has_hyperscan


def told(rules: Sequence[Rule]) -> str:
    """How the lines are found that rules may match in; see ``gate.PatientGate`` and ``sieve.scanner_of``."""
    anywhere = sum(not parts_of(rule) for rule in rules)
    if anywhere:
        installed = "is installed but of no use" if has_hyperscan() else "is not installed, and of no use"
        return f"reads every line, for {anywhere} of {len(rules)} rules may match in any (Hyperscan {installed})"
    if has_hyperscan():
        return "searches bytes with Hyperscan as soon as much text has passed"
    return "searches bytes with Aho-Corasick as soon as much text has passed (Hyperscan is not installed)"
