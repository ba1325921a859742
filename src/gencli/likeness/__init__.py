"""Which works of a library are likely the same, told by their facts alone. Pure.

Two works are called duplicates where their titles, authors and years agree as far as they are known and nothing
speaks against it. What speaks against: other identifiers of one kind, other numbers in the title (part I, part II),
other editions or volumes of a book, a notice (erratum, reply, comment) beside its paper, a thesis or software or a
whole book beside a paper, and two publications: a conference paper and the article that came of it are two works,
as a reprint is; a preprint or a report and what was published of it are one. `tests/data/likely_pairs.jsonl` holds
pairs judged by hand, `bench/duplicates.py` the scores.
"""

from gencli.likeness.group import Group, groups
from gencli.likeness.pair import alike
from gencli.likeness.work import Work

__all__ = ["Group", "Work", "alike", "groups"]
