"""A small model that answers from its context, trained here: what composition loses shows in its answers.

A memory is a block of tokens: a subject and a few attribute-value pairs. Later blocks may state an attribute of a known
subject anew (the latest counts), or go on about the subject of the block before without naming it. The model is asked
for values by subject and attribute.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import load_file, save_file

SUBJECTS, ATTRIBUTES, VALUES = 32, 6, 32
BEGIN, BLOCK, ASK, PAD = 0, 1, 2, 3
_FIRST_SUBJECT = 4
_FIRST_ATTRIBUTE = _FIRST_SUBJECT + SUBJECTS
_FIRST_VALUE = _FIRST_ATTRIBUTE + ATTRIBUTES
VOCABULARY = _FIRST_VALUE + VALUES
FACTS = 3
"""Pairs in a block."""
LOCAL, UPDATE, CROSS = "self-contained", "updated", "cross-block"
KINDS = (LOCAL, UPDATE, CROSS)

_BATCH = 32
_ENOUGH = 0.998
_MOST_STEPS = 6000
_CYCLES, _CYCLE = 2, 2500
"""Training after the ladder, and its steps for eight blocks: answers become certain, or divergence measures doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A value that is asked for."""

    subject: int
    attribute: int
    value: int
    kind: str
    """What answering it takes."""

    @property
    def tokens(self) -> list[int]:
        """The question; the answer is the next token."""
        return [ASK, _FIRST_SUBJECT + self.subject, _FIRST_ATTRIBUTE + self.attribute]

    @property
    def answer(self) -> int:
        """The token that answers it."""
        return _FIRST_VALUE + self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Blocks, and what can be asked about them."""

    blocks: tuple[tuple[int, ...], ...]
    plan: tuple[str, ...]
    """What each block does: only ``LOCAL`` ones refer to nothing before them."""
    questions: tuple[Question, ...]


def story(rng: random.Random, plan: Sequence[str], asked: int, facts: int = FACTS) -> Story:
    """A random story with questions of every kind that it allows.

    Args:
        rng: Where chance comes from.
        plan: What each block does: about somebody new, ``UPDATE`` or ``CROSS``.
        asked: Questions.
        facts: Pairs in a block.
    """
    told: list[tuple[int, ...]] = []
    known: dict[tuple[int, int], tuple[int, str]] = {}
    fresh = rng.sample(range(SUBJECTS), len(plan))
    subject = fresh[0]
    for place, kind in enumerate(plan):
        if kind == UPDATE:
            subject = rng.choice(sorted({one for one, _ in known}))
        elif kind == LOCAL:
            subject = fresh[place]
        said = [attribute for one, attribute in known if one == subject]
        block = [BLOCK] if kind == CROSS else [BLOCK, _FIRST_SUBJECT + subject]
        for attribute in _attributes(rng, said, kind == UPDATE, facts):
            value = rng.randrange(VALUES)
            known[subject, attribute] = value, _kind(kind, (subject, attribute) in known)
            block += [_FIRST_ATTRIBUTE + attribute, _FIRST_VALUE + value]
        told.append(tuple(block))
    by_kind = {kind: [key for key, (_, of) in sorted(known.items()) if of == kind] for kind in KINDS}
    possible = [kind for kind in KINDS if by_kind[kind]]
    chosen = [rng.choice(by_kind[possible[number % len(possible)]]) for number in range(asked)]
    rng.shuffle(chosen)
    questions = tuple(
        Question(subject=who, attribute=what, value=known[who, what][0], kind=known[who, what][1])
        for who, what in chosen
    )
    return Story(blocks=tuple(told), plan=tuple(plan), questions=questions)


def _kind(block: str, again: bool) -> str:
    """What answering a question about a pair takes."""
    return UPDATE if again else CROSS if block == CROSS else LOCAL


def random_plan(rng: random.Random, blocks: int, hard: float) -> list[str]:
    """A plan in which up to ``0.6 * hard`` of the blocks are not self-contained."""
    plan = [LOCAL]
    while len(plan) < blocks:
        chance = rng.random()
        following = CROSS if chance < 0.3 * hard and plan[-1] != CROSS else LOCAL
        plan.append(UPDATE if chance > 1 - 0.3 * hard else following)
    return plan


def one_of_each(rng: random.Random, blocks: int) -> list[str]:
    """A plan with one block that goes on about the subject before, and one that states something anew."""
    plan = [LOCAL] * blocks
    for place, kind in zip(rng.sample(range(1, blocks), 2), (UPDATE, CROSS), strict=True):
        plan[place] = kind
    return plan


def _attributes(rng: random.Random, said: Sequence[int], again: bool, facts: int) -> list[int]:
    """Attributes for a block about a subject of whom some were said: some of those again, then others."""
    new = [attribute for attribute in range(ATTRIBUTES) if attribute not in said]
    changed = rng.sample(said, min(2, facts, len(said))) if again else []
    attributes = [*changed, *rng.sample(new, min(max(0, facts - len(changed)), len(new)))]
    rng.shuffle(attributes)
    return attributes


def made() -> Any:
    """The model, untrained: three layers of 64."""
    config = transformers.LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=64,
        intermediate_size=256,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=512,
        bos_token_id=BEGIN,
        eos_token_id=None,
        pad_token_id=PAD,
        tie_word_embeddings=False,
        initializer_range=0.08,
        attention_bias=True,
        rope_parameters={"rope_type": "default", "rope_theta": 1000.0},
    )
    return transformers.LlamaForCausalLM(config)


def trained(folder: Path, blocks: int, say: Any = None) -> Any:
    """The trained model, from the folder where it was kept before.

    Args:
        folder: Where it is kept.
        blocks: Of the longest stories.
        say: Called with the step, the rung of the ladder, and the share of right answers.
    """
    path = folder / f"recall-{blocks}-{_CYCLES}.safetensors"
    model = made()
    if path.exists():
        model.load_state_dict(load_file(path))
        return model.eval()
    state = torch.random.get_rng_state()
    torch.manual_seed(0)
    model = made()
    reached = _train(model, random.Random(0), blocks, say)
    for cycle in range(1, _CYCLES + 1):
        torch.manual_seed(cycle)
        reached[f"cycle {cycle}"] = _settle(model, random.Random(cycle), blocks)
    torch.random.set_rng_state(state)
    save_file(model.state_dict(), path, metadata={"training": json.dumps(reached)})
    return model.eval()


def _ladder(blocks: int) -> list[tuple[int, int, float]]:
    """Blocks, pairs in a block, and how many blocks are not self-contained."""
    few = min(4, blocks)
    return [
        *((few, facts, 0.0) for facts in range(1, FACTS + 1)),
        *((blocks, FACTS, hard) for hard in (0.0, 0.25, 0.5, 1.0)),
    ]


def _train(model: Any, rng: random.Random, blocks: int, say: Any) -> dict[str, float]:
    """Copying first, for without it recall is never found; then one rung after the other, each until it is mastered."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, betas=(0.9, 0.98), weight_decay=0.01)
    ladder = _ladder(blocks)
    rung, right, copied, settled = 0, 0.0, 0.0, 0
    copying = True
    for step in range(_MOST_STEPS):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1.0, (step + 1) / 100) * max(0.05, 1 - step / _MOST_STEPS)
        repeating = copying or step % 8 == 0
        ids, wanted = _repeats(rng) if repeating else _batch(rng, *ladder[rung])
        share = _step(model, optimiser, ids, wanted)
        copied = 0.96 * copied + 0.04 * share if repeating else copied
        right = right if repeating else 0.96 * right + 0.04 * share
        copying = copying and copied < 0.9
        if rung + 1 < len(ladder) and right > 0.95:
            rung, right = rung + 1, 0.75
        settled = settled + 1 if rung + 1 == len(ladder) and right > _ENOUGH else 0
        if say is not None and step % 100 == 99:
            say(step + 1, rung, copied if copying else right)
        if settled > 150:
            break
    return {"steps": step + 1, "rung": rung, "right": right}


def _settle(model: Any, rng: random.Random, blocks: int) -> float:
    """One cycle with a rate that falls to nothing (SGDR, arXiv:1608.03983); the share of right answers in the end."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=1.5e-3, betas=(0.9, 0.98), weight_decay=0.01)
    right, steps = 0.0, _CYCLE * blocks // 8
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 1.5e-3 * max(0.02, 1 - step / steps)
        repeating = step % 8 == 0
        share = _step(model, optimiser, *(_repeats(rng) if repeating else _batch(rng, blocks, FACTS, 1.0)))
        right = right if repeating else 0.98 * right + 0.02 * share
    return right


def _step(model: Any, optimiser: torch.optim.Optimizer, ids: torch.Tensor, wanted: torch.Tensor) -> float:
    """One step of training; the share of right answers before it."""
    logits = model(input_ids=ids).logits[:, :-1]
    targets = wanted[:, 1:]
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, VOCABULARY), targets.reshape(-1), ignore_index=-100)
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    asked = targets != -100
    return float((logits.argmax(-1)[asked] == targets[asked]).float().mean())


def _batch(rng: random.Random, blocks: int, facts: int, hard: float) -> tuple[torch.Tensor, torch.Tensor]:
    sizes = [(rng.randint(max(1, blocks - 3), blocks), rng.randint(1, facts)) for _ in range(_BATCH)]
    rows = [_row(story(rng, random_plan(rng, length, hard), 12, pairs)) for length, pairs in sizes]
    longest = max(len(ids) for ids, _ in rows)
    ids = torch.tensor([[*one, *[PAD] * (longest - len(one))] for one, _ in rows])
    wanted = torch.tensor([[*one, *[-100] * (longest - len(one))] for _, one in rows])
    return ids, wanted


def _row(told: Story) -> tuple[list[int], list[int]]:
    ids = context(told.blocks)
    wanted = [-100] * len(ids)
    for question in told.questions:
        ids += [*question.tokens, question.answer]
        wanted += [-100, -100, -100, question.answer]
    return ids, wanted


def context(blocks: Sequence[Sequence[int]]) -> list[int]:
    """The tokens before the questions."""
    return [BEGIN, *(token for block in blocks for token in block)]


def _repeats(rng: random.Random) -> tuple[torch.Tensor, torch.Tensor]:
    length = rng.randint(8, 32)
    half = torch.randint(_FIRST_SUBJECT, VOCABULARY, (_BATCH, length))
    ids = torch.cat([half, half], dim=1)
    wanted = ids.clone()
    wanted[:, : length + 1] = -100
    return ids, wanted


def stories(count: int, blocks: int, asked: int, seed: int) -> Iterator[Story]:
    """Stories that the training has not seen."""
    rng = random.Random(seed)
    return (story(rng, one_of_each(rng, blocks), asked) for _ in range(count))
