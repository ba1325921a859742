"""A real DokuWiki on loopback, made of the files of Debian's packages `dokuwiki php-cli php-xml php-mbstring`."""

import hashlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

SHARE, CONF = Path("/usr/share/dokuwiki"), Path("/etc/dokuwiki")
PHP = shutil.which("php")
_DATA = ("attic", "cache", "index", "locks", "log", "media", "media_attic", "media_meta", "meta", "pages", "tmp")
_DEFAULTS = ("dokuwiki", "license", "mediameta", "plugins", "plugins.required")
# What it makes of signs is no part of a page's structure: quotes, dashes, acronyms and faces stay as they are written.
_EMPTY = ("acronyms.conf", "entities.conf", "smileys.conf", "wordblock.conf")
_SETTINGS = (
    "<?php\n$conf['savedir'] = './data';\n$conf['useacl'] = 1;\n$conf['superuser'] = '@admin';\n"
    "$conf['authtype'] = 'authplain';\n$conf['typography'] = 0;\n$conf['updatecheck'] = 0;\n$conf['maxseclevel'] = 0;\n"
)
_ACL = "*\t@ALL\t1\nprivate:*\t@ALL\t0\nprivate:*\t@user\t1\n"
_INTERWIKI = "doi https://doi.org/\narxiv https://arxiv.org/abs/\nisbn https://openlibrary.org/isbn/\n"
LOGIN = "reader:s3cret"


def missing() -> str:
    """What is not there of what a wiki is made of, or nothing."""
    if PHP is None:
        return "php is not installed"
    loaded = subprocess.run([PHP, "-m"], capture_output=True, text=True, check=False).stdout.lower().split()
    if not {"xml", "mbstring"} <= set(loaded):
        return "php has no xml or no mbstring"
    return "" if (SHARE / "doku.php").is_file() and (CONF / "dokuwiki.php").is_file() else "dokuwiki is not installed"


class RealWiki(NamedTuple):
    """The folder of a wiki and the address of its `doku.php`."""

    folder: Path
    url: str

    def write(self, page: str, text: str) -> str:
        """Write a page; its address."""
        path = self.folder / "data" / "pages" / (page.replace(":", "/") + ".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return f"{self.url}?id={page}"

    def shown(self, page: str) -> str:
        """The body of a page as a browser is given it."""
        with urlopen(f"{self.url}?id={page}&do=export_xhtmlbody", timeout=20) as answer:
            return str(answer.read().decode())


def make(folder: Path) -> None:
    """Lay out a wiki: its own configuration and data, the packages' files."""
    ours = shutil.ignore_patterns("preload.php", "lang")
    shutil.copytree(SHARE / "inc", folder / "inc", ignore=ours)
    shutil.copytree(SHARE / "inc" / "lang" / "en", folder / "inc" / "lang" / "en")
    for part in ("lib", "vendor"):
        (folder / part).symlink_to(SHARE / part)
    shutil.copy(SHARE / "doku.php", folder)
    shutil.copy(SHARE / "VERSION", folder)
    (folder / "conf").mkdir()
    for path in [*CONF.glob("*.conf"), *(CONF / f"{name}.php" for name in _DEFAULTS)]:
        shutil.copy(path, folder / "conf")
    for empty in _EMPTY:
        (folder / "conf" / empty).write_text("")
    (folder / "conf" / "interwiki.local.conf").write_text(_INTERWIKI)
    name, _, password = LOGIN.partition(":")
    told = f"{name}:{hashlib.sha1(password.encode()).hexdigest()}:Reader:reader@wiki.example:user\n"
    for file, text in (("local.php", _SETTINGS), ("acl.auth.php", _ACL), ("users.auth.php", told)):
        (folder / "conf" / file).write_text(text)
    for part in _DATA:
        (folder / "data" / part).mkdir(parents=True)


@contextmanager
def running(folder: Path) -> Iterator[RealWiki]:
    """The wiki in a folder, served until the block ends."""
    make(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert PHP is not None
    words = [PHP, "-d", "error_reporting=0", "-S", f"127.0.0.1:{port}", "-t", str(folder)]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait(server, port)
        yield RealWiki(folder, f"http://127.0.0.1:{port}/doku.php")
    finally:
        server.terminate()
        server.wait(10)


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + 20
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("the wiki does not answer")
