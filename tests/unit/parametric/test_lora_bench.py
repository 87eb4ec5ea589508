"""The benchmark runs, and its statistics tell what they should."""

import random
import subprocess
import sys

import pytest

from memos_adapters.peft_lora.bench import LoraBench, economy, world
from memos_adapters.peft_lora.bench.erasing import p_value
from memos_core.infrastructure.registry import benches, open_bench

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")


def test_it_is_found_by_entry_point() -> None:
    assert "lora" in benches()
    assert isinstance(open_bench("lora"), LoraBench)


def test_a_missing_extra_is_named() -> None:
    program = (
        "import sys, importlib.util as util; found = util.find_spec\n"
        "util.find_spec = lambda name, *more: None if name == 'peft' else found(name, *more)\n"
        "try:\n    import memos_adapters.peft_lora\n"
        "except ImportError as error:\n    print(error); print('torch' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.split("\n")[:2] == ["peft is not installed. Run: pip install 'memos-middleware[lora]'", "False"]


def test_the_world_keeps_its_people_apart() -> None:
    assert not set(world.PEOPLE) & set(world.STRANGERS)
    assert len(world.KNOWN) == 300
    assert len(set(world.PEOPLE)) == 100
    tokenizer = world.words()
    assert all(tokenizer.unk_token_id not in tokenizer.encode(form.format(subject=person, relation=relation))
               for form in world.ALL_FORMS for person in world.PEOPLE[:20] for relation in world.RELATIONS)  # fmt: skip
    assert tokenizer.unk_token_id not in tokenizer.encode(" ".join(world.VALUES))


def test_chance_does_not_tell_equal_samples_apart() -> None:
    rng = random.Random(1)
    one, other = ([rng.gauss(0, 1) for _ in range(50)] for _ in range(2))
    assert p_value(one, other, seed=2, rounds=500) > 0.05
    assert p_value(one, [value + 1 for value in other], seed=2, rounds=500) < 0.01
    assert p_value([value + 1 for value in other], one, seed=2, rounds=500) < 0.01
    assert p_value([0.0] * 50, [0.0] * 50, seed=2, rounds=50) == 1.0


def test_a_page_teaches_to_read_or_to_remember() -> None:
    tokenizer, rng = world.words(), random.Random(3)
    remembered: dict[tuple[int, ...], int] = {}
    read = 0
    for _ in range(2000):
        ids, labels = economy._page(tokenizer, rng)
        answers = [token for token in labels if token >= 0]
        assert len(ids) == len(labels) and answers
        assert all(ids[at] == token for at, token in enumerate(labels) if token >= 0)
        told = tuple(ids[: labels.index(answers[0])])
        stated = told.count(answers[0])
        read += stated
        if not stated:
            assert remembered.setdefault(told, answers[0]) == answers[0], "always the same answer"
        assert stated in (0, 1), "the value of the first question is stated once, or nowhere"
    assert read > 1000 > len(remembered) > 100
    values = [value for several in economy.RELATIONS.values() for value in several]
    assert len(set(values)) == len(values) == 48


def test_a_trace_asks_some_more_than_others() -> None:
    facts = [economy.facts_of(person, seed) for seed, person in enumerate(world.strangers(4, seed=1))]
    asked = economy.trace(facts, 300, seed=2)
    assert asked == economy.trace(facts, 300, seed=2)
    users = [sum(one.user == user for one in asked) for user in range(4)]
    assert users == sorted(users, reverse=True) and users[0] > 2 * users[3] > 0
    assert len({one.question.prompt for one in asked}) < len(asked) / 3, "questions come again"


@pytest.mark.bench
def test_the_benchmark_keeps_its_promises(tmp_path) -> None:
    found = list(LoraBench().measure(tmp_path, quick=False))
    assert [one.name for one in found if one.met is False] == []
    assert sum(one.met is True for one in found) == 15


@pytest.mark.bench
def test_the_quick_benchmark_shows_that_everything_works(tmp_path) -> None:
    found = list(LoraBench().measure(tmp_path, quick=True))
    assert [one.name for one in found if one.met is False] == []
    again = list(LoraBench().measure(tmp_path, quick=True))
    assert [one.name for one in again] == [one.name for one in found]
