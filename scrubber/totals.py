"""What a run came to, counted up document by document."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrubber.model import Finding, Outcome


def to_review(finding: Finding) -> bool:
    """Whether a finding waits for a decision, unlike one of a rule that only points something out."""
    return not finding.applies and finding.safety == "review"


@dataclass(slots=True)
class Totals:
    """Counts over documents: files, or ``records`` of files.

    ``characters`` are code points taken out; ``sites`` has None for findings without one.
    ``changes`` are findings that are applied, ``reviews`` those that are only with ``--review``, ``flags`` the rest.
    """

    documents: int = 0
    records: int = 0
    affected: int = 0
    changes: int = 0
    reviews: int = 0
    flags: int = 0
    characters: int = 0
    binary: int = 0
    problems: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    sites: Counter[str | None] = field(default_factory=Counter)

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """The counts of one document."""
        totals = cls()
        totals.add(outcome)
        return totals

    def counts(self) -> Iterator[tuple[str, int | Counter[Any]]]:
        """Every count with its name."""
        return ((one.name, getattr(self, one.name)) for one in fields(self))

    def merge(self, other: Self) -> None:
        """Count what another run counted."""
        for name, value in other.counts():
            setattr(self, name, getattr(self, name) + value)

    def add(self, outcome: Outcome) -> None:
        """Count one document that could be done."""
        self.documents += 1
        self.affected += bool(outcome.findings)
        self.characters += sum(len(edit.span) - len(edit.text_after) for edit in outcome.edits)
        for finding in outcome.findings:
            self.changes += finding.applies
            self.reviews += to_review(finding)
            self.flags += not finding.applies and not to_review(finding)
            self.rules[finding.rule] += 1
            self.sites[finding.site] += 1
