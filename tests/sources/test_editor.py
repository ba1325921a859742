"""A note written in an editor; the editors here are small programs of our own."""

import shlex
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gencli.errors import BadInput
from gencli.sources.editor import edit

Editor = Callable[[str], str]


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """Make an editor that does something with the file `path`."""
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(drafts))

    def make(what: str) -> str:
        script = tmp_path / "an editor.py"
        script.write_text(f"import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n{what}\n")
        return shlex.join([sys.executable, str(script), "--wait"])

    return make


def drafts(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "drafts").iterdir())


def test_what_is_written_comes_back_and_nothing_is_left(editor: Editor, tmp_path: Path) -> None:
    command = editor("path.write_text(path.read_text(encoding='utf-8') + ' and 深', encoding='utf-8')")
    assert edit("Müller", command) == "Müller and 深"
    assert drafts(tmp_path) == []


def test_the_editor_is_given_its_options_and_one_file(editor: Editor) -> None:
    command = editor("path.write_text(repr((sys.argv[1:-1], path.suffix, path.exists())))")
    assert edit("", command) == "(['--wait'], '.txt', True)"


@pytest.mark.parametrize(
    ("left", "note"),
    [
        (b"one\ntwo\n", "one\ntwo"),
        (b"one\r\ntwo\r\n", "one\r\ntwo"),
        (b"\n\n", ""),
        (b"", ""),
        (b"  kept \n", "  kept "),
        (b"\xef\xbb\xbfmarked\n", "marked"),
    ],
)
def test_line_ends_at_the_end_are_the_editors(editor: Editor, left: bytes, note: str) -> None:
    assert edit("before", editor(f"path.write_bytes({left!r})")) == note


def test_a_shell_is_not_asked(editor: Editor, tmp_path: Path) -> None:
    command = (
        editor("path.write_text(' '.join(sys.argv[1:-1]))") + f" '$(touch {tmp_path}/evil)' ; touch {tmp_path}/evil"
    )
    assert f"$(touch {tmp_path}/evil) ; touch" in edit("", command)
    assert not (tmp_path / "evil").exists()


def test_an_editor_that_fails_keeps_what_was_written(editor: Editor, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        edit("before", editor("path.write_text('a long text'); sys.exit(3)"))
    assert caught.value.message == "the editor ended with 3; nothing was changed"
    [draft] = drafts(tmp_path)
    assert caught.value.hint == f"what you wrote is in {draft}"
    assert draft.read_text() == "a long text"


@pytest.mark.parametrize("command", ["/no/such/editor", "no-such-editor-anywhere --wait", "/"])
def test_an_editor_that_is_not_there(editor: Editor, tmp_path: Path, command: str) -> None:
    with pytest.raises(BadInput) as caught:
        edit("before", command)
    assert caught.value.message == f"cannot run the editor '{command}'"
    assert drafts(tmp_path) == []


@pytest.mark.parametrize(
    ("command", "message"),
    [("vi 'unclosed", "$EDITOR is 'vi 'unclosed': no closing quotation"), ("", "no editor is named"),
     ("  ", "no editor is named")],
)  # fmt: skip
def test_a_command_that_is_none(editor: Editor, tmp_path: Path, command: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        edit("before", command)
    assert caught.value.message == message
    assert drafts(tmp_path) == []


@pytest.mark.parametrize("what", ["path.write_bytes(b'M\\xfcller')", "path.unlink()"])
def test_an_editor_that_leaves_no_text(editor: Editor, what: str) -> None:
    with pytest.raises(BadInput, match="the editor left no UTF-8 text; nothing was changed"):
        edit("before", editor(what))


def test_nobody_else_can_read_the_draft(editor: Editor) -> None:
    assert edit("", editor("path.write_text(oct(path.stat().st_mode & 0o777))")) == "0o600"
