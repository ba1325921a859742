"""backup, init --from, history --keep-size, info: the library file and what is kept of it, as a user meets them."""

from pathlib import Path

from conftest import Run


def test_a_copy_and_a_library_of_it(run: Run, library: Path, tmp_path: Path) -> None:
    run("tag", "add", "mine", "lee2022vc")
    copied = tmp_path / "copy.sqlite"
    done = run("backup", str(copied))
    assert (done.code, done.out) == (0, "")
    assert f"copied the library to {copied}" in done.err
    run("tag", "remove", "mine", "lee2022vc")
    again = run("backup", str(copied))
    assert (again.code, "nothing is replaced" in again.err) == (7, True)
    assert run("init", str(tmp_path / "new.sqlite"), "--from", str(copied)).code == 0
    assert run("--db", str(tmp_path / "new.sqlite"), "list", "tag:mine", "--keys").lines == ["lee2022vc"]
    refused = run("init", "--from", str(copied))
    assert (refused.code, f"mv {library}" in refused.err) == (7, True)


def test_a_copy_beside_the_library_is_named(run: Run, library: Path) -> None:
    made = Path(run("backup", "--json").json["path"])
    assert made.parent == library.parent
    assert run("info", "--json").json["backups"] == [str(made)]
    assert f"backup 1\t{made}" in run("info").lines


def test_what_cannot_be_a_backup(run: Run, tmp_path: Path) -> None:
    assert run("init", str(tmp_path / "n.sqlite"), "--from", str(tmp_path / "none")).code == 3
    (tmp_path / "text").write_text("text " * 100)
    assert run("init", str(tmp_path / "n.sqlite"), "--from", str(tmp_path / "text")).code == 6
    assert run("init", str(tmp_path / "n.sqlite"), "--empty", "--from", str(tmp_path / "text")).code == 2
    assert not (tmp_path / "n.sqlite").exists()


def test_how_much_of_the_history_is_kept(run: Run) -> None:
    for word in ("one", "two", "three"):
        run("note", "lee2022vc", word)
    done = run("history", "--keep-size", "1", "--keep-days", "0")
    assert (done.code, done.out) == (0, "")
    assert "0 older changes were let go; undo:" in done.err
    line = next(line for line in run("info").lines if line.startswith("history\t"))
    assert line.endswith("; kept: 1 MB")
    assert run("undo").code == 0
    assert run("info", "--json").json["history_most_days"] == 5 * 365


def test_the_history_of_a_removed_paper(run: Run) -> None:
    assert run("remove", "lee2022vc").code == 0
    assert [step["summary"] for step in run("history", "lee2022vc", "--json").json] == ["removed: 1 removed"]
