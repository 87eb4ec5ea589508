"""A world of made-up people, and a small model that has read about some of them: trained here, kept in the folder.

The base knows 300 facts by heart in every form and answers questions about anybody from its prompt. It has never heard
of the people whose facts adapters are taught. Words are made of syllables, so that nothing is known from elsewhere.
"""

import json
import random
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from memos_adapters.peft_lora.examples import ENGLISH, in_forms
from memos_adapters.peft_lora.rows import Encoder, batch_of
from memos_core.domain.parametric import Association, Example

RELATIONS = ("boat", "bread", "cape", "clock", "game", "lamp", "river", "song", "tool", "tree")
ALL_FORMS = (*ENGLISH.taught, ENGLISH.validation, *ENGLISH.held_out)

_NAMES, _VALUES = 40, 120
_KNOWN, _EACH = 100, 3
_PADDING, _BEGIN, _UNKNOWN = "<pad>", "<begin>", "<unknown>"
TEMPLATE = (
    "{{ bos_token }}{% for one in messages %}{% if one['role'] == 'user' %}Question: {{ one['content'] }} Answer:"
    "{% else %}{{ one['content'] }} {% endif %}{% endfor %}"
)
"""In a conversation a question looks as it does in a text."""
MOST_STEPS = 5000
_BATCH, _RATE = 24, 2.5e-3
_REPEATING, _LONGEST = 1600, 24
"""Steps with strings that repeat, which is how a model learns to look back; and their length."""


Watch = Callable[[int, float, float], None]
"""Called with the step and the shares of right answers by heart and from the prompt."""


def _words(first: str, then: str, count: int) -> list[str]:
    syllables = [consonant + vowel for consonant, vowel in product("bdfgklmnprstvz", "aeiou")]
    pairs = [one + other for one, other in product(syllables, syllables) if one[0] == first or other[0] == then]
    return sorted(random.Random(f"{first}{then}").sample(pairs, count))


GIVEN = [word.capitalize() for word in _words("m", "l", _NAMES)]
FAMILY = [f"{word}sen".capitalize() for word in _words("t", "r", _NAMES)]
VALUES = [f"{word}x" for word in _words("z", "k", _VALUES)]


def _everybody() -> list[str]:
    people = [f"{given} {family}" for given, family in product(GIVEN, FAMILY)]
    random.Random(11).shuffle(people)
    return people


_PEOPLE = _everybody()
PEOPLE = _PEOPLE[:_KNOWN]
"""Whom the base has read about."""
STRANGERS = _PEOPLE[_KNOWN:]
"""Whom it has not."""


def facts_about(people: Sequence[str], each: int, seed: int) -> list[Association]:
    """So many facts about each of them, with random values."""
    rng = random.Random(seed)
    return [
        Association(subject=one, relation=relation, value=rng.choice(VALUES))
        for one in people
        for relation in rng.sample(RELATIONS, each)
    ]


KNOWN = facts_about(PEOPLE, _EACH, seed=12)
"""The 300 facts of the base."""


def strangers(count: int, seed: int) -> list[str]:
    """So many people whom the base has not read about."""
    return random.Random(seed).sample(STRANGERS, count)


def words() -> Any:
    """The tokenizer: a token for each word."""
    text = " ".join([*ALL_FORMS, *RELATIONS, *GIVEN, *FAMILY, *VALUES, ENGLISH.ending])
    text = text.replace("{subject}", " ").replace("{relation}", " ")
    split = Whitespace().pre_tokenize_str(text)
    vocabulary = [_PADDING, _BEGIN, _UNKNOWN, *sorted({word for word, _ in split})]
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(vocabulary)}, unk_token=_UNKNOWN))
    tokenizer.pre_tokenizer = Whitespace()
    made = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=_PADDING, bos_token=_BEGIN, unk_token=_UNKNOWN
    )
    made.chat_template = TEMPLATE
    return made


def untrained(tokenizer: Any, layers: int = 3, width: int = 96) -> Any:
    """The model before it has read anything."""
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=width * 8 // 3,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=256,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=None,
        pad_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=False,
        initializer_range=0.08,
        attention_bias=True,
        rope_parameters={"rope_type": "default", "rope_theta": 1000.0},
    )
    return transformers.LlamaForCausalLM(config).eval()


def base(folder: Path, tokenizer: Any, *, most_steps: int = MOST_STEPS, say: Watch | None = None) -> Any:
    """The trained model, from the folder where it was kept before.

    Args:
        folder: Where it is kept.
        tokenizer: That of ``words``.
        most_steps: After which training ends, whatever the model knows.
        say: Called with the step and the shares of right answers by heart and from the prompt.
    """
    path = folder / f"world-{most_steps}.safetensors"
    if path.exists():
        model = untrained(tokenizer)
        model.load_state_dict(load_file(path))
        return model
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = untrained(tokenizer)
        reached = _read(model, Encoder(tokenizer), most_steps, say)
    save_file(model.state_dict(), path, metadata={"training": json.dumps(reached)})
    return model


def _read(model: Any, encoder: Encoder, most_steps: int, say: Watch | None) -> dict[str, float]:
    """Facts in random forms, and statements about strangers with a question behind them, until both are mastered."""
    rng = random.Random(0)
    optimiser = torch.optim.AdamW(model.parameters(), lr=_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    knows, finds = 0.0, 0.0
    for step in range(most_steps):
        for group in optimiser.param_groups:
            group["lr"] = _RATE * min(1.0, (step + 1) / 100) * max(0.03, 1 - step / MOST_STEPS)
        repeating = step < _REPEATING and step % 2 == 0
        ids, labels = _repeats(len(encoder.tokenizer)) if repeating else _page(encoder, rng)
        logits = model(input_ids=ids).logits[:, :-1].flatten(0, 1)
        loss = torch.nn.functional.cross_entropy(logits, labels[:, 1:].flatten(), ignore_index=-100)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if step % 100 == 99:
            knows, finds = _right(model, encoder, rng)
            if say is not None:
                say(step + 1, knows, finds)
            if min(knows, finds) >= 1.0 and step > 2 * _REPEATING:
                break
    return {"steps": step + 1, "by heart": knows, "from the prompt": finds}


def _page(encoder: Encoder, rng: random.Random) -> tuple[torch.Tensor, torch.Tensor]:
    known = [in_forms([rng.choice(KNOWN)], [rng.choice(ALL_FORMS)])[0] for _ in range(_BATCH)]
    batch = batch_of(encoder.examples([*known, *(from_prompt(rng) for _ in range(_BATCH))]), torch.device("cpu"))
    return batch.ids, batch.ids.masked_fill(batch.mask == 0, -100)


def from_prompt(rng: random.Random, people: Sequence[str] = STRANGERS) -> Example:
    """A statement about somebody, and a question that it answers, in random forms."""
    fact = Association(subject=rng.choice(people), relation=rng.choice(RELATIONS), value=rng.choice(VALUES))
    (stated,) = in_forms([fact], [rng.choice(ENGLISH.statements)])
    (asked,) = in_forms([fact], [rng.choice((*ENGLISH.questions, ENGLISH.validation, *ENGLISH.held_out))])
    return Example(prompt=f"{stated.prompt}{stated.answer} {asked.prompt}", answer=asked.answer)


def _repeats(vocabulary: int) -> tuple[torch.Tensor, torch.Tensor]:
    half = torch.randint(3, vocabulary, (_BATCH, _LONGEST))
    ids = torch.cat([half, half], dim=1)
    labels = ids.clone()
    labels[:, : _LONGEST + 1] = -100
    return ids, labels


def _right(model: Any, encoder: Encoder, rng: random.Random) -> tuple[float, float]:
    asked = [[*in_forms(KNOWN, ALL_FORMS)], [from_prompt(rng) for _ in range(200)]]
    shares = []
    for several in asked:
        rows = encoder.examples(rng.sample(several, 200))
        batch = batch_of(rows, torch.device("cpu"))
        with torch.no_grad():
            found = model(input_ids=batch.ids).logits[:, :-1].argmax(-1)
        labels = batch.labels[:, 1:]
        shares.append(float(((found == labels) | (labels == -100)).all(-1).float().mean()))
    return shares[0], shares[1]
