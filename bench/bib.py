"""gencli against .bib files that it makes itself: import, export, memory, peers, other readers; see README.md."""

import argparse
import os
import platform
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate, count
from pathlib import Path
from statistics import median
from typing import NamedTuple

from run import GENCLI, PYTHON, is_there

SMALL, LARGE = 5_000, 68_000
PEER_SIZES = (1_000, SMALL)
# What is asked for: entries a second from end to end by the clock, the start of the process included, and MiB.
IMPORT, EXPORT, PEAK = 5_000, 10_000, 400
# A peer that needs longer than this (seconds) is stopped.
PATIENCE = 150.0
# Each in an environment of its own; both ask for the first bibtexparser.
PEERS = {"papis": "papis==0.16.*", "cobib": "cobib==6.*"}

# --- a .bib that nobody wrote ----------------------------------------------------------------------

_STARTS = "b c d f g h j k l m n p r s t v w br ch cl dr fl gr pl pr qu sc sh sp st str th tr".split()
_MIDDLES = "a e i o u ai ea ou oo".split()
_ENDS = "l n r s t m nd st ck ng ve ble ric tion sis ment".split()
_ACCENTED = ('{\\"o}', '\\"{u}', "{\\'e}", "\\'{a}", "{\\o}", "{\\ss}", "\\v{c}", "{\\~n}", "\\c{c}", "{\\AA}")
_BRACED = ("{NMR}", "{B}ayes", "{DNA}", "{\\em in situ}", "{$k$}-means", "{Markov}", "$\\alpha$", "{GPU}s")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_TYPES = ("article", "inproceedings", "misc", "book", "incollection", "phdthesis")
# A volume for so many papers of conferences.
_IN_A_VOLUME = 25


class Words:
    """Words that do not exist, as unevenly frequent as those of a language, with a long tail of rare ones."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        known: dict[str, None] = {}
        while len(known) < 40_000:
            known[self._made(2 + (len(known) > 2_000))] = None
        self.known = list(known)
        self.weights = list(accumulate(1 / (place + 3) for place in range(len(known))))

    def _made(self, syllables: int) -> str:
        pick = self.chance.choice
        return "".join(pick(_STARTS) + pick(_MIDDLES) for _ in range(syllables - 1)) + pick(_MIDDLES) + pick(_ENDS)

    def text(self, size: int) -> str:
        """So many words; one in 300 stands nowhere else."""
        found = self.chance.choices(self.known, cum_weights=self.weights, k=size)
        for _ in range(int(size / 300 + self.chance.random())):
            found[self.chance.randrange(size)] = self._made(5)
        return " ".join(found).capitalize()

    def name(self) -> str:
        """A family name or a given name."""
        return self.chance.choice(self.known[:20_000]).capitalize()


class Maker:
    """Makes entries, one after the other; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.words = Words(self.chance)
        self.journals = {f"j{number}": self.words.text(3).title() for number in range(40)}
        self.taken: set[str] = set()
        self.macros = True

    def file(self, path: Path, size: int, *, macros: bool = True) -> Path:
        """A .bib of so many entries, its macros first and the volumes of its conferences last.

        Without `macros` there is none, since not all peers take them.
        """
        self.taken.clear()
        self.macros = macros
        volumes = max(size // (4 * _IN_A_VOLUME), 1)
        with path.open("w", encoding="utf-8") as file:
            for macro, name in self.journals.items() if macros else ():
                file.write(f"@string{{{macro} = {{{name}}}}}\n")
            for number in range(size - volumes):
                file.write("\n" + self._entry(number, volumes))
            for number in range(volumes):
                title = f"Proceedings of the {number + 1}th {self.words.text(5)}"
                fields = {"title": title, "year": str(1980 + number % 45), "publisher": self.words.name()}
                file.write("\n" + _written("proceedings", f"volume{number}", fields))
        return path

    def _entry(self, number: int, volumes: int) -> str:
        chance = self.chance
        kind = chance.choices(_TYPES, (45, 25, 15, 5, 5, 5))[0]
        year = 1970 + int(55 * chance.random() ** 0.5)
        title = self.words.text(chance.randint(5, 14))
        authors = [f"{self.words.name()}, {self.words.name()}" for _ in range(chance.choice((1, 2, 2, 3, 3, 4, 6)))]
        fields = {"title": title, "author": " and ".join(authors), "year": str(year)}
        if chance.random() < 0.1:
            name = "title" if chance.random() < 0.5 else "author"
            fields[name] = self._marked(fields[name], chance.choice(_BRACED if name == "title" else _ACCENTED))
        fields |= self._of_type(kind, number, volumes)
        if kind != "misc" and chance.random() < 0.7:
            fields["doi"] = f"10.{1000 + number % 97}/{self.words.name().lower()}.{year}.{number}"
        if chance.random() < 0.4:
            fields["abstract"] = self.words.text(chance.randint(80, 220)) + "."
        self._fill(fields, number, chance.randint(8, 15))
        return _written(kind, self._key(authors[0], year, title), fields)

    def _marked(self, text: str, mark: str) -> str:
        """A text with a command or braces: in the middle of a word of an author, else as a word."""
        words = text.split(" ")
        if mark in _ACCENTED:
            words[0] = words[0][:2] + mark + words[0][2:]
        else:
            words.insert(self.chance.randrange(len(words)), mark)
        return " ".join(words)

    def _of_type(self, kind: str, number: int, volumes: int) -> dict[str, str]:
        chance, words = self.chance, self.words
        if kind == "article":
            macro = chance.choice(list(self.journals))
            named = macro if self.macros else self.journals[macro]
            return {"journal": named if chance.random() < 0.5 else words.text(3).title()}
        if kind == "inproceedings":
            if chance.random() < 0.2:
                return {"crossref": f"volume{chance.randrange(volumes)}"}
            return {"booktitle": f"Proceedings of the {words.text(5)}"}
        if kind == "misc":
            name = f"{10 + number // 90_000 % 10:02}{1 + number % 12:02}.{number % 100_000:05}"
            return {"eprint": name, "archiveprefix": "arXiv", "primaryclass": "stat.ML"}
        if kind == "phdthesis":
            return {"school": words.text(3).title()}
        return {"publisher": words.name()} | ({"booktitle": words.text(4)} if kind == "incollection" else {})

    def _fill(self, fields: dict[str, str], number: int, wanted: int) -> None:
        """More fields, as many as are wanted, in no order."""
        chance, words = self.chance, self.words
        page = chance.randint(1, 2000)
        more: dict[str, Callable[[], str]] = {
            "month": lambda: chance.choice(_MONTHS) if self.macros else str(chance.randint(1, 12)),
            "volume": lambda: str(chance.randint(1, 200)),
            "number": lambda: str(chance.randint(1, 12)),
            "pages": lambda: f"{page}--{page + chance.randint(3, 40)}",
            "keywords": lambda: ", ".join(words.text(2) for _ in range(4)),
            "issn": lambda: f"{chance.randint(1000, 9999)}-{chance.randint(1000, 9999)}",
            "url": lambda: f"https://{words.name().lower()}.example/{words.name().lower()}/{number}",
            "language": lambda: "english",
            "address": words.name,
            "series": lambda: words.text(3),
            "note": lambda: words.text(6),
            "file": lambda: f":papers/{number}.pdf:PDF",
            "timestamp": lambda: f"20{chance.randint(10, 24)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
            "owner": words.name,
        }
        for name in chance.sample(list(more), len(more)):
            if len(fields) >= wanted:
                return
            fields.setdefault(name, more[name]())

    def _key(self, author: str, year: int, title: str) -> str:
        key = f"{author.partition(',')[0].lower()}{year}{title.partition(' ')[0].lower()}"
        key = re.sub(r"[^a-z0-9]", "", key)
        while key in self.taken:
            key += "x"
        self.taken.add(key)
        return key


def _written(kind: str, key: str, fields: Mapping[str, str]) -> str:
    def expression(name: str, value: str) -> str:
        is_macro = (name == "month" and value.isalpha()) or (name == "journal" and value[1:].isdigit())
        return value if is_macro else f"{{{value}}}"

    lines = [f"  {name} = {expression(name, value)},\n" for name, value in fields.items()]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"


# --- whole processes -------------------------------------------------------------------------------


class Used(NamedTuple):
    """What a finished process took: seconds of CPU time and on the clock, MiB at its peak."""

    cpu: float
    wall: float
    peak: float


class Failed(Exception):
    """A process that gave an error, or took too long."""


def run(command: Sequence[str], home: Path, patience: float | None = None) -> Used:
    """Run a command to its end in a home of its own, without a network for gencli.

    This program stays small, for a child's peak begins with what its parent has.
    """
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LANG": "C.UTF-8"}
    environment["GENCLI_OFFLINE"] = "1"
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=told, stderr=subprocess.STDOUT, env=environment, cwd=home
        )
        while True:
            number, status, used = os.wait4(child.pid, 0 if patience is None else os.WNOHANG)
            if number:
                break
            if patience is not None and time.perf_counter() - begun > patience:
                child.kill()
                child.wait()
                raise Failed(f"more than {patience:.0f} s")
            time.sleep(0.01)
        wall = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            told.seek(0)
            last = told.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise Failed(f"exit code {child.returncode}: {last[:100]}")
    return Used(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def middle(found: Sequence[Used]) -> Used:
    """The median of each figure."""
    return Used(*(median(values) for values in zip(*found, strict=True)))


class World:
    """A temporary home with the files that are made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.maker = Maker(5)
        self.files: dict[str, Path] = {}
        self.numbers = count()

    def bib(self, size: int, *, macros: bool = True) -> Path:
        """The .bib of so many entries."""
        name = f"works-{size}{'' if macros else '-plain'}.bib"
        if name not in self.files:
            self.files[name] = self.maker.file(self.folder / name, size, macros=macros)
        return self.files[name]

    def new(self, end: str) -> Path:
        """A path where nothing is."""
        return self.folder / f"{next(self.numbers)}.{end}"

    def gencli(self, library: Path, *words: str) -> Used:
        """A gencli command on a library."""
        return run([str(GENCLI), "--db", str(library), *words], self.folder)


# --- gencli alone ----------------------------------------------------------------------------------


class Round(NamedTuple):
    """The three things that are measured, in their order."""

    fresh: Used
    again: Used
    export: Used


def measured(world: World, size: int, runs: int) -> Round:
    """Import into a new library, the same once more, export: medians; a round before is not counted."""
    source, found = world.bib(size), []
    for _ in range(runs + 1):
        library, target = world.new("sqlite"), world.new("bib")
        words = ("import", "--no-fetch", str(source))
        found.append(
            Round(
                world.gencli(library, *words),
                world.gencli(library, *words),
                world.gencli(library, "export", "--bib", "-o", str(target)),
            )
        )
        entries = sum(line.startswith("@") and line[1:7] != "string" for line in target.open(encoding="utf-8"))
        if entries != size:
            sys.exit(f"bench: {entries} of {size} entries came out")
        library.unlink()
        target.unlink()
    return Round(*(middle(part) for part in zip(*found[1:], strict=True)))


def alone(world: World, runs: int) -> bool:
    """The figures of gencli by itself; whether all targets are met, by the clock."""
    start = measured(world, 1, runs)
    print("| | entries | CPU s | a second of CPU | beyond start-up | clock s | a second | MiB | target | |")
    print("|-|-:|-:|-:|-:|-:|-:|-:|-:|-|")
    names = ("import", "import again, unchanged", "export --bib -o")
    rounds, good = {}, True
    for size in (SMALL, LARGE):
        rounds[size] = measured(world, size, runs if size == SMALL else max(runs // 2, 1))
        for name, used, begun, target in zip(names, rounds[size], start, (IMPORT, IMPORT, EXPORT), strict=True):
            is_met = size / used.wall >= target and used.peak < PEAK
            good &= is_met
            print(
                f"| {name} | {size:,} | {used.cpu:.2f} | {size / used.cpu:,.0f}"
                f" | {size / max(used.cpu - begun.cpu, 0.001):,.0f} | {used.wall:.2f} | {size / used.wall:,.0f}"
                f" | {used.peak:.0f}"
                f" | {target:,} | {'ok' if is_met else 'missed'} |",
                flush=True,
            )
    few, many = (rounds[size].fresh.cpu - start.fresh.cpu for size in (SMALL, LARGE))
    print(f"\nimport, CPU time for one paper: {(many / LARGE) / (few / SMALL):.2f} times as long at {LARGE:,}")
    return good


# --- peers -----------------------------------------------------------------------------------------

_PYBTEX = """
import sys
from pybtex import errors
from pybtex.database import parse_file
errors.set_strict_mode(False)
parse_file(sys.argv[1], "bibtex").to_file(sys.argv[2], "bibtex")
"""
_BIBTEXPARSER = """
import sys
import bibtexparser
bibtexparser.write_file(sys.argv[2], bibtexparser.parse_file(sys.argv[1]))
"""
_COBIB = """
from cobib.config import config
config.database.file = "{folder}/cobib.yaml"
config.database.git = False
config.logging.logfile = "{folder}/cobib.log"
"""


def set_up(folder: Path) -> None:
    """Make an environment for each peer that needs one, where it is not there yet; what fails is left out."""
    for name, wanted in PEERS.items():
        if not (folder / name / "bin" / name).exists():
            venv.create(folder / name, with_pip=True)
            python = str(folder / name / "bin" / "python")
            subprocess.run([python, "-m", "pip", "install", "-q", wanted, "bibtexparser<2"], check=False)


Rewrite = Callable[[Path, Path], Sequence[str]]


def _rewriters() -> Iterator[tuple[str, Rewrite]]:
    """What reads a .bib and writes it, without a library."""
    if path := shutil.which("bibtool"):
        yield f"BibTool {said([path, '-V'])}", lambda source, target: (path, str(source), "-o", str(target))
    for name, script in (("pybtex", _PYBTEX), ("bibtexparser", _BIBTEXPARSER)):
        asked = f"from importlib.metadata import version; print(version('{name}'))"
        if told := said([PYTHON, "-c", asked]):
            yield f"{name} {told}", _by(script)


def _by(script: str) -> Rewrite:
    return lambda source, target: (PYTHON, "-c", script, str(source), str(target))


def said(command: Sequence[str]) -> str:
    """The version that a command prints; nothing where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    match = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr) if done.returncode in (0, 1) else None
    return match.group() if match else ""


def _keepers(world: World, folder: Path) -> Iterator[tuple[str, Callable[[Path], Sequence[str]], Sequence[str]]]:
    """What keeps a library, new: the name, how it imports a .bib, how it exports all."""
    home = world.folder
    papis, cobib = (folder / name / "bin" / name for name in PEERS)
    if papis.exists():
        (home / ".config" / "papis").mkdir(parents=True, exist_ok=True)
        shutil.rmtree(home / "papis", ignore_errors=True)
        (home / "papis").mkdir()
        settings = f"[settings]\ndefault-library = bench\n[bench]\ndir = {home / 'papis'}\n"
        (home / ".config" / "papis" / "config").write_text(settings, encoding="utf-8")
        begin = [str(papis)]
        yield (
            f"papis {said([*begin, '--version'])}",
            lambda source: [*begin, "bibtex", "read", str(source), "import", "--all"],
            [*begin, "export", "--all", "--batch", "--format", "bibtex", "--out", str(world.new("bib"))],
        )
    if cobib.exists():
        settings_of_cobib = home / "cobib.py"
        settings_of_cobib.write_text(_COBIB.format(folder=home), encoding="utf-8")
        (home / "cobib.yaml").unlink(missing_ok=True)
        start = [str(cobib), "-c", str(settings_of_cobib)]
        run([*start, "init"], home)
        yield (
            f"cobib {said([str(cobib), '--version'])}",
            lambda source: [*start, "add", "--skip-download", "-b", str(source)],
            [*start, "export", "--bibtex", str(world.new("bib"))],
        )


def beside(world: World, folder: Path | None, runs: int) -> None:
    """The peers and gencli in one run, and how many times gencli's CPU time each takes."""
    print("\n| entries | program | what | CPU s | MiB | by gencli's CPU time |\n|-:|-|-|-:|-:|-:|")
    for size in PEER_SIZES:
        own = measured(world, size, runs)
        both = own.fresh.cpu + own.export.cpu
        print(f"| {size:,} | gencli | import, then export | {both:.2f} | {own.fresh.peak:.0f} | 1 |", flush=True)
        for name, rewrite in _rewriters():
            words = [rewrite(world.bib(size), world.new("bib")) for _ in range(runs)]
            _compare(world, f"| {size:,} | {name} | parse and write", words, both)
        for name, takes, gives in _keepers(world, folder) if folder else ():
            # papis is asked for the small file alone: it becomes slower with every paper.
            if size == PEER_SIZES[0] or not name.startswith("papis"):
                plain = world.bib(size, macros=False)
                if _compare(world, f"| {size:,} | {name} | import", [takes(plain)], own.fresh.cpu):
                    _compare(world, f"| {size:,} | {name} | export", [gives], own.export.cpu)


def _compare(world: World, start: str, commands: Sequence[Sequence[str]], own: float) -> bool:
    """Run commands that do the same, and print what the middle one took; False where one failed."""
    try:
        used = middle([run(command, world.folder, PATIENCE) for command in commands])
    except Failed as error:
        print(f"{start} | {error} | | |", flush=True)
        return False
    print(f"{start} | {used.cpu:.2f} | {used.peak:.0f} | {used.cpu / own:.2f} |", flush=True)
    return True


def peers(world: World, folder: Path | None, runs: int) -> None:
    """Set the peers up, measure them, and name those that are not there."""
    if folder:
        set_up(folder)
    beside(world, folder, runs)
    absent = [] if shutil.which("bibtool") else ["BibTool"]
    absent += [name for name in PEERS if folder is None or not (folder / name / "bin" / name).exists()]
    if absent:
        print(f"\nnot installed, so not shown: {', '.join(absent)}")


# --- other readers ---------------------------------------------------------------------------------


class Heard(NamedTuple):
    """What a reader makes of a file: the values of each entry by its key, and what it complains of, how often."""

    entries: dict[str, dict[str, str]]
    complaints: Counter[str]


def by_pybtex(path: Path) -> Heard:
    """The entries as pybtex reads them, names and all, white space collapsed."""
    from pybtex import errors
    from pybtex.database.input.bibtex import Parser

    found: dict[str, dict[str, str]] = {}
    with errors.capture() as complaints:
        try:
            data = Parser().parse_string(path.read_text(encoding="utf-8"))
        except Exception as error:  # a foreign reader on any text
            return Heard(found, Counter([f"gives up: {type(error).__name__}"]))
    for key, entry in data.entries.items():
        told = {name.lower(): " ".join(value.split()) for name, value in entry.fields.items()}
        people = {role.lower(): " and ".join(str(one) for one in all_) for role, all_ in entry.persons.items()}
        found[key.lower()] = {"@": entry.original_type.lower()} | told | people
    return Heard(found, Counter(re.sub(r".*: |\d+", "", str(one)) for one in complaints))


def readable(file: Path, target: Path) -> Path:
    """A copy of a file that those readers can take: in UTF-8, and with a key for each entry that has none."""
    from gencli.sources.decoding import decoded

    text = decoded(file.read_bytes())[0].replace("\r\n", "\n").replace("\r", "\n")
    numbers = count(1)
    text = re.sub(
        r"^([ \t]*@(?!comment|string|preamble)\w+\s*\{)(?=\s*(?:,|\w+\s*=))(?:\s*,)?",
        lambda match: f"{match[1]}nokey{next(numbers)},",
        text,
        flags=re.MULTILINE | re.IGNORECASE,
    )
    target.write_text(text, encoding="utf-8")
    return target


def by_program(command: Sequence[str], complaint: str) -> Counter[str]:
    """What a program complains of in the lines that it prints, without names and numbers."""
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=600)
    lines = (done.stdout + done.stderr).decode("utf-8", "replace").splitlines()
    return Counter(re.sub(r"'[^']*'|\S*[\d/]\S*", "…", line) for line in lines if re.search(complaint, line))


def readers(world: World, files: Sequence[Path]) -> bool:
    """Import each file into a library of its own, export it, and let other readers read both; whether none minds."""
    programs: dict[str, Callable[[Path], Counter[str]]] = {}
    if biber := shutil.which("biber"):
        programs["biber"] = lambda path: by_program(
            [biber, "--tool", "--validate-datamodel", "--nolog", "-O", os.devnull, str(path)], "^(?:WARN|ERROR)"
        )
    if bibtool := shutil.which("bibtool"):
        programs["bibtool"] = lambda path: by_program([bibtool, str(path), "-o", os.devnull], r"\*\*\*|ERROR")
    total: Counter[str] = Counter()
    for file in files:
        library, target = world.new("sqlite"), world.new("bib")
        try:
            world.gencli(library, "import", "--no-fetch", "--format", "bibtex", str(file))
        except Failed as error:
            # What could not be taken is said by an exit code; the rest was taken.
            print(f"{file.name}: {error}")
        if not library.exists():
            total["files of which nothing was taken"] += 1
            continue
        world.gencli(library, "export", "--bib", "-o", str(target))
        source = readable(file, world.new("bib"))
        _judge(file, by_pybtex(source), by_pybtex(target), total)
        for name, read in programs.items():
            before = read(source)
            more = read(target) - before
            if any(line.startswith("ERROR") for line in before):
                # It gave up there, so it did not come to what it would have warned of.
                more = Counter({line: times for line, times in more.items() if not line.startswith("WARN")})
            total[f"{name}: complaints that the input did not bring"] += more.total()
            for what, times in more.items():
                print(f"{file.name}: {name}, {times} times: {what}")
        total["files"] += 1
    for name in sorted(total):
        print(f"{total[name]:8,} {name}")
    missing = [name for name in ("biber", "bibtool") if name not in programs]
    if missing:
        print(f"not installed, so not asked: {', '.join(missing)}")
    return not any(number for name, number in total.items() if name not in _GOOD)


_EQUAL = "pybtex: entries with all values equal"
_RENAMED = "pybtex: entries with all values equal, under another key"
_GOOD = ("files", _EQUAL, _RENAMED)


def _judge(file: Path, before: Heard, after: Heard, total: Counter[str]) -> None:
    """Compare what pybtex reads in a file and in what was exported of it."""
    more = after.complaints - before.complaints
    total["pybtex: complaints that the input did not bring"] += more.total()
    for what, times in more.items():
        print(f"{file.name}: pybtex, {times} times: {what}")
    for key, told in before.entries.items():
        found = after.entries.get(key)
        if found is not None and told.items() <= found.items():
            total[_EQUAL] += 1
        elif any(told.items() <= other.items() for other in after.entries.values()):
            total[_RENAMED] += 1
        else:
            names = [name for name, value in told.items() if found is not None and found.get(name) != value]
            total["pybtex: entries that lack something, or are not there"] += 1
            print(f"{file.name}: {key}: {', '.join(names) or 'not there'}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="runs of each case (5)")
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help="make environments for papis and cobib there")
    parser.add_argument("--alone", action="store_true", help="without peers")
    parser.add_argument("--readers", type=Path, nargs="+", metavar="FILE", help="only: do others read the exports?")
    parser.add_argument("--strict", action="store_true", help="exit code 1 where a target is missed")
    return parser.parse_args()


def main() -> int:
    """Measure and print; gives the exit code."""
    asked = _arguments()
    if not is_there():
        return 2
    with tempfile.TemporaryDirectory(prefix="gencli-bench-") as folder:
        world = World(Path(folder))
        if asked.readers:
            return 1 - readers(world, [file.resolve() for file in asked.readers])
        runs = max(asked.runs, 1)
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
        print(f"{machine}; medians of {runs} runs, at {LARGE:,} of {max(runs // 2, 1)}\n")
        try:
            good = alone(world, runs)
            if not asked.alone:
                peers(world, asked.peers.resolve() if asked.peers else None, min(runs, 3))
        except Failed as error:
            sys.exit(f"bench: {error}")
    return 1 if asked.strict and not good else 0


if __name__ == "__main__":
    sys.exit(main())
