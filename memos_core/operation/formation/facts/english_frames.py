"""English verb frames: which words after which verb fill which slot. Two tables; ``english`` reads them.

A pattern is matched right after the verb group. Its named groups are slots (see ``values.READERS``); ``end_`` before
one says that the value holds no longer.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from memos_core.operation.formation.facts.english_living import LIVING
from memos_core.operation.formation.facts.english_work import WORK
from memos_core.operation.formation.facts.frame import Frame


@cache
def frames() -> Mapping[str, Sequence[Frame]]:
    """By base form of the verb, in the order in which they are tried."""
    table: dict[str, list[Frame]] = {}
    for verbs, pattern, kind, *sets in (*WORK, *LIVING):
        cased = pattern.replace("[A-Z]", "(?-i:[A-Z])")  # a capital means a name whatever else is ignored
        frame = Frame(pattern=re.compile(cased, re.IGNORECASE), kind=kind, sets=sets[0] if sets else ())
        for verb in verbs.split():
            table.setdefault(verb, []).append(frame)
    return table
