"""Replies over a stored prefix: streamed, sampled, stopped, with beams, in threads, and by the model's own generate."""

from collections.abc import Generator
from threading import Thread

import pytest
import torch

from memos_adapters.transformers_kv import TransformersEngine
from memos_adapters.transformers_kv.replies import Reply
from memos_core.domain.activation import Completion, Sampling
from memos_core.errors import ForeignActivation, InvalidInput, PromptTooLong
from tests.unit.activation.tiny_models import SERVED, random_tokens, tiny_engine, tiny_model, tiny_tokenizer

PROMPT, CUT = 40, 25


@pytest.fixture(scope="module")
def engine() -> TransformersEngine:
    return TransformersEngine(tiny_model(), tiny_tokenizer())


@pytest.fixture
def prompt() -> list[int]:
    return random_tokens(PROMPT, seed=3)


def drained(stream: Generator[str, None, Completion]) -> tuple[list[str], Completion]:
    pieces = []
    while True:
        try:
            pieces.append(next(stream))
        except StopIteration as end:
            return pieces, end.value


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(max_tokens=40),
        Sampling(max_tokens=40, temperature=1.0, seed=5),
        Sampling(max_tokens=40, temperature=0.7, top_p=0.8, top_k=20, seed=6),
        Sampling(max_tokens=10, beams=3),
    ],
    ids=["greedy", "sampled", "narrowed", "beams"],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_stream_gives_the_completion_in_pieces(engine, sampling, seed) -> None:
    prompt = random_tokens(PROMPT, seed=seed)
    past = [engine.prefill(prompt[:CUT])]
    pieces, streamed = drained(engine.stream(prompt, past, sampling))
    assert "".join(pieces) == streamed.text
    assert streamed == engine.generate([prompt], past, sampling)[0]
    assert streamed.cache_read == CUT
    decoded = tiny_tokenizer().decode(streamed.tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    assert streamed.text == decoded


def test_no_piece_ends_inside_a_character() -> None:
    tokenizer = tiny_tokenizer()
    said = "naïve café — 東京 \N{GRINNING FACE}!"
    ids = tokenizer(said, add_special_tokens=False)["input_ids"]
    reply = Reply(tokenizer, stop=(), ends=frozenset({3}), limit=1000)
    pieces = [reply.add(token) for token in [*ids, 3]]
    assert "".join(pieces) == said
    assert [piece for piece in pieces if "�" in piece] == []
    assert len(ids) > len(said), "characters of several tokens are what this is about"
    assert reply.finished


@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_reply_ends_before_a_stop_string(engine, prompt, length) -> None:
    past = [engine.prefill(prompt[:CUT])]
    (whole,) = engine.generate([prompt], past, Sampling(max_tokens=40))
    for at in range(4, 20):
        stop = whole.text[at : at + length]
        if "�" in stop:
            continue
        sampling = Sampling(max_tokens=40, stop=("never said", stop))
        pieces, stopped = drained(engine.stream(prompt, past, sampling))
        assert stopped.text == whole.text[: whole.text.index(stop)] == "".join(pieces)
        assert stopped.finish == "stop"
        assert len(stopped.tokens) < len(whole.tokens)


def test_a_reply_ends_at_the_end_token_and_at_the_limit(engine, prompt) -> None:
    (whole,) = engine.generate([prompt], [], Sampling(max_tokens=12))
    assert (whole.finish, len(whole.tokens)) == ("length", 12)
    model = tiny_model()
    model.generation_config.eos_token_id = [299, whole.tokens[4]]
    (ended,) = TransformersEngine(model, tiny_tokenizer()).generate([prompt], [], Sampling(max_tokens=12))
    first = whole.tokens.index(whole.tokens[4])
    assert (ended.finish, ended.tokens) == ("stop", whole.tokens[: first + 1])


def test_a_seed_decides_and_chance_follows_the_model(engine, prompt) -> None:
    past = [engine.prefill(prompt[:CUT])]

    def reply(**changes) -> tuple[int, ...]:
        sampling = Sampling(**({"max_tokens": 16, "temperature": 1.5, "seed": 1} | changes))
        return engine.generate([prompt], past, sampling)[0].tokens

    assert reply() == reply()
    assert reply() != reply(seed=2)
    assert reply(seed=None) != reply(seed=None)
    # Narrowed to one token, chance has no choice.
    greedy = reply(temperature=0.0)
    assert reply(top_k=1) == reply(top_p=1e-6) == greedy != reply()


def test_rows_of_a_batch_are_sampled_as_they_are_alone(engine, prompt) -> None:
    sampling = Sampling(max_tokens=8, temperature=1.0, seed=9)
    prompts = [prompt, prompt[:30], prompt[:CUT] + random_tokens(3)]
    together = engine.generate(prompts, [engine.prefill(prompt[:CUT])], sampling)
    assert [one.tokens for one in together] == [engine.generate([one], [], sampling)[0].tokens for one in prompts]


@pytest.mark.parametrize("name", ["llama", "mistral", "gemma3", "gpt2", "bloom alibi"])
def test_beams_over_a_prefix_find_what_they_find_without(name, prompt) -> None:
    engine = tiny_engine(name)
    sampling = Sampling(max_tokens=12, beams=4)
    (plain,), (reused,) = (engine.generate([prompt], past, sampling) for past in ([], [engine.prefill(prompt[:CUT])]))
    assert reused.tokens == plain.tokens
    assert reused.cache_read == CUT
    with torch.no_grad():
        theirs = tiny_model(name).generate(
            torch.tensor([prompt]), max_new_tokens=12, num_beams=4, eos_token_id=3, pad_token_id=0
        )
    assert reused.tokens == tuple(theirs[0, PROMPT:].tolist())
    assert reused.tokens != engine.generate([prompt], [], Sampling(max_tokens=12))[0].tokens


@pytest.mark.parametrize("name", SERVED)
def test_the_models_own_generate_takes_our_inputs(name, prompt) -> None:
    model = tiny_model(name)
    engine = TransformersEngine(model, tiny_tokenizer())
    values = engine.prefill(prompt[:CUT])
    settings = {"max_new_tokens": 12, "do_sample": False, "eos_token_id": 3, "pad_token_id": 0}
    with torch.no_grad():
        plain = model.generate(torch.tensor([prompt]), **settings)
        # Fresh each time: what generate grows is not what is stored.
        both = [model.generate(**engine.inputs(prompt, [values]), **settings) for _ in range(2)]
    assert both[0].tolist() == both[1].tolist() == plain.tolist()
    assert values.length == CUT


def test_two_models_generate_in_two_threads() -> None:
    engines = [tiny_engine(name) for name in ("llama", "gemma2")]
    prompts = [random_tokens(PROMPT, seed=seed) for seed in range(4)]
    sampling = Sampling(max_tokens=8, temperature=1.0, seed=1)
    expected = [[one.generate([prompt], [], sampling)[0].tokens for prompt in prompts] for one in engines]
    found: list[list[tuple[int, ...]]] = [[], []]

    def work(which: int) -> None:
        engine = engines[which]
        for prompt in prompts:
            past = [engine.prefill(prompt[:CUT])]
            found[which].append(engine.generate([prompt], past, sampling)[0].tokens)

    threads = [Thread(target=work, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected
    assert expected[0] != expected[1]


def test_generating_leaves_pytorchs_own_chance_alone(engine, prompt) -> None:
    torch.manual_seed(0)
    untouched = torch.rand(3)
    torch.manual_seed(0)
    engine.generate([prompt], [], Sampling(max_tokens=4, temperature=1.0, seed=3))
    engine.generate([prompt], [], Sampling(max_tokens=4, beams=2))
    assert torch.equal(torch.rand(3), untouched)


def test_a_prompt_has_a_token_more_than_its_past(engine, prompt) -> None:
    values = engine.prefill(prompt)
    for shorter in (prompt, prompt[:10]):
        with pytest.raises(InvalidInput, match="at least one token more"):
            engine.generate([shorter], [values], Sampling())
        with pytest.raises(InvalidInput, match="at least one token more"):
            engine.inputs(shorter, [values])
    assert engine.generate([], [], Sampling()) == []


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(max_tokens=0),
        Sampling(temperature=-1.0),
        Sampling(temperature=float("nan")),
        Sampling(top_p=0.0),
        Sampling(top_k=-1),
        Sampling(beams=0),
        Sampling(beams=2, temperature=1.0),
    ],
)
def test_what_cannot_be_done_is_refused(engine, prompt, sampling) -> None:
    with pytest.raises(InvalidInput):
        engine.generate([prompt], [], sampling)


def test_values_of_another_model_or_dtype_are_refused(engine, prompt) -> None:
    others = {
        "other layers": TransformersEngine(tiny_model("gemma3n shared"), tiny_tokenizer()),
        "other heads": TransformersEngine(tiny_model("llama multi-query"), tiny_tokenizer()),
        "other dtype": TransformersEngine(tiny_model(dtype=torch.bfloat16), tiny_tokenizer()),
    }
    for other in others.values():
        values = other.prefill(prompt[:CUT])
        for use in (
            lambda values=values: engine.generate([prompt], [values], Sampling()),
            lambda values=values: engine.inputs(prompt, [values]),
            lambda values=values: engine.prefill(prompt[CUT:], [values]),
            lambda values=values: engine.move(values, "memory"),
        ):
            with pytest.raises(ForeignActivation):
                use()


def test_a_table_of_positions_ends(prompt) -> None:
    engine = TransformersEngine(tiny_model("gpt2"), tiny_tokenizer())
    assert engine.capability.limit == 513
    with pytest.raises(PromptTooLong):
        engine.prefill(random_tokens(513))
    long = random_tokens(500)
    past = [engine.prefill(long[:400])]
    assert len(engine.generate([long], past, Sampling(max_tokens=12))[0].tokens) == 12
    for held in (past, []):
        with pytest.raises(PromptTooLong):
            engine.generate([long], held, Sampling(max_tokens=13))


@pytest.mark.parametrize("name", ["llama", "mistral"])
def test_values_hold_the_memory_of_their_own_tokens_only(name, prompt) -> None:
    engine = tiny_engine(name)
    first = engine.prefill(prompt[:30])
    for values in (first, engine.prefill(prompt[30:], [first])):
        for one in values.named().values():
            assert one.is_contiguous()
            assert one.untyped_storage().nbytes() == one.numel() * one.element_size()


def test_values_move_between_tiers(engine, prompt) -> None:
    values = engine.prefill(prompt[:CUT])
    assert (values.tier, values.bytes) == ("device", CUT * engine.capability.bytes_per_token)
    moved = engine.move(values.part(3, 10), "memory")
    assert (moved.tier, moved.length) == ("memory", 7)
    owned = moved.named()["layers.0.k"]
    assert owned.untyped_storage().nbytes() == owned.numel() * owned.element_size(), "a copy holds its part only"
    assert engine.move(moved, "memory") is moved
    assert engine.move(moved, "device").tier == "device"
    with pytest.raises(InvalidInput, match="dump"):
        engine.move(values, "disk")
    for lo, hi in ((0, 0), (5, 3), (0, CUT + 1), (-1, 4)):
        with pytest.raises(InvalidInput):
            values.part(lo, hi)
