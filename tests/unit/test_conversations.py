import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from memos_core.domain.turn import Turn
from memos_core.errors import InvalidInput
from memos_core.evaluation import Conversation, Question, load_conversations

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def written(tmp_path):
    def write(content, name="chat.json"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


# ── LoCoMo ──────────────────────────────────────────────────────────────────────────────────────

SAMPLE = {
    "sample_id": "conv-1",
    "conversation": {
        "speaker_a": "Ada",
        "speaker_b": "Ben",
        "session_10_date_time": "12:05 am on 1 January, 2024",
        "session_10": [{"speaker": "Ben", "dia_id": "D10:1", "text": "Happy new year!"}],
        "session_2_date_time": "1:56 pm on 8 May, 2023",
        "session_2": [
            {"speaker": "Ada", "dia_id": "D2:1", "text": "Look!", "blip_caption": "a photo of a red kite"},
            {"speaker": "Ben", "dia_id": "D2:2", "text": ""},
        ],
        "session_11_date_time": "1:00 pm on 2 January, 2024",
    },
    "qa": [
        {"question": "When?", "answer": 2022, "evidence": ["D2:01; D10:1", "D:11:26", "D", "D99:1"], "category": 2},
        {"question": "Why?", "evidence": [], "category": 5, "adversarial_answer": "because"},
        {"question": "Where?", "answer": None, "category": 9},
    ],
}


def test_locomo(written):
    (conversation,) = load_conversations(written([SAMPLE]))
    assert conversation.name == "conv-1"
    assert conversation.turns == (
        Turn(
            text="Look! [shares a photo: a photo of a red kite]", speaker="Ada", session="session_2",
            at=utc(2023, 5, 8, 13, 56), source="D2:1",
        ),
        Turn(text="Happy new year!", speaker="Ben", session="session_10", at=utc(2024, 1, 1, 0, 5), source="D10:1"),
    )  # fmt: skip
    assert conversation.questions == (
        Question(text="When?", answer="2022", category="temporal", evidence=("D2:1", "D10:1")),
        Question(text="Why?", category="adversarial"),
        Question(text="Where?"),
    )
    assert load_conversations(written(SAMPLE), "locomo") == [conversation]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"conversation": []}, r"\[0\]\.conversation: expected an object, found list"),
        ({"conversation": {"session_1": {}}}, r"\[0\]\.conversation\.session_1: expected a list, found dict"),
        ({"conversation": {"session_1": ["x"]}}, r"session_1\[0\]: expected an object, found str"),
        (
            {"conversation": {"session_1": [], "session_1_date_time": "soon"}},
            "expected a time like",
        ),
        ({"conversation": {"session_1": [], "session_1_date_time": "1:56 pm on 31 June, 2023"}}, "no such moment"),
        ({"conversation": {}, "qa": [{}]}, r"qa\[0\]: expected 'question'"),
        ({"conversation": {"session_1": [{"text": "secret\0"}]}}, r"session_1\[0\]: the text holds NUL"),
    ],
)
def test_broken_locomo_says_where(written, broken, says):
    path = written([broken])
    with pytest.raises(InvalidInput, match=says) as caught:
        load_conversations(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "secret" not in str(caught.value)


# ── chat completions ────────────────────────────────────────────────────────────────────────────

MESSAGES = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "I moved to Oslo.", "timestamp": "2024-05-01T10:00:00"},
    {"role": "assistant", "content": None},
    {"role": "assistant", "content": "Noted.", "id": "m4"},
]


@pytest.mark.parametrize("shape", [MESSAGES, {"messages": MESSAGES}, [{"messages": MESSAGES}]])
def test_messages(written, shape):
    (conversation,) = load_conversations(written(shape), tz=BERLIN)
    assert [(turn.role, turn.text, turn.source) for turn in conversation.turns] == [
        ("system", "Be kind.", "S1:1"),
        ("user", "I moved to Oslo.", "S1:2"),
        ("assistant", "Noted.", "m4"),
    ]
    assert conversation.turns[1].at == utc(2024, 5, 1, 8)
    assert len({turn.session for turn in conversation.turns}) == 1


def test_json_lines(written):
    lines = "\n".join(json.dumps(message) for message in MESSAGES) + "\n"
    for name in ("chat.jsonl", "chat.txt"):
        (conversation,) = load_conversations(written(lines, name))
        assert [turn.text for turn in conversation.turns] == ["Be kind.", "I moved to Oslo.", "Noted."]
    with pytest.raises(InvalidInput, match="line 3, column 2: expected JSON"):
        load_conversations(written('{"role": "user", "content": "a"}\n\n{role}', "chat.jsonl"))
    with pytest.raises(InvalidInput, match="line 2: expected an object, found int"):
        load_conversations(written('{"role": "user", "content": "a"}\n7', "chat.jsonl"))


def test_sessions_and_questions(written):
    data = {
        "name": "demo",
        "sessions": [
            {"at": "2024-05-01T10:00:00+02:00", "messages": [{"role": "user", "name": "Ada", "content": "I moved."}]},
            {
                "id": "later",
                "at": "2024-06-01T10:00:00Z",
                "messages": [{"id": "b1", "role": "user", "content": "Back."}],
            },
        ],
        "questions": [{"question": "Moved?", "answer": "yes", "evidence": ["S1:1", "b1"], "category": "multi"}],
    }
    (conversation,) = load_conversations(written(data))
    assert conversation == Conversation(
        name="demo",
        turns=(
            Turn(
                text="I moved.", speaker="Ada", role="user", session="session_1", at=utc(2024, 5, 1, 8), source="S1:1"
            ),
            Turn(text="Back.", role="user", session="later", at=utc(2024, 6, 1, 10), source="b1"),
        ),
        questions=(Question(text="Moved?", answer="yes", category="multi", evidence=("S1:1", "b1")),),
    )
    data["questions"] = [{"question": "Moved?", "evidence": ["b2"]}]
    with pytest.raises(InvalidInput, match=r"questions\[0\]: evidence 'b2' is the id of no message"):
        load_conversations(written(data))


# ── ChatGPT ─────────────────────────────────────────────────────────────────────────────────────


def node(id, parent, role, *parts, **message):
    content = {"content_type": "text", "parts": list(parts)}
    told = {"id": f"msg-{id}", "author": {"role": role}, "create_time": 1714557600.0, "content": content, **message}
    return {id: {"id": id, "parent": parent, "message": told}}


def test_chatgpt_export(written):
    mapping = {
        "root": {"id": "root", "message": None, "parent": None},
        **node("a", "root", "system", "hidden prompt"),
        **node("b", "a", "user", "Hello", {"content_type": "image_asset_pointer"}),
        **node("old", "b", "assistant", "A first answer"),
        **node("call", "b", "assistant", "search()", recipient="browser"),
        **node("c", "call", "assistant", "A second answer"),
        **node("d", "c", "user", "", metadata={"is_visually_hidden_from_conversation": True}),
    }
    chat = {"title": "Greeting", "conversation_id": "c1", "mapping": mapping, "current_node": "d"}
    (conversation,) = load_conversations(written([chat]))
    assert conversation.name == "Greeting"
    assert conversation.turns == (
        Turn(text="Hello\n[image]", role="user", session="c1", at=utc(2024, 5, 1, 10), source="msg-b"),
        Turn(text="A second answer", role="assistant", session="c1", at=utc(2024, 5, 1, 10), source="msg-c"),
    )
    del chat["current_node"]
    assert load_conversations(written([chat])) == [conversation]


@pytest.mark.parametrize(("parent", "says"), [("nowhere", "'nowhere' is missing"), ("a", "'a' is its own ancestor")])
def test_a_chatgpt_tree_that_is_none_is_refused(written, parent, says):
    chat = {"mapping": node("a", parent, "user", "x"), "current_node": "a"}
    with pytest.raises(InvalidInput, match=says):
        load_conversations(written([chat]))


# ── transcripts ─────────────────────────────────────────────────────────────────────────────────


def test_a_plain_transcript(written):
    path = written(
        "# Our chat\nAda: Hi!\n\n  Note: indented\nand more: https://x.org\nBen King: Bye.\nuser: ok\n", "t.txt"
    )
    (conversation,) = load_conversations(path)
    assert conversation.name == "t"
    assert [(turn.speaker, turn.role, turn.text, turn.source) for turn in conversation.turns] == [
        ("Ada", "", "Hi!\n\n  Note: indented", "t.txt:2"),
        ("and more", "", "https://x.org", "t.txt:5"),
        ("Ben King", "", "Bye.", "t.txt:6"),
        ("", "user", "ok", "t.txt:7"),
    ]
    assert all(turn.at is None and turn.session == "t.txt" for turn in conversation.turns)


def test_date_headers_begin_sessions(written):
    path = written("## 2024-05-01\nAda: Hi!\nhttps://x.org is no name\n## 2024-05-02 18:30\nAda: Again.\n", "t.md")
    (conversation,) = load_conversations(path, tz=BERLIN)
    assert [(turn.session, turn.at, turn.text) for turn in conversation.turns] == [
        ("2024-05-01", utc(2024, 4, 30, 22), "Hi!\nhttps://x.org is no name"),
        ("2024-05-02 18:30", utc(2024, 5, 2, 16, 30), "Again."),
    ]


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("[2024-05-01 10:00] Ada: Hi: you", utc(2024, 5, 1, 8)),
        ("[2024-05-01T10:00:05Z] Ada: Hi: you", utc(2024, 5, 1, 10, 0, 5)),
        ("2024-05-01 10:00 - Ada: Hi: you", utc(2024, 5, 1, 8)),
        ("01/05/2024, 10:00 - Ada: Hi: you", utc(2024, 5, 1, 8)),
        ("1/5/24, 10:00\u202fPM - Ada: Hi: you", utc(2024, 5, 1, 20)),
        ("\u200e[01.05.24, 12:00:09 am] Ada: Hi: you", utc(2024, 4, 30, 22, 0, 9)),
        ("5/31/24, 9:07 AM - Ada: Hi: you", utc(2024, 5, 31, 7, 7)),
    ],
)
def test_times_of_a_transcript(written, line, at):
    (conversation,) = load_conversations(written(f"{line}\nBen: not a turn here\n", "t.txt"), tz=BERLIN)
    (turn,) = conversation.turns
    assert (turn.speaker, turn.text, turn.at) == ("Ada", "Hi: you\nBen: not a turn here", at)
    assert turn.session == at.astimezone(BERLIN).date().isoformat()


def test_one_date_tells_which_number_is_the_month(written):
    lines = "5/6/24, 9:00 - Ada: one\n5/6/24, 9:01 - Ada created the group\n5/13/24, 9:00 - Ada: two\n"
    (conversation,) = load_conversations(written(lines, "t.txt"))
    assert [(turn.at.month, turn.at.day) for turn in conversation.turns if turn.at] == [(5, 6), (5, 13)]
    assert [turn.text for turn in conversation.turns] == ["one", "two"]


# ── what is no conversation ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        ("{", "x.json", "line 1, column 2: expected JSON"),
        ("[1, 2]", "x.json", "expected LoCoMo samples"),
        ("[]", "x.json", "expected LoCoMo samples"),
        ('{"messages": 7}', "x.json", r"messages: expected a list, found int"),
        ('[{"messages": [7]}]', "x.json", r"\[0\]\.messages\[0\]: expected an object, found int"),
        ('[{"role": "user", "content": 7}]', "x.json", r"messages\[0\]: the text must be a str, not int"),
        ('[{"role": "user", "content": "x", "at": "later"}]', "x.json", "'later' is no moment"),
        ("[" * 100_000, "x.json", "expected JSON"),
        ("", "x.txt", "no turn was found; expected 'Name: text'"),
        ("once upon a time\n", "x.txt", "line 1: expected 'Name: text'"),
        ("[2024-13-01 10:00] Ada: Hi", "x.txt", "line 1: no such moment"),
        ("## 2024-02-30\nAda: Hi", "x.txt", "line 1: no such moment"),
    ],
)
def test_a_bad_file_is_named_with_the_place(written, content, name, says):
    path = written(content, name)
    with pytest.raises(InvalidInput, match=says) as caught:
        load_conversations(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_a_file_that_is_not_there_or_not_text(tmp_path):
    with pytest.raises(InvalidInput, match=r"none.json: cannot be read: No such file"):
        load_conversations(tmp_path / "none.json")
    binary = tmp_path / "b.json"
    binary.write_bytes(b"ab\xff")
    with pytest.raises(InvalidInput, match=r"b.json: byte 2 is not UTF-8"):
        load_conversations(binary)
    with pytest.raises(InvalidInput, match="expected one of auto, locomo"):
        load_conversations(binary, "csv")  # type: ignore[arg-type]


def test_a_byte_order_mark_is_no_character(written):
    (conversation,) = load_conversations(written("\ufeffAda: Hi!", "t.txt"))
    assert conversation.turns[0].speaker == "Ada"
