"""Near-duplicates: attribution on a generated set, and the index beside datasketch's MinHash LSH, in one run.

    python benchmarks/similarity.py [--fragments 10000] [--seed 1]

Both indexes get the same fragments, each in a process of its own so that their memory can be told apart. datasketch
runs as its documentation advises: 128 permutations in 32 bands of 4, character 5-grams given to ``update_batch``.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

from similarity_set import Planted, generate

from scrubber.likeness import Part, across
from scrubber.model import Evidence, Fragment, TextSpan
from scrubber.similarity import GUARANTEED, Index
from scrubber.similarity_text import longest_run, normalise

_NOISE = re.compile(r"[\W_]+")
_REDACTED = re.compile(r"[0-9０-９xX×*]+")


def attribution(planted: list[Planted]) -> dict[str, object]:
    """Attribute every unmarked fragment and count how that went."""
    parts = [Part(f"{number:05}", _fragment(item), item.text) for number, item in enumerate(planted)]
    start = time.perf_counter()
    told = across(parts, Index())
    seconds = time.perf_counter() - start
    counts: Counter[str] = Counter()
    for item, part in zip(planted, told, strict=True):
        if item.marked is None:
            site = part.fragment.site
            result = "silent" if site is None else "right" if site == item.want else "wrong"
            counts[f"{item.kind}, {'source marked' if item.want else 'no marked source'}: {result}"] += 1
            counts[result] += site is not None
            counts["sourced"] += item.want is not None
            counts["answered"] += item.want is not None and site is not None
    attributed = counts["right"] + counts["wrong"]
    copies = sum(item.kind != "original" for item in planted)
    return {
        "right among attributed": round(counts["right"] / attributed, 4),
        "attributed of copies with a marked source": round(counts["answered"] / counts["sourced"], 4),
        "wrong of all copies": round(counts["wrong"] / copies, 4),
        "seconds": round(seconds, 2),
        **{name: number for name, number in sorted(counts.items()) if ":" in name},
    }


def _fragment(item: Planted) -> Fragment:
    evidence = (Evidence("credit", item.marked),) if item.marked else ()
    confidence = 0.95 if item.marked else 0.0
    return Fragment(1, TextSpan.of(0, len(item.text)), "", item.marked, confidence, evidence)


def true_pairs(planted: list[Planted]) -> list[tuple[int, int]]:
    """The pairs of one piece that share a run of ``GUARANTEED`` normalised characters, by exact comparison."""
    families: dict[int, list[int]] = defaultdict(list)
    for number, item in enumerate(planted):
        if item.piece >= 0:
            families[item.piece].append(number)
    pairs = [pair for family in families.values() for pair in combinations(family, 2)]
    return [(one, other) for one, other in pairs if _shared(planted[one].text, planted[other].text) >= GUARANTEED]


def _shared(one: str, other: str) -> int:
    run = longest_run(one, other)
    return len(normalise(one[run.start : run.start + run.length])[0])


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def build_ours(texts: list[str]) -> set[tuple[int, int]]:
    index = Index()
    index.add([("", "预热" * 100)])
    memory, start = resident(), time.perf_counter()
    index = Index()
    index.add((str(number), text) for number, text in enumerate(texts))
    built, held = time.perf_counter(), resident()
    found = index.candidates(texts)
    report(start, built, memory, held)
    return {(one, int(key)) for one, keys in enumerate(found) for key in keys}


def build_datasketch(texts: list[str]) -> set[tuple[int, int]]:
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415 - only in its own process

    MinHash(num_perm=128).update_batch([b"warm"])
    memory, start = resident(), time.perf_counter()
    index = MinHashLSH(num_perm=128, params=(32, 4))
    sketches = []
    for number, text in enumerate(texts):
        clean = _REDACTED.sub("*", _NOISE.sub("", text))
        sketch = MinHash(num_perm=128)
        sketch.update_batch({clean[i : i + 5].encode() for i in range(len(clean) - 4)})
        index.insert(number, sketch)
        sketches.append(sketch)
    built, held = time.perf_counter(), resident()
    found = {(one, other) for one, sketch in enumerate(sketches) for other in index.query(sketch)}
    report(start, built, memory, held)
    return found


def report(start: float, built: float, memory: int, held: int) -> None:
    seconds = {"index seconds": round(built - start, 3), "query seconds": round(time.perf_counter() - built, 3)}
    sys.stderr.write(json.dumps({**seconds, "memory MB": round((held - memory) / 1e6, 1)}) + "\n")


def run(name: str, path: Path, pairs: list[tuple[int, int]], count: int) -> dict[str, object]:
    """Build one index in a process of its own and check the candidates it finds."""
    done = subprocess.run(
        [sys.executable, __file__, "--build", name, str(path)], capture_output=True, text=True, check=True
    )
    found = {tuple(pair) for pair in json.loads(done.stdout)}
    hit = sum(pair in found or pair[::-1] in found for pair in pairs)
    figures: dict[str, object] = json.loads(done.stderr.strip().splitlines()[-1])
    rate = round(count / float(str(figures["index seconds"])))
    return {**figures, "fragments/s": rate, "pairs found": f"{hit}/{len(pairs)}", "candidates": len(found)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fragments", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--build", nargs=2, metavar=("INDEX", "TEXTS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        build = build_ours if options.build[0] == "scrubber" else build_datasketch
        found = build(json.loads(Path(options.build[1]).read_text(encoding="utf-8")))
        print(json.dumps(sorted(pair for pair in found if pair[0] != pair[1])))
        return
    planted = generate(options.fragments, random.Random(options.seed))
    texts = [item.text for item in planted]
    print(f"{len(texts)} fragments of {sum(map(len, texts)) // len(texts)} code points on average")
    for name, figure in attribution(planted).items():
        print(f"  {name:45} {figure}")
    pairs = true_pairs(planted)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.json"
        path.write_text(json.dumps(texts), encoding="utf-8")
        results = {name: run(name, path, pairs, len(texts)) for name in ("scrubber", "datasketch")}
    for name, figures in results.items():
        print(f"{name:10} " + ", ".join(f"{key} {value}" for key, value in figures.items()))
    ours, theirs = ({key: float(str(f[key])) for key in ("fragments/s", "memory MB")} for f in results.values())
    print(
        f"index {ours['fragments/s'] / theirs['fragments/s']:.1f} times as fast, "
        f"with {ours['memory MB'] / theirs['memory MB']:.2f} of the memory"
    )


if __name__ == "__main__":
    main()
