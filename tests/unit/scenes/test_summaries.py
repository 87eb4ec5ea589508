"""What is said of a scene."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memos_core.domain.engram import (
    Evidence,
    Fact,
    Foresight,
    ForesightKind,
    ForesightStatus,
    IntervalSource,
    MemCell,
    Modality,
    Period,
    Polarity,
)
from memos_core.operation.consolidation.summaries import MOST_LINES, newest, summarise, superseded
from tests.unit.cells import engrams

NOON = datetime(2024, 3, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
QUOTE = 'Mara said: "The climbing gym."'


def fact(text: str, predicate: str = "said", value: str = "", *, day: int = 0, **given) -> Fact:
    return Fact(
        **{
            "subject": "Mara",
            "predicate": predicate,
            "object": value or text,
            "text": text,
            "observed_at": NOON + day * DAY,
            "evidence": (Evidence(source="mem_1", start=0, stop=1),),
        }
        | given
    )


def ahead(text: str, start: int, end: int | None, **given) -> Foresight:
    period = Period(start=NOON + start * DAY, end=None if end is None else NOON + end * DAY, label="")
    return Foresight(
        **{
            "subject": "Mara",
            "text": text,
            "topic": text,
            "kind": ForesightKind.PLAN,
            "period": period,
            "interval_source": IntervalSource.EXPLICIT,
            "observed_at": NOON,
            "evidence": (Evidence(source="mem_1", start=0, stop=1),),
        }
        | given
    )


def cell(number: int, *facts: Fact, foresight: tuple[Foresight, ...] = (), episode: str = "", day: int = 0) -> MemCell:
    return MemCell(
        id=f"cell_{number}",
        session="s",
        start=NOON + day * DAY,
        end=NOON + day * DAY,
        title=f"Title {number}",
        episode=episode or 'Mara said: "The climbing gym."',
        sources=((f"mem_{number}", 1),),
        speakers=("Mara",),
        facts=facts,
        foresight=foresight,
    )


def test_the_newest_value_comes_first_and_alone() -> None:
    old = cell(1, fact("Mara lives in Leeds.", "residence", "Leeds"))
    new = cell(2, fact("Mara lives in York.", "residence", "York", day=9), day=9)
    _, summary = summarise([old, new])
    assert summary.splitlines() == ["Mara lives in York. [cell_2]", f"4 March 2024: {QUOTE} [cell_1]"]


def test_a_value_that_another_scene_has_overtaken_is_left_out() -> None:
    old = cell(1, fact("Mara's address is Elm 44.", "address", "Elm 44"), fact("Mara likes tea.", "likes", "tea"))
    new = cell(2, fact("Mara's address is Elm 47.", "address", "Elm 47", day=9), day=9)
    assert "Elm 44" in summarise([old])[1]
    _, summary = summarise([old], outdated=superseded([old], newest([new, old])))
    assert summary == "Mara likes tea. [cell_1]"
    assert superseded([new], newest([new, old])) == frozenset()


def test_the_same_value_said_again_stays() -> None:
    cells = [cell(day, fact("Mara lives in York.", "residence", "York", day=day), day=day) for day in (1, 9)]
    assert superseded(cells, newest(cells)) == frozenset()


def test_of_two_words_for_one_thing_the_fuller_is_told() -> None:
    dog, kelp = (fact(f"Mara has a {value}.", "pet", value) for value in ("dog", "dog named Kelp"))
    assert summarise([cell(1, dog, kelp)])[1] == "Mara has a dog named Kelp. [cell_1]"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Mara promised Mara Mara would call.", "I promised myself I'd call."),
        ("Say sorry from Mara too, for believing you.", "Say sorry from me too, for believing you."),
        ("Mara will be there with the sign.", "I'll be there with the sign."),
        ("Mara walk the dog along the Elbe.", "I walk the dog along the Elbe."),
        ("Mara did.", "I did."),
    ],
)
def test_what_fits_no_slot_is_told_only_where_it_is_clean_and_says_something(text, sentence) -> None:
    assert summarise([cell(1, fact(text, "said", sentence))])[1] == f"4 March 2024: {QUOTE} [cell_1]"


def test_many_values_stand_beside_each_other() -> None:
    _, summary = summarise(
        [cell(1, fact("Mara likes tea.", "likes", "tea"), fact("Mara likes jazz.", "likes", "jazz"))]
    )
    assert set(summary.splitlines()) == {"Mara likes tea. [cell_1]", "Mara likes jazz. [cell_1]"}


def test_an_ended_value_is_not_current() -> None:
    ended = fact("Mara no longer works at Acme.", "employer", "Acme", day=5, polarity=Polarity.ENDED)
    _, summary = summarise([cell(1, fact("Mara works at Acme.", "employer", "Acme")), cell(2, ended, day=5)])
    assert summary.splitlines() == [
        f"4 March 2024: {QUOTE} [cell_1]",
        "9 March 2024: Mara no longer works at Acme. [cell_2]",
    ]


def test_the_timeline_is_by_time_of_event() -> None:
    late = fact("Mara ran a race [February 2024].", period=Period(start=NOON - 30 * DAY, label="February 2024"), day=3)
    early = fact("Mara bought shoes.", period=Period(start=NOON - 60 * DAY, label="January 2024"), day=4)
    _, summary = summarise([cell(1, late), cell(2, early)])
    assert summary.splitlines() == [
        "January 2024: Mara bought shoes. [cell_2]",
        "February 2024: Mara ran a race. [cell_1]",
    ]


def test_what_is_supposed_or_doubtful_is_left_out() -> None:
    supposed = fact("Mara lives on the moon.", modality=Modality.HYPOTHETICAL)
    doubtful = fact("Mara is a pilot.", confidence=0.4)
    _, summary = summarise([cell(1, supposed, doubtful, fact("Mara saw a fox."))])
    assert summary == "4 March 2024: Mara saw a fox. [cell_1]"


def test_open_foresight_is_told_and_closed_is_not() -> None:
    there = (
        ahead("Mara flies to Rome.", 5, 7),
        ahead("Mara has a cast.", -2, 20),
        ahead("Mara had flu.", -9, -2),
        ahead("Mara sees the dentist.", 3, 4, closed_as=ForesightStatus.CANCELLED, closed_at=NOON),
    )
    _, summary = summarise([cell(1, foresight=there)], NOON)
    assert summary.splitlines() == ["Open: Mara has a cast. [cell_1]", "Open: Mara flies to Rome. [cell_1]"]
    assert "Rome" not in summarise([cell(1, foresight=there)], NOON + 8 * DAY)[1]


def test_without_a_moment_the_last_cell_tells_the_time() -> None:
    there = (ahead("Mara flies to Rome.", 5, 7),)
    assert "Rome" in summarise([cell(1, foresight=there), cell(2, day=6)])[1]
    assert "Rome" not in summarise([cell(1, foresight=there), cell(2, day=8)])[1]


def test_cells_without_facts_are_told_by_their_episode() -> None:
    _, summary = summarise([cell(1), cell(2)])
    assert summary.splitlines() == [f"4 March 2024: {QUOTE} [cell_{number}]" for number in (1, 2)]


def test_the_line_that_says_most_is_quoted() -> None:
    lines = (
        'Mara said: "Right."',
        'Tom asked: "Did the wet oak from the old sawmill near Lauenburg come?"',
        'Mara said: "The oak from the sawmill near Lauenburg came wet."',
    )
    assert summarise([cell(1, episode="\n".join(lines))])[1] == f"4 March 2024: {lines[2]} [cell_1]"
    assert summarise([cell(1, episode="\n".join(lines[:2]))])[1] == f"4 March 2024: {lines[1]} [cell_1]"


def test_the_label_says_what_recurs() -> None:
    episodes = [
        'Mara said: "The climbing gym has a red route."',
        'Mara asked: "Is the climbing gym open?"',
        "Mara saw Tom.",
    ]
    label, _ = summarise([cell(number, episode=text) for number, text in enumerate(episodes)])
    assert label.split(", ")[0] == "climbing gym"
    assert "Mara" not in label


def test_a_summary_is_bounded() -> None:
    facts = [fact(f"Mara saw fox number {number}. " + "x" * 500) for number in range(50)]
    likes = [fact(f"Mara likes tea {number}.", "likes", f"tea {number}") for number in range(50)]
    plans = tuple(ahead(f"Mara goes to town {number}.", 1, 2) for number in range(50))
    _, summary = summarise([cell(1, *facts, *likes, foresight=plans)])
    lines = summary.splitlines()
    assert len(lines) == MOST_LINES
    assert max(map(len, lines)) < 260
    assert sum(line.startswith("Open: ") for line in lines) == 3


@settings(max_examples=60)
@given(st.lists(engrams.cells, min_size=1, max_size=5))
def test_every_line_cites_a_cell_of_the_scene(cells) -> None:
    cells = [replace(one, id=f"cell_{number}") for number, one in enumerate(cells)]
    label, summary = summarise(cells)
    assert label
    assert 0 < len(summary.split("\n")) <= MOST_LINES
    for line in summary.split("\n"):
        cited = re.search(r" \[(cell_\d+)\]$", line)
        assert cited is not None and cited[1] in {one.id for one in cells}
