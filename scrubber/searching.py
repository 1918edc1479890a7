"""What rules are looked for with, in words: that depends on what is installed, and on the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrubber.version import has_hyperscan

if TYPE_CHECKING:
    from scrubber.ruleset import RuleSet


def told(ruleset: RuleSet) -> str:
    """How the lines are found that rules may match in; see ``gate.PatientGate`` and ``sieve.scanner_of``."""
    anywhere = ruleset.anywhere
    if anywhere:
        installed = "is installed but of no use" if has_hyperscan() else "is not installed, and of no use"
        return (
            f"reads every line, for {anywhere} of {len(ruleset.rules)} rules may match in any (Hyperscan {installed})"
        )
    if has_hyperscan():
        return "searches bytes with Hyperscan as soon as much text has passed"
    return "searches bytes with Aho-Corasick as soon as much text has passed (Hyperscan is not installed)"
