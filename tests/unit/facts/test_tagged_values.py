"""Values that the words around them give away."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from memos_core.domain.engram import Message, Modality, Polarity
from memos_core.operation.formation.facts import extract_facts, statements
from memos_core.operation.formation.facts.page import page_of
from memos_core.operation.formation.facts.reading import SELF, Person, Reading
from memos_core.operation.formation.facts.tagged_values import DOUBTED, weighed
from memos_core.operation.formation.facts.tagging import Tagged, Weighed, _joined, described, shipped
from memos_core.operation.formation.words import tokens

AT = datetime(2026, 3, 11, 10, tzinfo=UTC)


class Saying:
    """A tagger that finds given words."""

    def __init__(self, words: str, tag: str, *, likely: float = 0.9, ended: bool = False, other: bool = False) -> None:
        self.words, self.tag, self.likely, self.ended, self.other = words, tag, likely, ended, other

    def weighed(self, text: str) -> Weighed:
        return Weighed(words=[], chances=np.zeros((0, 1)), marks=np.zeros((0, 2)), slots={})

    def tagged(self, text: str) -> list[Tagged]:
        start = text.index(self.words)
        stop = start + len(self.words)
        return [Tagged(start=start, stop=stop, tag=self.tag, likely=self.likely, ended=self.ended, other=self.other)]


def read(text: str, saying: Saying, said=()) -> list[Reading]:
    """What a tagger adds to what the rules said."""
    return [one for one in weighed(page_of(text, AT, UTC), said, saying) if one not in said]


def test_a_value_is_read_with_its_clause_and_its_probability():
    text = "Long day. Home was Leeds all along."
    (found,) = read(text, Saying("Leeds", "residence"))
    assert (found.person, found.slot, found.value, found.confidence) == (SELF, "residence", "Leeds", 0.9)
    assert text[found.start : found.stop] == "Home was Leeds all along"


def test_a_tag_may_name_the_value():
    (found,) = read("The papers came through", Saying("papers", "relationship_status=divorced"))
    assert (found.slot, found.value) == ("relationship_status", "divorced")


def test_what_holds_no_longer_ends():
    (found,) = read("Handed back the keys of the Leeds flat", Saying("Leeds", "residence", ended=True))
    assert found.polarity is Polarity.ENDED


def test_somebody_elses_value_is_that_of_the_one_mentioned_before():
    (found,) = read("My sister calls Leeds home", Saying("Leeds", "residence", other=True))
    assert (found.person.kind, found.person.word) == ("kin", "sister")
    assert read("Some call Leeds home", Saying("Leeds", "residence", other=True)) == []


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Is home still Leeds?", "residence"),
        ("If home were Leeds", "residence"),
        ("Leeds is my favourite", "favorite"),
        ("x " * 1000 + "Leeds", "residence"),
    ],
)
def test_questions_suppositions_documents_and_tags_that_do_not_say_which_tell_nothing(text, tag):
    assert read(text, Saying("Leeds", tag, likely=0.85)) == []


@pytest.mark.parametrize(
    ("text", "words", "tag"),
    [
        ("We met at uni", "uni", "school"),
        ("Some call it the home", "the", "residence"),
        ("妹妹今年上大学", "大学", "school"),
        ("我可能会搬到广州", "广州", "residence"),
        ("我在杭州工作", "杭州", "residence"),
    ],
)
def test_what_names_nothing_or_is_hedged_is_no_value(text, words, tag):
    assert read(text, Saying(words, tag)) == []


@pytest.mark.parametrize(
    ("rule", "likely", "ended", "read_"),
    [
        ({}, 0.9, False, False),
        ({"value": "Hull"}, 0.9, False, False),
        ({"value": "Hull"}, 0.9, True, True),
        ({"value": "Hull", "polarity": Polarity.ENDED}, 0.9, False, True),
        ({"value": "Hull", "person": Person(kind="kin", word="sister")}, 0.9, False, True),
        ({"person": Person(kind="kin", word="sister")}, 0.9, False, False),
        ({"polarity": Polarity.NEGATED}, 0.9, False, False),
        ({"modality": Modality.HYPOTHETICAL}, 0.9, False, True),
        ({"slot": "hobby", "value": "walks in Leeds"}, 0.9, False, True),
    ],
)
def test_the_tagger_keeps_to_what_the_rules_left_open(rule, likely, ended, read_):
    said = Reading(**{"person": SELF, "slot": "residence", "value": "Leeds", "start": 0, "stop": 5} | rule)
    saying = Saying("Leeds", "residence", likely=likely, ended=ended)
    assert bool(read("Home was Leeds", saying, [said])) is read_


@pytest.mark.parametrize(("likely", "read_"), [(0.75, False), (0.9, True)])
def test_words_that_a_rule_has_read_are_read_as_something_else_only_where_that_is_sure(likely, read_):
    rule = Reading(person=SELF, slot="owns", value="guitar", start=0, stop=9)
    assert bool(read("Guitar most nights", Saying("Guitar", "hobby", likely=likely), [rule])) is read_


@pytest.mark.parametrize(("likely", "read_"), [(0.95, True), (0.85, False)])
def test_a_question_presumes_only_what_is_nearly_certain(likely, read_):
    assert bool(read("What can I eat with gout?", Saying("gout", "condition", likely=likely))) is read_


class Doubting:
    """A tagger that gives every word of a text one chance to be a residence."""

    def __init__(self, chance: float) -> None:
        self.chance = chance

    def weighed(self, text: str) -> Weighed:
        words = tokens(text)
        chances = np.tile(np.float32([1 - self.chance, self.chance]), (len(words), 1))
        return Weighed(words=words, chances=chances, marks=np.zeros((len(words), 2)), slots={"residence": [1]})

    def tagged(self, text: str) -> list[Tagged]:
        return []


@pytest.mark.parametrize(
    ("change", "chance", "kept"),
    [
        ({}, DOUBTED / 2, False),
        ({}, DOUBTED * 2, True),
        ({"polarity": Polarity.ENDED}, DOUBTED / 2, False),
        ({"modality": Modality.PLANNED}, DOUBTED / 2, True),
        ({"value": "elsewhere"}, DOUBTED / 2, True),
        ({"slot": "hobby"}, DOUBTED / 2, True),
        ({"slot": "relative.sister"}, DOUBTED / 2, True),
    ],
)
def test_a_rule_is_not_believed_where_the_words_speak_against_it(change, chance, kept):
    text = "My boss lives in Leeds and tells everybody"
    rule = Reading(**{"person": SELF, "slot": "residence", "value": "Leeds", "start": 0, "stop": len(text)} | change)
    assert weighed(page_of(text, AT, UTC), [rule], Doubting(chance)) == [rule] * kept


def test_an_enumeration_is_believed_as_a_whole():
    class Knowing(Doubting):
        def weighed(self, text: str) -> Weighed:
            found = super().weighed(text)
            found.chances[[word.text == "Leeds" for word in found.words]] = [0.1, 0.9]
            return found

    said = [Reading(person=SELF, slot="residence", value=value, start=0, stop=20) for value in ("Leeds", "York")]
    assert weighed(page_of("Home is Leeds and York", AT, UTC), said, Knowing(DOUBTED / 2)) == said
    apart = replace(said[1], start=14)
    assert weighed(page_of("Home is Leeds and York", AT, UTC), [said[0], apart], Knowing(DOUBTED / 2)) == said[:1]


def test_of_a_document_the_rules_are_believed():
    rule = Reading(person=SELF, slot="residence", value="Leeds", start=0, stop=5)
    assert weighed(page_of("Leeds " * 300, AT, UTC), [rule], Doubting(0.0)) == [rule]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Mine's a Fiat Panda, the old square one", ("vehicle", "Fiat Panda")),
        ("being a plumber means my own taps drip", ("occupation", "plumber")),
    ],
)
def test_the_shipped_tagger_finds_wordings_without_a_pattern(text, fact, monkeypatch):
    message = Message(source="a", text=text, speaker="Nora", role="user", session="s", at=AT)
    assert fact in {(one.predicate, one.object) for one in extract_facts(message)}
    monkeypatch.setattr(statements, "weighed", lambda page, said, tagger: said)
    statements.read.cache_clear()
    assert fact not in {(one.predicate, one.object) for one in extract_facts(message)}
    statements.read.cache_clear()


@pytest.mark.parametrize(("likely", "read_"), [(0.95, True), (0.75, False)])
def test_where_one_value_holds_at_a_time_it_must_be_sure(likely, read_):
    saying = Saying("Leeds", "residence", likely=likely)
    assert bool(read("Home was Leeds", saying)) is read_
    assert read("I go running with Leeds folk", Saying("running", "hobby", likely=0.6))


@pytest.mark.parametrize(("beside", "value"), [(0.2, "New York City"), (0.1, "York")])
def test_neighbours_of_a_sure_word_belong_to_its_value(beside, value):
    text = "in New York City today"
    chances = np.array([0.01, beside, 0.9, beside, 0.01], np.float32)
    weighed = Weighed(
        words=tokens(text),
        chances=np.stack([1 - chances, chances], 1),
        marks=np.tile(np.float32([0.1, 0.9]), (5, 1)),
        slots={"residence": [1]},
    )
    (found,) = _joined(weighed, ("", "residence"))
    assert (found.tag, text[found.start : found.stop], found.ended, found.other) == ("residence", value, False, True)
    assert found.likely == pytest.approx(0.9)


def test_the_chance_of_a_slot_is_that_of_all_its_tags():
    text = "The papers came through, so divorced it is"
    found, start = shipped().weighed(text), text.index("divorced")
    (word,) = (place for place, one in enumerate(found.words) if one.text == "divorced")
    each = [found.chances[word, place] for place, tag in enumerate(shipped().tags) if tag.startswith("relationship_st")]
    assert len(each) > 2
    assert found.chance("relationship_status", start, start + 8) == pytest.approx(sum(each))
    assert found.chance("shoe size", start, start + 8) is None
    assert found.chance("diet", 3, 4) is None


def test_most_of_what_is_said_is_passed_over():
    assert shipped().tagged("The rain hasn't let up since this morning, has it?") == []
    assert shipped().tagged("") == []


def test_tokens_keep_their_places():
    text = "my 2 cats, 小花 & Tilly"
    found = tokens(text)
    assert [one.text for one in found] == ["my", "2", "cats", ",", "小", "花", "&", "Tilly"]
    assert all(text[one.start : one.stop] == one.text for one in found)
    assert len(list(described(found))) == len(found)
