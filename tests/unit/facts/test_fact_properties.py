"""What holds for the facts of any message."""

import subprocess
import sys
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memos_core.domain.engram import Message
from memos_core.errors import NaiveDatetime
from memos_core.operation.formation.facts import extract_facts
from tests.unit.facts.fact_probes import SAID_AT, said

PIECES = [
    "I",
    "my sister Ana",
    "we",
    "she",
    "Tom",
    "moved to",
    "lives in",
    "work at",
    "am",
    "don't like",
    "used to",
    "Leeds",
    "Acme",
    "a nurse",
    "vegan",
    "last week",
    "since 2019",
    "not",
    "actually",
    "but",
    ", ",
    ". ",
    "? ",
    "! ",
    "\n",
    "“",
    "”",
    "```",
    "’",
    "my birthday is 3 May",
    "just kidding",
    "我",
    "住在",
    "北京",
    "不",
    "喜欢",
    "，",
    "。",
    "吗？",
    "我姐姐叫",
    "以后请",
    "\x00",
    "🙂",
    "if",
    "always",
    "call me Liz",
    "it's",
    "12",
    "İ",
]
TEXTS = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=4))
def test_evidence_lies_inside_the_message_and_every_fact_has_some(text, earlier):
    before = [said(one, speaker=("", "Mara")[place % 2], place=place) for place, one in enumerate(earlier)]
    message = Message(source="now", version=3, text=text, speaker="Mara", role="user", session="s", at=SAID_AT)
    for fact in extract_facts(message, before, ZoneInfo("Asia/Shanghai")):
        assert fact.evidence
        for one in fact.evidence:
            assert (one.source, one.version) == ("now", 3)
            assert 0 <= one.start < one.stop <= len(text)
        assert fact.subject
        assert fact.object
        assert fact.text
        assert 0 <= fact.confidence <= 1
        assert fact.observed_at == SAID_AT


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_the_same_message_gives_the_same_facts(text):
    assert extract_facts(said(text), zone=UTC) == extract_facts(said(text), zone=UTC)


def test_a_naive_time_is_refused():
    with pytest.raises(NaiveDatetime):
        extract_facts(Message(source="a", text="I live in Leeds.", at=SAID_AT.replace(tzinfo=None)))


@pytest.mark.timeout(60)  # a rule that backtracks would take hours
@pytest.mark.parametrize(
    "piece",
    ["my name, ", "a   ", "I live in ", "我住在", '"x ', "it's my car - ", "everyone calls me ", "我家的狗叫"],
)
def test_long_texts_are_read_to_their_end(piece):
    extract_facts(said(piece * 2000))


def test_importing_the_package_compiles_nothing():
    code = "import sys, memos_core.operation.formation.facts; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = [name for name in done.stdout.split() if name.startswith("memos_core.operation.formation.facts.")]
    assert loaded == []
