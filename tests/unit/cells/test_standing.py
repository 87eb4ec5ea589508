"""When a fact may stand for the sentence that it was taken from."""

import pytest

from memos_core.operation.formation.standing import is_clean


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Mara took the night train down two weeks ago [around 25 August 2024].",
            "I took the night train down two weeks ago.",
        ),
        ("Mara has already bought a tiny raincoat.", "I've already bought a tiny raincoat."),
        ("Mara will come and stand at kilometre 35.", "I'll come and stand at kilometre 35."),
        ("Mara lives in Altona.", "I live in Altona."),
        ("Mara is allergic to hazelnuts.", "I'm allergic to hazelnuts!"),
        ("Mara doesn't eat meat.", "I don't eat meat."),
        ("Mara's address is Karl Johansgatan 44.", "My address is Karl Johansgatan 44."),
        ("Mara works in Bremen and Hamburg.", "I work in Bremen and Hamburg."),
        ("小林搬到了杭州。", "我搬到了杭州。"),
    ],
)
def test_a_clean_clause_stands(text, sentence):
    assert is_clean(text, text.partition(" ")[0].removesuffix("'s") if text.isascii() else "小林", sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Mara walk the dog along the Elbe.", "I walk the dog along the Elbe."),
        ("Mara put the bins out.", "I put the bins out."),
        ("Mara need a new phone.", "I need a new phone."),
        ("Mara gets up at six and run along the river.", "I get up at six and run along the river."),
        ("Mara has pregnant.", "She's pregnant."),
        ("Mara works as an only data analyst.", "I'm the only data analyst."),
        ("The group has made Mara feels at home.", "The group has made me feel at home."),
        ("Mara lives in the right country for that.", "I live in the right country for that."),
        ("Mara promised Mara Mara would call Annika.", "I promised myself I'd call Annika."),
        ("Mara will ring you on the 15th.", "I'll ring you on the 15th."),
        ("Then Mara signed the contract.", "Then I signed the contract."),
        ("We paid 1,900 euros.", "We paid 1,900 euros."),
        ("Mara is going to be an aunt, Jonah.", "I'm going to be an aunt, Jonah."),
        ("Mara did.", "I did."),
        ("小林告诉过你要带伞。", "我告诉过你要带伞。"),
        ("然后小林搬家了。", "然后我搬家了。"),
    ],
)
def test_what_may_be_wrong_or_leans_on_its_context_does_not(text, sentence):
    assert not is_clean(text, "Mara" if text.isascii() else "小林", sentence, ("Mara", "Jonah"))
