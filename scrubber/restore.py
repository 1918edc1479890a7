"""Undoing what was done: the original bytes from the cleaned bytes and the ledger, without the original file.

A cleaned file is found by the SHA-256 of its bytes, so it may have been moved or renamed. A file that was cleaned, and
whose result was cleaned again, was cleaned in *steps*. Restoring goes all the way back to the first original that the
ledger knows; with ``run`` it goes back only until that run is undone, so that naming the last run takes one step. With
``rules`` only the edits of these rules are undone, in the last step.

Nothing here reads or writes a file. Every result is checked before it is returned; LedgerError says that the ledger
cannot tell the original, IntegrityError that a check failed.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from scrubber.errors import IntegrityError, LedgerError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from scrubber.ledger.records import DocumentRecord, EditRecord
    from scrubber.ledger.store import Ledger

    Chain = tuple[DocumentRecord, ...]

_SHOWN = 5  # candidates named in a message


class UntouchedError(LedgerError):
    """The run or the rules that are to be undone did nothing to the document."""


@dataclass(frozen=True, slots=True)
class Restored:
    """Restored bytes, and how they came about.

    ``steps`` are the recorded documents that were undone, the last cleaning first; none when the bytes are an original
    already. ``undone`` are the edits taken back and ``kept`` those of the last step that still apply; ``shared`` are
    the kept ones that a named rule made together with another rule.
    """

    data: bytes
    steps: Chain
    undone: tuple[EditRecord, ...]
    kept: tuple[EditRecord, ...] = ()
    shared: tuple[EditRecord, ...] = ()


def restore(
    ledger: Ledger, clean: bytes, path: str | None = None, *, run: str | None = None, rules: Collection[str] = ()
) -> Restored:
    """Undo the cleaning of ``clean``, the bytes of a cleaned file, which stands at ``path`` now.

    ``path`` only helps to choose when several originals were cleaned to the same bytes. ``run`` is the id of a run or
    the beginning of one.
    """
    run = None if run is None else ledger.resolve_run(run)
    steps = _steps(ledger, _digest(clean), path, run)
    if rules:
        return _restore_rules(ledger, clean, steps, frozenset(rules))
    data, undone = clean, []
    for step in steps:
        edits = ledger.edits(step.id)
        data = undo(data, edits)
        _expect(_digest(data) == step.raw, f"{step.path}: the ledger's edits do not give back the recorded original")
        undone.extend(edits)
    return Restored(data, steps, tuple(undone))


def undo(clean: bytes, edits: Sequence[EditRecord]) -> bytes:
    """The bytes before ``edits``, given the bytes ``clean`` after them. ``edits`` are in order.

    Raises IntegrityError when the bytes are not what the edits left.
    """
    for edit in edits:
        found = clean[edit.clean_start : edit.clean_start + len(edit.after)]
        _expect(found == edit.after, f"byte {edit.clean_start} of the cleaned file is not what the edit left there")
    return _splice(clean, ((edit.clean_start, len(edit.after), edit.before) for edit in edits))


def apply(raw: bytes, edits: Sequence[EditRecord]) -> bytes:
    """The bytes after ``edits``, given the original. ``edits`` are in order.

    Raises IntegrityError when the bytes are not those that the edits were made for.
    """
    for edit in edits:
        found = raw[edit.byte_start : edit.byte_end]
        _expect(found == edit.before, f"byte {edit.byte_start} of the original is not what the edit removed")
    return _splice(raw, ((edit.byte_start, len(edit.before), edit.after) for edit in edits))


def rebased(edits: Iterable[EditRecord]) -> tuple[EditRecord, ...]:
    """The same edits with ``clean_start`` as it is when they alone apply."""
    moved: list[EditRecord] = []
    shift = 0
    for edit in edits:
        moved.append(edit._replace(clean_start=edit.byte_start - shift))
        shift += len(edit.before) - len(edit.after)
    return tuple(moved)


def undo_some(clean: bytes, edits: Sequence[EditRecord], chosen: Collection[EditRecord]) -> bytes:
    """Undo only the ``chosen`` ones among a document's ``edits``: the original with all others applied.

    Checked in both directions: the others applied to the original give the result, and undone in it the original.
    """
    others = [edit for edit in edits if edit not in chosen]
    result = undo(clean, [edit for edit in edits if edit in chosen])
    raw = undo(clean, edits)
    _expect(apply(raw, others) == result, "the other edits do not lead from the original to the result")
    _expect(undo(result, rebased(others)) == raw, "the other edits do not lead from the result back to the original")
    return result


def _restore_rules(ledger: Ledger, clean: bytes, steps: Sequence[DocumentRecord], rules: frozenset[str]) -> Restored:
    for number, step in enumerate(steps):
        edits = ledger.edits(step.id)
        named = [edit for edit in edits if rules.intersection(edit.rules)]
        if not named:
            continue
        if number:
            raise LedgerError(
                f"{step.path}: {_names(rules)} changed it before its last cleaning; restore that first, with --run "
                f"{ledger.runs_of(steps[0].id)[0]}"
            )
        # An edit that another rule asked for too stays: its text is unwanted for that rule's reason as well.
        chosen = {edit: None for edit in named if rules.issuperset(edit.rules)}
        data = undo_some(clean, edits, chosen.keys())
        _expect(_digest(undo(clean, edits)) == step.raw, f"{step.path}: the recorded original differs")
        kept = rebased(edit for edit in edits if edit not in chosen)
        return Restored(
            data, (step,), tuple(chosen), kept, tuple(edit for edit in kept if rules.intersection(edit.rules))
        )
    raise UntouchedError(f"{_name(steps)}: no edit by {_names(rules)} is recorded for it")


def _steps(ledger: Ledger, digest: str, path: str | None, run: str | None) -> Chain:
    """The recorded cleanings that led to the bytes with this digest, the last one first."""
    origins = ledger.origins(digest)
    if not origins and not ledger.originally(digest):
        raise LedgerError(_unknown(ledger, digest, path))
    if origins <= {digest} and run is None:
        return ()  # an original, or one of any number of files that needed no cleaning
    chains = _chains(ledger, digest, path, run)
    if run is not None:
        # A run that is named says more than a path: where the path leads past it, look everywhere.
        chains = _ending_in(ledger, chains, run) or _ending_in(ledger, _chains(ledger, digest, None, run), run)
        if not chains:
            why = ": these bytes are an original" if ledger.originally(digest) and not origins - {digest} else ""
            raise UntouchedError(f"{path or digest}: run {run[:12]} did not change it{why}")
    firsts = {chain[-1].raw if chain else digest: chain for chain in sorted(chains, key=_order, reverse=True)}
    if len(firsts) > 1:
        named = sorted(
            f"{chain[-1].path} (sha256 {raw[:12]})" if chain else "these bytes themselves"
            for raw, chain in firsts.items()
        )
        more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
        raise LedgerError(
            f"{path or digest}: it may come from {len(firsts)} different originals, {', '.join(named[:_SHOWN])}{more}; "
            "move it back to the path of the right one, or name its run with --run"
        )
    return min(chains, key=_order)


def _order(chain: Chain) -> tuple[int, list[str]]:
    """Of several ways to the same original the shortest; ids only make the choice the same every time."""
    return len(chain), [step.id for step in chain]


def _ending_in(ledger: Ledger, chains: Iterable[Chain], run: str) -> list[Chain]:
    return [chain for chain in chains if chain and run in ledger.runs_of(chain[-1].id)]


def _chains(
    ledger: Ledger, digest: str, path: str | None, run: str | None, seen: frozenset[str] = frozenset()
) -> list[Chain]:
    """Every way back from a digest, over the records whose paths fit best; ``seen`` are the digests passed so far.

    An empty way says that the bytes may be an original.
    """
    # A file mostly keeps its name; there may be thousands of others with the same content.
    found = (path and ledger.cleaned_to(digest, PurePath(path).name)) or ledger.cleaned_to(digest)
    records = [record for record in found if record.raw not in seen]
    likeness = {record.id: max(_likeness(place, path) for place in _places(record)) for record in records}
    best = max(likeness.values(), default=0)
    changed, untouched = _cleanings(records, [record for record in records if likeness[record.id] == best])
    chains: list[Chain] = [()] if untouched or not changed else []
    passed: set[str] = set()
    for record in changed:
        if run is not None and run in ledger.runs_of(record.id):
            chains.append((record,))
        elif record.raw not in passed:  # equal originals have the same past
            passed.add(record.raw)
            further = _chains(ledger, record.raw, record.path, run, seen | {digest})
            chains.extend((record, *chain) for chain in further)
    return chains


def _cleanings(
    records: Sequence[DocumentRecord], chosen: Iterable[DocumentRecord]
) -> tuple[list[DocumentRecord], bool]:
    """The cleanings that changed something and led to the ``chosen`` records, and whether one was an original as it is.

    Where a cleaned file was cleaned again and stayed as it was, the record of that leads to the one before it.
    """
    written: dict[tuple[str, ...], list[DocumentRecord]] = defaultdict(list)
    for record in records:
        for place in record.targets or (record.path,):
            written[PurePath(place).parts].append(record)
    found: dict[str, DocumentRecord] = {}
    untouched = False
    pending = list(chosen)
    passed = {record.id for record in pending}
    while pending:
        record = pending.pop()
        if record.changed:
            found[record.id] = record
            continue
        before = [other for other in _written_to(written, record.path) if other.id != record.id]
        untouched |= not before
        pending.extend(other for other in before if other.id not in passed)
        passed.update(other.id for other in before)
    return [found[name] for name in sorted(found)], untouched


def _places(record: DocumentRecord) -> tuple[str, ...]:
    """Where the cleaned file of a record may stand: where it was written, and where the original was."""
    return (record.path, *record.targets)


def _written_to(written: Mapping[tuple[str, ...], list[DocumentRecord]], path: str) -> list[DocumentRecord]:
    """The records whose cleaned file went to ``path``, given them by the parts of the paths they are known to be at.

    Where it was not recorded where a file went, a path that ends in the whole path of the original is taken for it:
    cleaned files keep their relative paths.
    """
    parts = PurePath(path).parts
    exact = written.get(parts, [])
    longer = (record for start in range(1, len(parts)) for record in written.get(parts[start:], ()))
    return [*exact, *(record for record in longer if not record.targets)]


def _likeness(one: str, other: str | None) -> int:
    """How many trailing parts two paths share: a file keeps its name, and often its folders, where it is moved."""
    if other is None:
        return 0
    shared = 0
    for left, right in zip(reversed(PurePath(one).parts), reversed(PurePath(other).parts), strict=False):
        if left != right:
            break
        shared += 1
    return shared


def _unknown(ledger: Ledger, digest: str, path: str | None) -> str:
    known = [record for record in ledger.documents_named(PurePath(path).name) if record.changed] if path else []
    if known:
        best = max(known, key=lambda record: (_likeness(record.path, path), record.id))
        return (
            f"{path}: changed since it was cleaned, so it was left alone: sha256 is {digest[:12]}, the ledger has "
            f"{best.clean[:12]} for {best.path}"
        )
    return f"{path or digest}: the ledger knows no document that was cleaned to these bytes (sha256 {digest[:12]})"


def _splice(data: bytes, changes: Iterable[tuple[int, int, bytes]]) -> bytes:
    """``data`` with each (start, length, new bytes) put in; in order, not overlapping."""
    parts: list[bytes] = []
    done = 0
    for start, length, new in changes:
        _expect(start >= done, f"the edits are out of order at byte {start}")
        parts += (data[done:start], new)
        done = start + length
    parts.append(data[done:])
    return b"".join(parts)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _expect(condition: bool, message: str) -> None:
    if not condition:
        raise IntegrityError(message)


def _names(rules: Iterable[str]) -> str:
    return ", ".join(sorted(rules))


def _name(steps: Sequence[DocumentRecord]) -> str:
    return steps[0].path if steps else "the document"
