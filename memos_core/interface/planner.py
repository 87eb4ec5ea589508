"""Turns a caller's question into a MemoryCall: subjects, the form to embed, the words to look up."""

from collections.abc import Sequence
from datetime import datetime

from memos_core.domain.query import DEFAULT_STAGES, Filter, MemoryCall, Stage
from memos_core.errors import InvalidInput
from memos_core.interface.arguments import a_moment, a_number, fields
from memos_core.interface.reader import check_text
from memos_core.operation.recall.analysis import query_terms
from memos_core.operation.recall.rewriting import (
    asks_advice,
    asks_list,
    asks_overview,
    expected_answer,
    first_person,
    named_periods,
    subjects,
)

LARGEST_LIMIT = 1000
LEAST_HITS = 50
TOKENS_A_HIT = 16
"""A hit costs at least about as many: so many hits may be shown within a budget."""


def check_call(query: str, where: Filter, budget: int, limit: int | None) -> tuple[Filter, int]:
    """Refuse what cannot be answered; return the filter with its times in UTC, and the limit.

    Raises:
        InvalidText: the query is empty or holds a character that no text may.
        InvalidInput: budget or limit out of range, ``since`` after ``until``.
        NaiveDatetime: a time without a zone.
    """
    check_text(query)
    a_number(budget, "budget", 0)
    most = max(LEAST_HITS, min(budget // TOKENS_A_HIT, LARGEST_LIMIT)) if limit is None else limit
    a_number(most, "limit", 1, LARGEST_LIMIT)
    since, until, at = a_moment(where.since, "since"), a_moment(where.until, "until"), a_moment(where.at, "at")
    if since and until and since >= until:
        raise InvalidInput("since must lie before until")
    checked = Filter(
        speakers=where.speakers,
        roles=where.roles,
        sessions=where.sessions,
        kinds=where.kinds,
        since=since,
        until=until,
        at=at,
        metadata=fields(where.metadata),
        exclude=where.exclude,
    )
    return checked, most


def plan(
    query: str,
    speakers: Sequence[str],
    where: Filter,
    budget: int,
    limit: int,
    now: datetime,
    years: Sequence[int] = (),
    stages: frozenset[Stage] = DEFAULT_STAGES,
) -> MemoryCall:
    """Plan a query, asked at ``now``, against a vault in which ``speakers`` speak of ``years``."""
    named = subjects(query, speakers)
    return MemoryCall(
        query=query,
        subjects=named,
        answer=expected_answer(query),
        periods=named_periods(query, where.at or now, years),
        advice=asks_advice(query, named),
        overview=asks_overview(query) or asks_list(query),
        now=where.at or now,
        stages=stages,
        dense_query=first_person(query, named),
        terms=query_terms(query, named),
        where=where,
        budget=budget,
        limit=limit,
    )
