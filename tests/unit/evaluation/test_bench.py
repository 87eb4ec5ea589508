"""A whole run on a hand-made benchmark, with an embedder that needs no model."""

import json
from dataclasses import fields, replace

import pytest

from memos_core import MemoryOS
from memos_core.domain.turn import Turn
from memos_core.errors import MissingExtra
from memos_core.evaluation import fingerprints, plots, report
from memos_core.evaluation.baselines import BM25, COSINE, FUSED, NEWEST, Haystack, baseline
from memos_core.evaluation.bench import BATCH, TUNED, Settings, run
from memos_core.evaluation.benchmarks import Benchmark
from memos_core.evaluation.dialogue import Conversation, Question
from memos_core.evaluation.keeping import KeptCounts, KeptVectors
from memos_core.evaluation.summary import summarise
from memos_core.evaluation.systems import OURS, Recall, recall_with, without_each
from memos_core.operation.recall.ranking import DEFAULT_WEIGHTS, Weights
from memos_core.testing.fakes import HashEmbedder

SAID = (
    ("Ada", "The heron on the weather vane is made of copper."),
    ("Ben", "I bought three crates of quinces at the market."),
    ("Ada", "My sister repairs accordions in Trieste."),
    ("Ben", "Accordions! Does she also tune them?"),
    ("Ada", "She tunes them by ear, with a wooden hammer."),
    ("Ben", "The quinces became jelly, eleven jars of it."),
)
TURNS = tuple(
    Turn(text=text, speaker=name, session=f"day {i // 3}", source=f"m{i}") for i, (name, text) in enumerate(SAID)
)
QUESTIONS = (
    Question(text="What does Ada's sister repair?", answer="accordions", category="family", evidence=("m2",)),
    Question(text="What became of the quinces?", answer="jelly", category="kitchen", evidence=("m1", "m5")),
    Question(text="Who painted the bridge?", category="adversarial"),
)
CONVERSATION = Conversation(name="talk", turns=TURNS, questions=QUESTIONS)
BENCH = Benchmark(
    name="tiny",
    title="Tiny",
    about="Six turns.",
    load=lambda path: [CONVERSATION],
    headline=("recall@5", "recall_within_60", "answer_within_60", "tokens_within_60"),
    budgets=(30, 60),
    compared=("recall@5", "recall_within_60"),
)


@pytest.fixture
def settings(tmp_path):
    return Settings(kept=tmp_path / "kept", embedder=HashEmbedder())


@pytest.fixture
def vault(tmp_path):
    with MemoryOS.open(f"sqlite:///{tmp_path / 'm.db'}", embedder=HashEmbedder(), worker=False) as memory:
        vault = memory.vault("talk")
        vault.remember(list(TURNS))
        vault.settle()
        yield vault


def measure(settings, conversations=(CONVERSATION,)):
    return list(run(BENCH, conversations, settings))


# ── systems ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("question", QUESTIONS)
def test_recall_with_the_default_weights_is_what_a_user_gets(vault, question):
    for sessions in ((), ("day 1",)):
        theirs = vault.recall(question.text, budget=60, limit=200, sessions=sessions)
        assert recall_with(vault, question.text, DEFAULT_WEIGHTS, budget=60, sessions=sessions) == theirs


def test_other_weights_rank_otherwise(vault):
    named = replace(DEFAULT_WEIGHTS, **{field.name: 0.0 for field in fields(Weights)} | {"subject": 1.0})
    hits = recall_with(vault, "What does Ben keep?", named, budget=500).hits
    assert [hit.cube.header.speaker for hit in hits[:3]] == ["Ben"] * 3


def test_every_feature_that_counts_is_left_out_once(vault):
    ablated = list(without_each(vault, replace(DEFAULT_WEIGHTS, subject=0.0)))
    assert "without dense" in [system.name for system in ablated]
    assert "without subject" not in [system.name for system in ablated]
    assert all(system.weights != DEFAULT_WEIGHTS for system in ablated)


def test_a_recall_is_asked_within_the_question_s_sessions(vault):
    found = Recall(vault).find(replace(QUESTIONS[1], sessions=("day 0",)), (500,))
    assert set(found.ranking) <= {"m0", "m1", "m2"}
    assert found.ms is not None and found.ms > 0


def test_baselines_rank_by_what_they_say(vault):
    haystack = Haystack(vault)
    repair, jelly, _ = QUESTIONS
    found = {name: baseline(name, haystack).find(repair, (500,)) for name in (COSINE, BM25, FUSED, NEWEST)}
    assert found[BM25].ranking[0] == "m2"
    assert "m5" not in found[BM25].ranking, "no word in common"
    assert found[NEWEST].ranking == ("m5", "m4", "m3", "m2", "m1", "m0")
    assert len(found[COSINE].ranking) == len(found[FUSED].ranking) == 6
    within = baseline(COSINE, haystack).find(replace(jelly, sessions=("day 1",)), (500,))
    assert set(within.ranking) == {"m3", "m4", "m5"}


def test_a_baseline_s_context_keeps_to_its_budget_and_shows_what_it_says(vault):
    haystack = Haystack(vault)
    small, large = (baseline(FUSED, haystack).find(QUESTIONS[1], (30, 500)).contexts[n] for n in (30, 500))
    assert 0 < small.tokens <= 30 < large.tokens
    assert len(small.sources) < len(large.sources) == 6
    assert all(
        dict(zip((f"m{i}" for i in range(6)), SAID, strict=True))[source][1] in large.text for source in large.sources
    )
    assert haystack.whole().sources == large.sources


# ── a run ───────────────────────────────────────────────────────────────────────────────────────


def test_a_run_measures_every_system(settings):
    (measured,) = measure(settings)
    assert list(measured.systems) == [OURS, FUSED, COSINE, BM25, NEWEST]
    assert (measured.ingest.turns, measured.ingest.passages) == (6, 6)
    assert measured.ingest.seconds > 0
    assert measured.ingest.answers == 1.0
    family, kitchen, other = measured.systems[OURS]
    assert family.metrics["recall@5"] == kitchen.metrics["recall@5"] == 1.0
    assert family.metrics["answer_within_60"] == 1.0
    assert (other.answerable, set(other.metrics)) == (False, {"tokens_within_30", "tokens_within_60"})


def test_without_an_embedder_there_are_no_vectors_to_compare(settings):
    (measured,) = measure(replace(settings, embedder=None))
    assert list(measured.systems) == [OURS, BM25, NEWEST]


def test_ablations_and_other_weights_come_beside(settings):
    tuned = replace(DEFAULT_WEIGHTS, dense=0.0)
    (measured,) = measure(replace(settings, weights=tuned, ablate=True))
    assert list(measured.systems)[:2] == [OURS, TUNED]
    assert "without dense" not in measured.systems
    assert "without window" in measured.systems


def test_a_second_run_embeds_and_asks_nothing(settings, monkeypatch):
    first = measure(settings)
    embedder = HashEmbedder()
    monkeypatch.setattr(Recall, "find", lambda *_: pytest.fail("asked again"))
    monkeypatch.setattr(Haystack, "found", lambda *_: pytest.fail("asked again"))
    assert measure(replace(settings, embedder=embedder)) == first
    assert embedder.calls == 0


@pytest.mark.parametrize("change", ["questions", "fresh"])
def test_what_has_changed_is_measured_again(settings, monkeypatch, change):
    measure(settings)
    asked = []
    find = Recall.find

    def noted(self, question, budgets):
        asked.append(question.text)
        return find(self, question, budgets)

    monkeypatch.setattr(Recall, "find", noted)
    if change == "fresh":
        measure(replace(settings, fresh=True))
        assert asked == [question.text for question in QUESTIONS]
    else:
        measure(settings, [replace(CONVERSATION, questions=QUESTIONS[:1])])
        assert asked == [QUESTIONS[0].text]


def test_a_store_that_was_cut_off_is_completed(settings, monkeypatch):
    turns = tuple(Turn(text=f"Line {i} of the ship's log.", session="log", source=f"n{i}") for i in range(BATCH + 3))
    log = Conversation(name="log", turns=turns, questions=(Question(text="line 258", evidence=("n258",)),))

    def cut_off(step):
        if step.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(run(BENCH, [log], settings, cut_off))
    (measured,) = measure(settings, [log])
    assert measured.ingest.passages == BATCH + 3
    assert measured.ingest.seconds == 0, "a part of it was there already"
    assert measured.systems[BM25][0].metrics["recall@5"] == 1.0


def test_the_time_that_remembering_took_outlives_a_change_of_code(settings, monkeypatch):
    (first,) = measure(settings)
    monkeypatch.setattr(fingerprints, "of_baselines", lambda: "other code")
    (second,) = measure(settings)
    assert second.ingest == first.ingest


def test_kept_vectors_are_those_of_the_embedder(tmp_path):
    plain, counted = HashEmbedder(), HashEmbedder()
    kept = KeptVectors(counted, tmp_path)
    assert (kept.embed(["one", "two", "one"]) == plain.embed(["one", "two", "one"])).all()
    kept.save()
    again = KeptVectors(counted, tmp_path)
    assert (again.embed(["two", "three"]) == plain.embed(["two", "three"])).all()
    assert (again.served, counted.calls) == (1, 2)
    assert KeptVectors(HashEmbedder(name="other"), tmp_path).embed(["one"]).tolist() != kept.embed(["one"]).tolist()


def test_kept_counts_count_a_text_once_unless_paused():
    counted = []
    counts = KeptCounts(lambda text: len(counted.append(text) or text))  # type: ignore[func-returns-value]
    assert (counts("abc"), counts("abc"), counted) == (3, 3, ["abc"])
    with counts.paused():
        assert (counts("abc"), counted) == (3, ["abc"] * 2)
    counts.forget()
    assert (counts("abc"), counted) == (3, ["abc"] * 3)


def test_some_questions_are_timed(vault):
    recall = Recall(vault, timed_every=3)
    times = [recall.find(QUESTIONS[0], (60,)).ms for _ in range(6)]
    assert [ms is None for ms in times] == [False, True, True, False, True, True]


# ── what is told ────────────────────────────────────────────────────────────────────────────────


def test_the_report_holds_every_system_and_category(settings, tmp_path):
    ablated = replace(settings, ablate=True)
    summary = summarise(BENCH, measure(ablated), ablated)
    files = report.write(BENCH, summary, tmp_path)
    page, data = (file.read_text(encoding="utf-8") for file in files)
    assert "|  | memos | reciprocal ranks | cosine | BM25 | recent context |" in page
    assert "| R@5 | 1.000 |" in page
    assert "| family | 1 |" in page
    assert "## R 60 by category, every system" in page
    assert "| without window |" in page
    value = json.loads(data)
    assert value["counts"] == {"adversarial": 1, "family": 1, "kitchen": 1}
    assert value["systems"][OURS]["overall"]["recall@5"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "n": 2}
    assert value["systems"][OURS]["categories"]["kitchen"]["recall@5"]["n"] == 1
    assert set(value["systems"][OURS]["query_ms"]) == {"p50", "p95"}
    assert value["systems"][BM25]["query_ms"] is None


def test_pictures_are_drawn(settings, tmp_path):
    pytest.importorskip("matplotlib", reason="comes with the extra bench, which the tests do not need otherwise")
    summary = summarise(BENCH, measure(settings), settings)
    drawn = plots.draw(BENCH, summary, tmp_path)
    assert [file.name for file in drawn] == ["tiny-tokens.png", "tiny-categories.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in drawn)


def test_without_matplotlib_the_cure_is_named(monkeypatch):
    monkeypatch.setattr(plots, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"memos-middleware\[bench\]"):
        plots.check_readiness()
