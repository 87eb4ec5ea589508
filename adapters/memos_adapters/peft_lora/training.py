"""Teaching facts to an adapter without harming what the base knows.

The loss is the cross entropy of the answers alone, plus the KL divergence from the base on two kinds of text: what the
base itself wrote, which protects what it knows without needing its data, and questions about other entities, which
keeps the facts with those whom they are about.
"""

import random
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time
from typing import Any

import torch
from transformers import DynamicCache

from memos_adapters.peft_lora import checkpoint
from memos_adapters.peft_lora.distilling import Teachers, missed
from memos_adapters.peft_lora.judging import answered, apart
from memos_adapters.peft_lora.layers import AdaptedLayers
from memos_adapters.peft_lora.rows import Batch, Encoder, Row, batch_of
from memos_core.domain.parametric import BASE, Lesson, Progress, Recipe, TrainingRecord
from memos_core.errors import InvalidInput
from memos_core.ports.parametric import Watch

OPENING = "Question:"
"""What a teacher's own questions begin with."""
_LEAST_RATE = 0.05
"""What the learning rate falls to, as a share of the highest."""


def checked(lesson: Lesson, recipe: Recipe) -> None:
    """Refuse what cannot be followed.

    Raises:
        InvalidInput: nothing to learn, a value out of range, or a term of the loss without its texts.
    """
    if not lesson.examples or not lesson.validation:
        raise InvalidInput("a lesson needs examples and validation questions")
    least = {"rank": 1, "most_steps": 1, "batch": 1, "validate_every": 1, "checkpoint_every": 0, "warmup": 0}
    low = [name for name, lowest in least.items() if getattr(recipe, name) < lowest]
    if low or recipe.learning_rate <= 0 or min(recipe.own_text, recipe.elsewhere, recipe.replay) < 0:
        raise InvalidInput(f"values out of range: {', '.join(low) or 'learning_rate or a weight'}")
    if recipe.elsewhere and not lesson.elsewhere:
        raise InvalidInput("recipe.elsewhere needs questions about others: give bystanders, or set it to 0")
    if recipe.replay and not lesson.replay:
        raise InvalidInput("recipe.replay needs examples: give some, or set it to 0")
    if recipe.own_text and min(recipe.own_texts, recipe.own_length) < 1:
        raise InvalidInput("recipe.own_text needs own_texts and own_length of at least 1")


def own_texts(layers: AdaptedLayers, encoder: Encoder, count: int, length: int, seed: int) -> list[Row]:
    """Texts that the base writes from nothing, sampled from all that it holds possible."""
    generator = torch.Generator(layers.device).manual_seed(seed)
    begin = encoder.tokenizer.bos_token_id
    vocabulary = layers.model.get_input_embeddings().weight.shape[0]
    first = torch.full((count, 1), begin if begin is not None else 0, device=layers.device)
    if begin is None:
        first = torch.randint(0, vocabulary, (count, 1), generator=generator, device=layers.device)
    cache, pieces, last = DynamicCache(config=layers.model.config), [first], first
    with torch.no_grad(), layers.answering([BASE]):
        for _ in range(length):
            logits = layers.model(input_ids=last, past_key_values=cache, use_cache=True).logits[:, -1]
            last = torch.multinomial(logits.float().softmax(dim=-1), 1, generator=generator)
            pieces.append(last)
    return [Row(tuple(ids), len(ids)) for ids in torch.cat(pieces, dim=1).tolist()]


@dataclass(frozen=True, slots=True)
class _Cost:
    """What a step came to: nats of the answers, nats from the base, tokens."""

    loss: float
    divergence: float
    tokens: int


class Training:
    """One adapter's training. A step depends on recipe, lesson and its number only, so that it can be resumed."""

    def __init__(
        self, layers: AdaptedLayers, encoder: Encoder, lesson: Lesson, recipe: Recipe, teacher: Teachers | None = None
    ) -> None:
        """Prepare the texts.

        Args:
            layers: Of the model.
            encoder: Its tokenizer.
            lesson: What is taught.
            recipe: How.
            teacher: Whose distributions are to be learnt; ``None`` to learn the answers of the lesson.
        """
        began = process_time()
        self._teacher = teacher
        self._layers = layers
        self._recipe = recipe
        self._taught = encoder.examples(lesson.examples)
        if teacher is not None:
            several = min(recipe.own_texts, len(self._taught))
            self._taught += teacher.own(OPENING, several, recipe.own_length, recipe.seed)
        self._validation = encoder.examples(lesson.validation)
        self._replay = encoder.examples(lesson.replay) if recipe.replay else []
        asked = [encoder.prompt(one) for one in lesson.elsewhere] if recipe.elsewhere else []
        self._elsewhere = [Row(ids, len(ids)) for ids in asked]
        self._own: list[Row] = []
        if recipe.own_text:
            self._own = own_texts(layers, encoder, recipe.own_texts, recipe.own_length, recipe.seed)
        self._prepared = process_time() - began

    def run(self, name: str, folder: Path, purpose: str, watch: Watch | None) -> TrainingRecord:
        """Train the adapter of that name, which is in the layers, from its last checkpoint on."""
        recipe = self._recipe
        named = self._layers.parameters(name)
        optimiser = torch.optim.AdamW([one for _, one in named], lr=recipe.learning_rate, weight_decay=0.0)
        state = checkpoint.load(folder, purpose, named, optimiser)
        state = replace(state, seconds=state.seconds + self._prepared)
        right = state.curve[-1].validation if state.curve else 0.0
        while state.step < recipe.most_steps and right < recipe.enough:
            began = process_time()
            cost = self._step(name, state.step, named, optimiser)
            state = replace(state, step=state.step + 1, tokens=state.tokens + cost.tokens)
            progress = None
            if state.step % recipe.validate_every == 0 or state.step == recipe.most_steps:
                asked = answered(self._layers, self._validation, name)
                right = sum(asked) / len(asked)
                progress = Progress(step=state.step, loss=cost.loss, divergence=cost.divergence, validation=right)
                state = replace(state, curve=(*state.curve, progress))
            state = replace(state, seconds=state.seconds + process_time() - began)
            if recipe.checkpoint_every and state.step % recipe.checkpoint_every == 0:
                checkpoint.save(folder, purpose, state, named, optimiser)
            if progress is not None and watch is not None:
                watch(progress)
        return TrainingRecord(
            steps=state.step,
            parameters=sum(one.numel() for _, one in named),
            tokens=state.tokens,
            lesson_tokens=sum(len(row.ids) for row in self._taught),
            seconds=state.seconds,
            converged=right >= recipe.enough,
            curve=state.curve,
        )

    def _step(self, name: str, step: int, named: checkpoint.Named, optimiser: torch.optim.Optimizer) -> _Cost:
        """One step of the optimiser."""
        rows, terms = self._texts(step)
        learnt = batch_of(rows, self._layers.device)
        wanted = self._teacher.chances(rows) if self._teacher is not None else None
        with torch.no_grad():
            base = [self._layers.logits(batch.ids, batch.mask, [BASE]) for _, batch in terms]
        self._set_rate(optimiser, step)
        with self._layers.answering([name]):
            # Within, since leaving it freezes the adapter.
            for _, one in named:
                one.requires_grad_(True)
            loss = _loss(self._layers.run(learnt.ids, learnt.mask), learnt, wanted)
            total, lost = loss, 0.0
            for (weight, batch), before in zip(terms, base, strict=True):
                logits = self._layers.run(batch.ids, batch.mask)
                term = apart(before, logits, batch.mask)
                total, lost = total + weight * term, lost + float(term.detach()) / len(terms)
            optimiser.zero_grad()
            total.backward()
        torch.nn.utils.clip_grad_norm_([one for _, one in named], self._recipe.most_norm)
        optimiser.step()
        return _Cost(float(loss.detach()), lost, learnt.tokens + sum(batch.tokens for _, batch in terms))

    def _texts(self, step: int) -> tuple[list[Row], list[tuple[float, Batch]]]:
        """What a step teaches, and with its weight each kind of text that must stay as it is."""
        recipe, device = self._recipe, self._layers.device
        rng = random.Random(f"{recipe.seed} {step}")
        replayed = rng.choices(self._replay, k=round(recipe.batch * recipe.replay)) if self._replay else []
        kinds = ((recipe.own_text, self._own), (recipe.elsewhere, self._elsewhere))
        terms = [(weight, batch_of(rng.choices(rows, k=recipe.batch), device)) for weight, rows in kinds if rows]
        return [*self._turn(step), *replayed], terms

    def _turn(self, step: int) -> list[Row]:
        """The examples of a step: all of them in random order, then all again in another."""
        size, rows = self._recipe.batch, []
        orders: dict[int, list[int]] = {}
        for place in range(step * size, (step + 1) * size):
            turn, at = divmod(place, len(self._taught))
            if turn not in orders:
                orders[turn] = list(range(len(self._taught)))
                random.Random(f"{self._recipe.seed} turn {turn}").shuffle(orders[turn])
            rows.append(self._taught[orders[turn][at]])
        return rows

    def _set_rate(self, optimiser: Any, step: int) -> None:
        recipe = self._recipe
        rising = min(1.0, (step + 1) / max(1, recipe.warmup))
        falling = max(_LEAST_RATE, 1 - step / recipe.most_steps)
        for group in optimiser.param_groups:
            group["lr"] = recipe.learning_rate * rising * falling


def _loss(logits: torch.Tensor, learnt: Batch, wanted: torch.Tensor | None) -> torch.Tensor:
    """Of the answers alone: their cross entropy, or the divergence from what the teacher gives there."""
    if wanted is not None:
        return missed(wanted, logits, learnt)
    return torch.nn.functional.cross_entropy(logits[:, :-1].float().flatten(0, 1), learnt.labels[:, 1:].flatten())
