"""Times data-juicer's ``replace_content_mapper``, in an environment that has it: see ``run.py --data-juicer``.

Reads patterns and documents as JSON from standard input; prints the quickest times in seconds of processor time of
decoding and of decoding, replacing and encoding.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence

from data_juicer.ops.mapper.replace_content_mapper import ReplaceContentMapper


def main() -> None:
    asked = json.load(sys.stdin)
    mapper = ReplaceContentMapper(pattern=asked["patterns"], repl="")
    documents = [text.encode() for text in asked["documents"]]

    def replaced() -> list[bytes]:
        found = mapper.process_batched({"text": [raw.decode() for raw in documents]})
        return [text.encode() for text in found["text"]]

    rounds = [(_took(lambda: [raw.decode() for raw in documents]), _took(replaced)) for _ in range(asked["repeat"])]
    json.dump([min(times) for times in zip(*rounds, strict=True)], sys.stdout)


def _took(work: Callable[[], Sequence[object]]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
