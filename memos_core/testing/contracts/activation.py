"""The contract of a local model whose forward pass memory is put into."""

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memos_core.domain.activation import ChatTurn, Completion, Manifest, Sampling
from memos_core.errors import CorruptActivation, InvalidInput
from memos_core.ports import ActivationEngine, KeyValues

SHORT = Sampling(max_tokens=8)


class ActivationEngineContract:
    """``ports.ActivationEngine``. Inherit it and say how one is made; its replies must depend on the whole prompt."""

    def open_engine(self) -> ActivationEngine:
        """Attach a model; each time the same one."""
        raise NotImplementedError

    @pytest.fixture
    def engine(self) -> ActivationEngine:
        """An engine of its own."""
        return self.open_engine()

    @pytest.fixture
    def prompt(self, engine: ActivationEngine) -> list[int]:
        """A whole prompt."""
        return engine.encode(asked("Where does Alice work now?"))

    @pytest.fixture
    def manifest(self, engine: ActivationEngine, prompt: list[int]) -> Manifest:
        """Of the first half of the prompt."""
        return Manifest(
            fingerprint=engine.fingerprint,
            tokens=tuple(prompt[: len(prompt) // 2]),
            layers=engine.capability.layers,
            made_at=datetime(2026, 1, 2, tzinfo=UTC),
        )

    def test_a_model_is_known_by_its_fingerprint(self, engine: ActivationEngine) -> None:
        assert engine.capability.served
        assert engine.fingerprint == engine.fingerprint == self.open_engine().fingerprint

    def test_prompts_with_the_same_head_begin_with_the_same_tokens(self, engine: ActivationEngine) -> None:
        one, other = (engine.encode(asked(question)) for question in ("Where?", "Which ferry?"))
        shared = next(i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
        assert shared > 3
        assert engine.encode(asked("Where?")) == one

    def test_values_serve_from_any_cut_on_and_again(self, engine: ActivationEngine, prompt: list[int]) -> None:
        whole = engine.prefill(prompt)
        assert whole.length == len(prompt)
        (plain,) = engine.generate([prompt], [], SHORT)
        for cut in (1, len(prompt) // 2, len(prompt) - 1):
            for past in ([engine.prefill(prompt[:cut])], [whole.part(0, cut)], [whole.part(0, cut)]):
                assert [one.length for one in past] == [cut]
                (reused,) = engine.generate([prompt], past, SHORT)
                assert (reused.text, reused.tokens) == (plain.text, plain.tokens)

    def test_values_follow_each_other(self, engine: ActivationEngine, prompt: list[int]) -> None:
        first = engine.prefill(prompt[:3])
        second = engine.prefill(prompt[3:7], [first])
        past: list[KeyValues] = [first, second, engine.prefill(prompt[7:9], [first, second])]
        (plain,), (reused,) = (engine.generate([prompt], held, SHORT) for held in ([], past))
        assert reused.tokens == plain.tokens

    def test_values_of_other_tokens_are_attended_to(self, engine: ActivationEngine, prompt: list[int]) -> None:
        """What shows that the tests here can fail."""
        wrong = [engine.prefill(list(reversed(prompt[:-1])))]
        (plain,), (reused,) = (engine.generate([prompt], held, SHORT) for held in ([], wrong))
        assert reused.tokens != plain.tokens

    def test_a_batch_replies_as_its_prompts_do_alone(self, engine: ActivationEngine) -> None:
        prompts = [engine.encode(asked(one)) for one in ("Where?", "Which ferry does she take to Lisbon?", "Who?")]
        past = [engine.prefill(prompts[0][:4])]
        together = engine.generate(prompts, past, SHORT)
        assert [one.tokens for one in together] == [engine.generate([one], [], SHORT)[0].tokens for one in prompts]
        assert [one.prompt_tokens for one in together] == [len(one) for one in prompts]

    def test_a_token_is_left_to_run(self, engine: ActivationEngine, prompt: list[int]) -> None:
        with pytest.raises(InvalidInput):
            engine.generate([prompt], [engine.prefill(prompt)], SHORT)

    def test_a_stream_gives_the_reply_in_pieces(self, engine: ActivationEngine, prompt: list[int]) -> None:
        past = [engine.prefill(prompt[:4])]
        (reply,) = engine.generate([prompt], past, SHORT)
        pieces, streamed = _drained(engine.stream(prompt, past, SHORT))
        assert "".join(pieces) == streamed.text == reply.text
        assert streamed.tokens == reply.tokens
        assert len(reply.tokens) <= SHORT.max_tokens

    def test_values_move_between_tiers(self, engine: ActivationEngine, prompt: list[int]) -> None:
        values = engine.prefill(prompt[:5])
        (plain,) = engine.generate([prompt], [], SHORT)
        for tier in ("memory", "device", "memory"):
            values = engine.move(values, tier)
            assert (values.tier, values.length) == (tier, 5)
            assert engine.generate([prompt], [values], SHORT)[0].tokens == plain.tokens

    def test_a_file_gives_back_what_was_put_in(
        self, engine: ActivationEngine, prompt: list[int], manifest: Manifest, tmp_path: Path
    ) -> None:
        path = self._written(engine, manifest, tmp_path)
        read, values = engine.load(path)
        assert (read.key, read.tokens, read.made_at) == (manifest.key, manifest.tokens, manifest.made_at)
        assert (values.tier, values.length) == ("disk", len(manifest.tokens))
        (plain,), (reused,) = (engine.generate([prompt], held, SHORT) for held in ([], [values]))
        assert reused.tokens == plain.tokens
        assert engine.audit(read, values) == []

    def test_a_file_of_something_else_is_refused(
        self, engine: ActivationEngine, manifest: Manifest, tmp_path: Path
    ) -> None:
        path = self._written(engine, manifest, tmp_path)
        whole = path.read_bytes()
        for content in (whole[: len(whole) // 2], whole[:-1], b"", b"text\n" * 50, b"{}"):
            path.write_bytes(content)
            with pytest.raises(CorruptActivation):
                engine.load(path)

    def test_an_audit_names_the_wrong_row(self, engine: ActivationEngine, manifest: Manifest) -> None:
        values = engine.prefill(manifest.tokens)
        assert engine.audit(manifest, values) == []
        tokens = [*manifest.tokens[:2], manifest.tokens[3], *manifest.tokens[3:]]
        (problem,) = engine.audit(replace(manifest, tokens=tuple(tokens)), values)
        assert "row 2" in problem

    def _written(self, engine: ActivationEngine, manifest: Manifest, folder: Path) -> Path:
        path = folder / "kv"
        half = len(manifest.tokens) // 2
        values = engine.prefill(manifest.tokens)
        parts = [values.part(0, half), values.part(half, values.length)]
        path.write_bytes(b"".join(engine.dump(parts, manifest)))
        return path


def asked(question: str) -> list[ChatTurn]:
    """A conversation with a memory at its head."""
    return [
        ChatTurn(role="system", content="Alice moved to Lisbon in March and works on the ferry to Cacilhas."),
        ChatTurn(role="user", content=question),
    ]


def _drained(stream: Generator[str, None, Completion]) -> tuple[list[str], Completion]:
    pieces = []
    while True:
        try:
            pieces.append(next(stream))
        except StopIteration as end:
            completion: Completion = end.value
            return pieces, completion
