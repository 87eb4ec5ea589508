import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from memos_core.operation.recall.analysis import query_terms
from memos_core.operation.recall.condensing import GAP, Interest, condense, estimated_tokens, told


def shortened(text: str, question: str = "", room: float = 12, passage: tuple[int, int] | None = None) -> str:
    interest = Interest.of(query_terms(question), [text])
    return told(text, condense(text, passage or (0, len(text)), room, interest))


def in_order(shown: list[str], source: list[str]) -> bool:
    rest = iter(source)
    return all(word in rest for word in shown)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


FAMILY = (
    "Hey there, thanks so much! My sister Ana moved to Lisbon in 2021 with her two dogs. The weather was lovely all "
    "week long. I told them that I am allergic to peanuts. Could you help me find a good restaurant for Saturday?"
)


@pytest.mark.parametrize(
    "question, expected",
    [
        ("Where does her sister live?", f"{GAP} My sister Ana moved to Lisbon in 2021 with her two dogs. {GAP}"),
        ("Any allergies to peanuts?", f"{GAP} I told them that I am allergic to peanuts. {GAP}"),
        ("What was the weather like?", f"{GAP} The weather was lovely all week long. {GAP}"),
    ],
)
def test_what_is_asked_about_is_kept(question: str, expected: str):
    assert shortened(FAMILY, question) == expected


def test_greetings_and_requests_give_way_to_what_is_told():
    shown = shortened(FAMILY, room=40)
    assert "Lisbon in 2021" in shown
    assert "allergic to peanuts" in shown
    assert "thanks" not in shown
    assert "Could you" not in shown


def test_more_room_tells_more():
    sizes = [len(shortened(FAMILY, "sister", room)) for room in (5, 25, 45, 500)]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 4
    assert shortened(FAMILY, "sister", 500) == FAMILY


def test_a_clause_is_not_cut_even_when_there_is_no_room():
    assert shortened("I do not want any of the 25 white lilies in the large hall.", "lilies", 1) == (
        "I do not want any of the 25 white lilies in the large hall."
    )


@pytest.mark.parametrize(
    "text, question, together",
    [
        ("We planned to sail to Corsica in June. But it never happened.", "Corsica", ("Corsica", "never")),
        ("I used to eat fish every week. Not any more.", "fish", ("fish", "Not any more")),
        ("Do you want to keep the boat? No, I sold it.", "boat", ("boat", "No")),
        ("I do not eat any of these:\n- peanuts\n- shrimp\n- celery", "shrimp", ("do not", "shrimp")),
        ("If the weather is bad on Saturday morning, I will not go out to the island with them.", "island",
         ("weather is bad", "not")),
        ("Dr. Ines Prado called about the results. It rained a lot here.", "results", ("Dr.", "Prado")),
        ("我不吃这些：\n- 花生\n- 虾\n- 芹菜", "虾", ("不吃", "虾")),
    ],
)  # fmt: skip
def test_what_belongs_together_stays_together(text: str, question: str, together: tuple[str, ...]):
    padded = f"{text} The rest of the evening was quiet and we played some cards.\nSo it went on and on for hours."
    shown = shortened(padded, question, 8)
    assert all(part in shown for part in together), shown


def test_a_long_sentence_is_cut_where_another_statement_begins():
    text = (
        "I finished the login page of the shop on Tuesday evening, and I want to make sure that the session expires, "
        "so can you help me write a test for the cookie handling of the browser?"
    )
    assert shortened(text, "When did I finish the login page?") == (
        f"I finished the login page of the shop on Tuesday evening {GAP}"
    )


@pytest.mark.parametrize("start", ["Sure, here it is:", "The loader reads 12 files."])
def test_code_is_left_out(start: str):
    text = f"{start}\n```python\ndef load(path):\n    return [open(p) for p in path]\n```\nIt takes a list of names."
    shown = shortened(text, "What does the loader take?")
    assert "It takes a list of names." in shown
    assert "open(p)" not in shown


def test_code_is_told_where_there_is_nothing_else():
    assert (
        shortened("def load(path):\n    return [open(p) for p in path]\n\nx = {1: 2}", "load", 5)
        == f"def load(path): {GAP}"
    )


def test_a_passage_inside_a_fence_is_code_and_the_opening_tells_what_it_is_about():
    text = "I wrote a parser for the tide tables.\n```\nfor row in table\n  take row\n  and so on\n```"
    passage = (text.index("for row"), len(text))
    assert shortened(text, "tide", 8, passage) == f"I wrote a parser for the tide tables. {GAP}"


def test_a_clause_that_the_edge_of_the_passage_cuts_gives_way():
    text = (
        "The doctor said that she would under no circumstances whatsoever recommend the walnut cake to anybody at all. "
        "Walnut cake is sold at the market every Saturday morning."
    )
    passage = (text.index("recommend"), len(text))
    assert shortened(text, "Is walnut cake fine?", 12, passage).endswith(
        "Walnut cake is sold at the market every Saturday morning."
    )
    assert "recommend" not in shortened(text, "Is walnut cake fine?", 12, passage)


def test_words_that_all_found_texts_have_count_little():
    texts = [f"The garden of the house has a {thing} in it." for thing in ("pond", "shed", "wall")]
    text = "The garden of the house is next to the garden of the church. There is a shed with old tools in it."
    shown = told(text, condense(text, (0, len(text)), 8, Interest.of(query_terms("garden house shed"), texts * 5)))
    assert "shed" in shown


def test_markup_is_not_told():
    assert told("**Mara** likes\n## Boats", ((0, 23),)) == "Mara likes Boats"


TEXTS = st.lists(
    st.sampled_from(
        ["I do not like 3 cats", "but she does", "; and we never go", ", so I stayed", ". ", "! ", "?\n", "```\n",
         "x = {1}\n",
         "我不吃鱼。", "Dr. Who", "\n- item 7", " – ", "no", "…", " ", "\u2028", "e.g. this", "(as I said)", "Sure!"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(TEXTS, st.integers(0, 20), st.floats(0, 80))
@example("a" * 5000, 0, 3)
@example(" " * 50_000 + "b", 0, 0)
def test_spans_are_disjoint_in_order_and_tell_words_of_the_text_in_order(text: str, skipped: int, room: float):
    starts = [word.start() for word in re.finditer(r"\w+", text)]
    passage = (starts[skipped] if skipped < len(starts) else 0, len(text))
    interest = Interest.of(query_terms("Which cats do we not like?"), [text])
    spans = condense(text, passage, room, interest)
    assert spans == condense(text, passage, room, interest)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
    shown = told(text, spans)
    assert "\n" not in shown
    assert in_order(words(shown), words(text))


@given(
    st.lists(st.sampled_from(["tea", "rice", "fish", "lamb", "kale", "figs"]), min_size=1, max_size=6),
    st.sampled_from(["I do not eat {} at home.", "She never buys {} for us.", "We had {} on 12 May."]),
    st.sampled_from(["tea", "rice", "fish", "lamb", "kale", "figs"]),
    st.floats(1, 40),
)
def test_negations_and_numbers_stay_with_their_nouns(nouns: list[str], form: str, asked: str, room: float):
    text = " ".join(form.format(noun) for noun in nouns)
    shown = shortened(text, f"What about {asked}?", room)
    kept = [sentence for sentence in (form.format(noun) for noun in set(nouns)) if sentence in shown]
    assert all(any(noun in sentence for sentence in kept) for noun in nouns if noun in words(shown))
    assert kept


def test_tokens_are_estimated_for_every_script():
    assert estimated_tokens("word " * 100) == pytest.approx(100, rel=0.25)
    assert estimated_tokens("我喜欢吃鱼" * 20) == pytest.approx(100, rel=0.5)
    assert estimated_tokens("\ud800") > 0
