from pathlib import Path

import pytest

from memos_core.domain.engram import ForesightKind
from memos_core.errors import InvalidInput
from memos_core.evaluation.sentences import by_author, load_sentences, parsed

SENTENCES = Path(__file__).parents[2] / "cases" / "sentences"


def test_marks_are_taken_out_and_their_places_kept():
    line = "{state~45:{constraint:arm in plaster}}, so [pet@sister:Tilly] and [-diet=vegan:no eggs] stay"
    found = parsed(line, "an author")
    assert (found.author, found.text) == ("an author", "arm in plaster, so Tilly and no eggs stay")
    assert [(one.kind, one.days, found.text[one.start : one.stop]) for one in found.clauses] == [
        (ForesightKind.CONSTRAINT, None, "arm in plaster"),
        (ForesightKind.STATE, 45, "arm in plaster"),
    ]
    told = [(one.slot, one.canonical, one.person, one.ended, found.text[one.start : one.stop]) for one in found.values]
    assert told == [("pet", "", "sister", False, "Tilly"), ("diet", "vegan", "", True, "no eggs")]


@pytest.mark.parametrize("line", ["a } b", "{plan:a", "[residence:a}", "{hope:a}", "[Slot:a]"])
def test_a_malformed_mark_is_refused_with_its_place(line, tmp_path):
    (tmp_path / "ann.txt").write_text(f"# who\n\n{line}\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"ann\.txt:3"):
        load_sentences(tmp_path)


def test_a_folder_without_sentences_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="no sentences"):
        load_sentences(tmp_path)


def test_files_of_one_sort_of_mark_say_so_by_their_name(tmp_path):
    for name in ("both", "ours_foresight", "ours_profile"):
        (tmp_path / f"{name}.txt").write_text("hello\n", encoding="utf-8")
    told = {one.author: (one.tells_foresight, one.tells_profile) for one in load_sentences(tmp_path)}
    assert told == {"both": (True, True), "ours_foresight": (True, False), "ours_profile": (False, True)}


def test_every_author_is_left_out_once():
    sentences = [parsed("hello", author) for author in "abcde"]
    folds = list(by_author(sentences, 3))
    assert sorted(one.author for _, own in folds for one in own) == list("abcde")
    assert all(not {one.author for one in own} & {one.author for one in others} for others, own in folds)


def test_what_the_rules_have_marked_is_never_left_out():
    sentences = [parsed("hello", author) for author in ("ann", "ben", "plain_foresight")]
    for others, own in by_author(sentences, 2):
        assert "plain_foresight" in {one.author for one in others}
        assert "plain_foresight" not in {one.author for one in own}


def test_the_sentences_of_the_project_are_well_formed():
    sentences = load_sentences(SENTENCES)
    assert len(sentences) > 20_000
    assert len({one.author for one in sentences}) > 20
