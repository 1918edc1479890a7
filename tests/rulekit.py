"""Making small rule folders for tests."""

from __future__ import annotations

from pathlib import Path

from scrubber.ruleset import RuleSet, load

MISSES = "\n[[near_miss]]\ntext = '甲'\n[[near_miss]]\ntext = '乙'\n"


def rule_text(rule_id: str, match: str, *, top: str = "", examples: str = "", kind: str = "promo") -> str:
    examples = examples or "[[example]]\ntext = '⟦丙⟧'\n[[example]]\ntext = '⟦丁⟧'\n"
    head = f"id = '{rule_id}'\ntitle = 'a title'\nwhy = 'a reason'\nfamily = 'test'\nkind = '{kind}'\n"
    return f"{head}{top}\n[match]\n{match}\n{examples}{MISSES}"


def write_rule(folder: Path, rule_id: str, match: str, **more: str) -> Path:
    path = folder / "test" / f"{rule_id}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rule_text(rule_id, match, **more), encoding="utf-8")
    return path


def rules_of(folder: Path, **matches: str) -> RuleSet:
    """A rule set with one rule for each keyword (``_`` stands for ``-``)."""
    for name, match in matches.items():
        write_rule(folder, name.replace("_", "-"), match)
    return load([folder], builtin=False)
