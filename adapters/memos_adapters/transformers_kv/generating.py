"""Completing prompts whose beginning is in a cache: most probable, sampled, streamed, batched, with beams."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from transformers import GenerationConfig

from memos_adapters.transformers_kv.caches import for_use, growing
from memos_adapters.transformers_kv.replies import Reply
from memos_adapters.transformers_kv.running import ForwardPass
from memos_adapters.transformers_kv.values import TensorValues
from memos_core.domain.activation import Completion, Sampling
from memos_core.errors import InvalidInput


class Generation:
    """How one model completes prompts. Each call makes a cache of its own."""

    def __init__(self, run: ForwardPass, tokenizer: Any, devices: Sequence[torch.device]) -> None:
        self._run = run
        self._tokenizer = tokenizer
        self._devices = devices

    def complete(
        self, prompts: Sequence[Sequence[int]], past: Sequence[TensorValues], sampling: Sampling
    ) -> list[Completion]:
        """Complete all prompts, each of which begins with the tokens of ``past``, in one batch."""
        if sampling.beams > 1:
            return [self.by_library(prompt, past, sampling) for prompt in prompts]
        replies = [self._reply(sampling) for _ in prompts]
        for tokens in self._steps(prompts, past, sampling):
            for reply, token in zip(replies, tokens, strict=True):
                if not reply.finished:
                    reply.add(token)
            if all(reply.finished for reply in replies):
                break
        longest, held = max(map(len, prompts)), sum(one.length for one in past)
        return [
            # Rows that are shorter than the longest compute the end of ``past`` again instead of padding.
            reply.completion(len(prompt), max(0, held - (longest - len(prompt))))
            for reply, prompt in zip(replies, prompts, strict=True)
        ]

    def stream(
        self, prompt: Sequence[int], past: Sequence[TensorValues], sampling: Sampling
    ) -> Generator[str, None, Completion]:
        """Complete one prompt piece by piece; with beams in one piece, since none is certain before the end."""
        if sampling.beams > 1:
            whole = self.by_library(prompt, past, sampling)
            yield whole.text
            return whole
        reply = self._reply(sampling)
        for (token,) in self._steps([prompt], past, sampling):
            piece = reply.add(token)
            if piece:
                yield piece
            if reply.finished:
                break
        return reply.completion(len(prompt), sum(one.length for one in past))

    def by_library(self, prompt: Sequence[int], past: Sequence[TensorValues], sampling: Sampling) -> Completion:
        """Complete one prompt by the model's own ``generate``: for beams, and for models without such a cache."""
        model = self._run.model
        inputs: dict[str, Any] = {"input_ids": self._run.ids([prompt])}
        inputs["attention_mask"] = torch.ones_like(inputs["input_ids"])
        if past:
            inputs["past_key_values"] = for_use(model.config, past, self._devices, (0,) * sampling.beams)
        with torch.no_grad(), _seeded(sampling, self._run.device):
            made = model.generate(**inputs, generation_config=self._settings(sampling))[0].tolist()
        reply = self._reply(sampling)
        # An encoder-decoder's output begins with a start token instead of the prompt.
        for token in made[1 if model.config.is_encoder_decoder else len(prompt) :]:
            reply.add(token)
            if reply.finished:
                break
        return reply.completion(len(prompt), sum(one.length for one in past))

    def _steps(
        self, prompts: Sequence[Sequence[int]], past: Sequence[TensorValues], sampling: Sampling
    ) -> Iterator[list[int]]:
        """The next token of every row, again and again.

        Shorter prompts are padded at the left, where the cache is too: in a row with ``p`` slots of padding everything
        is ``p`` slots further to the right, and the last ``p`` tokens of ``past`` are computed again with the prompt.
        """
        longest, held = max(map(len, prompts)), sum(one.length for one in past)
        pads = [longest - len(prompt) for prompt in prompts]
        cache = growing(for_use(self._run.model.config, past, self._devices, pads))
        rows = self._run.ids([[0] * pad + list(prompt) for pad, prompt in zip(pads, prompts, strict=True)])
        slots = torch.arange(longest, device=rows.device)
        shift = torch.tensor(pads, device=rows.device)[:, None]
        mask = (slots[None, :] >= shift).long() if any(pads) else None
        positions = (slots[None, :] - shift).clamp(min=0)[:, held:]
        choose = _Choice(sampling, len(prompts), rows.device)
        tokens = rows[:, held:]
        while True:
            chosen = choose(self._run(tokens, cache, mask=mask, positions=positions)[:, -1])
            yield chosen.tolist()
            tokens, positions = chosen[:, None], positions[:, -1:] + 1
            if mask is not None:
                mask = torch.cat([mask, mask.new_ones(len(prompts), 1)], dim=1)

    def _reply(self, sampling: Sampling) -> Reply:
        return Reply(self._tokenizer, stop=sampling.stop, ends=self._ends(), limit=sampling.max_tokens)

    def _ends(self) -> frozenset[int]:
        own = getattr(self._run.model.generation_config, "eos_token_id", None)
        ends = own if isinstance(own, list) else [own]
        return frozenset(one for one in [*ends, self._tokenizer.eos_token_id] if one is not None)

    def _settings(self, sampling: Sampling) -> GenerationConfig:
        ends = sorted(self._ends())
        pad = self._tokenizer.pad_token_id
        settings: dict[str, Any] = {
            "max_new_tokens": sampling.max_tokens,
            "num_beams": sampling.beams,
            "do_sample": sampling.temperature > 0,
            "eos_token_id": ends or None,
            "pad_token_id": pad if pad is not None else (ends or [0])[0],
        }
        if sampling.temperature > 0:
            settings |= {"temperature": sampling.temperature, "top_p": sampling.top_p, "top_k": sampling.top_k}
        return GenerationConfig(**settings)


class _Choice:
    """Chooses the next token of each row. A row with a seed chooses as it would alone."""

    def __init__(self, sampling: Sampling, rows: int, device: torch.device) -> None:
        self._sampling = sampling
        self._generators = [torch.Generator(device) for _ in range(rows)]
        for one in self._generators:
            if sampling.seed is None:
                one.seed()
            else:
                one.manual_seed(sampling.seed)

    def __call__(self, logits: torch.Tensor) -> torch.Tensor:
        """Tokens ``[rows]`` from logits ``[rows, vocabulary]``."""
        if self._sampling.temperature <= 0:
            return logits.argmax(dim=-1)
        chances = self._kept(logits.float() / self._sampling.temperature).softmax(dim=-1)
        drawn = [torch.multinomial(row, 1, generator=one) for row, one in zip(chances, self._generators, strict=True)]
        return torch.cat(drawn)

    def _kept(self, scores: torch.Tensor) -> torch.Tensor:
        if 0 < self._sampling.top_k < scores.shape[-1]:
            least = scores.topk(self._sampling.top_k, dim=-1).values[:, -1:]
            scores = scores.masked_fill(scores < least, -torch.inf)
        if self._sampling.top_p < 1:
            falling, order = scores.sort(dim=-1, descending=True)
            chances = falling.softmax(dim=-1)
            # A token stays while those before it have less than ``top_p`` together: at least one always does.
            gone = chances.cumsum(dim=-1) - chances >= self._sampling.top_p
            scores = scores.masked_fill(gone.scatter(-1, order, gone), -torch.inf)
        return scores


@contextmanager
def _seeded(sampling: Sampling, device: torch.device) -> Iterator[None]:
    """The library samples from PyTorch's global state: with a seed, put it back afterwards."""
    if sampling.temperature <= 0 or sampling.seed is None:
        yield
        return
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(sampling.seed)
        yield


def checked(sampling: Sampling) -> None:
    """Refuse what cannot be done.

    Raises:
        InvalidInput: a value out of range, or beams together with chance.
    """
    if sampling.max_tokens < 1 or sampling.beams < 1 or sampling.top_k < 0:
        raise InvalidInput("max_tokens and beams start at 1, top_k at 0")
    if not sampling.temperature >= 0 or not 0 < sampling.top_p <= 1:
        raise InvalidInput("temperature starts at 0, and top_p lies in (0, 1]")
    if sampling.beams > 1 and sampling.temperature > 0:
        raise InvalidInput("beam search takes the most probable reply: set temperature to 0")
