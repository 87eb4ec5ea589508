import pytest

from memos_core.domain.turn import Turn
from memos_core.evaluation.dialogue import Question
from memos_core.evaluation.metrics import (
    Messages,
    Outcome,
    coverage,
    estimates,
    outcome,
    separation,
    tokens_to_reach,
)
from memos_core.evaluation.systems import Context, Found
from memos_core.operation.recall.analysis import analyse

TURNS = [
    Turn(text="The lighthouse keeper paints seabirds in winter.", session="one", source="a"),
    Turn(text="Her boat is called Heron and leaks.", session="two", source="b"),
    Turn(text="Nothing to add.", session="three", source="c"),
]
MESSAGES = Messages.of(TURNS)
WINTER = Question(text="What does she paint?", answer="Seabirds and boats", evidence=("a", "b"), rubric=("in winter",))


def found(ranking, text="", sources=(), tokens=10, score=None):
    contexts = {100: Context(text=text, tokens=tokens, sources=frozenset(sources))}
    return Found(ranking=ranking, contexts=contexts, score=score)


def measured(question, answer):
    return outcome(0, question, answer, MESSAGES).metrics


def test_recall_by_rank():
    metrics = measured(WINTER, found(["c", "x1", "x2", "x3", "a", "b"]))
    assert (metrics["recall@5"], metrics["recall@10"]) == (0.5, 1.0)
    assert (metrics["all@5"], metrics["all@10"]) == (0.0, 1.0)
    assert (metrics["hit@5"], measured(WINTER, found(["c"]))["hit@5"]) == (1.0, 0.0)


def test_sessions_are_counted_once_each():
    many = [Turn(text="x", session=f"s{i}", source=f"x{i}") for i in range(6)]
    messages = Messages.of([*TURNS, *many])
    near = outcome(0, WINTER, found(["x0", "x0", "x1", "x2", "x3", "a"]), messages).metrics
    far = outcome(0, WINTER, found(["x0", "x1", "x2", "x3", "x4", "x5", "b"]), messages).metrics
    assert (near["session_hit@5"], far["session_hit@5"], far["session_hit@10"]) == (1.0, 0.0, 1.0)


def test_a_message_counts_within_a_budget_when_its_words_stand_there():
    told = "## Day\n- Ada: The lighthouse keeper paints seabirds.\n- Ada: Her boat is called Heron and leaks."
    metrics = measured(WINTER, found([], told, ["a", "b"]))
    assert (metrics["recall_within_100"], metrics["all_within_100"]) == (1.0, 1.0)
    cited_only = measured(WINTER, found([], "## Day\n- Ada: Something else entirely.", ["a", "b"]))
    assert cited_only["recall_within_100"] == 0.0
    not_cited = measured(WINTER, found([], told, ["b"]))
    assert (not_cited["recall_within_100"], not_cited["all_within_100"]) == (0.5, 0.0)


def test_the_words_of_a_message_must_stand_in_one_entry():
    scattered = "- Ada: The lighthouse keeper.\n- Ada: Somebody paints seabirds."
    over_lines = "- Ada: The lighthouse keeper\n  paints seabirds."
    question = Question(text="?", evidence=("a",))
    assert measured(question, found([], scattered, ["a"]))["recall_within_100"] == 0.0
    assert measured(question, found([], over_lines, ["a"]))["recall_within_100"] == 1.0


def test_coverage_is_stemmed_and_without_stop_words():
    metrics = measured(WINTER, found([], "- Ada: a seabird and the sea", ["a"]))
    assert metrics["answer_within_100"] == 0.5
    assert metrics["rubric_within_100"] == 0.0
    assert coverage(WINTER, analyse("Painting boats")) == 0.5
    assert coverage(Question(text="?", answer="x", category="adversarial"), analyse("x")) is None
    assert coverage(Question(text="?"), analyse("x")) is None


def test_what_a_question_does_not_allow_is_not_measured():
    metrics = measured(Question(text="?", category="abstention", answer="no idea"), found(["a"], "text"))
    assert metrics == {"tokens_within_100": 10.0}


def outcomes(*values, category="", answerable=True):
    return [
        Outcome(question=i, category=category, answerable=answerable, metrics=value) for i, value in enumerate(values)
    ]


def test_means_are_over_the_questions_that_have_the_metric():
    found = estimates(outcomes({"x": 1.0, "y": 0.2}, {"x": 0.0}, {"x": 1.0}))
    assert found["x"].n == 3
    assert found["x"].mean == pytest.approx(2 / 3)
    assert (found["y"].mean, found["y"].n) == (0.2, 1)
    assert [found["y"].low, found["y"].high] == pytest.approx([0.2, 0.2])
    assert estimates([]) == {}


def test_intervals_are_reproducible_and_shrink_with_more_questions():
    few, many = (estimates(outcomes(*({"x": float(i % 2)} for i in range(n))))["x"] for n in (20, 2000))
    assert few == estimates(outcomes(*({"x": float(i % 2)} for i in range(20))))["x"]
    assert few.low < many.low < 0.5 < many.high < few.high
    # The normal approximation: 1.96 * 0.5 / sqrt(n).
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.5 / 2000**0.5, rel=0.15)


def scored(answerable, *scores):
    return [Outcome(question=0, category="", answerable=answerable, metrics={}, score=score) for score in scores]


def test_separation():
    assert separation(scored(True, 3.0, 2.0) + scored(False, 1.0, None)) == 1.0
    assert separation(scored(True, 1.0) + scored(False, 1.0)) == 0.5
    assert separation(scored(True, 1.0, 3.0) + scored(False, 2.0)) == 0.5
    assert separation(scored(True, 1.0)) is None


@pytest.mark.parametrize(
    "curve, tokens",
    [
        ([(100, 0.8), (400, 1.0)], 200),
        ([(100, 0.95)], 100),
        ([(100, 0.5), (200, 0.8)], None),
        ([], None),
    ],
)
def test_tokens_to_reach_nine_tenths(curve, tokens):
    assert tokens_to_reach(0.9, curve) == (pytest.approx(tokens) if tokens else None)
