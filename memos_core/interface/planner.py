"""Turns a caller's question into a MemoryCall: subjects, the form to embed, the words to look up."""

from collections.abc import Sequence

from memos_core.domain.moment import to_utc
from memos_core.domain.query import Filter, MemoryCall
from memos_core.errors import InvalidInput
from memos_core.interface.reader import check_text
from memos_core.operation.recall.analysis import query_terms
from memos_core.operation.recall.rewriting import first_person, subjects

LARGEST_LIMIT = 1000


def check_call(query: str, where: Filter, budget: int, limit: int) -> Filter:
    """Refuse what cannot be answered; return the filter with its times in UTC.

    Raises:
        InvalidText: the query is empty or holds a character that no text may.
        InvalidInput: budget or limit out of range, ``since`` after ``until``.
        NaiveDatetime: a time without a zone.
    """
    check_text(query)
    if budget < 0:
        raise InvalidInput(f"budget={budget}: a number of tokens, 0 or more, was expected")
    if not 1 <= limit <= LARGEST_LIMIT:
        raise InvalidInput(f"limit={limit}: 1 to {LARGEST_LIMIT} was expected")
    times = {name: getattr(where, name) for name in ("since", "until", "at")}
    utc = {name: to_utc(moment, name) if moment is not None else None for name, moment in times.items()}
    if utc["since"] and utc["until"] and utc["since"] >= utc["until"]:
        raise InvalidInput("since must lie before until")
    return Filter(
        speakers=where.speakers,
        roles=where.roles,
        sessions=where.sessions,
        kinds=where.kinds,
        metadata=where.metadata,
        **utc,
    )


def plan(query: str, speakers: Sequence[str], where: Filter, budget: int, limit: int) -> MemoryCall:
    """Plan a query against a vault in which ``speakers`` speak."""
    named = subjects(query, speakers)
    return MemoryCall(
        query=query,
        subjects=named,
        dense_query=first_person(query, named),
        terms=query_terms(query, named),
        where=where,
        budget=budget,
        limit=limit,
    )
