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


def found(ranking, entries=(), tokens=10, score=None):
    """What is found, with a context of entries ``(source, text)``."""
    by_source = {}
    for source, text in entries:
        by_source.setdefault(source, []).append(text)
    text = "\n".join(text for _, text in entries)
    contexts = {100: Context(text=text, tokens=tokens, entries=by_source)}
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


KEEPER = "- Ada: The lighthouse keeper paints seabirds."
HERON = "- Ada: Her boat is called Heron and leaks."


def test_a_message_counts_within_a_budget_when_its_words_stand_there():
    metrics = measured(WINTER, found([], [("a", KEEPER), ("b", HERON)]))
    assert (metrics["recall_within_100"], metrics["all_within_100"]) == (1.0, 1.0)
    cited_only = measured(WINTER, found([], [("a", "- Ada: Something else entirely."), ("b", HERON)]))
    assert (cited_only["recall_within_100"], cited_only["all_within_100"]) == (0.5, 0.0)
    of_another = measured(WINTER, found([], [("c", KEEPER), ("b", HERON)]))
    assert of_another["recall_within_100"] == 0.5


def test_the_words_of_a_message_must_stand_in_one_entry():
    question = Question(text="?", evidence=("a",))
    scattered = [("a", "- Ada: The lighthouse keeper."), ("a", "- Ada: Somebody paints seabirds.")]
    over_lines = [("a", "- Ada: The lighthouse keeper\n  paints seabirds.")]
    assert measured(question, found([], scattered))["recall_within_100"] == 0.0
    assert measured(question, found([], over_lines))["recall_within_100"] == 1.0


LONG = Turn(
    text="I moved my telescope into the garden shed last spring. The roof slides open on two wooden rails. "
    "Sadly the mirror is 40 years old and cracked. Could you recommend a shop for lenses?",
    source="d",
)


@pytest.mark.parametrize(
    "shown, recall, told",
    [
        ("- Ada: … Sadly the mirror is 40 years old and cracked. …", 1.0, 1.0),  # has what was asked
        ("- Ada: … the mirror … old and cracked, mirror …", 0.0, 0.0),  # of its words only three
        ("- Ada: I moved my telescope into the garden shed last spring. …", 1.0, 0.0),  # is its own, tells otherwise
        ("- Ada: … the mirror is 40 years … garden …", 1.0, 1.0),  # half of what is expected
    ],
)
def test_a_message_counts_as_told_when_its_entries_hold_what_it_has_to_say(shown: str, recall: float, told: float):
    question = Question(
        text="How old is it?", answer="The mirror is 40 years old", evidence=("d",), rubric=("cracked",)
    )
    metrics = outcome(0, question, found([], [("d", shown)]), Messages.of([LONG])).metrics
    assert (metrics["recall_within_100"], metrics["told_within_100"]) == (recall, told)


def test_where_nothing_is_expected_a_message_found_is_told():
    question = Question(text="How old is it?", answer="Nobody knows", evidence=("d",))
    shown = [("d", "- Ada: I moved my telescope into the garden shed last spring. …")]
    assert outcome(0, question, found([], shown), Messages.of([LONG])).metrics["told_within_100"] == 1.0


def test_coverage_is_stemmed_and_without_stop_words():
    metrics = measured(WINTER, found([], [("a", "- Ada: a seabird and the sea")]))
    assert metrics["answer_within_100"] == 0.5
    assert metrics["rubric_within_100"] == 0.0
    assert coverage(WINTER, analyse("Painting boats")) == 0.5
    assert coverage(Question(text="?", answer="x", category="adversarial"), analyse("x")) is None
    assert coverage(Question(text="?"), analyse("x")) is None


def test_what_a_question_does_not_allow_is_not_measured():
    metrics = measured(Question(text="?", category="abstention", answer="no idea"), found(["a"], [("a", "text")]))
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
