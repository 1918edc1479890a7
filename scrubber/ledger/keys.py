"""Public ids, made from content alone: the same work recorded twice, anywhere and in any order, has the same ids."""

from __future__ import annotations

import hashlib
import os
import sys

AnyPath = str | bytes | os.PathLike[str] | os.PathLike[bytes]

# What os.fsdecode uses; a site's findings need thousands of paths at once.
_CODEC, _ON_ERROR = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()


def key(*parts: str | bytes | int | float | None) -> bytes:
    """16 bytes of SHA-256 over the parts, each with its type and length so that no two lists of parts read alike."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode("utf-8", "backslashreplace")
        digest.update(f"{type(part).__name__}{len(data)}:".encode())
        digest.update(data)
    return digest.digest()[:16]


def text_key(text: str) -> bytes:
    """The id of a fragment's text, verbatim."""
    return key("text", text)


def normal_key(text: str) -> bytes:
    """The id of a fragment's text as near-duplicates are compared: one script and width, redactions as one sign."""
    from scrubber.similarity_text import normalise  # noqa: PLC0415  numpy, which only writing fragments needs

    values, _ = normalise(text)
    return key("normal", values.astype("<u4").tobytes())


def storable(text: str) -> str:
    """The text for a TEXT column, which cannot hold lone surrogates: they are written as escapes.

    Only what is shown to people goes through here; the bytes of edits are kept as bytes.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


def path_bytes(path: AnyPath) -> bytes:
    """A path as the bytes that the file system knows, for names that are not UTF-8."""
    return os.fsencode(path)


def path_text(path: bytes) -> str:
    """The path for Python: bytes that are not UTF-8 become lone surrogates, which ``open`` understands."""
    return path.decode(_CODEC, _ON_ERROR)
