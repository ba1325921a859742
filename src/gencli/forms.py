"""The other forms of an English word: plurals, verb forms, -ization, British and American spelling. Pure.

A word typed is widened to these when it is looked up; the index holds words as they are. Nobody knows
here which words exist, so forms are made generously, but never by cutting a word down to something
shorter that several words share, as a stemmer does: `generalization` is no form of `general`.

Each form belongs to the family of a base: a word's forms are the families that it is in. So if one
word is a form of another, that one is a form of it.
"""

from collections.abc import Iterator

_LONGEST = 40
_VOWELS = frozenset("aeiou")
_SOUNDED = frozenset("aeiouy")
# Consonants that are never doubled before -ed and -ing; words that end in v, j, q or z are no verbs.
_SINGLE = frozenset("wxyhcjqvz")

# Each line: a base, then forms that no rule below makes.
_IRREGULAR = """
child children;gas gases;bus buses
man men;woman women;mouse mice;foot feet;tooth teeth;goose geese;quiz quizzes quizzed quizzing
leaf leaves;half halves;self selves;shelf shelves;wolf wolves;knife knives;life lives;wife wives;thief thieves
calf calves;loaf loaves;axis axes;apex apices;die dice;corpus corpora;genus genera;opus opera
datum data;medium media;momentum momenta;minimum minima;maximum maxima;optimum optima;extremum extrema
spectrum spectra;continuum continua;quantum quanta;stratum strata;erratum errata;equilibrium equilibria
symposium symposia;curriculum curricula;addendum addenda;bacterium bacteria;millennium millennia
phenomenon phenomena;criterion criteria;automaton automata;polyhedron polyhedra;tetrahedron tetrahedra
ganglion ganglia;stimulus stimuli;locus loci;focus foci;radius radii;nucleus nuclei;modulus moduli;torus tori
calculus calculi;annulus annuli;fungus fungi;hippocampus hippocampi;formula formulae;lemma lemmata
schema schemata;stigma stigmata;antenna antennae;alga algae;larva larvae;vertebra vertebrae;nebula nebulae
supernova supernovae
learn learnt;build built;rebuild rebuilt;think thought;teach taught;catch caught;bring brought;seek sought
choose chose chosen;break broke broken;know knew known;give gave given;write wrote written;draw drew drawn
grow grew grown;show shown;forget forgot forgotten;understand understood;hold held;withhold withheld
make made;take took taken;drive drove driven;run ran;begin began begun;shrink shrank shrunk;mean meant
keep kept;send sent;spend spent;lend lent;deal dealt;speak spoke spoken;steal stole stolen;freeze froze frozen
prove proven;arise arose arisen;hide hid hidden;say said;pay paid;sell sold;tell told;get got gotten
go goes going gone went;do does doing done did;swim swam swum;sing sang sung;drink drank drunk
throw threw thrown;fly flew flown;forbid forbade forbidden;foresee foresaw foreseen
undergo undergoes underwent undergone;overcome overcame;become became;eat ate eaten;weave wove woven
spin spun;cling clung;swing swung;burn burnt;spell spelt;dream dreamt
program programme programmes;catalog catalogue catalogues
analog analogue analogues;dialog dialogue dialogues;center centre centres centred centring;fiber fibre fibres
theater theatre theatres;meter metre metres;kilometer kilometre kilometres;liter litre litres
gray grey greys;fulfill fulfil fulfils;enroll enrol enrols;maneuver manoeuvre manoeuvres manoeuvred manoeuvring
skeptic sceptics sceptic
"""
# Words that end like a form of a shorter word and are none.
_WHOLE = frozenset(
    """
    news lens series species bayes always perhaps alias bias atlas canvas texas kansas christmas pancreas ours hers
    yours yes afterwards besides sometimes this thus trans mrs does https sacred hundred indeed
    james charles jones hayes wales davies adams williams stevens edwards roberts richards peters andrews
    matthews phillips jacobs evans owens rogers myers daniels michaels johns simons lucas samuels hans jens davis
    harris hopkins hawkins watkins perkins collins dickens stokes
    """.split()
)
# Words that look like verbs: their -ed and -ing is another word (`evening`, `meaning`, `setting`, `pasted`, `Manning`).
_NOUNS = frozenset(
    """
    even mean set past man hard brown bath breath cloth ann gan morn wast fin din field corn bay inn wed
    may might sever unit well mann horn
    """.split()
)
# Others in -ics are a field of knowledge, and the word in -ic is its adjective: dynamics, physics, semantics.
_COUNTED = (
    "topic", "metric", "statistic", "heuristic", "characteristic", "critic", "logic", "clinic", "fabric", "diagnostic",
    "basic", "relic", "comic", "mimic", "skeptic", "graphic", "cubic", "arithmetic", "mosaic", "lyric", "traffic",
)  # fmt: skip
_FOREIGN = ("menu", "wiki", "taxi", "emoji", "tsunami", "bayou", "haiku", "safari", "khaki", "alibi")
_AGREE = ("gree", "free", "cree", "antee", "feree")

# What is spelt in two ways inside a word: British, American. Stems only, so that every form has them.
_SPELLINGS = (
    ("parametriz", "parameteriz"), ("behaviour", "behavior"), ("colour", "color"), ("neighbour", "neighbor"),
    ("favour", "favor"), ("honour", "honor"), ("labour", "labor"), ("harbour", "harbor"), ("humour", "humor"),
    ("vapour", "vapor"), ("rigour", "rigor"), ("tumour", "tumor"), ("endeavour", "endeavor"), ("flavour", "flavor"),
    ("odour", "odor"), ("armour", "armor"), ("artefact", "artifact"), ("judgement", "judgment"),
    ("acknowledgement", "acknowledgment"), ("defenc", "defens"), ("licenc", "licens"), ("offenc", "offens"),
)  # fmt: skip
_ENDINGS = "e es ed ing er ers ation ations ational able ability".split()
# Not -lyses: that is the plural of -lysis, too.
_YSE = "lyse lysed lysing lyser lysers".split()
_ISE = (*("is" + ending for ending in _ENDINGS), *_YSE)
_IZE = (*("iz" + ending for ending in _ENDINGS), *(ending.replace("ys", "yz") for ending in _YSE))


def _read(lines: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    extra: dict[str, list[str]] = {}
    bases: dict[str, list[str]] = {}
    for line in lines.strip().replace("\n", ";").split(";"):
        base, *others = line.split()
        extra[base] = others
        for other in others:
            bases.setdefault(other, []).append(base)
    return extra, bases


_EXTRA, _BASES = _read(_IRREGULAR)


def forms(word: str) -> tuple[str, ...]:
    """The words that are likely other forms of a folded word, likeliest first, without the word itself.

    Many of them do not exist: the caller keeps those that it knows. Words that are not plain Latin
    letters have none.
    """
    if not (1 < len(word) <= _LONGEST and word.isascii() and word.isalpha() and word.islower()):
        return ()
    american, pairs = _american(word)
    found: dict[str, None] = {}
    for base in _candidates(american):
        family = _family(base)
        if american in family:
            found.update(dict.fromkeys(family))
    plain = [form for form in found if not form.endswith(_ISE) or _ending(form) == form]
    spelt = dict.fromkeys([*plain, *_british(plain, pairs)])
    # A word that mixes two spellings is made by none of the others.
    return tuple(form for form in spelt if form != word and len(form) <= _LONGEST) if word in spelt else ()


def _american(word: str) -> tuple[str, list[tuple[str, str]]]:
    """A word in American spelling, and what in it has another spelling."""
    word = _ending(word)
    for british, american in _SPELLINGS:
        if british in word:
            word = word.replace(british, american)
    pairs = [pair for pair in _SPELLINGS if pair[1] in word]
    # Each doubles the number of forms; no English word has three.
    return word, pairs if len(pairs) < 3 else []


def _ending(word: str, places: tuple[str, ...] = _ISE, old: str = "s", new: str = "z") -> str:
    """A word whose -ise has become -ize, or the other way round; `rise` and `size` are no such words."""
    if not word.endswith(places):
        return word
    place = max(word.rfind("i" + old), word.rfind("y" + old))
    if place < 3 or _SOUNDED.isdisjoint(word[:place]):
        return word
    return f"{word[: place + 1]}{new}{word[place + 2 :]}"


def _british(plain: list[str], pairs: list[tuple[str, str]]) -> Iterator[str]:
    spelt = plain
    for british, american in pairs:
        spelt = spelt + [form.replace(american, british) for form in spelt]
    yield from spelt
    for form in spelt:
        if form.endswith(_IZE):
            yield _ending(form, _IZE, "z", "s")


def _candidates(word: str) -> Iterator[str]:
    """Every base that the word may be a form of; whether it is one, its family tells."""
    yield from _BASES.get(word, ())
    if word in _WHOLE:
        yield word
        return
    if word.endswith("s"):
        yield from _singulars(word)
    if word.endswith("ed"):
        if word.endswith("ied"):
            yield word[:-3] + "y"
        elif word[-4:-3] == word[-3:-2] or word.endswith("cked"):
            yield word[:-3]
        yield from (word[:-2], word[:-1])
    elif word.endswith(("ing", "ings")):
        yield from _verbs_of(word.removesuffix("s")[:-3])
    elif word.endswith(("ization", "izations")):
        yield word[: word.rindex("ation")] + "e"
    yield word


def _singulars(word: str) -> Iterator[str]:
    if word.endswith("ies"):
        yield word[:-3] + "y"
    elif word.endswith("ices"):
        yield from (word[:-4] + "ix", word[:-4] + "ex")
    elif word.endswith(("sis", "ses")):
        yield from (word[:-2] + "is", word[:-2] + "ize", word[:-3] + "ze")
    yield word[:-1]
    if word.endswith("es"):
        yield word[:-2]


def _verbs_of(stem: str) -> Iterator[str]:
    if stem.endswith("y"):
        yield stem[:-1] + "ie"
    elif stem[-2:-1] == stem[-1:] or stem.endswith("ck"):
        yield stem[:-1]
    yield from (stem, stem + "e")


def _family(base: str) -> list[str]:
    """A base and its forms, as far as its ending tells them."""
    extra = _EXTRA.get(base, [])
    if len(base) < 4 and _SOUNDED.isdisjoint(base):  # GPs, NNs, LLMs
        return [base] if len(base) < 2 or base.endswith("s") or base + "s" in _WHOLE else [base, base + "s"]
    if len(base) < 3:
        return [base, *extra]
    if base.endswith("sis") and len(base) > 4:
        return [base, base[:-2] + "es"]
    stem = base[:-2] if base.endswith("ed") else base[:-3] if base.endswith("ing") else ""
    if not _SOUNDED.isdisjoint(stem) and not base.endswith(("eed", "bed")):
        return [base, base + "s"] if base.endswith("ing") else [base, *extra]
    found = [base, *_plurals(base), *extra]
    if base not in _NOUNS and not (base.endswith("s") and len(found) == 1):
        found += _verbs(base)
    return found


def _plurals(base: str) -> list[str]:
    if base.endswith("s"):
        single = (len(base) > 3 and base.endswith(("ss", "us", "as", "is", "os"))) or base == "lens"
        return [base + "es"] if single else []
    if base.endswith(("x", "z", "sh")):
        ices = [base[:-2] + "ices"] if base.endswith(("ix", "ex")) and len(base) > 4 else []
        return [base + "es", *ices]
    if base.endswith(("ch", "o")):
        return [base + "es", base + "s"]
    if base.endswith("y") and base[-2] not in _VOWELS:
        return [base[:-1] + "ies"]
    if (base.endswith("ic") and not base.endswith(_COUNTED)) or base + "s" in _WHOLE:
        return []
    # `basis` and `focus` are no plurals; `apis` and `gpus` are.
    if base[-1] in "iu" and len(base) > 3 and base not in _FOREIGN:
        return []
    return [base + "s"]


def _verbs(base: str) -> list[str]:
    if base.endswith("e"):
        ed, ing = _verbs_in_e(base)
    elif base.endswith("y") and base[-2] not in _VOWELS:
        ed, ing = [base[:-1] + "ied"], [base + "ing"]
    elif (base[-1] in "aiuvjqz" and not base.endswith("zz")) or base.endswith("ization"):
        return []
    else:
        stems = _before_vowel(base)
        ed, ing = [stem + "ed" for stem in stems], [stem + "ing" for stem in stems]
    plural = [form + "s" for form in ing] if len(base) > 3 else []
    named = _named(base) if base.endswith("ze") else []
    return [form for form in (*ed, *ing, *named, *plural) if form not in _WHOLE]


def _verbs_in_e(base: str) -> tuple[list[str], list[str]]:
    stem = base[:-1]
    if base.endswith("ie"):
        return [base + "d"], [base[:-2] + "ying"]
    if base.endswith("ee"):
        return ([base + "d"], [base + "ing"]) if base.endswith(_AGREE) else ([], [])
    # `use` and `age` are verbs; `the`, `she` and `vae` are none.
    if _SOUNDED.isdisjoint(stem) or (len(base) == 3 and (base[0] not in _VOWELS or base[1] in _VOWELS)):
        return [], []
    kept = [base + "ing"] if base.endswith(("ge", "ue", "oe", "ye")) else []
    return [base + "d"], [stem + "ing", *kept]


def _before_vowel(base: str) -> list[str]:
    """What a base becomes before -ed and -ing: `fitt`; `label` and `labell`; `train`."""
    if base.endswith("ic"):
        return [base + "k"]
    if base[-1] in _SINGLE or base[-1] in _VOWELS or base[-2] not in _SOUNDED or base[-3] in _VOWELS:
        return [base]
    doubled = base + base[-1]
    if _SOUNDED.isdisjoint(base[:-2]):
        # `called` and `passed` are forms of `call` and `pass`.
        return [] if base[-1] in "flsz" else [doubled]
    return [base, doubled]


def _named(base: str) -> list[str]:
    """The nouns of a verb in -ize or -yze: regularization, analysis, synthesis."""
    if base.endswith("lyze"):
        return [base[:-2] + "sis", base[:-2] + "ses"]
    if not base.endswith("ize") or len(base) < 6:
        return []
    greek = [base[:-3] + "is", base[:-3] + "es"] if base.endswith(("thesize", "phasize")) else []
    return [base[:-1] + "ation", base[:-1] + "ations", *greek]
