"""Which files arguments stand for, where cleaned copies go, and what is said of the ones that cannot be done."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scrubber import files
from scrubber.config import Config
from scrubber.errors import ScrubberError


def names(listing: files.Listing) -> list[str]:
    return [str(file.path) for file in listing.files]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("b.txt", "a.md", "sub/c.txt", "sub/.hidden/d.txt", ".e.txt", "sub/f"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_folders_are_walked_in_name_order_without_hidden_entries(tree: Path) -> None:
    assert names(files.collect([Path()])) == ["a.md", "b.txt", "sub/c.txt", "sub/f"]
    assert not any(file.named for file in files.collect([Path()]).files)


def test_a_named_file_is_always_taken_and_taken_once(tree: Path) -> None:
    listing = files.collect([Path(".e.txt"), Path("sub/c.txt"), Path(), Path("./b.txt"), tree / "b.txt"])
    assert names(listing) == [".e.txt", "sub/c.txt", "a.md", "sub/f", "b.txt"]
    assert [file.named for file in listing.files] == [True, True, False, False, True]


def test_links_are_followed_once_and_a_loop_is_reported(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "z.txt").write_text("z")
    (tree / "sub/up").symlink_to(tree)
    (tree / "sub/other").symlink_to(other)
    (tree / "sub/self").symlink_to("self")
    (tree / "gone").symlink_to("nowhere")
    (tree / "sub/same.txt").symlink_to(tree / "b.txt")
    listing = files.collect([Path()])
    assert names(listing) == ["a.md", "b.txt", "sub/c.txt", "sub/f", "sub/other/z.txt"]
    assert [(str(problem.path), problem.message) for problem in listing.problems] == [
        ("gone", "there is no such file or folder"),
        ("sub/self", "is a link that leads to itself"),
        ("sub/up", "is a link back to a folder above it, and was not followed"),
    ]


def test_what_is_not_there_or_not_a_file_is_a_problem_and_the_rest_is_listed(tree: Path) -> None:
    os.mkfifo(tree / "sub/pipe")
    listing = files.collect([Path("missing"), Path("/dev/zero"), Path("sub"), Path("a\0b")])
    assert names(listing) == ["sub/c.txt", "sub/f"]
    assert [problem.message for problem in listing.problems] == [
        "there is no such file or folder",
        "is a device, not a file",
        "embedded null byte",
    ]


def test_excludes_hold_for_named_files_too_and_are_told(tree: Path) -> None:
    settings = Config(root=tree, exclude=("*.md", "sub"))
    listing = files.collect([Path(), Path("a.md")], settings.excluded)
    assert names(listing) == ["b.txt"]
    assert listing.excluded == ((Path("a.md"), "*.md"),)


def test_the_output_folder_is_not_walked(tree: Path) -> None:
    assert names(files.collect([Path()], skip=Path("sub"))) == ["a.md", "b.txt"]


def test_names_that_are_not_utf8_are_kept_to_the_byte(tree: Path) -> None:
    raw = os.fsencode(tree / "sub") + b"/\xd6\xd0.txt"
    Path(os.fsdecode(raw)).write_text("x")
    found = [file.path for file in files.collect([Path("sub")]).files][-1]
    assert os.fsencode(found) == b"sub/\xd6\xd0.txt"
    assert files.shown(found) == "sub/\\xd6\\xd0.txt"


def places(arguments: list[Path], out: Path) -> list[str]:
    listed = files.collect(arguments).files
    return [os.path.relpath(target, out) for target in files.targets(listed, out).values()]


def test_relative_paths_stay_as_written(tree: Path) -> None:
    assert places([Path("b.txt"), Path("sub")], Path("out")) == ["b.txt", "sub/c.txt", "sub/f"]


def test_paths_from_elsewhere_keep_what_lies_below_their_common_folder(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert places([tree], Path("out")) == ["a.md", "b.txt", "sub/c.txt", "sub/f"]
    assert places([tree / "b.txt", tree / "sub/c.txt"], Path("out")) == ["b.txt", "sub/c.txt"]
    assert places([tree / "sub/c.txt"], Path("out")) == ["c.txt"]
    monkeypatch.chdir(tree / "sub")
    assert places([Path("../b.txt"), Path("../sub/f")], Path("out")) == ["b.txt", "sub/f"]
    assert places([Path("../sub/../sub/c.txt"), Path("f")], Path("out")) == ["c.txt", "f"]


def test_two_inputs_for_one_place_are_refused(tree: Path) -> None:
    listed = files.collect([Path("b.txt"), Path("sub/c.txt")]).files
    (tree / "x").mkdir()
    (tree / "x/b.txt").write_text("other")
    listed += files.collect([tree / "x/b.txt"]).files
    with pytest.raises(ScrubberError, match=r"b\.txt and .*/x/b\.txt would both become out/b\.txt"):
        files.targets(listed, Path("out"))


def test_an_output_that_is_an_input_is_refused(tree: Path) -> None:
    with pytest.raises(ScrubberError, match=r"b\.txt is an input.*\n.*--in-place"):
        files.targets(files.collect([Path("b.txt")]).files, Path())


def test_binary_kinds_are_known_by_signature_or_nul() -> None:
    assert files.looks_binary(b"\x89PNG\r\n")
    assert files.looks_binary(b"abc\0def")
    assert not files.looks_binary("中文 damaged ".encode() + b"\xff\xfe\xfd")
