"""The fitting of what reads sentences by their words, on a few sentences; ``memos fit-reader`` runs it on all."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from memos_core.cli.app import app
from memos_core.domain.engram import Modality, Polarity
from memos_core.evaluation import fitting_reader
from memos_core.evaluation.sentences import load_sentences, parsed
from memos_core.operation.formation import linear
from memos_core.operation.formation.facts.reading import SELF, Reading
from memos_core.operation.formation.facts.tagging import Tagger
from memos_core.operation.formation.linear import NONE, Linear, codes, likely, numbered

NAMES = "Leeds York Hull Derby Bath Ripon Wells Truro Ely Durham Perth Oban Ayr Leith Crewe Stoke Bury Rhyl Bude Looe"
LINES = [
    line
    for place in NAMES.split()
    for line in (
        f"these days home is [residence:{place}], by the river",
        f"we had a lovely walk round {place} once",
        "{state~5:the telly has packed up again}, how dull",
        "{constraint~9999:one bite of crab and my throat closes}",
        "she told us a long story about a telly and a crab",
    )
]


def some(*names):
    """The numbers of features of these names."""
    return numbered(codes(["test"]), codes(names))


@pytest.fixture(scope="module")
def sentences():
    return [parsed(line, f"author {place % 4}") for place, line in enumerate(LINES)]


def test_a_fit_separates_what_words_tell_apart_and_is_the_same_every_time():
    examples = [some("a", "b"), some("a", "c")] * 20
    wanted = [1.0, 0.0] * 20
    schedule = fitting_reader.Schedule(rounds=20, rate=0.5, least=3)

    def slope(place, logits):
        return likely(logits) - np.float32(wanted[place])

    first, again = (fitting_reader.linear(examples, 1, slope, schedule) for _ in range(2))
    chances = likely(first.scores(np.array(examples[:2])))[:, 0]
    assert chances[0] > 0.9 > 0.1 > chances[1]
    assert np.array_equal(first.weights, again.weights)
    assert np.array_equal(first.scores(some("never seen")[None])[0], first.bias)


def test_what_few_examples_have_gets_no_weight():
    examples = [some("often")] * 5 + [some("once", "often")]
    schedule = fitting_reader.Schedule(rounds=1, rate=0.5, least=3)
    model = fitting_reader.linear(examples, 1, lambda place, logits: likely(logits) - 1, schedule)
    assert model.features.tolist() == some("often").tolist()


def test_models_are_read_as_they_were_written(tmp_path):
    made = Linear.of(
        np.array([3, 9], np.int32), np.array([[1, -2], [3, 4]], np.int8), np.array([0.5, -1], np.float32), 0.25
    )
    linear.write(tmp_path / "kept.npz", {"one": made, "other": made}, ["", "day"])
    kept, names = linear.read(tmp_path / "kept.npz")
    assert (list(kept), names) == (["one", "other"], ("", "day"))
    numbers = np.array([[3, 9, 11], [9, NONE, NONE]])
    expected = [[0.5 + 4 / 2**0.5 / 4, -1 + 2 / 2**0.5 / 4], [0.5 + 3 / 4, -1 + 4 / 4]]
    assert kept["other"].scores(numbers) == pytest.approx(np.array(expected))


def test_the_likelihood_learns_kinds_and_what_has_no_end(sentences):
    examples = fitting_reader.clauses_of(sentences)
    model = fitting_reader.fit_likelihood(examples)
    chances = np.array([likely(model.scores(features[None]))[0] for features in examples.features])
    assert ((chances[:, :4] > 0.5) == (examples.kinds > 0)).mean() > 0.95
    known = ~np.isnan(examples.always)
    assert ((chances[known, 4] > 0.5) == (examples.always[known] > 0)).all()


def test_the_tagger_finds_values_it_has_not_seen(sentences):
    tagger = fitting_reader.fit_profile(sentences)
    assert tagger.tags == ("", "residence")
    found = tagger.tagged("these days home is Whitby, by the river")
    assert [(one.tag, one.start, one.stop, one.other, one.ended) for one in found] == [
        ("residence", 19, 25, False, False)
    ]
    assert tagger.tagged("we had a lovely walk round Whitby once") == []
    assert tagger.tagged("") == []


def test_a_tally_counts_values_by_slot_polarity_and_words():
    sentence = parsed("we left [-residence:Hull] for [residence:the Isle of Man], [hobby:rowing]")
    said = [
        Reading(person=SELF, slot="residence", value="Hull", start=0, stop=9, polarity=Polarity.ENDED),
        Reading(person=SELF, slot="residence", value="Isle of Man", start=0, stop=9, polarity=Polarity.ENDED),
        Reading(person=SELF, slot="hobby", value="Rowing", start=0, stop=9),
        Reading(person=SELF, slot="likes", value="rowing", start=0, stop=9),
        Reading(person=SELF, slot="owns", value="boat", start=0, stop=9, modality=Modality.PLANNED),
    ]
    tally = fitting_reader.Tally()
    tally.add(sentence, said)
    score = fitting_reader.Score
    assert tally.score("residence") == score(right=1, found=1, wanted=2)
    assert tally.score("hobby") == score(right=1, found=1, wanted=1)
    assert tally.score("likes") == score(right=0, found=1, wanted=0)
    assert tally.score("all") == score(right=2, found=3, wanted=3)


def test_where_no_value_is_told_often_enough_none_is_found():
    tagger = fitting_reader.fit_profile([parsed("home is [residence:Leeds]", "a")] * 5)
    assert tagger.tags == ("",)
    assert tagger.tagged("home is Leeds") == []


def test_the_command_writes_models_and_tells_what_is_found_of_authors_left_out(tmp_path, sentences, monkeypatch):
    monkeypatch.setattr(fitting_reader, "TAG_LEAST", 10)
    for author in range(4):
        text = "\n".join(LINES[place] for place in range(len(LINES)) if place % 4 == author)
        (tmp_path / f"{author}.txt").write_text(text, encoding="utf-8")
    assert len(load_sentences(tmp_path)) == len(sentences)
    out = tmp_path / "out"
    out.mkdir()
    run = CliRunner().invoke(app, ["--json", "fit-reader", str(tmp_path), "--out", str(out)])
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout[run.stdout.index("{") :])
    assert told["clauses"]["state"]["recall"] > 0.9
    assert told["values"]["residence"]["precision"] > 0.9
    assert Tagger.load(out / "tagging.npz").tags == ("", "residence")
    assert "clauses" in linear.read(out / "likelihood.npz")[0]
