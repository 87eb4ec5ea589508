"""Activation to parametric: an adapter learns to answer as the model does with stored keys and values before it.

The teacher is the base with a prefix in its cache, the pupil the adapter without it. What is taught is the teacher's
distribution over its own answers (context distillation, arXiv:2209.15189): to the questions of a lesson, and to some
that the teacher makes up itself with the prefix before it.
"""

from collections.abc import Sequence
from dataclasses import replace

import torch

from memos_adapters.peft_lora.layers import AdaptedLayers
from memos_adapters.peft_lora.rows import IGNORED, Batch, Encoder, Row, batch_of
from memos_adapters.transformers_kv.caches import for_use
from memos_adapters.transformers_kv.engine import TransformersEngine
from memos_adapters.transformers_kv.values import TensorValues
from memos_core.domain.activation import Manifest, Sampling
from memos_core.domain.parametric import BASE, BASE_FIELDS, Example, Lesson
from memos_core.errors import ForeignActivation, InvalidInput

_THE_SAME = (*BASE_FIELDS, "dtype", "positions", "adapters")
"""Fields in which the model must be that of the values; how attention is computed changes roundings only."""
MOST_ANSWER = 16
"""Tokens of an answer."""


class Teacher:
    """The base with a prefix in its cache. Not thread-safe."""

    def __init__(
        self, layers: AdaptedLayers, encoder: Encoder, manifest: Manifest, values: TensorValues, kv: TransformersEngine
    ) -> None:
        """Put a prefix before the prompts of a model.

        Args:
            layers: Of the model.
            encoder: Its tokenizer.
            manifest: Of the prefix.
            values: Its keys and values.
            kv: The same model as an engine of keys and values.

        Raises:
            ForeignActivation: they were computed by another model, or with an adapter.
        """
        with layers.answering([BASE]):
            found = manifest.fingerprint.differences(kv.fingerprint)
        differing = [one for one in found if one in _THE_SAME]
        if differing:
            raise ForeignActivation(f"the prefix was computed by another model: {', '.join(differing)} differ")
        self._layers, self._encoder, self._kv = layers, encoder, kv
        self._tokens = manifest.tokens
        self._values = kv.move(values, "device")
        self._devices = [pair[0].device if pair else layers.device for pair in self._values.layers]

    def answered(self, examples: Sequence[Example], stop: str) -> tuple[Example, ...]:
        """The same prompts with the teacher's own answers, up to the first ``stop``; silent ones are left out."""
        prompts = list(dict.fromkeys(one.prompt for one in examples))
        asked = [[*self._tokens, *self._heard(self._encoder.prompt(one))] for one in prompts]
        sampling = Sampling(max_tokens=MOST_ANSWER, stop=(stop,) if stop else ())
        with self._layers.answering([BASE]):
            said = self._kv.generate(asked, [self._values], sampling)
        told = ((prompt, one.text.strip()) for prompt, one in zip(prompts, said, strict=True))
        return tuple(Example(prompt=prompt, answer=f" {text}{stop}") for prompt, text in told if text)

    def own(self, opening: str, count: int, length: int, seed: int) -> list[Row]:
        """Questions and answers that the teacher makes up, sampled; all behind the opening counts as an answer.

        Args:
            opening: What they begin with.
            count: How many.
            length: Tokens of each.
            seed: Of the sampling.
        """
        generator = torch.Generator(self._layers.device).manual_seed(seed)
        begun = self._encoder.prompt(opening)
        last = torch.tensor([self._heard(begun)] * count, device=self._layers.device)
        cache = for_use(self._layers.model.config, [self._values], self._devices, (0,) * count)
        written: list[torch.Tensor] = []
        with torch.no_grad(), self._layers.answering([BASE]):
            for _ in range(length):
                logits = self._layers.model(input_ids=last, past_key_values=cache, use_cache=True).logits[:, -1]
                last = torch.multinomial(logits.float().softmax(dim=-1), 1, generator=generator)
                written.append(last)
        rows = torch.cat(written, dim=1).tolist() if written else []
        return [Row((*begun, *ids), len(begun)) for ids in rows]

    def chances(self, rows: Sequence[Row]) -> torch.Tensor:
        """Log-probabilities ``[tokens, vocabulary]`` by the teacher at the tokens of all answers, row by row."""
        skipped = len(rows[0].ids) - len(self._heard(rows[0].ids))
        heard = [Row(self._heard(row.ids), row.prompt - skipped) for row in rows]
        batch = batch_of(heard, self._layers.device)
        cache = for_use(self._layers.model.config, [self._values], self._devices, (0,) * len(rows))
        before = batch.mask.new_ones(len(rows), self._values.length)
        with torch.no_grad(), self._layers.answering([BASE]):
            logits = self._layers.model(
                input_ids=batch.ids,
                attention_mask=torch.cat([before, batch.mask], dim=1),
                past_key_values=cache,
                use_cache=True,
            ).logits
        return at_answers(logits, batch)

    def _heard(self, ids: Sequence[int]) -> tuple[int, ...]:
        """A prompt as it follows the prefix: without the token that a text begins with."""
        begin = self._encoder.tokenizer.bos_token_id
        return tuple(ids[1:]) if begin is not None and ids[0] == begin else tuple(ids)


def at_answers(logits: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Log-probabilities ``[tokens, vocabulary]`` at the tokens of all answers, row by row."""
    picked: torch.Tensor = logits[:, :-1][batch.labels[:, 1:] != IGNORED]
    return picked.float().log_softmax(dim=-1)


def missed(wanted: torch.Tensor, logits: torch.Tensor, batch: Batch) -> torch.Tensor:
    """KL divergence (nats a token) of a pupil's answers from the teacher's."""
    return (wanted.exp() * (wanted - at_answers(logits, batch))).sum(dim=-1).mean()


class Teachers:
    """Prefixes that each teach a part of a lesson: whoever's question it is, answers. Not thread-safe."""

    def __init__(self, encoder: Encoder, parts: Sequence[tuple[Teacher, Lesson]], *, stop: str) -> None:
        """Let them answer.

        Args:
            encoder: The tokenizer.
            parts: Each teacher with what it is asked.
            stop: What answers end with.

        Raises:
            InvalidInput: they answer nothing of it.
        """
        self._encoder, self._teachers = encoder, [one for one, _ in parts]
        answered = [_by_teacher(teacher, lesson, stop) for teacher, lesson in parts]
        self._of = {row: place for place, one in enumerate(answered) for row in encoder.examples(one.examples)}
        self.lesson = Lesson.joined(answered)
        """With the teachers' answers in what is taught and in what ends the training; the gate asks for the truth."""
        if not self.lesson.examples or not self.lesson.validation:
            raise InvalidInput("with stored keys and values before it the model answers none of the questions")

    def own(self, opening: str, count: int, length: int, seed: int) -> list[Row]:
        """What all of them make up, each a share. See ``Teacher.own``."""
        each = -(-count // len(self._teachers))
        rows: list[Row] = []
        for place, teacher in enumerate(self._teachers):
            made = teacher.own(opening, min(each, count - len(rows)), length, seed + place)
            self._of |= {row: place for row in made if row not in self._of}
            rows += made
        return rows

    def chances(self, rows: Sequence[Row]) -> torch.Tensor:
        """See ``Teacher.chances``; each row by its own teacher, others by the first."""
        places = [self._of.get(row, 0) for row in rows]
        found: list[torch.Tensor] = [torch.empty(0)] * len(rows)
        for place in set(places):
            own = [at for at, one in enumerate(places) if one == place]
            lengths = [len(rows[at].answer) for at in own]
            given = self._teachers[place].chances([rows[at] for at in own])
            for at, one in zip(own, given.split(lengths), strict=True):
                found[at] = one
        return torch.cat(found)


def _by_teacher(teacher: Teacher, lesson: Lesson, stop: str) -> Lesson:
    examples, validation = (teacher.answered(one, stop) for one in (lesson.examples, lesson.validation))
    return replace(lesson, examples=examples, validation=validation)
