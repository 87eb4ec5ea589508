"""Forms of everyday speech: bare hours, hurried spellings, ends without a date, consequences, ellipsis."""

from datetime import UTC, date, datetime, timedelta

import pytest

from memos_core.domain.engram import ForesightKind, ForesightStatus, Message
from memos_core.operation.formation.foresight import close, extract_foresight

SAID = datetime(2024, 3, 6, 10, tzinfo=UTC)  # a Wednesday
PLAN, COMMITMENT = ForesightKind.PLAN, ForesightKind.COMMITMENT
STATE, CONSTRAINT = ForesightKind.STATE, ForesightKind.CONSTRAINT


def told(text: str, *, source: str = "m1", speaker: str = "Ana", at: datetime = SAID, after: tuple[Message, ...] = ()):
    message = Message(source=source, text=text, speaker=speaker, role="user", session="s1", at=at)
    return message, extract_foresight(message, after, UTC)


def items(text: str):
    return told(text)[1]


@pytest.mark.parametrize(
    ("text", "begin"),
    [
        ("I've got a call with Lena at 3", datetime(2024, 3, 6, 15, tzinfo=UTC)),
        ("I'm meeting Bo at half six", datetime(2024, 3, 6, 18, 30, tzinfo=UTC)),
        ("I've parents' evening tomorrow at half five", datetime(2024, 3, 7, 17, 30, tzinfo=UTC)),
        ("Rugby dinner nxt fri", datetime(2024, 3, 8, tzinfo=UTC)),
        ("gonna be in wales this wkend", datetime(2024, 3, 9, tzinfo=UTC)),
        ("I'm on duty at the shelter, mon to weds", datetime(2024, 3, 11, tzinfo=UTC)),
        ("We're at the cabin from Saturday till the following Friday", datetime(2024, 3, 9, tzinfo=UTC)),
    ],
)
def test_hours_and_days_as_people_type_them(text, begin):
    assert [item.period.start for item in items(text)] == [begin]


@pytest.mark.parametrize(
    "text",
    ["I woke up at 4", "We looked at 3 flats", "He was home by 6", "The shop usually opens at 9", "Two at 5 each"],
)
def test_no_hour_to_come(text):
    assert items(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I'm temporarily managing the Leith branch until they hire someone", STATE),
        ("Swimming's banned for me until the stitches dissolve", CONSTRAINT),
        ("We have to keep the noise down until the baby is over her colic", CONSTRAINT),
    ],
)
def test_what_holds_until_an_event_without_a_date_is_taken_to_hold_two_weeks(text, kind):
    found = [item for item in items(text) if item.kind is kind]
    assert [(item.period.end - SAID).days for item in found] == [14]
    assert all(item.confidence <= 0.7 for item in found)


@pytest.mark.parametrize(
    "text", ["I can't wait until the show", "Bake it until the top is brown", "I cried until he came"]
)
def test_no_state_until_an_event(text):
    assert items(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "word", "last"),
    [
        ("I must get the forms back by Friday or he can't go", COMMITMENT, "forms", date(2024, 3, 8)),
        ("We've a burn ban until 15 March so I can't light the grill", CONSTRAINT, "grill", date(2024, 3, 15)),
        ("Only allowed to lift a kilo until my check-up on April 2nd", CONSTRAINT, "lift", date(2024, 4, 2)),
        ("The council gave us until the 22nd to object", COMMITMENT, "object", date(2024, 3, 22)),
        ("I'll bring the poles back on Sunday, promise", COMMITMENT, "poles", date(2024, 3, 10)),
        ("The washing machine's flooded, engineer on Monday", STATE, "washing", date(2024, 3, 11)),
        ("It's Holi on the 25th and I'm cooking for thirty", PLAN, "cooking", date(2024, 3, 25)),
        ("我請育嬰假請到9月底,現在每天跟寶寶混", STATE, "育嬰假", date(2024, 9, 30)),
        ("我在姥姥家避暑，20号回来", STATE, "姥姥", date(2024, 3, 20)),
        ("明天下午三点给三号楼换电表", PLAN, "电表", date(2024, 3, 7)),
    ],
)
def test_what_one_clause_has_from_another(text, kind, word, last):
    found = [item for item in items(text) if item.kind is kind and word in f"{item.text} {item.topic}"]
    assert [(item.period.end - timedelta(seconds=1)).date() for item in found] == [last]


@pytest.mark.parametrize(
    "text",
    [
        "My neighbour's hairdresser is off to Tenerife on Thursday",
        "隔壁老板娘的表弟下周结婚",
        "People say the trains are off on Sunday",
        "I just finished the novel. The detective has until Friday to find the ring.",
        "My astrologer says I'll travel to Dubai in January",
        "In 1988 I promised my father I'd finish the boat by summer",
        "呵呵，我明天就去当总统，你信吗",
    ],
)
def test_what_is_nobodys_own(text):
    assert items(text) == []


def test_an_ellipsis_is_filled_from_the_question():
    asked = Message(source="q", text="Anything on tomorrow?", speaker="Bot", role="assistant", session="s1", at=SAID)
    (item,) = told("Only the chiropodist at two", after=(asked,))[1]
    assert "chiropodist" in item.text
    assert item.period.start == datetime(2024, 3, 7, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "later", "status"),
    [
        ("Poker at mine on Friday", "Sorry, have to cancel poker on Friday", ForesightStatus.CANCELLED),
        ("On crutches for the next month", "Chucked the crutches in the loft", ForesightStatus.FULFILLED),
        ("I have to cancel the gym trial before the 25th", "What a day", None),
    ],
)
def test_how_it_ends(first, later, status):
    one, found = told(first)
    two, _ = told(later, source="m2", at=SAID + timedelta(days=1))
    assert {item.closed_as for item in close(found, [one, two])} == {status}
