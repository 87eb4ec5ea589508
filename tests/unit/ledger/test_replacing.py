"""Corrections and changes that quote the old value reach it in the ledger, whenever it was said."""

from datetime import UTC, datetime, timedelta

import pytest

from memos_core.domain.engram import AttributeStatus, Message, Profile
from memos_core.domain.slots import REPLACED
from memos_core.operation.consolidation.ledger import profile
from memos_core.operation.formation.facts import extract_facts

_FIRST = datetime(2024, 3, 1, 10, tzinfo=UTC)


def known(*texts: str) -> Profile:
    """What is known after messages of one session each, a week apart."""
    facts = []
    for place, text in enumerate(texts):
        at = _FIRST + timedelta(weeks=place)
        facts += extract_facts(
            Message(source=str(place), text=text, speaker="Sam", role="user", session=str(place), at=at)
        )
    return profile(facts, _FIRST + timedelta(weeks=len(texts)))


def values(found: Profile, slot: str) -> list[str]:
    return [one.value for one in found.current(slot, "Sam")]


@pytest.mark.parametrize(
    ("said", "corrected", "slot", "value"),
    [
        ("My phone number is 555-0142.", "Sorry, that should be 555-0124, not 555-0142.", "phone", "555-0124"),
        ("My birthday is June 8.", "oops typo, it's August 6, not June 8", "birthday", "August 6"),
        ("My sister's name is Marta.", "Sorry, it's Martha, not Marta.", "relative.sister", "Martha"),
        ("我的生日是6月8日。", "哎呀打错了，是8月6日，不是6月8日，我妈知道了得骂我。", "birthday", "8月6日"),
    ],
)
def test_a_correction_in_a_later_session_undoes_the_value_it_quotes(said, corrected, slot, value):
    found = known(said, corrected)
    assert values(found, slot) == [value]
    over = [one for one in found.attributes if one.slot == slot and one.value != value]
    assert over
    assert all(one.status is AttributeStatus.RETRACTED for one in over)


def test_a_swap_puts_the_new_thing_where_the_old_one_was():
    assert values(known("I ride a Trek.", "I've upgraded from the Trek to a Canyon."), "vehicle") == ["Canyon"]


def test_what_replaces_nothing_known_stays_out():
    found = known("I live in Leeds.", "Sorry, that should be 555-0124, not 555-0142.")
    assert [one.slot for one in found.attributes] == ["residence"]
    assert not found.current(REPLACED, "Sam")


def test_a_correction_does_not_reach_what_was_said_after_it():
    found = known("Sorry, that should be 555-0124, not 555-0142.", "My phone number is 555-0142.")
    assert values(found, "phone") == ["555-0142"]


def test_a_request_behind_a_statement_leaves_it_told():
    found = known("I'm Steph Okafor and we settled in Ghent last autumn, could you help me with Dutch small talk?")
    assert values(found, "residence") == ["Ghent"]


def test_floating_words_belong_to_no_noun():
    assert values(known("My favourite film now is 12th Fail."), "favorite.film") == ["12th Fail"]
    assert values(known("我最喜欢的颜色其实是绿色。"), "favorite.颜色") == ["绿色"]
