import hashlib
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memos_core.interface import tokens
from memos_core.interface.tokens import default_counter, estimate_tokens

with_tables = pytest.mark.skipif(
    find_spec("tiktoken") is None or find_spec("llama_index") is None, reason="needs tiktoken and llama-index-core"
)

CHAT = """\
Anna: Hey Marco! I finally booked the flights to Lisbon, we're leaving on the 14th of June. Can't wait!
Marco: That's amazing news! How long are you staying? I've heard the food there is incredible, especially the pastries.
Anna: Ten days. My sister's joining us for the second week, so we'll probably rent a car and drive down to the coast.
Marco: Sounds perfect. By the way, did your daughter get over that cold? You said she'd missed three days of school.
Anna: She did, thanks for asking :) She's back to playing football and complaining about her maths homework.
Marco: Haha, some things never change. Remember to send me pictures of the lighthouse you mentioned last week.
"""


@pytest.fixture(autouse=True)
def afresh():
    default_counter.cache_clear()
    yield
    default_counter.cache_clear()


@with_tables
def test_counts_are_those_of_cl100k_base():
    count, exact = default_counter()
    assert exact
    assert count("hello world") == 2
    assert count("tiktoken is great!") == 6
    assert count("") == 0
    assert count("<|endoftext|>") == 7, "text must not become a special token"


@with_tables
def test_what_is_known_of_cl100k_base_is_as_published(monkeypatch):
    published = import_module("tiktoken_ext.openai_public")
    asked = {}

    def load(address, expected_hash):
        asked[hashlib.sha1(address.encode()).hexdigest()] = expected_hash
        return {}

    monkeypatch.setattr(published, "load_tiktoken_bpe", load)
    assert published.cl100k_base()["pat_str"] == tokens._PATTERN
    assert asked == {tokens._TABLE: tokens._TABLE_SHA256}


@with_tables
def test_it_is_made_once_and_loads_no_framework():
    assert default_counter() is default_counter()
    code = (
        "import sys; from memos_core.interface.tokens import default_counter; default_counter(); "
        "sys.exit('llama_index.core' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("table", [None, b"aGk= 0\n"])
def test_without_a_sound_table_it_estimates(monkeypatch, tmp_path, table):
    folder = tmp_path / "core" / "_static" / "tiktoken_cache"
    folder.mkdir(parents=True)
    if table is not None:
        (folder / tokens._TABLE).write_bytes(table)

    class Spec:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(tokens, "find_spec", lambda name: Spec)
    assert default_counter() == (estimate_tokens, False)
    if table is not None:
        assert (folder / tokens._TABLE).read_bytes() == table, "somebody else's file"


def test_without_the_packages_it_estimates(monkeypatch):
    monkeypatch.setattr(tokens, "find_spec", lambda name: None)
    assert default_counter() == (estimate_tokens, False)


@with_tables
def test_the_estimate_of_a_chat_errs_high_and_not_by_much():
    count, _ = default_counter()
    assert count(CHAT) <= estimate_tokens(CHAT) <= 1.25 * count(CHAT)
    for line in CHAT.splitlines():
        assert estimate_tokens(line) >= 0.95 * count(line)


@with_tables
@pytest.mark.parametrize(
    "text",
    ["我昨天去了公园，看到了很多漂亮的花。", "昨日は友達と公園へ行きました。", "어제 친구와 함께 공원에 갔습니다.",
     "Вчера мы с друзьями ходили в парк и видели цветы.", "🎉😀🐶 joy", " " * 500, "\n" * 500, "x = {'a': [1, 2]}"],
)  # fmt: skip
def test_the_estimate_is_no_trap_in_other_scripts(text):
    count, _ = default_counter()
    assert 0.9 * count(text) <= estimate_tokens(text) <= 2 * count(text) + 3


@given(st.text(), st.text())
def test_more_text_never_costs_less(left, right):
    assert estimate_tokens(left + " " + right) >= max(estimate_tokens(left), estimate_tokens(right))
