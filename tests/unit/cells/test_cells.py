"""Forming cells, and cells as rows."""

import json
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memos_core.operation.formation.cells import form, from_body, to_body
from memos_core.operation.formation.segmentation import segments
from tests.unit.cells import engrams
from tests.unit.cells.talk import CLIMBING, SOUP, conversations, said

# ── forming ─────────────────────────────────────────────────────────────────────────────────────


def test_a_cell_holds_its_messages_in_order() -> None:
    messages = said(CLIMBING)
    cell = form(messages, UTC, closed=True)
    assert cell.sources == tuple((one.source, one.version) for one in messages)
    assert cell.speakers == ("Mara", "Tom")
    assert (cell.session, cell.start, cell.end, cell.closed) == ("s", messages[0].at, messages[-1].at, True)
    assert cell.id == ""
    assert "climbing" in cell.title


def test_a_cell_knows_what_was_said() -> None:
    told = [
        "Hello Tom!",
        "Hi Mara, how are you?",
        "I moved to Leeds last week. I'm allergic to peanuts.",
        "Great! I have a dentist appointment tomorrow.",
    ]
    cell = form(said(told), ZoneInfo("Europe/London"), closed=True)
    assert any("Leeds" in fact.text and fact.subject == "Mara" for fact in cell.facts)
    assert any("dentist" in one.text.lower() and one.subject == "Tom" for one in cell.foresight)
    assert "Leeds" in cell.episode and "how are you" not in cell.episode


def test_messages_before_the_cell_are_context_only() -> None:
    before, inner = said(SOUP), said(CLIMBING)
    cell = form(inner, UTC, closed=False, before=before)
    assert len(cell.sources) == len(inner)
    assert "soup" not in cell.episode.lower()
    assert not cell.closed


def test_an_empty_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        form([], UTC, closed=True)


@settings(max_examples=25)
@given(conversations())
def test_the_cells_of_a_conversation_partition_it(messages) -> None:
    closed, _ = segments(messages, [None] * len(messages), zone=UTC, final=True)
    made = [form(messages[one.start : one.stop], UTC, closed=True, before=messages[: one.start]) for one in closed]
    assert [source for cell in made for source, _ in cell.sources] == [message.source for message in messages]
    texts = {message.source: message.text for message in messages}
    for cell in made:
        evidence = [*(fact.evidence for fact in cell.facts), *(one.evidence for one in cell.foresight)]
        assert all(evidence)
        assert all(0 <= one.start < one.stop <= len(texts[one.source]) for found in evidence for one in found)


# ── as a row ────────────────────────────────────────────────────────────────────────────────────


@given(engrams.cells)
def test_a_cell_survives_json(cell) -> None:
    assert from_body(json.loads(json.dumps(to_body(cell))), cell.id) == cell


def test_the_body_is_small() -> None:
    messages = said([*CLIMBING, *SOUP])
    cell = form(messages, UTC, closed=True)
    body = json.dumps(to_body(cell), ensure_ascii=False, separators=(",", ":"))
    told = sum(len(message.text) for message in messages) + len(cell.episode)
    said_again = sum(len(one.text) + len(one.object) for one in cell.facts) + sum(
        len(one.text) for one in cell.foresight
    )
    assert len(body) < told + said_again + 150 * (2 + len(cell.facts) + len(cell.foresight))


@pytest.mark.parametrize("version", [0, 2, None, "1"])
def test_a_body_of_another_release_is_refused(version) -> None:
    body = to_body(form(said(CLIMBING), UTC, closed=True)) | {"v": version}
    with pytest.raises(ValueError, match="version"):
        from_body(body)


@given(engrams.cells, st.data())
def test_evidence_outside_the_cell_is_kept(cell, data) -> None:
    there = from_body(to_body(cell), cell.id)
    assert [one for fact in there.facts for one in fact.evidence] == [
        one for fact in cell.facts for one in fact.evidence
    ]
