"""Which words are forms of one word, and which only look like it."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gencli.forms import forms

# Each line holds the forms of one word: every one of them finds every other.
SAME = """
network networks
study studies studied studying
loss losses
bias biases biased
matrix matrices
submatrix submatrices
vertex vertices
index indices indexes indexing
simplex simplices
analysis analyses analyze analyse analyzing analysing analysed
hypothesis hypotheses
synthesis synthesize synthesised
basis bases
axis axes
phenomenon phenomena
criterion criteria
datum data
spectrum spectra
minimum minima
lemma lemmas
formula formulas formulae
leaf leaves
nucleus nuclei
class classes
process processes processing
box boxes
epoch epochs
batch batches batched
policy policies
query queries
theory theories
key keys
proof proofs
topic topics
statistic statistics
manifold manifolds
gan gans
net nets
llm llms
vae vaes
gp gps
embedding embeddings embed embedded
train trains trained training
learn learns learned learnt learning
fit fits fitted fitting
overfit overfits overfitted overfitting
prune prunes pruned pruning
sample samples sampled sampling
map maps mapped mapping
use uses used using
bound bounds bounded bounding
memorize memorizes memorized memorization memorise
generalize generalizes generalized generalizing generalization generalizations generalisation generalised
regularize regularized regularizing regularization regularisation
normalize normalized normalization normalisation
optimization optimize optimizing optimisation optimised
quantize quantized quantization
initialization initialize initialised
overparameterized overparameterization overparametrized overparameterised overparametrization
parameterize parametrize parametrization parameterisation
optimizer optimizers optimiser optimisers
model models modeled modelled modeling modelling
label labels labeled labelled labelling
signal signals signalling
behavior behaviour behaviors behaviours
color colour colored coloured
neighbor neighbour neighbors neighbouring
center centre centers centred centered
fiber fibre fibres
artifact artefact artefacts
defense defence defences
write wrote written writing
forget forgot forgotten forgetting
choose chose chosen
build built building
prefer prefers preferred
control controlled controlling
tie ties tied tying
apply applies applied applying
agree agrees agreed
echo echoes
child children
mimic mimicked mimicking
"""

# Pairs that mean different things, however alike they look.
DIFFERENT = """
generalization generative; generalization general; generalize general; generalized generally; universe university
universal university; news new; organ organization; organ organize; policy police; policies police
optimal optimization; optimize optimum; proof prove; proofs proves; gan gain; ann anne; ann any; sing s; king k
ring r; string str; bed b; red r; bias bia; loss los; class clas; bayes bay; gauss gaus; basis basi; physics physic
series serie; species specie; lens len; dropout drop; dropouts drops; relative relation; relativity relation
rational rationale; rational ration; rate ratio; rate rat; rated rat; hope hop; hoping hop; hopping hope; plan plane
planed plan; planned plane; state station; stat state; nation native; international internal; intern internal
convolution convolve; convention convenient; community communication; commune communism; author authority; arm army
arms army; animal animate; experience experiment; experts experience; import importance; important import
probe probable; operate opera; operator opera; operating opera; execute executive; execution executive
relate relativity; past paste; pasted past; even evening; mean meaning; means meaning; set setting; sets setting
adam adams; feed fee; seed see; need nee; speed spee; wing w; thing th; the thing; she shed; on one; ones on; not note
noting not; car care; caring car; star stare; staring star; bar bare; barred bare; man manning; call cal; pas pass
formal formation; form formal; format formation; form format; inform information; active activation
activity activation; active actor; act active; general genus; generate general; generation general; generic genetics
gene general; graph graphic; dynamics dynamic; statics static; mechanics mechanic; semantics semantic
continue continuum; continuous continuum; marginal margin; margin margarine; ideal idea; ideals ideas; moral morale
local locale; human humane; critic critical; critical criticism; numeral numerous; number numb; matter mat; letter let
summer sum; filter filth; layer lay; tensor tense; kernel kern; vector vect; factor fact; sector sect; author auth
center cent; paper pap; power pow; order ord; corner corn; wander wand; distance distant; instance instant
constant constance; variation variety; variety various; finite finish; normal norm; norms normal; memorial memory
gradient grade; gradual gradient; regular regularization; regulate regularize; singular single; sparse spare
spars sparse; width with
"""


def _same() -> list[tuple[str, str]]:
    rows = [line.split() for line in SAME.split("\n")]
    return [(one, other) for row in rows for place, one in enumerate(row) for other in row[place + 1 :]]


def _different() -> list[tuple[str, str]]:
    one_and_other = [pair.split() for pair in DIFFERENT.replace("\n", ";").split(";") if pair.strip()]
    return [(one, other) for one, other in one_and_other]


WORDS = sorted({word for pair in [*_same(), *_different()] for word in pair})
ENDINGS = "s es ed ing ings ies ied ize ise ized ising isation izations yse yses ysis sis ses ices er our ours".split()
made = st.tuples(st.sampled_from(WORDS), st.sampled_from(["", *ENDINGS])).map("".join)


@pytest.mark.parametrize(("one", "other"), _same())
def test_forms_of_one_word_find_each_other(one: str, other: str) -> None:
    assert other in forms(one)
    assert one in forms(other)


@pytest.mark.parametrize(("one", "other"), _different())
def test_words_that_look_alike_do_not(one: str, other: str) -> None:
    assert other not in forms(one)
    assert one not in forms(other)


@pytest.mark.parametrize("word", "news bayes physics dynamics series species".split())
def test_a_word_that_has_no_forms(word: str) -> None:
    assert forms(word) == ()


@pytest.mark.parametrize("word", ["", "a", "s", "b2", "gpt4", "2019", "net's", "GAN", "сети", "δίκτυο", "深", "naïve"])
def test_what_is_no_folded_latin_word_has_none(word: str) -> None:
    assert forms(word) == ()


@pytest.mark.parametrize(
    ("short", "plural"),
    [("gan", "gans"), ("llm", "llms"), ("vae", "vaes"), ("ntk", "ntks"), ("nn", "nns"), ("ann", "anns")],
)
def test_a_short_name_has_its_plural_and_no_more(short: str, plural: str) -> None:
    assert forms(short) == (plural,)
    assert forms(plural)[0] == short


def test_the_likeliest_comes_first() -> None:
    assert forms("studies")[0] == "study"
    assert forms("networks")[0] == "network"
    assert forms("overfitting")[0] == "overfit"
    assert forms("matrices")[0] == "matrix"
    assert forms("matrix")[:2] == ("matrixes", "matrices")


def test_a_very_long_word_has_none_and_none_is_made() -> None:
    assert forms("a" * 41) == ()
    assert forms("lea" * 1_000_000) == ()
    assert all(len(form) <= 40 for form in forms("b" * 33 + "alized"))


@settings(deadline=None, max_examples=300, derandomize=True)
@given(made)
@example("parametrising")
@example("neighbourised")
@example("colourcolor")
@example("colorfavorhonorodorlaborhumorrigorarmor")
@example("tennis")
@example("lyses")
def test_a_form_has_the_word_as_its_form(word: str) -> None:
    found = forms(word)
    assert len(found) == len(set(found)) <= 40
    assert word not in found
    assert [form for form in found if word not in forms(form)] == []


@settings(deadline=None, max_examples=300, derandomize=True)
@given(st.text(max_size=12) | st.text("aeiosdngzy", max_size=8))
def test_any_text_may_be_asked(text: str) -> None:
    assert text not in forms(text)
