"""The same questions asked again and again, with what they need as text, as keys and values, and in adapters.

The model is one that is made for this: it answers from what its prompt says of a person. Its relations have values of
their own, so that it learns to look them up within seconds.
"""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from memos_adapters.peft_lora.bench import world
from memos_adapters.peft_lora.engine import PeftLoraEngine
from memos_adapters.peft_lora.examples import ENGLISH, in_forms, lesson_of
from memos_adapters.peft_lora.file import ADAPTER
from memos_adapters.peft_lora.rows import IGNORED
from memos_adapters.transformers_kv import TransformersEngine
from memos_core.domain.activation import Completion, Manifest, Sampling
from memos_core.domain.measurement import Measurement, Plot
from memos_core.domain.parametric import Association, Bounds, Example, Recipe
from memos_core.memories.local_model import LocalModelRuntime, PromptMemory
from memos_core.memories.prompts import PromptAdapter

RELATIONS = {relation: world.VALUES[at :: len(world.RELATIONS)][:8] for at, relation in enumerate(world.RELATIONS[:6])}
"""With the values that each may have."""

_USERS, _PROMPTS, _TIMED = 8, 600, 24
STEPS = 2000
"""That the model takes to learn to read."""
_BATCH, _RATE, _ASKED = 20, 3e-3, 3
_KNOWN, _BY_HEART = 40, 0.4
"""People whom the model knows by heart, and the share of pages about them."""
_QUESTIONS = (*ENGLISH.questions, ENGLISH.validation, *ENGLISH.held_out)
_BACKWARD = 3
"""A token of training costs as many tokens of a prompt: forward once, backward twice."""

TEMPLATE = "{{ bos_token }}{% for message in messages %}{{ message['content'] }} {% endfor %}"
"""A question looks as it does where it is taught."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One user's memory in one form."""

    memory: PromptMemory
    bytes: int
    seconds: float
    """To make it."""
    tokens: int
    """That went through the model to make it, those of training counted three times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One prompt of the trace."""

    user: int
    question: Example


def measure(folder: Path, tokenizer: Any, device: torch.device, *, quick: bool) -> Iterator[Measurement]:
    """A trace of questions, of each form the tokens, the answers, the bytes, and when it has paid for itself."""
    tokenizer.chat_template = TEMPLATE
    model = reading_model(folder, tokenizer, 20 if quick else STEPS).to(device)
    engine = PeftLoraEngine(model, tokenizer)
    runtime = LocalModelRuntime(TransformersEngine(model, tokenizer), adapters=engine)
    bench = _Bench(engine, runtime, folder / "economy", device)
    people = [(person, facts_of(person, seed)) for seed, person in enumerate(world.strangers(_USERS + 60, seed=8))]
    users, others = people[: 2 if quick else _USERS], [person for person, _ in people[_USERS:]]
    forms = [bench.forms(at, facts, others, 20 if quick else 400) for at, (_, facts) in enumerate(users)]
    asked = trace([facts for _, facts in users], 20 if quick else _PROMPTS, seed=4)
    yield from _compared(bench, forms, asked)


def trace(facts: Sequence[Sequence[Association]], prompts: int, seed: int) -> list[Asked]:
    """Questions about users who ask by Zipf's law, each about some of their facts more than about others."""
    rng = random.Random(seed)
    made = []
    for _ in range(prompts):
        user = rng.choices(range(len(facts)), [1 / (rank + 1) for rank in range(len(facts))])[0]
        fact = rng.choices(facts[user], [1 / (rank + 1) for rank in range(len(facts[user]))])[0]
        made.append(Asked(user=user, question=in_forms([fact], [rng.choice(ENGLISH.held_out)])[0]))
    return made


def reading_model(folder: Path, tokenizer: Any, steps: int) -> Any:
    """A model that answers from what its prompt says, and knows some people by heart; kept in the folder."""
    path = folder / f"reader-{steps}.safetensors"
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = world.untrained(tokenizer, layers=2, width=64)
        if path.exists():
            model.load_state_dict(load_file(path))
            return model
        rng = random.Random(0)
        optimiser = torch.optim.AdamW(model.parameters(), lr=_RATE)
        for step in range(steps):
            for group in optimiser.param_groups:
                group["lr"] = _RATE * min(1.0, (step + 1) / 50) * max(0.05, 1 - step / steps)
            pages = [_page(tokenizer, rng) for _ in range(_BATCH)]
            longest = max(len(ids) for ids, _ in pages)
            rows = torch.tensor([ids + [0] * (longest - len(ids)) for ids, _ in pages])
            labels = torch.tensor([wanted + [IGNORED] * (longest - len(wanted)) for _, wanted in pages])
            loss = model(input_ids=rows, labels=labels).loss
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), path)
    return model


def facts_of(person: str, seed: int) -> list[Association]:
    """One of each relation."""
    rng = random.Random(seed)
    return [
        Association(subject=person, relation=relation, value=rng.choice(values))
        for relation, values in RELATIONS.items()
    ]


def text_of(facts: Sequence[Association]) -> str:
    """Facts as sentences, a line each."""
    return "\n".join(f"{one.prompt}{one.answer}" for one in in_forms(facts, ENGLISH.statements[:1]))


def _page(tokenizer: Any, rng: random.Random) -> tuple[list[int], list[int]]:
    """Token ids of some of a person's facts and of questions about them, and labels, which are those of the answers.

    Of some people there is nothing to read, and the answers are always the same: a model that knows nothing by heart is
    slow to learn it.
    """
    if rng.random() < _BY_HEART:
        known = rng.randrange(_KNOWN)
        facts = [rng.choice(facts_of(world.PEOPLE[known], known))]
        ids, forms = [tokenizer.bos_token_id], world.ALL_FORMS
    else:
        said = facts_of(rng.choice(world.PEOPLE[_KNOWN:]), rng.randrange(10**6))
        facts = rng.sample(said, rng.randint(1, len(said)))
        ids, forms = [tokenizer.bos_token_id, *tokenizer.encode(text_of(facts))], _QUESTIONS
    labels = [IGNORED] * len(ids)
    for fact in rng.sample(facts, min(len(facts), _ASKED)):
        (asked,) = in_forms([fact], [rng.choice(forms)])
        prompt, answer = tokenizer.encode(asked.prompt), tokenizer.encode(asked.answer)
        ids += [*prompt, *answer]
        labels += [IGNORED] * len(prompt) + answer
    return ids, labels


@dataclass(frozen=True, slots=True)
class _Bench:
    """What makes forms and asks."""

    engine: PeftLoraEngine
    runtime: LocalModelRuntime
    folder: Path
    device: torch.device

    def now(self) -> float:
        """Seconds: of this process on a processor, of the clock where another device works."""
        if self.device.type == "cpu":
            return time.process_time()
        torch.cuda.synchronize(self.device)
        return time.perf_counter()

    def forms(self, user: int, facts: Sequence[Association], others: Sequence[str], steps: int) -> dict[str, Form]:
        """A user's memory in each form."""
        text = PromptMemory(text=text_of(facts), tenant=str(user))
        plain = Form(memory=text, bytes=len(text.text.encode()), seconds=0.0, tokens=0)
        return {
            "text": plain,
            "keys and values": self._stored(text),
            "adapter": self._taught(text, facts, others, steps),
        }

    def _stored(self, text: PromptMemory) -> Form:
        began = self.now()
        fingerprint, tokens = self.runtime.head(text.text)
        values = self.runtime.memorise(fingerprint, tokens)
        manifest = Manifest(
            fingerprint=fingerprint,
            tokens=tokens,
            layers=self.runtime.capability.layers,
            salt=text.tenant,
            made_at=datetime.now(UTC),
        )
        path = self.folder / f"{text.tenant}.kv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(self.runtime.dump(values, manifest)))
        took = self.now() - began
        memory = replace(text, handle=f"kv_{text.tenant}", manifest=manifest, path=path)
        return Form(memory=memory, bytes=path.stat().st_size, seconds=took, tokens=len(tokens))

    def _taught(self, text: PromptMemory, facts: Sequence[Association], others: Sequence[str], steps: int) -> Form:
        free = Bounds(recall=0.0, kept=0.0, in_context=0.0, divergence=float("inf"))
        recipe = Recipe(rank=8, most_steps=steps, own_texts=128, checkpoint_every=0, bounds=free)
        folder, began = self.folder / text.tenant, self.now()
        manifest = self.engine.train(lesson_of(facts, bystanders=others), recipe, folder)
        took = self.now() - began
        path = folder / ADAPTER
        adapter = PromptAdapter(
            text=text.text, handle=f"lora_{text.tenant}", tenant=text.tenant, manifest=manifest, path=path
        )
        assert manifest.record is not None
        return Form(
            memory=replace(text, text="", handle=adapter.handle, adapter=adapter),
            bytes=path.stat().st_size,
            seconds=took,
            tokens=_BACKWARD * manifest.record.tokens,
        )

    def ask(self, form: Form, question: Example) -> Completion:
        """The reply, of as many words as an answer has."""
        said = [{"role": "user", "content": question.prompt}]
        return self.runtime.generate(said, memory=form.memory, sampling=Sampling(max_tokens=2))

    def first(self, form: Form, question: Example) -> float:
        """Seconds to the first token."""
        said = [{"role": "user", "content": question.prompt}]
        began = self.now()
        self.runtime.generate(said, memory=form.memory, sampling=Sampling(max_tokens=1))
        return self.now() - began


def _compared(bench: _Bench, forms: Sequence[Mapping[str, Form]], asked: Sequence[Asked]) -> Iterator[Measurement]:
    names = list(forms[0])
    said = {name: [bench.ask(forms[one.user][name], one.question) for one in asked] for name in names}
    notes = {one.note for several in said.values() for one in several if one.note}
    right = {name: _right(said[name], asked) for name in names}
    sent = {name: sum(one.prompt_tokens for one in said[name]) for name in names}
    computed = {name: sum(one.prompt_tokens - one.cache_read for one in said[name]) for name in names}
    size = {name: sum(form[name].bytes for form in forms) for name in names}
    built = {name: sum(form[name].tokens for form in forms) for name in names}
    each = {name: computed[name] / len(asked) for name in names}
    saved = {name: each["text"] - each[name] for name in names}
    even = {name: built[name] / max(1e-9, saved[name]) for name in names[1:]}
    yield Measurement(
        name=f"{len(asked)} repeated questions of {len(forms)} users about {len(RELATIONS)} facts each",
        measured="; ".join(
            f"{name}: {sent[name]:,} tokens sent, {computed[name]:,} computed, {right[name]:.1%} answered"
            for name in names
        ),
        note=(
            "; ".join(f"{name} {size[name]:,} bytes" for name in names)
            + "; built with "
            + ", ".join(f"{built[name]:,} tokens ({name})" for name in names[1:])
            + f", one of training counted {_BACKWARD} times; paid for after "
            + ", ".join(f"{even[name]:,.0f} prompts ({name})" for name in names[1:])
            + f"; {_same(said, names)} of the replies are the same in all forms"
            + ("; " + "; ".join(sorted(notes)) if notes else "")
        ),
        figures={f"{name}: {what}": float(found[name]) for what, found in
                 (("sent", sent), ("computed", computed), ("answered", right), ("bytes", size), ("built", built))
                 for name in names},
        plot=Plot(
            title="Tokens through the model, what was built included",
            across="prompts",
            up="tokens",
            curves={name: [(10.0**at, built[name] + each[name] * 10.0**at) for at in range(6)] for name in names},
            logarithmic=True,
        ),
    )  # fmt: skip
    yield _timed(bench, forms, asked[:_TIMED], names)


def _timed(
    bench: _Bench, forms: Sequence[Mapping[str, Form]], asked: Sequence[Asked], names: Sequence[str]
) -> Measurement:
    times: dict[str, list[float]] = {name: [] for name in names}
    for one in asked:
        for name in names:
            times[name].append(bench.first(forms[one.user][name], one.question))
    middle = {name: sorted(several)[len(several) // 2] for name, several in times.items()}
    seconds = {name: sum(form[name].seconds for form in forms) for name in names}
    return Measurement(
        name="the same: time to the first token, and to build",
        measured="; ".join(
            f"{name}: {1000 * middle[name]:.1f} ms" + (f", built in {seconds[name]:.2f} s" if seconds[name] else "")
            for name in names
        ),
        note=f"median of {len(asked)} prompts, in turn, {bench.device.type}; {bench.engine.parameters:,} parameters",
        figures={f"{name}: first token": middle[name] for name in names}
        | {f"{name}: built in": seconds[name] for name in names},
    )


def _right(said: Sequence[Completion], asked: Sequence[Asked]) -> float:
    pairs = zip(said, asked, strict=True)
    return sum(_bare(one.text) == _bare(prompt.question.answer) for one, prompt in pairs) / max(1, len(asked))


def _same(said: Mapping[str, Sequence[Completion]], names: Sequence[str]) -> str:
    rows = list(zip(*(said[name] for name in names), strict=True))
    return f"{sum(len({_bare(one.text) for one in row}) == 1 for row in rows) / max(1, len(rows)):.1%}"


def _bare(text: str) -> str:
    return text.strip(" .")
