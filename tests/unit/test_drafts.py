"""A draft takes its target's place whole, or is gone; those of killed processes go with the next one."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gencli import drafts
from gencli.errors import BadInput, LibraryFileError
from gencli.formats import save
from gencli.store import schema

HOST = re.sub("[^A-Za-z0-9-]", "-", os.uname().nodename)


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.fixture(scope="module")
def gone() -> int:
    """The number of a process that is there no more."""
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "shelf" / "old"
    path.parent.mkdir()
    path.write_text("old")
    return path


@pytest.mark.parametrize("replaces", [True, False])
def test_a_draft_is_beside_its_target_and_has_the_number_of_its_process(old: Path, replaces: bool) -> None:
    new = old.with_name("new")
    with drafts.draft(new, replaces=replaces) as made:
        assert made.parent == old.parent
        assert str(os.getpid()) in made.name.split(".")
        assert not new.exists()
        made.write_text("new")
    assert (new.read_text(), names(old.parent)) == ("new", ["new", "old"])


@pytest.mark.parametrize("replaces", [True, False])
@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt, SystemExit])
def test_whatever_is_raised_takes_it_away_with_what_is_beside_it(
    old: Path, replaces: bool, error: type[BaseException]
) -> None:
    def broken() -> None:
        with drafts.draft(old, replaces=replaces) as made:
            made.with_name(made.name + "-journal").write_text("half")
            raise error

    with pytest.raises(error):
        broken()
    assert (old.read_text(), names(old.parent)) == ("old", ["old"])


def test_what_is_there_by_then_is_replaced_only_where_that_is_wanted(old: Path) -> None:
    new = old.with_name("new")
    for replaces, kept in ((False, "theirs"), (True, "ours")):
        new.unlink(missing_ok=True)
        with drafts.draft(new, replaces=replaces) as made:
            made.write_text("ours")
            new.write_text("theirs")
        assert (new.read_text(), names(old.parent)) == (kept, ["new", "old"])


def test_permissions_are_kept_and_a_draft_is_nobody_elses_to_read(old: Path) -> None:
    for mode in (0o600, 0o444, 0o664):
        old.chmod(mode)
        with drafts.draft(old, replaces=True) as made:
            assert stat.S_IMODE(made.stat().st_mode) == 0o600
        assert stat.S_IMODE(old.stat().st_mode) == mode


def test_what_killed_processes_left_in_the_folder_goes(old: Path, gone: int) -> None:
    left = [f".gencli.{HOST}.{number}.0.new{end}" for number in (gone, os.getpid()) for end in ("", "-journal")]
    for name in left:
        (old.parent / name).write_text("half")
    save(old, ["new"])
    assert names(old.parent) == ["old"]


def test_what_is_not_surely_theirs_stays(old: Path, gone: int) -> None:
    far = old.parent / "far"
    far.mkdir()
    left = [
        # Of a process that lives, of another machine, of another folder; what only looks alike.
        f".gencli.{HOST}.{os.getppid()}.0.new", f".gencli.elsewhere-{HOST}.{gone}.0.new",
        f"far/.gencli.{HOST}.{gone}.0.new", f".gencli.{HOST}.{gone}.0.new.bib", f"gencli.{HOST}.{gone}.0.new",
        f".gencli.{HOST}.mine.0.new", f".gencli.{HOST}..0.new", f".gencli.{HOST}.{gone}.new",
    ]  # fmt: skip
    for name in left:
        (old.parent / name).write_text("half")
    save(old, ["new"])
    assert all((old.parent / name).exists() for name in left)
    assert len(names(old.parent)) == len(left) + 1


def test_two_at_once_of_one_process_do_not_touch_each_other(old: Path) -> None:
    with drafts.draft(old.with_name("new"), replaces=False) as made:
        made.write_text("new")
        save(old, ["newer"])
        assert made.read_text() == "new"
    assert names(old.parent) == ["new", "old"]


def test_a_link_that_leads_to_itself_is_refused_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    path.symlink_to(path)
    with pytest.raises(BadInput, match="too many levels of symbolic links"):
        save(path, ["new"])
    with pytest.raises(LibraryFileError, match="too many levels of symbolic links"):
        schema.create(path)
    assert path.is_symlink()
    assert names(tmp_path) == ["l.sqlite"]
