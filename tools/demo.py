"""Show the main job on five real documents: find, clean, explain, restore. `make demo` runs this.

Everything is done by the command `scrubber`, as anybody would call it; results stay in demo-out/.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "fixtures/seeds"
OUT = ROOT / "demo-out"


def main() -> int:
    """Run the steps; the status is 0 when every original came back to the byte."""
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "texts").mkdir(parents=True)
    for seed in sorted(SEEDS.glob("*.txt")):
        shutil.copy(seed, OUT / "texts")
    os.chdir(OUT)
    first, compilation, *_ = sorted(Path("texts").iterdir())

    step("What is in these documents that their authors never wrote?")
    scrubber("scan", "texts", allowed=(1,))
    step("What would change in one of them? Nothing is written.")
    scrubber("clean", "--diff", first)
    step("Clean copies, with a record of everything that was removed.")
    scrubber("clean", "texts", "--out", "cleaned", "--ledger", "ledger.sqlite3")
    step("Cleaning the cleaned copies again removes nothing more.")
    scrubber("clean", "cleaned", "--out", "again", "--quiet")
    before, again = digests("cleaned/texts"), digests("again/cleaned/texts")
    print(f"{sum(again[name] == digest for name, digest in before.items())} of {len(before)} come out identical")
    step("Which site did each part of the compilation come from, and why?")
    scrubber("trace", compilation)
    step("Which sites are in the whole collection?")
    scrubber("ledger", "sites", "--ledger", "ledger.sqlite3")
    step("The originals again, from the cleaned copies and the record alone.")
    scrubber("restore", "--ledger", "ledger.sqlite3", "cleaned", "--out", "restored", "--quiet")
    return compare("texts", "cleaned/texts", "restored/cleaned/texts")


def step(title: str) -> None:
    """Print the question that the next command answers."""
    print(f"\n\033[1m{title}\033[0m" if sys.stdout.isatty() else f"\n=== {title}", flush=True)


def scrubber(*arguments: object, allowed: tuple[int, ...] = (0,)) -> None:
    """Show a command and run it."""
    words = [os.fspath(word) if isinstance(word, Path) else str(word) for word in arguments]
    print("$ scrubber " + " ".join(words) + "\n", flush=True)
    status = subprocess.run([sys.executable, "-m", "scrubber", *words], check=False).returncode
    if status not in allowed:
        sys.exit(f"scrubber ended with status {status}")


def digests(folder: str) -> dict[str, str]:
    """sha256 of each text in a folder, by file name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(Path(folder).glob("*.txt"))}


def compare(originals: str, cleaned: str, restored: str) -> int:
    """Print the digests of originals, cleaned and restored files side by side."""
    before, between, after = digests(originals), digests(cleaned), digests(restored)
    print(f"{'document':<28}{'sha256 original':<20}{'cleaned':<20}{'restored':<20}")
    for name, digest in before.items():
        same = "= original" if after.get(name) == digest else "DIFFERENT"
        print(f"{name:<28}{digest[:16]:<20}{between[name][:16]:<20}{after.get(name, '-')[:16]} {same}")
    print(f"\nCleaned copies, originals and the record are in {OUT.name}/.")
    return 0 if before == after else 1


if __name__ == "__main__":
    sys.exit(main())
