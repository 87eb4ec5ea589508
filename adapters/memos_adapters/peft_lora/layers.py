"""Adapters in the layers of one model: put in, switched, mixed in a batch, and taken out again without a trace."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from typing import Any

import torch
from peft import LoraConfig, PeftModelForCausalLM, get_peft_model_state_dict, set_peft_model_state_dict
from peft.tuners.lora import LoraLayer
from peft.tuners.tuners_utils import BaseTunerLayer
from transformers.pytorch_utils import Conv1D

from memos_adapters.peft_lora.mixing import mixed
from memos_core.domain.parametric import BASE
from memos_core.errors import ForeignAdapter, InvalidInput, UnknownAdapter


class AdaptedLayers:
    """The adapters of one model. Not thread-safe.

    peft wraps the linear layers while there is an adapter, and the last one takes the wrapping with it. Adapters bear
    peft's names of our making, since peft does not take every text.
    """

    def __init__(self, model: Any) -> None:
        """Take a model that no other code has put adapters into.

        Raises:
            InvalidInput: it has some.
        """
        if any(isinstance(one, BaseTunerLayer) for one in model.modules()):
            raise InvalidInput("the model has adapters of somebody else; give the model without them")
        self.model = model
        self.linear = _linear(model)
        """Names of all linear layers but the output."""
        self.active = BASE
        self._wrapped: Any = None
        self._slots: dict[str, str] = {}
        self._numbers = count()

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are in the layers."""
        return tuple(self._slots)

    @property
    def device(self) -> torch.device:
        """Where token ids go."""
        device: torch.device = self.model.get_input_embeddings().weight.device
        return device

    def put(self, name: str, config: Mapping[str, Any], tensors: Mapping[str, torch.Tensor] | None = None) -> None:
        """Put an adapter in; it is not active. Without tensors it is a new one, which changes nothing yet.

        Raises:
            ForeignAdapter: its layers are not those of the model.
        """
        slot = f"memos{next(self._numbers)}"
        needed = [one.requires_grad for one in self.model.parameters()]
        own = list(self.model.parameters())
        try:
            self._add(slot, LoraConfig(**config), blank=tensors is not None)
            self._slots[name] = slot
            if self._wrapped.peft_config[slot].target_parameters:
                raise ForeignAdapter("it would adapt experts that share one tensor; target other layers")
            if tensors is not None:
                self._fill(slot, tensors)
        except (ForeignAdapter, ValueError, TypeError, RuntimeError, KeyError) as error:
            self._drop(name, slot)
            raise ForeignAdapter(f"the adapter does not fit into this model: {error}") from error
        finally:
            for one, need in zip(own, needed, strict=True):
                one.requires_grad_(need)
        self._switch(self.active)

    def take(self, name: str) -> None:
        """Take an adapter out. Raises ``UnknownAdapter``."""
        slot = self._slot(name)
        if self.active == name:
            self.active = BASE
        self._drop(name, slot)
        self._switch(self.active)

    def rename(self, name: str, other: str) -> None:
        """Call an adapter otherwise; it keeps its place in the layers. Raises ``UnknownAdapter``."""
        slot = self._slot(name)
        del self._slots[name]
        self._slots[other] = slot

    def config(self, name: str) -> dict[str, Any]:
        """An adapter's configuration as peft has completed it."""
        found: dict[str, Any] = self._wrapped.peft_config[self._slot(name)].to_dict()
        return found

    def activate(self, name: str) -> None:
        """Let it answer where no other is named. Raises ``UnknownAdapter``."""
        if name != BASE:
            self._slot(name)
        self._switch(name)
        self.active = name

    def tensors(self, name: str) -> dict[str, torch.Tensor]:
        """An adapter's tensors by peft's names, as they are in its files."""
        state = get_peft_model_state_dict(self._wrapped, adapter_name=self._slot(name), save_embedding_layers=False)
        return {key: one.detach().clone() for key, one in state.items()}

    def scalings(self, name: str) -> dict[str, float]:
        """By what an adapter's update of each layer is multiplied, by the layer's name."""
        slot = self._slot(name)
        adapted = ((key, one) for key, one in self.model.named_modules() if isinstance(one, LoraLayer))
        return {key: float(one.scaling[slot]) for key, one in adapted if slot in one.scaling}

    def parameters(self, name: str) -> list[tuple[str, torch.nn.Parameter]]:
        """An adapter's parameters by their names, in order."""
        part = f".{self._slot(name)}."
        named = ((key.replace(part, "."), one) for key, one in self.model.named_parameters() if part in key)
        return sorted(named, key=lambda pair: pair[0])

    def check(self, names: Sequence[str]) -> None:
        """Raise ``UnknownAdapter`` for a name that is not here."""
        for name in dict.fromkeys(names):
            if name != BASE:
                self._slot(name)

    @contextmanager
    def answering(self, names: Sequence[str]) -> Iterator[None]:
        """While this lasts, each row of a batch is answered by the adapter that is named for it.

        Args:
            names: One for each row, or one for all.

        Raises:
            UnknownAdapter: none of a name.
        """
        self.check(names)
        if len(set(names)) == 1 or self._wrapped is None:
            several: AbstractContextManager[None] = nullcontext()
            self._switch(names[0])
        else:
            several = mixed(self.model, [self._slots.get(name, "") for name in names])
            self._switch(BASE)
        try:
            with several:
                yield
        finally:
            self._switch(self.active)

    def logits(self, ids: torch.Tensor, mask: torch.Tensor, names: Sequence[str]) -> torch.Tensor:
        """``[rows, tokens, vocabulary]``, each row by the adapter that is named for it."""
        with self.answering(names):
            return self.run(ids, mask)

    def run(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The same by whoever answers now."""
        found: torch.Tensor = self.model(input_ids=ids, attention_mask=mask, use_cache=False).logits
        return found

    def _add(self, slot: str, config: LoraConfig, *, blank: bool) -> None:
        config.inference_mode = blank
        if self._wrapped is None:
            self._wrapped = PeftModelForCausalLM(self.model, config, adapter_name=slot, low_cpu_mem_usage=blank)
        else:
            self._wrapped.add_adapter(slot, config, low_cpu_mem_usage=blank)
        self._wrapped.eval()

    def _fill(self, slot: str, tensors: Mapping[str, torch.Tensor]) -> None:
        expected = get_peft_model_state_dict(self._wrapped, adapter_name=slot, save_embedding_layers=False)
        shapes = {key: tuple(one.shape) for key, one in expected.items()}
        if shapes != {key: tuple(one.shape) for key, one in tensors.items()}:
            raise ForeignAdapter("its tensors are not those that its configuration asks for")
        placed = {key: one.to(self.device) for key, one in tensors.items()}
        set_peft_model_state_dict(self._wrapped, placed, adapter_name=slot, low_cpu_mem_usage=True)

    def _switch(self, name: str) -> None:
        if self._wrapped is None:
            return
        if name == BASE:
            self._wrapped.base_model.disable_adapter_layers()
        else:
            self._wrapped.base_model.enable_adapter_layers()
            self._wrapped.set_adapter(self._slots[name], inference_mode=True)

    def _drop(self, name: str, slot: str) -> None:
        self._slots.pop(name, None)
        if self._wrapped is None:
            return
        if not self._slots:
            self._wrapped.base_model.unload()
            self._wrapped = None
        elif slot in self._wrapped.peft_config:
            # peft warns when it has to choose the next active one.
            self._wrapped.set_adapter(next(iter(self._slots.values())), inference_mode=True)
            self._wrapped.delete_adapter(slot)

    def _slot(self, name: str) -> str:
        try:
            return self._slots[name]
        except KeyError:
            raise UnknownAdapter(f"no adapter {name!r} is attached; attached: {list(self._slots) or 'none'}") from None


def _linear(model: Any) -> list[str]:
    """Experts that share one tensor are left out: peft can adapt them, but a batch cannot mix them."""
    output, kinds = model.get_output_embeddings(), (torch.nn.Linear, Conv1D)
    return [name for name, one in model.named_modules() if isinstance(one, kinds) and one is not output]
