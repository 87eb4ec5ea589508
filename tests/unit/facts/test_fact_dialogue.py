"""Facts that need the turns before: answers, corrections, pronouns, jokes taken back."""

from memos_core.domain.engram import Message, Modality, Polarity
from memos_core.operation.formation.facts import extract_facts
from tests.unit.facts.fact_probes import said, short


def after(*turns: tuple[str, str]) -> set[str]:
    """Facts of the last of some turns, each ``(speaker, text)``; an assistant has no name."""
    messages: list[Message] = []
    for place, (speaker, text) in enumerate(turns):
        messages.append(said(text, speaker=speaker, role="user" if speaker else "assistant", place=place))
    found = extract_facts(messages[-1], messages[:-1])
    return {short(one) for one in found if one.predicate != "said"}


def test_yes_and_no_answer_for_the_question():
    assert after(("", "Do you live in Ghent?"), ("Mara", "Yes.")) == {"Mara | residence | Ghent"}
    assert after(("", "您住在昆明吗？"), ("小林", "是的。")) == {"小林 | residence | 昆明"}
    assert after(("", "You live in Paris, right?"), ("Mara", "No, in Lyon.")) == {
        "Mara | residence | Paris | negated",
        "Mara | residence | Lyon",
    }


def test_a_short_answer_takes_its_slot_from_the_question():
    assert after(("", "What's your sister's name?"), ("Mara", "Ana")) == {"Mara | relative.sister | Ana"}
    assert after(("", "Where do you work?"), ("Mara", "At Siemens.")) == {"Mara | employer | Siemens"}
    assert after(("", "你叫什么名字？"), ("小林", "林小燕")) == {"小林 | name | 林小燕"}


def test_an_answer_to_nothing_states_nothing():
    assert after(("Mara", "Yes.")) == set()
    assert after(("", "Nice weather today."), ("Mara", "Yes.")) == set()


def test_a_correction_in_a_word_puts_the_last_value_right():
    assert after(("Mara", "My birthday is on 12 April."), ("", "Got it, 12 August."), ("Mara", "No, 12 April.")) == {
        "Mara | birthday | 12 April | correcting"
    }
    assert after(("Mara", "My sister is called Anna."), ("Mara", "Actually it's Ana, not Anna.")) == {
        "Mara | relative.sister | Anna | negated | correcting",
        "Mara | relative.sister | Ana | correcting",
    }


def test_a_joke_taken_back_in_the_next_message():
    assert after(("Mara", "I just became an astronaut!"), ("Mara", "Just kidding.")) == {
        "Mara | occupation | astronaut | negated | correcting"
    }


def test_pronouns_mean_who_was_named_last():
    assert after(("Mara", "My brother is called Jan. He works at Shell.")) == {
        "Mara | relative.brother | Jan",
        "Jan | employer | Shell",
    }
    assert after(("Mara", "We got a kitten yesterday! Her name is Miso.")) == {
        "Mara | pet | kitten",
        "Mara | pet | kitten named Miso",
    }


def test_a_pronoun_that_may_mean_two_people_states_nothing():
    found = after(("Mara", "My brother and my uncle came over. He works at Shell."))
    assert not any("Shell" in one for one in found)


def test_reports_about_oneself_are_marked_and_weak():
    (found,) = (one for one in extract_facts(said("My boss thinks I live in Cologne.")) if one.predicate == "residence")
    assert found.modality is Modality.REPORTED
    assert found.polarity is Polarity.AFFIRMED
    assert found.confidence < 0.5
