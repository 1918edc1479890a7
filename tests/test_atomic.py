"""Atomic writes: the old file or the new one, its mode and links kept, and a clear word when it cannot be done."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scrubber import atomic
from scrubber.atomic import WriteError

OLD, NEW = b"old " * 50_000, b"new " * 60_000


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_replaces_and_creates_with_nothing_left_beside(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    atomic.write(target, b"one")
    assert target.read_bytes() == b"one"
    atomic.write(str(target), b"")
    assert target.read_bytes() == b""
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o664])
def test_keeps_the_mode(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(OLD)
    target.chmod(mode)
    atomic.write(target, NEW)
    assert target.stat().st_mode & 0o7777 == mode


def test_new_file_has_the_mode_that_the_umask_gives(tmp_path: Path) -> None:
    plain = tmp_path / "plain.txt"
    plain.write_bytes(b"")
    atomic.write(tmp_path / "ours.txt", NEW)
    assert (tmp_path / "ours.txt").stat().st_mode == plain.stat().st_mode


def test_symbolic_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "a.txt", tmp_path / "link.txt"
    target.write_bytes(OLD)
    link.symlink_to(Path("real") / "a.txt")
    atomic.write(link, NEW)
    assert link.is_symlink()
    assert target.read_bytes() == NEW
    assert names(tmp_path) == ["link.txt", "real"]
    assert names(tmp_path / "real") == ["a.txt"]


def test_link_to_a_file_that_is_not_there_yet_creates_it(tmp_path: Path) -> None:
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "later.txt")
    atomic.write(link, NEW)
    assert link.is_symlink()
    assert (tmp_path / "later.txt").read_bytes() == NEW


def test_name_that_is_not_utf8_and_name_of_full_length(tmp_path: Path) -> None:
    for name in (b"\xb9\xfa\xbc\xd2.txt", b"n" * 255):
        path = os.fsencode(tmp_path) + b"/" + name
        atomic.write(path, NEW)
        assert Path(os.fsdecode(path)).read_bytes() == NEW


def test_refuses_read_only_files_and_says_how_to_allow_it(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(OLD)
    target.chmod(0o444)
    with pytest.raises(WriteError, match=r"a\.txt: cannot be written: the file is read-only \(chmod"):
        atomic.write(target, NEW)
    assert target.read_bytes() == OLD
    assert names(tmp_path) == ["a.txt"]


def test_refuses_what_is_not_a_file(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(OLD)
    for name, why in {
        "": "not a regular file",
        "pipe": "not a regular file",
        "loop": "loop of symbolic links",
        "none/a.txt": "its folder does not exist",
        "file/a.txt": "not a folder",
        "n" * 256: "name is too long",
    }.items():
        with pytest.raises(WriteError, match=why):
            atomic.write(tmp_path / name, NEW)
    assert names(tmp_path) == ["file", "loop", "pipe"]


def test_message_can_be_printed_for_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(WriteError) as caught:
        atomic.write(os.fsencode(tmp_path) + b"/none/\xb9\xfa.txt", NEW)
    assert "\\xb9\\xfa.txt: cannot be written" in str(caught.value).encode("utf-8").decode()


@pytest.mark.parametrize("stage", ["fchmod", "fsync", "replace"])
@pytest.mark.parametrize(
    ("code", "why"), [(errno.ENOSPC, "the disk is full"), (errno.EDQUOT, "quota"), (errno.EIO, "")]
)
def test_failing_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str, code: int, why: str
) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(OLD)

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, stage, fail)
    with pytest.raises(WriteError, match=f"a.txt: cannot be written: .*{why}"):
        atomic.write(target, NEW)
    assert target.read_bytes() == OLD
    assert names(tmp_path) == ["a.txt"]


def test_full_disk_for_real(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk is not permitted here; the simulated failures above cover it")
    try:
        target = disk / "a.txt"
        target.write_bytes(OLD[:30_000])
        with pytest.raises(WriteError, match="the disk is full"):
            atomic.write(target, NEW)
        assert target.read_bytes() == OLD[:30_000]
        assert names(disk) == ["a.txt"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_exception_of_the_caller_passes_through_and_changes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(OLD)
    with pytest.raises(ZeroDivisionError), atomic.replacing(target) as file:
        file.write(NEW[: 1 // 0])
    with pytest.raises(FileNotFoundError, match="elsewhere"), atomic.replacing(target):
        (tmp_path / "elsewhere").read_bytes()
    assert target.read_bytes() == OLD
    assert names(tmp_path) == ["a.txt"]


def test_file_that_changed_since_it_was_read_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(OLD)
    read_as = target.stat()
    atomic.write(target, NEW, read_as=read_as)
    with pytest.raises(WriteError, match="changed by another program since it was read"):
        atomic.write(target, b"ours", read_as=read_as)
    assert target.read_bytes() == NEW


KILLED = """
import os, sys
from scrubber import atomic
target, stage, moment = sys.argv[1:]
real = getattr(os, stage)
def killer(*arguments):
    if moment == "after":
        real(*arguments)
    os._exit(9)
setattr(os, stage, killer)
atomic.write(target, b"new " * 60_000)
"""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("stage", ["fchmod", "fsync", "replace"])
def test_killed_at_any_step_leaves_the_old_file_or_the_new_one(tmp_path: Path, stage: str, moment: str) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(OLD)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(target), stage, moment], check=False)
    assert killed.returncode == 9
    renamed = (stage, moment) == ("replace", "after")
    assert target.read_bytes() == (NEW if renamed else OLD)


REPEATED = """
import sys
from scrubber import atomic
print("ready", flush=True)
while True:
    atomic.write(sys.argv[1], b"new " * 60_000)
    atomic.write(sys.argv[1], b"old " * 50_000)
"""


def test_killed_by_a_signal_at_random_moments_is_never_a_mix(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(OLD)
    for _ in range(5):
        with subprocess.Popen([sys.executable, "-c", REPEATED, str(target)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout
            writer.stdout.readline()
            for _ in range(20):
                assert target.read_bytes() in (OLD, NEW)
            writer.kill()
        assert target.read_bytes() in (OLD, NEW)
