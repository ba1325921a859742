"""What kinds of work there are, in BibTeX's and biblatex's words, in CSL's and in RIS's, and how they translate. Pure.

BibTeX: "BibTeXing", section 3.1. biblatex: its manual, sections 2.1.1 to 2.1.3. CSL: the schema of CSL 1.0.2,
csl-types. RIS: the reference types of Reference Manager and EndNote, with those that Zotero and others have added.
"""

# Each of BibTeX's and biblatex's types: its word in CSL and in RIS.
ENTRIES: dict[str, tuple[str, str]] = {
    "article": ("article-journal", "JOUR"),
    "artwork": ("graphic", "ART"),
    "audio": ("song", "SOUND"),
    "bibnote": ("document", "GEN"),
    "book": ("book", "BOOK"),
    "bookinbook": ("chapter", "CHAP"),
    "booklet": ("pamphlet", "PAMP"),
    "collection": ("book", "EDBOOK"),
    "commentary": ("book", "BOOK"),
    "conference": ("paper-conference", "CONF"),
    "customa": ("document", "GEN"),
    "customb": ("document", "GEN"),
    "customc": ("document", "GEN"),
    "customd": ("document", "GEN"),
    "custome": ("document", "GEN"),
    "customf": ("document", "GEN"),
    "dataset": ("dataset", "DATA"),
    "electronic": ("webpage", "ELEC"),
    "image": ("figure", "FIGURE"),
    "inbook": ("chapter", "CHAP"),
    "incollection": ("chapter", "CHAP"),
    "inproceedings": ("paper-conference", "CONF"),
    "inreference": ("entry-encyclopedia", "ENCYC"),
    "jurisdiction": ("legal_case", "CASE"),
    "legal": ("treaty", "LEGAL"),
    "legislation": ("legislation", "STAT"),
    "letter": ("personal_communication", "PCOMM"),
    "manual": ("book", "BOOK"),
    "mastersthesis": ("thesis", "THES"),
    "misc": ("document", "GEN"),
    "movie": ("motion_picture", "MPCT"),
    "music": ("song", "MUSIC"),
    "mvbook": ("book", "BOOK"),
    "mvcollection": ("book", "EDBOOK"),
    "mvproceedings": ("book", "CONF"),
    "mvreference": ("book", "BOOK"),
    "online": ("webpage", "ELEC"),
    "patent": ("patent", "PAT"),
    "performance": ("performance", "GEN"),
    "periodical": ("periodical", "JFULL"),
    "phdthesis": ("thesis", "THES"),
    "proceedings": ("book", "CONF"),
    "reference": ("book", "BOOK"),
    "report": ("report", "RPRT"),
    "review": ("review", "JOUR"),
    "set": ("document", "GEN"),
    "software": ("software", "COMP"),
    "standard": ("standard", "STAND"),
    "suppbook": ("chapter", "CHAP"),
    "suppcollection": ("chapter", "CHAP"),
    "suppperiodical": ("article-journal", "JOUR"),
    "techreport": ("report", "RPRT"),
    "thesis": ("thesis", "THES"),
    "unpublished": ("manuscript", "UNPB"),
    "video": ("motion_picture", "VIDEO"),
    "www": ("webpage", "ELEC"),
    "xdata": ("document", "GEN"),
}

# Each of CSL's types: BibTeX's word, biblatex's where BibTeX has none.
CSL: dict[str, str] = {
    "article": "misc",
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "bill": "legislation",
    "book": "book",
    "broadcast": "video",
    "chapter": "incollection",
    "classic": "book",
    "collection": "misc",
    "dataset": "dataset",
    "document": "misc",
    "entry": "inreference",
    "entry-dictionary": "inreference",
    "entry-encyclopedia": "inreference",
    "event": "misc",
    "figure": "image",
    "graphic": "artwork",
    "hearing": "legal",
    "interview": "misc",
    "legal_case": "jurisdiction",
    "legislation": "legislation",
    "manuscript": "unpublished",
    "map": "image",
    "motion_picture": "movie",
    "musical_score": "music",
    "pamphlet": "booklet",
    "paper-conference": "inproceedings",
    "patent": "patent",
    "performance": "performance",
    "periodical": "periodical",
    "personal_communication": "letter",
    "post": "online",
    "post-weblog": "online",
    "regulation": "legislation",
    "report": "techreport",
    "review": "review",
    "review-book": "review",
    "software": "software",
    "song": "music",
    "speech": "unpublished",
    "standard": "standard",
    "thesis": "thesis",
    "treaty": "legal",
    "webpage": "online",
}

# Each of RIS's types: BibTeX's word, biblatex's where BibTeX has none.
RIS: dict[str, str] = {
    "ABST": "article",
    "ADVS": "video",
    "AGGR": "dataset",
    "ANCIENT": "book",
    "ART": "artwork",
    "BILL": "legislation",
    "BLOG": "online",
    "BOOK": "book",
    "CASE": "jurisdiction",
    "CHAP": "incollection",
    "CHART": "image",
    "CLSWK": "book",
    "COMP": "software",
    "CONF": "inproceedings",
    "CPAPER": "inproceedings",
    "CTLG": "misc",
    "DATA": "dataset",
    "DBASE": "dataset",
    "DICT": "inreference",
    "EBOOK": "book",
    "ECHAP": "incollection",
    "EDBOOK": "collection",
    "EJOUR": "article",
    "ELEC": "online",
    "ENCYC": "inreference",
    "EQUA": "misc",
    "FIGURE": "image",
    "GEN": "misc",
    "GOVDOC": "techreport",
    "GRANT": "misc",
    "GRNT": "misc",
    "HEAR": "legal",
    "ICOMM": "letter",
    "INPR": "article",
    "INTV": "misc",
    "JFULL": "periodical",
    "JOUR": "article",
    "LEGAL": "legal",
    "MANSCPT": "unpublished",
    "MAP": "image",
    "MGZN": "article",
    "MPCT": "movie",
    "MULTI": "online",
    "MUSIC": "music",
    "NEWS": "article",
    "PAMP": "booklet",
    "PAT": "patent",
    "PCOMM": "letter",
    "POD": "audio",
    "PRESS": "misc",
    "RPRT": "techreport",
    "SER": "book",
    "SLIDE": "unpublished",
    "SOUND": "audio",
    "STAND": "standard",
    "STAT": "legislation",
    "STD": "standard",
    "THES": "thesis",
    "UNBILL": "legislation",
    "UNPB": "unpublished",
    "UNPD": "unpublished",
    "VIDEO": "video",
    "WEB": "online",
}

# Words that are no types of CSL, and are written for them: Crossref's own, and some of citeproc-js and its users.
_CSL_ALIASES = {
    "journal-article": "article",
    "proceedings-article": "inproceedings",
    "book-chapter": "incollection",
    "book-section": "incollection",
    "monograph": "book",
    "edited-book": "collection",
    "reference-book": "reference",
    "reference-entry": "inreference",
    "dissertation": "thesis",
    "posted-content": "misc",
    "proceedings": "proceedings",
    "video": "video",
    "podcast": "audio",
}
_RIS_ALIASES = {
    "JOURNAL": "article",
    "JOURNAL ARTICLE": "article",
    "CONFERENCE PAPER": "inproceedings",
    "CONFERENCE PROCEEDINGS": "inproceedings",
    "BOOK SECTION": "incollection",
    "BOOK CHAPTER": "incollection",
    "REPORT": "techreport",
    "THESIS": "thesis",
    "WEB PAGE": "online",
    "PATENT": "patent",
    "OTHER": "misc",
}

# Which thesis it is, as `genre` in CSL and M3 in RIS say it.
DEGREES = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}
_DEGREE_WORDS = (
    ("phdthesis", ("phd", "ph.d", "doctor", "dphil", "d.phil", "habilitation")),
    ("mastersthesis", ("master", "mathesis", "msc", "m.sc", "magister")),
)

# Whose venue is the body that gave it out: a school, an institution.
BY_A_BODY = frozenset(("thesis", "phdthesis", "mastersthesis", "report", "techreport"))
# Works that stand alone, so that an ISBN names the work itself and not the book that it is in.
BOOKS = frozenset(
    """
    book mvbook booklet collection mvcollection proceedings mvproceedings reference mvreference manual thesis phdthesis
    mastersthesis
    """.split()
)


def to_csl(entry: str) -> str:
    """CSL's type for a type of BibTeX or biblatex; `document` for one that is not known."""
    return ENTRIES.get(entry.lower(), ENTRIES["misc"])[0]


def to_ris(entry: str) -> str:
    """RIS's type for a type of BibTeX or biblatex; `GEN` for one that is not known."""
    return ENTRIES.get(entry.lower(), ENTRIES["misc"])[1]


def from_csl(name: str) -> str:
    """BibTeX's or biblatex's type for one of CSL, or of those that are written for one; `misc` for any other."""
    name = name.strip().lower()
    return CSL.get(name) or _CSL_ALIASES.get(name) or "misc"


def from_ris(name: str) -> str:
    """BibTeX's or biblatex's type for one of RIS, or for its name in words; `misc` for any other."""
    name = name.strip().upper()
    return RIS.get(name) or _RIS_ALIASES.get(name) or "misc"


def degree(entry: str, words: str) -> str:
    """The type of a thesis, from the words for its degree; any other type is left as it is."""
    if entry != "thesis":
        return entry
    words = words.lower()
    return next((name for name, tells in _DEGREE_WORDS if any(tell in words for tell in tells)), entry)
