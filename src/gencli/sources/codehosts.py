"""Addresses on code hosts: where the text is that a person sees there as a web page. Pure."""

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

# In the order in which they are asked for.
_READMES = ("README.md", "readme.md")
# First parts of addresses there that are nobody's name.
_NO_OWNERS = frozenset(
    "about collections contact dashboard enterprise explore features groups help join login marketplace notifications"
    " orgs organizations pricing search security settings signup site sponsors stars topics trending user users"
    " workspace".split()
)


class Raw(NamedTuple):
    """The addresses under which a text may be had, in order, and what it is called."""

    addresses: tuple[str, ...]
    name: str


def raw(address: str) -> Raw | None:
    """Where the text is that a code host shows under this address; None where it is no such address.

    Of a repository and of a folder it is the README.
    """
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    root = f"{parts.scheme}://{parts.netloc}"
    path = [part for part in parts.path.split("/") if part]
    if "." in path or ".." in path:
        return None
    if host == "github.com":
        return _github(path)
    if host == "gist.github.com":
        return _gist(path)
    if host == "bitbucket.org":
        return _bitbucket(path)
    if host == "git.sr.ht":
        return _sourcehut(path)
    return _gitlab(host, root, path) or _forgejo(host, root, path)


def _github(path: list[str]) -> Raw | None:
    raws = "https://raw.githubusercontent.com"
    match path:
        case [owner, repository] if _is_owner(owner):
            repository = repository.removesuffix(".git")
            return _readme(f"{raws}/{owner}/{repository}/HEAD", owner, repository)
        case [owner, repository, "tree", *there] if there:
            return _readme(f"{raws}/{owner}/{repository}/{'/'.join(there)}", owner, repository)
        case [owner, repository, "blob" | "blame" | "edit", _, *there] if there:
            return _only("/".join([raws, owner, repository, *path[3:]]), there[-1])
        case [owner, repository, "wiki", *there] if len(there) < 2:
            page = there[0] if there else "Home"
            return _only(f"{raws}/wiki/{owner}/{repository}/{page}.md", f"{page}.md")
    return None


def _gist(path: list[str]) -> Raw | None:
    """The first file of a gist, of the revision that is named."""
    number = next((part for part in path[:2] if re.fullmatch(r"[0-9a-f]{20,}", part)), None)
    if number is None or "raw" in path:
        return None
    return _only("/".join(["https://gist.github.com", *path, "raw"]), f"gist {number}")


def _gitlab(host: str, root: str, path: list[str]) -> Raw | None:
    """GitLab, wherever it is: what stands between its `-` and the rest is the same everywhere."""
    if "-" not in path:
        is_project = len(path) > 1 and _is_owner(path[0])
        if not (is_project and re.match(r"gitlab\.", host)):
            return None
        project = "/".join(path).removesuffix(".git")
        return _readme(f"{root}/{project}/-/raw/HEAD", *project.split("/"))
    place = path.index("-")
    project = "/".join([root, *path[:place]])
    match path[place + 1 :]:
        case ["blob" | "blame" | "edit", _, *there] if there:
            return _only("/".join([project, "-/raw", *path[place + 2 :]]), there[-1])
        case ["tree", *there] if there:
            return _readme("/".join([project, "-/raw", *there]), *path[:place])
        case ["snippets", number]:
            return _only(f"{project}/-/snippets/{number}/raw", f"snippet {number}")
    return None


def _forgejo(host: str, root: str, path: list[str]) -> Raw | None:
    """Forgejo and Gitea, as Codeberg has it: `src` for the eye, `raw` for the rest."""
    match path:
        case [owner, repository] if host in ("codeberg.org", "gitea.com") and _is_owner(owner):
            repository = repository.removesuffix(".git")
            return _readme(f"{root}/{owner}/{repository}/raw/branch/HEAD", owner, repository)
        case [owner, repository, "src", "branch" | "tag" | "commit", *there] if there:
            return _file_or_folder("/".join([root, owner, repository, "raw", *path[3:]]), path, len(there) > 1)
    return None


def _bitbucket(path: list[str]) -> Raw | None:
    match path:
        case [owner, repository] if _is_owner(owner):
            return _readme(f"https://bitbucket.org/{owner}/{repository}/raw/HEAD", owner, repository)
        case [owner, repository, "src", *there] if there:
            base = "/".join(["https://bitbucket.org", owner, repository, "raw", *there])
            return _file_or_folder(base, path, len(there) > 1)
    return None


def _sourcehut(path: list[str]) -> Raw | None:
    match path:
        case [owner, repository] if owner.startswith("~"):
            return _readme(f"https://git.sr.ht/{owner}/{repository}/blob/HEAD", owner, repository)
        case [owner, repository, "tree", branch, "item", *there] if there:
            return _only("/".join(["https://git.sr.ht", owner, repository, "blob", branch, *there]), there[-1])
    return None


def _is_owner(name: str) -> bool:
    return name.lower() not in _NO_OWNERS


def _only(address: str, name: str) -> Raw:
    return Raw((address,), unquote(name))


def _readme(folder: str, *names: str) -> Raw:
    return Raw(tuple(f"{folder}/{name}" for name in _READMES), unquote("/".join(names)))


def _file_or_folder(address: str, path: list[str], may_be_file: bool) -> Raw:
    """What the address does not tell: a file of that name, else what a folder has to be read."""
    readme = _readme(address, *path[:2])
    if not may_be_file:
        return readme
    if re.search(r"\.\w{1,8}$", path[-1]):
        return _only(address, path[-1])
    return Raw((address, *readme.addresses), unquote(path[-1]))
