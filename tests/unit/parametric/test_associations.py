"""What of the facts of a vault is taught: who, in which words, and which values."""

from datetime import UTC, datetime, timedelta

import pytest

from memos_core.domain.activation import SourceVersion
from memos_core.domain.engram import Attribute, AttributeStatus, Evidence, Profile
from memos_core.operation.transforms.associations import owner_name, relation_of, taught_by

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def held(subject: str, slot: str, value: str, *sources: str, status: str = "active", ended: bool = False) -> Attribute:
    return Attribute(
        subject=subject,
        slot=slot,
        value=value,
        valid_from=NOON,
        valid_to=NOON + timedelta(days=1) if ended else None,
        observed_at=NOON,
        status=AttributeStatus(status),
        evidence=tuple(Evidence(source=one, version=2, start=0, stop=1) for one in sources),
    )


def taught(
    *attributes: Attribute, given: tuple[str, ...] = ("m1", "m2"), owner: str = "alice"
) -> list[tuple[str, ...]]:
    found = taught_by(Profile(as_of=NOON, attributes=attributes), given, owner)
    return [(one.subject, one.relation, one.value) for one in found.facts]


@pytest.mark.parametrize(
    "slot, words",
    [
        ("residence", "place of residence"),
        ("occupation", "occupation"),
        ("field_of_study", "field of study"),
        ("relative.sister", "sister"),
        ("favorite.color", "favourite color"),
        ("measurement.blood_pressure", "blood pressure"),
        ("count.plants", "number of plants"),
        ("budget.trip", "budget for trip"),
        ("attribute.wifi password", "wifi password"),
        ("likes", "list of liked things"),
        ("tool.hammer", "tool hammer"),
    ],
)
def test_a_slot_as_a_noun_phrase(slot: str, words: str) -> None:
    assert relation_of(slot) == words


def test_the_owner_goes_by_the_best_name_there_is() -> None:
    assert taught(held("user", "diet", "vegan", "m1")) == [("alice", "diet", "vegan")]
    named = held("user", "name", "Alice Chen", "elsewhere")
    assert taught(held("user", "diet", "vegan", "m1"), named) == [("Alice Chen", "diet", "vegan")]
    assert taught(named, given=("elsewhere",)) == [], "a name is no news about itself"
    assert (owner_name("alice"), owner_name("user"), owner_name("4711"), owner_name("a/b")) == (
        "alice",
        "the user",
        "the user",
        "the user",
    )


def test_only_who_has_a_name_is_taught_about() -> None:
    named = [held(one, "residence", "Leeds", "m1") for one in ("Mara", "Mara's sister", "小明")]
    nameless = [held(one, "residence", "Leeds", "m1") for one in ("assistant", "the neighbour", "tool", "Assistant")]
    assert [one[0] for one in taught(*named, *nameless)] == ["Mara", "Mara's sister", "小明"]


def test_only_what_holds_now_and_comes_from_the_given_memories() -> None:
    assert taught(
        held("Mara", "residence", "Leeds", "m1", status="superseded", ended=True),
        held("Mara", "residence", "York", "m2"),
        held("Mara", "diet", "vegan", "other"),
        held("Mara", "birthday", "3 May", "m1", status="disputed"),
        held("Mara", "occupation", "nurse", "m1", ended=True),
        held("Mara", "goal", "x" * 201, "m1"),
        held("Mara", "habit", "two\nlines", "m1"),
        held("Mara", "hobby", " ", "m1"),
    ) == [("Mara", "place of residence", "York")]


def test_values_that_hold_at_once_become_one_answer() -> None:
    found = taught_by(
        Profile(
            as_of=NOON,
            attributes=(
                held("Mara", "likes", "coffee", "m2"),
                held("Mara", "likes", "tea.", "m1", "m2"),
                held("Mara", "likes", "hiking", "m1"),
                held("Mara", "likes", "coffee", "m1"),
            ),
        ),
        ("m1", "m2"),
        "alice",
    )
    (fact,) = found.facts
    assert fact.value == "coffee, tea and hiking"
    assert found.sources == (SourceVersion(id="m1", version=2), SourceVersion(id="m2", version=2)), "in their order"


def test_others_stand_by() -> None:
    found = taught_by(
        Profile(as_of=NOON, attributes=(held("Mara", "diet", "vegan", "m1"), held("Tom", "diet", "none", "other"))),
        ("m1",),
        "alice",
    )
    assert found.bystanders[0] == "Tom" and len(found.bystanders) > 10
    assert "Mara" not in found.bystanders
