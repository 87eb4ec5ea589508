import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import memos_core.operation.refining as refining
from memos_core.operation.refining.asking import prompt, schema
from memos_core.operation.refining.replies import Unfit, found_object, sifted

PROMPTS = Path(str(refining.__file__)).parent / "prompts"
PLACEHOLDERS = {
    "boundary": {"before", "after"},
    "cell": {"speakers", "messages", "times", "facts", "foresight", "slots"},
    "paraphrase": {"facts", "sentences"},
    "rewrite": {"question", "missing", "lines", "most"},
    "scene": {"cells", "lines"},
    "system": set(),
    "verdict": {"now", "question", "lines"},
}
LISTS = {"type": "array", "items": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}}


# ── prompts ─────────────────────────────────────────────────────────────────────────────────────


def test_every_prompt_has_the_placeholders_that_the_code_fills() -> None:
    found = {path.stem: set(prompt(path.stem).get_identifiers()) for path in PROMPTS.glob("*.md")}
    assert found == PLACEHOLDERS
    assert all(prompt(name).is_valid() for name in found)


def test_every_prompt_but_the_system_s_has_a_schema_whose_fields_it_explains() -> None:
    assert {path.stem for path in PROMPTS.glob("*.json")} == PLACEHOLDERS.keys() - {"system"}
    for name in PLACEHOLDERS.keys() - {"system"}:
        for field in schema(name)["properties"]:
            assert f'"{field}"' in prompt(name).template, f"{name}.md does not speak of {field}"


def test_what_is_data_is_marked_as_data() -> None:
    assert "<data>" in prompt("system").template
    for name, fields in PLACEHOLDERS.items():
        outside = re.sub(r"<data>.*</data>", "", prompt(name).template, flags=re.DOTALL)
        assert not fields & {"messages", "lines", "cells", "before", "after", "question"} & set(
            re.findall(r"\$(\w+)", outside)
        ) or (name, "lines") == ("scene", "lines")


# ── finding the object ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '```json\n{"a": 1}\n```',
        'Sure! Here is the JSON:\n\n{"a": 1}\n\nLet me know {if} it helps.',
        'With {braces} before: {"a": 1}',
        '\ufeff  {"a": 1} trailing',
    ],
)
def test_an_object_is_found_whatever_stands_around_it(text: str) -> None:
    assert found_object(text) == ({"a": 1}, False)


@pytest.mark.parametrize(
    "text", ["", "I'm sorry, I cannot help with that.", "[1, 2]", "null", "{", '{"a', "}{", "[" * 9999]
)
def test_no_object_is_said_so(text: str) -> None:
    with pytest.raises(Unfit, match="no JSON object"):
        found_object(text)


def test_of_what_was_cut_off_the_complete_part_is_kept() -> None:
    whole = json.dumps({"facts": [{"a": 1, "b": "x, y}"}, {"a": 2, "b": 'quo"te'}, {"a": 3, "b": ""}]})
    assert found_object(whole[:-10]) == ({"facts": [{"a": 1, "b": "x, y}"}, {"a": 2, "b": 'quo"te'}]}, True)
    assert found_object(whole[:40])[0]["facts"][0] == {"a": 1, "b": "x, y}"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), json_values, min_size=1, max_size=4), st.data())
def test_any_cut_gives_a_beginning_of_the_object_or_nothing(value: dict, data: st.DataObject) -> None:
    text = json.dumps(value)
    assert found_object(text) == (value, False)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    try:
        found, is_cut = found_object(cut)
    except Unfit:
        return
    assert is_cut
    assert list(found) == list(value)[: len(found)] or found.keys() <= value.keys()


@given(st.text(alphabet='{}[]",:\\ae1 \n', max_size=60))
def test_garbage_is_read_without_an_accident(text: str) -> None:
    try:
        found, _ = found_object(text)
    except Unfit:
        return
    assert isinstance(found, dict)


# ── sifting ─────────────────────────────────────────────────────────────────────────────────────


def test_items_that_do_not_fit_are_left_out_one_by_one() -> None:
    kept, complaints = sifted([{"a": 1}, {"a": "x"}, 5, {}, {"a": 2, "more": 3}], LISTS)
    assert kept == [{"a": 1}, {"a": 2}]
    assert complaints == ["[1].a must be of type integer", "[2] must be of type object", "[3] lacks 'a'"]


@pytest.mark.parametrize(
    "value, rule, says",
    [
        (True, {"type": "integer"}, "of type integer"),
        (1, {"type": "boolean"}, "of type boolean"),
        ("x", {"enum": ["a", "b"]}, "one of a, b"),
        ("  ", {"type": "string", "minLength": 1}, "empty or too short"),
        ("x" * 9, {"type": "string", "maxLength": 8}, "longer than 8"),
        (2, {"type": "number", "maximum": 1}, "out of bounds"),
        ([1, "x"], {"type": "array", "minItems": 2, "items": {"type": "integer"}}, "at least 2 usable"),
        ({}, {"type": "object", "required": ["a"]}, "lacks 'a'"),
        ([], {"type": ["string", "null"]}, "of type"),
    ],
)
def test_what_does_not_fit_outside_of_a_list_is_refused(value: object, rule: dict, says: str) -> None:
    with pytest.raises(Unfit, match=says):
        sifted(value, rule)
    with pytest.raises(Unfit, match=f"field.*{says}|{says}"):
        sifted({"field": value}, {"type": "object", "properties": {"field": rule}})


def test_null_and_numbers_are_told_apart() -> None:
    rule = {"type": "object", "properties": {"when": {"type": ["string", "null"]}, "share": {"type": "number"}}}
    assert sifted({"when": None, "share": 1}, rule) == ({"when": None, "share": 1}, [])
