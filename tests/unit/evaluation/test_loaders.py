import json
from datetime import UTC, datetime

import pytest

from memos_core.errors import InvalidInput
from memos_core.evaluation.beam import load_beam
from memos_core.evaluation.benchmarks import BENCHMARKS, benchmark
from memos_core.evaluation.longmemeval import load_longmemeval
from memos_core.evaluation.prefeval import load_prefeval


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


# ── BEAM ────────────────────────────────────────────────────────────────────────────────────────

CHAT = [
    {
        "batch_number": 1,
        "turns": [
            [
                {"role": "user", "id": 0, "time_anchor": "March-15-2024", "content": "I keep bees on the roof."},
                {"role": "assistant", "id": 1, "content": "How many hives?"},
            ],
            [{"role": "user", "id": 2, "content": "Three. One of them swarmed."}],
        ],
    },
    {
        "batch_number": 2,
        "turns": [
            [
                {"role": "user", "id": 3, "time_anchor": "April-05-2024", "content": "Now there are four hives."},
                {"role": "assistant", "id": 4, "content": "  "},
            ]
        ],
    },
]
PROBING = {
    "knowledge_update": [
        {
            "question": "How many hives do I have?",
            "answer": "Four",
            "source_chat_ids": {"original_info": [2], "updated_info": [[3, 99]]},
            "rubric": ["LLM response should state: four hives", "says that it grew"],
        }
    ],
    "abstention": [{"question": "Who built the hives?", "ideal_response": "You did not say.", "rubric": []}],
}


def beam_folder(tmp_path, chat=CHAT, probing=PROBING, name="1"):
    write(tmp_path / name / "chat.json", chat)
    write(tmp_path / name / "probing_questions.json", probing)
    return tmp_path


def test_beam(tmp_path):
    for name in ("10", "2", "1"):
        beam_folder(tmp_path, name=name)
    conversations = load_beam(tmp_path)
    assert [one.name for one in conversations] == ["1", "2", "10"]
    turns = conversations[0].turns
    assert [(turn.source, turn.session, turn.role) for turn in turns] == [
        ("0", "batch_1", "user"), ("1", "batch_1", "assistant"), ("2", "batch_1", "user"), ("3", "batch_2", "user"),
    ]  # fmt: skip
    assert [turn.at for turn in turns] == [datetime(2024, 3, 15, tzinfo=UTC)] * 3 + [datetime(2024, 4, 5, tzinfo=UTC)]
    update, abstention = conversations[0].questions
    assert (update.category, update.evidence, update.answer) == ("knowledge_update", ("2", "3"), "Four")
    assert update.rubric == ("four hives", "says that it grew")
    assert update.answerable
    assert (abstention.answer, abstention.evidence, abstention.answerable) == ("You did not say.", (), False)


@pytest.mark.parametrize(
    "chat, probing, says",
    [
        ({}, PROBING, r"chat\.json: : expected a list|chat\.json: expected a list, found dict"),
        ([{"turns": [[{"role": "user", "content": "Hi"}]]}], PROBING, r"\[0\]\.turns\[0\]\[0\]: expected 'id'"),
        ([{"turns": [[{"id": 1, "content": "Hi", "time_anchor": "soon"}]]}], PROBING, "a day like 'March-15-2024'"),
        (CHAT, [], r"probing_questions\.json: expected an object, found list"),
        (CHAT, {"abstention": [{"question": ""}]}, r"\.abstention\[0\]: expected 'question' to be a text"),
        (CHAT, "{", "line 1, column 2: expected JSON"),
    ],
)
def test_beam_says_what_is_wrong(tmp_path, chat, probing, says):
    with pytest.raises(InvalidInput, match=says):
        load_beam(beam_folder(tmp_path, chat, probing))


def test_beam_without_chats(tmp_path):
    with pytest.raises(InvalidInput, match=r"expected a folder with chat\.json"):
        load_beam(tmp_path)


def test_beam_without_questions(tmp_path):
    write(tmp_path / "1" / "chat.json", CHAT)
    with pytest.raises(InvalidInput, match=r"probing_questions\.json: cannot be read"):
        load_beam(tmp_path)


# ── PrefEval ────────────────────────────────────────────────────────────────────────────────────

BETWEEN = [
    {"conversation": [{"role": "user", "content": "Sort this list."}, {"role": "assistant", "content": "Done."}]}
]
GARDENS = {"preference": "I dislike lawns that need mowing.", "question": "What should I do with my garden?"}
TRAINS = {"preference": "I never take night trains.", "question": "How do I get to the coast?"}


def choice(entry, selection):
    said = {"query": "Any ideas?", "assistant_options": "1. one 2. two", "user_selection": selection}
    return entry | {"conversation": said | {"assistant_acknowledgment": "Fine."}}


def persona(entry):
    first = {"user": "Hello!", "assistant": "Hello."}
    second = {"user": f"By the way: {entry['preference']}", "assistant": "Noted."}
    return entry | {"persona": "a baker", "conversation": {"0": first, "1": second}}


def prefeval_folder(root):
    write(root / "filtered_inter_turns.json", BETWEEN)
    write(root / "explicit" / "gardens.json", [GARDENS, GARDENS | {"preference": "I want no pond."}])
    write(root / "explicit" / "trains.json", [TRAINS])
    write(root / "implicit_choice" / "gardens.json", [choice(GARDENS, "The meadow, it needs no care.")])
    write(root / "implicit_persona" / "gardens.json", [persona(GARDENS)])
    return root


def test_prefeval(tmp_path):
    (conversation,) = load_prefeval(prefeval_folder(tmp_path))
    by_source = {turn.source: turn for turn in conversation.turns}
    assert len(by_source) == len(conversation.turns) == 2 + 3 + 4 + 4
    asked = {}
    for question in conversation.questions:
        asked.setdefault(question.category, []).append(question)
    assert {name: len(found) for name, found in asked.items()} == {
        "explicit A": 3, "explicit B": 3, "choice A": 1, "choice B": 1, "persona A": 1, "persona B": 1,
    }  # fmt: skip
    shown = {name: by_source[found[0].evidence[0]].text for name, found in asked.items()}
    assert shown["explicit A"] == GARDENS["preference"]
    assert shown["choice A"] == "The meadow, it needs no care."
    assert shown["persona B"] == f"By the way: {GARDENS['preference']}"


def test_prefeval_shows_a_question_its_preference_and_with_b_one_of_each_other_topic(tmp_path):
    (conversation,) = load_prefeval(prefeval_folder(tmp_path))
    spoken = {}
    for turn in conversation.turns:
        spoken.setdefault(turn.session, []).append(turn.text)

    def seen(category, place):
        question = [one for one in conversation.questions if one.category == category][place]
        return [spoken[session][0] for session in question.sessions]

    assert seen("explicit A", 1) == ["Sort this list.", "I want no pond."]
    assert seen("explicit B", 1) == ["Sort this list.", "I want no pond.", TRAINS["preference"]]
    assert seen("explicit B", 2) == ["Sort this list.", TRAINS["preference"], GARDENS["preference"]]


def test_prefeval_session_names_give_nothing_away(tmp_path):
    (conversation,) = load_prefeval(prefeval_folder(tmp_path))
    names = {turn.session for turn in conversation.turns}
    assert names == {f"talk {number}" for number in range(len(names))}


def test_prefeval_tells_preferences_before_what_stands_between(tmp_path):
    (conversation,) = load_prefeval(prefeval_folder(tmp_path))
    assert [turn.text for turn in conversation.turns[-2:]] == ["Sort this list.", "Done."]


@pytest.mark.parametrize(
    "file, value, says",
    [
        ("filtered_inter_turns.json", [{}], r"filtered_inter_turns\.json: \[0\]\.conversation: expected a list"),
        ("explicit/gardens.json", [{"preference": "x"}], r"gardens\.json: \[0\]: expected 'question'"),
        ("implicit_choice/gardens.json", [GARDENS], r"\[0\]\.conversation: expected an object"),
        ("implicit_choice/gardens.json", [choice(GARDENS, "")], "expected 'user_selection' to be a text"),
        ("implicit_persona/gardens.json", [GARDENS | {"conversation": {}}], "expected the user to say something"),
    ],
)
def test_prefeval_says_what_is_wrong(tmp_path, file, value, says):
    write(prefeval_folder(tmp_path) / file, value)
    with pytest.raises(InvalidInput, match=says):
        load_prefeval(tmp_path)


def test_prefeval_without_fillers(tmp_path):
    (prefeval_folder(tmp_path) / "filtered_inter_turns.json").unlink()
    with pytest.raises(InvalidInput, match=r"filtered_inter_turns\.json: cannot be read"):
        load_prefeval(tmp_path)


def test_prefeval_without_topics(tmp_path):
    write(tmp_path / "filtered_inter_turns.json", BETWEEN)
    with pytest.raises(InvalidInput, match="expected topics in explicit, implicit_choice, implicit_persona"):
        load_prefeval(tmp_path)


# ── LongMemEval ─────────────────────────────────────────────────────────────────────────────────

ASKED = {
    "question_id": "q1",
    "question_type": "single-session-user",
    "question": "What did I plant?",
    "answer": 7,
    "question_date": "2023/05/30 (Tue) 23:40",
    "haystack_dates": ["2023/05/20 (Sat) 02:21", "2023/05/21 (Sun) 03:00", "2023/05/22 (Mon) 04:00"],
    "haystack_session_ids": ["a", "b", "a"],
    "haystack_sessions": [
        [{"role": "user", "content": "Hello", "has_answer": False}, {"role": "assistant", "content": "Hi"}],
        [{"role": "user", "content": "I planted seven roses.", "has_answer": True}],
        [{"role": "user", "content": "Goodbye"}],
    ],
    "answer_session_ids": ["b"],
}


def test_longmemeval(tmp_path):
    unmarked = ASKED | {"question_id": "q2", "haystack_sessions": [[{"role": "user", "content": "x"}]] * 3}
    abstains = ASKED | {"question_id": "q3_abs"}
    marked, by_session, abstention = load_longmemeval(write(tmp_path / "l.json", [ASKED, unmarked, abstains]))
    assert [(turn.source, turn.session) for turn in marked.turns] == [
        ("a:0", "a"), ("a:1", "a"), ("b:0", "b"), ("a@2:0", "a@2"),
    ]  # fmt: skip
    assert marked.turns[2].at == datetime(2023, 5, 21, 3, tzinfo=UTC)
    (question,) = marked.questions
    assert (question.evidence, question.answer, question.category) == (("b:0",), "7", "single-session-user")
    assert question.asked_at == datetime(2023, 5, 30, 23, 40, tzinfo=UTC)
    assert by_session.questions[0].evidence == ("b:0",)
    assert (abstention.questions[0].category, abstention.questions[0].evidence) == ("abstention", ())


@pytest.mark.parametrize(
    "change, says",
    [
        ({"haystack_dates": []}, r"\[0\]\.haystack_dates: expected 3 entries, one per session, found 0"),
        ({"question_date": "today"}, r"\[0\]\.question_date: expected a time like"),
        ({"question_date": "2023/13/01"}, "no such moment"),
        ({"question_id": None}, "expected 'question_id' to be a text"),
        ({"haystack_sessions": [[], [], [0]]}, r"\[0\]\.haystack_sessions\[2\]\[0\]: expected an object, found int"),
    ],
)
def test_longmemeval_says_what_is_wrong(tmp_path, change, says):
    with pytest.raises(InvalidInput, match=says):
        load_longmemeval(write(tmp_path / "l.json", [ASKED | change]))


def test_an_unknown_benchmark_is_refused():
    assert [benchmark(name).name for name in BENCHMARKS] == [
        "locomo", "beam", "prefeval", "longmemeval", "personamem", "conversations",
    ]  # fmt: skip
    with pytest.raises(InvalidInput, match="there are locomo, beam, prefeval, longmemeval, personamem, conversations"):
        benchmark("nothing")
