import subprocess
import sys
import unicodedata
from datetime import UTC, datetime
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memos_core.operation.recall import analysis
from memos_core.operation.recall.analysis import analyse, document_terms, query_terms, terms


def of(*words: str) -> tuple[int, ...]:
    return tuple(int.from_bytes(blake2b(word.encode()).digest()[:4], "little") for word in words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("She was running with the dogs", ("run", "dog")),
        ("RUNNING Dogs", ("run", "dog")),
        ("Melanie's painting", ("melani", "paint")),
        ("Melanie’s painting", ("melani", "paint")),
        ("I'll, I'd, I'm, we've, don't, can’t", ()),
        ("I'm ill in the shed", ("ill", "shed")),
        ("O'Brien's", ("obrien",)),
        ("snake_case", ("snake", "case")),
        ("3.5 km on the 7th, room 007", ("3", "5", "km", "7", "room", "007")),
        ("café", ("café", "cafe")),
        ("cafe\u0301", ("café", "cafe")),
        ("STRASSE straße", ("strass", "straße", "strass")),
        ("ﬁne ｆｉｎｅ", ("fine", "fine")),
        ("привет мир", ("привет", "мир")),
        ("हिन्दी", ("हिन्दी",)),
        ("猫", ("猫",)),
        ("小猫。大", ("小猫", "大")),
        ("我喜欢猫", ("我喜", "喜欢", "欢猫")),
        ("私はPythonが好き", ("私は", "python", "が好", "好き")),
        ("co\u00adop", ("coop",)),
        ("the of and", ()),
        ("🎉 — …", ()),
        ("", ()),
        ("may", ("may",)),
    ],
)
def test_words(text, words):
    assert analyse(text) == of(*words)


def test_a_blob_is_one_term_and_is_not_kept():
    blob = "running" * 1000
    assert analyse(blob) == of(blob)
    assert blob not in analysis._vocabulary


def test_the_cache_is_bounded_and_changes_nothing(monkeypatch):
    monkeypatch.setattr(analysis, "_CACHE_WORDS", 10)
    monkeypatch.setattr(analysis, "_vocabulary", analysis._Vocabulary())
    text = " ".join(f"walking{chr(97 + i)}s" for i in range(26))
    assert analyse(text) == analyse(text)
    assert len(analysis._vocabulary) <= 10


def test_queries_lose_what_only_shapes_them():
    assert query_terms("What kind of books would Caroline's sister likely read?", ["Caroline"]) == of(
        "book", "sister", "read"
    )
    assert query_terms("Which dog? The dogs!") == of("dog")
    assert query_terms("Acts of kindness") == of("act", "kind")
    assert query_terms("When?") == ()
    assert query_terms("What happened in May?") == of("happen", "may")


def test_documents_are_found_by_day_and_speaker():
    moment = datetime(2023, 5, 7, 23, 59, tzinfo=UTC)
    found = document_terms("I went hiking", speaker="Anna Lee", occurred_at=moment)
    assert tuple(np.frombuffer(found, "<u4")) == of("7", "may", "2023", "anna", "lee", "went", "hike")


def test_stemming_is_loaded_when_it_is_needed():
    code = "import sys, memos_core.operation.recall.analysis; sys.exit('snowballstemmer' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@given(st.text())
def test_any_text_has_terms_of_four_bytes(text):
    assert terms(text) == np.array(analyse(text), dtype="<u4").tobytes()


@given(st.text(), st.text())
def test_texts_side_by_side_have_the_terms_of_both(left, right):
    assert analyse(f"{left}\n{right}") == analyse(left) + analyse(right)


@given(st.text(st.characters(codec="utf-8")))
def test_composition_does_not_matter(text):
    assert analyse(unicodedata.normalize("NFD", text)) == analyse(unicodedata.normalize("NFC", text))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_case_does_not_matter(text):
    assert analyse(text.upper()) == analyse(text.lower())


@given(st.text())
def test_query_terms_are_distinct_and_from_the_text(text):
    found = query_terms(text)
    assert len(set(found)) == len(found)
    assert set(found) <= set(analyse(text))


def test_stop_words_are_written_as_the_analysis_meets_them():
    for word in analysis._STOP | analysis._FILLERS:
        assert word.isascii() and word.isalpha() and word.islower()
    assert "may" not in analysis._STOP | analysis._FILLERS, "it is a month"
