import math
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memos_core.domain.turn import MAX_TEXT_CHARS, Turn
from memos_core.errors import InvalidInput, InvalidText, MemOSError, NaiveDatetime
from memos_core.interface.reader import check_name, check_text, many, read, read_one

MAY = datetime(2024, 5, 1, 10, tzinfo=UTC)


# ── plain contents ──────────────────────────────────────────────────────────────────────────────


def test_a_text_is_a_note_and_is_kept_to_the_letter():
    assert read_one("  Buy milk\n") == Turn(text="  Buy milk\n", kind="note")


def test_a_text_that_was_said_is_a_turn():
    assert read_one("hi", speaker="Anna").kind == "turn"
    assert read_one("hi", role="user").kind == "turn"
    assert read_one("hi", session="s").kind == "turn"
    assert read_one("hi", session="s", kind="note").kind == "note"


def test_a_turn_says_more_than_the_defaults():
    own = Turn(text="hi", speaker="Anna", at=MAY, metadata={"a": 1, "b": 1}, key="k")
    turn = read_one(own, speaker="Bo", session="s", at=MAY + timedelta(1), metadata={"b": 2, "c": 2}, key="d")
    assert turn == Turn(text="hi", speaker="Anna", session="s", at=MAY, metadata={"a": 1, "b": 1, "c": 2}, key="k")
    assert read_one(Turn(text="x", kind="note"), kind="diary").kind == "note"
    assert read_one(Turn(text="x"), kind="diary").kind == "diary"


def test_a_turn_survives_as_a_mapping():
    turn = Turn(text="hi", speaker="Anna", role="user", session="s", at=MAY, metadata={"a": [1]}, source="m1", key="k")
    assert read_one(asdict(turn)) == turn == read_one(turn)


def test_metadata_is_copied():
    mine: dict = {"tags": ["a"]}
    turn = read_one("hi", metadata=mine)
    mine["tags"].append("b")
    assert turn.metadata == {"tags": ["a"]}


def test_times_are_kept_in_utc():
    east = timezone(timedelta(hours=2))
    for at in (datetime(2024, 5, 1, 12, tzinfo=east), "2024-05-01T12:00:00+02:00", "2024-05-01T10:00:00Z", 1714557600):
        turn = read_one({"content": "hi", "timestamp": at})
        assert turn.at == MAY and turn.at.utcoffset() == timedelta(0)
    assert read_one("hi", at=MAY.astimezone(east)).at == MAY
    assert read_one("hi").at is None


def test_sequences_are_read_item_by_item():
    turns = read(["a", {"role": "user", "content": "b"}, Turn(text="c")], session="s", key="k")
    assert [(turn.text, turn.session, turn.key) for turn in turns] == [
        ("a", "s", "k#0"),
        ("b", "s", "k#1"),
        ("c", "s", "k#2"),
    ]
    assert [turn.text for turn in read(text for text in "ab")] == ["a", "b"]
    assert read([]) == []
    assert [turn.key for turn in read("abc", key="k")] == ["k"]


def test_a_text_is_not_a_sequence():
    assert many(["a"]) and many(("a",)) and many(iter("a"))
    assert not many("ab") and not many(b"ab") and not many({"content": "a"}) and not many(Turn(text="a"))


# ── messages of chat completions ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("role", "known_as"),
    [("user", "user"), ("human", "user"), ("ai", "assistant"), ("Assistant", "assistant"), ("function", "tool"),
     ("developer", "system"), ("tool", "tool"), ("model", "assistant"), ("narrator", "narrator"), (None, "")],
)  # fmt: skip
def test_roles_have_one_name_each(role, known_as):
    assert read_one({"role": role, "content": "hi"}).role == known_as


def test_a_chat_message_is_read_whole():
    message = {"role": "user", "content": "hi", "name": "Anna", "session": "s", "metadata": {"x": None}, "id": "m1"}
    assert read_one(message) == Turn(
        text="hi", speaker="Anna", role="user", session="s", metadata={"x": None}, source="m1"
    )


def test_parts_that_are_not_text_leave_a_mark():
    parts = [
        {"type": "text", "text": "Look:"},
        {"type": "image_url", "image_url": {"url": "data:...", "alt": "a red car"}},
        {"type": "image"},
        {"type": "input_audio", "input_audio": {"data": "..."}, "transcript": "hello"},
        {"type": "reasoning", "text": "hidden"},
        {"type": "output_text", "text": "Nice."},
        {"type": "hologram"},
        "plain",
    ]
    assert read_one({"role": "user", "content": parts}).text == (
        "Look:\n[image: a red car]\n[image]\n[audio: hello]\nNice.\n[hologram]\nplain"
    )


def test_tool_calls_are_written_out_where_there_is_no_text():
    calls = [
        {"type": "function", "function": {"name": "search", "arguments": '{"query": "x", "n": 2}'}},
        {"type": "function", "function": {"name": "stop", "arguments": ""}},
        {"type": "function", "function": {"name": "odd", "arguments": "{not json"}},
    ]
    message = {"role": "assistant", "content": None, "tool_calls": calls}
    assert read_one(message).text == "[calls search(query='x', n=2), stop(), odd({not json)]"
    assert read_one(message | {"content": "Searching"}).text == "Searching"
    assert read_one({"role": "assistant", "function_call": {"name": "f", "arguments": "[1]"}}).text == "[calls f([1])]"


def test_tool_use_and_results_in_parts():
    use = {"type": "tool_use", "name": "search", "input": {"q": "x"}}
    assert read_one({"role": "assistant", "content": [use]}).text == "[calls search(q='x')]"
    assert read_one({"role": "assistant", "content": [{"type": "text", "text": "Wait."}, use]}).text == "Wait."
    result = {"type": "tool_result", "content": [{"type": "text", "text": "42"}]}
    assert read_one({"role": "user", "content": [result]}).text == "42"


# ── messages of frameworks ──────────────────────────────────────────────────────────────────────


def test_langchain_messages():
    messages = pytest.importorskip("langchain_core.messages", reason="needs the extra 'langchain'")
    assert read_one(messages.HumanMessage("hi", name="Anna", id="m1")) == Turn(
        text="hi", speaker="Anna", role="user", source="m1"
    )
    assert read_one(messages.AIMessageChunk("hello")).role == "assistant"
    assert read_one(messages.SystemMessage("be kind")).role == "system"
    assert read_one(messages.ToolMessage("42", tool_call_id="1", name="search")).role == "tool"
    assert read_one(messages.ChatMessage(role="developer", content="x")).role == "system"
    blocks = [{"type": "text", "text": "one "}, {"type": "text", "text": "sentence"}, {"type": "image", "url": "u"}]
    assert read_one(messages.AIMessage(blocks)).text == "one sentence\n[image]"
    calling = messages.AIMessage("", tool_calls=[{"name": "search", "args": {"query": "x"}, "id": "1"}])
    assert read_one(calling).text == "[calls search(query='x')]"
    assert [turn.text for turn in read([messages.HumanMessage("a"), messages.AIMessage("b")])] == ["a", "b"]


def test_llama_index_messages():
    types = pytest.importorskip("llama_index.core.base.llms.types", reason="needs llama-index-core")
    assert read_one(types.ChatMessage(role="user", content="hi")) == Turn(text="hi", role="user")
    blocks = [types.TextBlock(text="a"), types.ThinkingBlock(content="hmm"), types.ImageBlock(url="http://x/y.png")]
    assert read_one(types.ChatMessage(role="chatbot", blocks=blocks)).text == "a\n[image]"
    call = types.ToolCallBlock(tool_name="search", tool_kwargs={"query": "x"})
    turn = read_one(types.ChatMessage(role="assistant", blocks=[call]))
    assert (turn.role, turn.text) == ("assistant", "[calls search(query='x')]")


def test_no_framework_is_imported():
    imported = "import sys, memos_core.interface.reader"
    code = f"{imported}; sys.exit(bool({{'langchain_core', 'llama_index'}} & sys.modules.keys()))"
    subprocess.run([sys.executable, "-c", code], check=True)


# ── what is refused ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        ("", InvalidText, "empty"),
        (" \n\t\u3000", InvalidText, "empty"),
        ("\u200b\ufeff\u2060", InvalidText, "no visible character"),
        ({"role": "user", "content": None}, InvalidText, "empty"),
        ({"role": "user", "content": []}, InvalidText, "empty"),
        ("secret\0", InvalidText, "NUL .* at character 6"),
        ("secret \ud83d", InvalidText, r"surrogate \(U\+D83D\) at character 7"),
        ("s" * (MAX_TEXT_CHARS + 1), InvalidText, "16777217 characters"),
        (b"secret", InvalidInput, "bytes.*decode"),
        (None, InvalidInput, "NoneType.*pass a str"),
        (7, InvalidInput, "int"),
        ({"secret", "set"}, InvalidInput, "set"),
        (["secret"], InvalidInput, "list"),
        ({"role": "user"}, InvalidInput, "without 'content'"),
        ({"content": 7}, InvalidInput, "text must be a str, not int"),
        ({"content": b"secret"}, InvalidInput, "not bytes"),
        ({"content": [{"no": "type"}]}, InvalidInput, "part 0 of the content is a dict"),
        ({"content": ["secret", 7]}, InvalidInput, "part 1 of the content is a int"),
        (Turn(text=7), InvalidInput, "not int"),  # type: ignore[arg-type]
        ({"content": "secret", "name": 7}, InvalidInput, "speaker must be a str, not int"),
        ({"content": "secret", "role": ["x"]}, InvalidInput, "role must be a str, not list"),
        ({"content": "secret", "session": "a\0"}, InvalidInput, "session holds NUL"),
        ({"content": "secret", "id": "\udc00"}, InvalidInput, "source holds a lone surrogate"),
        ({"content": "secret", "timestamp": datetime(2024, 5, 1)}, NaiveDatetime, "no time zone"),
        ({"content": "secret", "timestamp": "2024-05-01T10:00:00"}, NaiveDatetime, r"\+00:00"),
        ({"content": "secret", "timestamp": "yesterday"}, InvalidInput, "'yesterday' is no moment"),
        ({"content": "secret", "timestamp": 1714557600000}, InvalidInput, "epoch seconds"),
        ({"content": "secret", "timestamp": math.nan}, InvalidInput, "no moment"),
        ({"content": "secret", "timestamp": True}, InvalidInput, "not bool"),
        (Turn(text="secret", at=datetime.min.replace(tzinfo=timezone(timedelta(hours=2)))), InvalidInput, "no moment"),
        ({"content": "secret", "metadata": [1]}, InvalidInput, "metadata must be a mapping, not list"),
        (
            {"content": "secret", "metadata": {"a": {"b": [1, {2}]}}},
            InvalidInput,
            r"metadata\['a'\]\['b'\]\[1\] is a set",
        ),
        ({"content": "secret", "metadata": {"a": math.nan}}, InvalidInput, r"metadata\['a'\] is nan"),
        ({"content": "secret", "metadata": {"a": -math.inf}}, InvalidInput, "-inf"),
        ({"content": "secret", "metadata": {"a": 10**5000}}, InvalidInput, "64 bits"),
        ({"content": "secret", "metadata": {1: "x"}}, InvalidInput, "key of type int"),
        ({"content": "secret", "metadata": {"a": "\ud800"}}, InvalidInput, r"metadata\['a'\] holds a lone surrogate"),
        ({"content": "secret", "metadata": {"a\0": "x"}}, InvalidInput, "key of metadata holds NUL"),
    ],
)
def test_what_cannot_be_kept_is_refused_without_repeating_it(content, error, says):
    with pytest.raises(error, match=says) as caught:
        read_one(content)
    assert type(caught.value) is error
    assert "secret" not in str(caught.value)


def test_metadata_that_holds_itself_is_refused():
    ring: dict = {}
    ring["a"] = ring
    with pytest.raises(InvalidInput, match="nested deeper"):
        read_one("hi", metadata=ring)


def test_an_error_in_a_sequence_names_the_item():
    with pytest.raises(InvalidText, match=r"^item 1: the text is empty"):
        read(["a", " "])
    with pytest.raises(NaiveDatetime, match=r"^item 0: "):
        read([{"content": "a", "at": datetime(2024, 5, 1)}])
    with pytest.raises(InvalidInput, match=r"^item 0: cannot remember a list"):
        read([["nested"]])


def test_names_and_texts_can_be_checked_alone():
    assert check_name("Anna", "vault name") == "Anna"
    assert check_text("hi") == "hi"
    for bad in ("", " ", None, 7, "a\0", "\ud800"):
        with pytest.raises(InvalidInput, match="vault name"):
            check_name(bad, "vault name")
    with pytest.raises(InvalidText, match="the query is empty"):
        check_text(" ", "query")


def test_a_misspelt_argument_is_not_swallowed():
    with pytest.raises(TypeError, match="sesion"):
        read_one("hi", sesion="s")  # type: ignore[call-arg]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["content", "text", "type", "role", "name", "timestamp", "metadata", "tool_calls", "alt"])
            | st.text(max_size=3),
            inner,
            max_size=5,
        )
    ),
)


@given(anything)
def test_whatever_comes_is_read_or_refused_by_name(content):
    try:
        turns = read(content)
    except MemOSError:
        return
    for turn in turns:
        assert turn.text.strip() and "\0" not in turn.text
        turn.text.encode()
        assert turn.kind and turn.role == turn.role.lower()


@given(st.text(min_size=1))
def test_a_text_is_verbatim_or_refused(text):
    try:
        assert read_one(text).text == text
    except InvalidText:
        assert "\0" in text or not text.strip() or not text.isprintable()
