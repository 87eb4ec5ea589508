import csv
import json

import pytest

from memos_core.domain.turn import Turn
from memos_core.errors import InvalidInput
from memos_core.evaluation.answering import asked, chosen
from memos_core.evaluation.bench import Settings, run
from memos_core.evaluation.benchmarks import benchmark
from memos_core.evaluation.dialogue import Conversation, Question
from memos_core.evaluation.metrics import Messages, choice, coverage, outcome
from memos_core.evaluation.personamem import COLUMNS, load_personamem
from memos_core.evaluation.report import markdown
from memos_core.evaluation.summary import summarise
from memos_core.evaluation.systems import Context, Found
from memos_core.operation.recall.analysis import analyse

PERSONA = {"role": "system", "content": "Current user persona: Noor restores violins in Ghent."}
MESSAGES = [
    PERSONA,
    {"role": "user", "content": "User: I have taken up fencing; sabre, not foil."},
    {"role": "assistant", "content": "Assistant: A fast weapon!"},
    PERSONA,
    {"role": "user", "content": "User: I gave up fencing and row in the mornings now."},
    {"role": "assistant", "content": ""},
]
OPTIONS = [
    "(a) Book a place at the sabre tournament.",
    "(b) Book a place on the morning rowing camp, since you row now.",
    "(c) Book a place at the chess club.",
]
ROW = {
    "persona_id": "3",
    "question_id": "q-1",
    "question_type": "suggest_new_ideas",
    "topic": "sports",
    "user_question_or_message": "What should I book for next month?",
    "correct_answer": "(b)",
    "all_options": json.dumps(OPTIONS),
    "shared_context_id": "c0ffee",
    "end_index_in_shared_context": "6",
}


def files(tmp_path, rows=(ROW,), contexts=(("c0ffee", MESSAGES), ("unused", [])), size="32k"):
    with (tmp_path / f"questions_{size}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    lines = [json.dumps({name: messages}) for name, messages in contexts]
    (tmp_path / f"shared_contexts_{size}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path / f"questions_{size}.csv"


def test_a_context_is_read_as_far_as_its_question_may_see(tmp_path):
    early = ROW | {"correct_answer": "(a)", "all_options": str(OPTIONS), "end_index_in_shared_context": "3"}
    before, after = load_personamem(files(tmp_path, rows=(ROW, early)))
    assert [one.name for one in (before, after)] == ["c0ffee:3", "c0ffee:6"]
    assert [(turn.source, turn.session, turn.role, turn.text) for turn in after.turns] == [
        ("0", "S1", "system", PERSONA["content"]),
        ("1", "S1", "user", "I have taken up fencing; sabre, not foil."),
        ("2", "S1", "assistant", "A fast weapon!"),
        ("4", "S2", "user", "I gave up fencing and row in the mornings now."),
    ]
    assert before.turns == after.turns[:3]
    (question,) = before.questions
    assert (question.text, question.category) == ("What should I book for next month?", "suggest_new_ideas")
    assert question.answer == question.options[0] == "Book a place at the sabre tournament."
    assert after.questions[0].answer == question.options[1]
    assert (question.evidence, len(question.options)) == ((), 3)


def test_a_folder_with_one_pair_of_files_will_do(tmp_path):
    file = files(tmp_path)
    assert load_personamem(tmp_path) == load_personamem(file)
    files(tmp_path, size="128k")
    with pytest.raises(InvalidInput, match=r"found questions_128k\.csv, questions_32k\.csv; name the file"):
        load_personamem(tmp_path)


@pytest.mark.parametrize(
    "change, says",
    [
        ({"end_index_in_shared_context": "-1"}, "row 1: end_index_in_shared_context '-1': expected a number"),
        ({"end_index_in_shared_context": "7"}, "a question is asked after 7 messages, there are 6"),
        ({"correct_answer": "(d)"}, r"row 1: correct_answer '\(d\)': expected the letter of an option"),
        ({"all_options": "fencing"}, "row 1: all_options: expected a list"),
        ({"all_options": "['fencing']"}, r"row 1: all_options: expected '\(a\) ...', found 'fencing'"),
        ({"all_options": "['(a) x', '(b) x']"}, "two options are the same"),
        ({"all_options": "7"}, "row 1, all_options: expected a list, found int"),
        ({"shared_context_id": "other"}, "shared_context_id 'other': there is no such context"),
        ({"user_question_or_message": " "}, "row 1: expected 'user_question_or_message' to be a text"),
    ],
)
def test_it_says_what_is_wrong_with_a_row(tmp_path, change, says):
    with pytest.raises(InvalidInput, match=says):
        load_personamem(files(tmp_path, rows=(ROW | change,)))


@pytest.mark.parametrize("missing", COLUMNS)
def test_it_says_which_column_is_missing(tmp_path, missing):
    row = {name: value for name, value in ROW.items() if name != missing}
    with pytest.raises(InvalidInput, match=f"expected the columns {missing}"):
        load_personamem(files(tmp_path, rows=(row,)))


def test_it_says_what_is_wrong_with_a_file(tmp_path):
    with pytest.raises(InvalidInput, match=r"expected one questions_\*\.csv, found none"):
        load_personamem(tmp_path)
    with pytest.raises(InvalidInput, match=r"questions_1M\.csv: cannot be read"):
        load_personamem(tmp_path / "questions_1M.csv")
    file = files(tmp_path)
    contexts = tmp_path / "shared_contexts_32k.jsonl"
    contexts.write_text('{"a": []}\n{', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"shared_contexts_32k\.jsonl: line 2, column 2: expected JSON"):
        load_personamem(file)
    contexts.unlink()
    with pytest.raises(InvalidInput, match=r"shared_contexts_32k\.jsonl: cannot be read"):
        load_personamem(file)


# ── what is measured ────────────────────────────────────────────────────────────────────────────

CHOOSE = Question(text="What now?", answer="red tea", options=("red tea", "green tea", "black coffee"), category="k")


def test_only_words_that_no_other_option_has_count():
    assert coverage(CHOOSE, set(analyse("tea"))) == 0
    assert coverage(CHOOSE, set(analyse("red"))) == 1
    assert coverage(Question(text="?", answer="red tea"), set(analyse("tea"))) == 0.5


@pytest.mark.parametrize("text, share", [("red", 1), ("red green", 0.5), ("black coffee", 0), ("", 1 / 3)])
def test_the_option_of_which_most_is_there_is_chosen(text, share):
    assert choice(CHOOSE, set(analyse(text))) == pytest.approx(share)


def test_metrics_of_a_question_with_options():
    context = Context(text="They drink red wine.", tokens=5, entries={})
    made = outcome(0, CHOOSE, Found(ranking=(), contexts={500: context}), Messages.of(()))
    assert made.metrics == {"tokens_within_500": 5, "answer_within_500": 1, "choice_within_500": 1}


def test_a_question_lists_its_options_and_a_letter_is_read_from_the_answer():
    assert asked(CHOOSE).splitlines()[-3:] == ["(a) red tea", "(b) green tea", "(c) black coffee"]
    assert asked(Question(text="When?")) == "When?"


@pytest.mark.parametrize(
    "answer, place",
    [("(b)", 1), ("B", 1), ("a", 0), ("Option c.", 2), ("(a) or (b)", None), ("a fine day", 0),
     ("tea", None), ("(d)", None)],
)  # fmt: skip
def test_letters(answer, place):
    assert chosen(answer, 3) == place


def test_it_runs_and_is_told(tmp_path):
    told = benchmark("personamem")
    conversations = told.load(files(tmp_path))
    settings = Settings(kept=tmp_path / "kept", embedder=None)
    summary = summarise(told, list(run(told, conversations, settings)), settings)
    ours = summary.systems["memos"].overall
    assert ours["choice_within_1000"].mean == 1
    assert "recall@10" not in ours
    page = markdown(told, summary)
    assert "| choice 1k | 1.000 |" in page and "By category" in page


def test_its_pictures_are_drawn(tmp_path):
    pytest.importorskip("matplotlib", reason="needs the extra bench")
    from memos_core.evaluation.plots import draw

    told = benchmark("personamem")
    settings = Settings(kept=tmp_path / "kept", embedder=None)
    summary = summarise(told, list(run(told, told.load(files(tmp_path)), settings)), settings)
    assert [file.name for file in draw(told, summary, tmp_path)] == [
        "personamem-tokens.png",
        "personamem-categories.png",
    ]


def test_a_repeated_word_before_what_is_said_is_kept(tmp_path):
    said = [{"role": "user", "content": "User: User: is what the form says."}]
    (one,) = load_personamem(
        files(tmp_path, rows=(ROW | {"end_index_in_shared_context": "1"},), contexts=(("c0ffee", said),))
    )
    assert one.turns == (Turn(text="User: is what the form says.", role="user", session="S1", source="0"),)
    assert isinstance(one, Conversation)
