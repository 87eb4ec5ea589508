"""Models to measure: random weights where only time and exactness matter, initialised so that attention matters."""

from typing import Any

import torch
import transformers
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

_SHARP = ("q_proj", "k_proj", "qkv", "query", "key", "c_attn")


def strongly(model: Any, seed: int = 0) -> Any:
    """Weights of standard deviation ``1 / sqrt(inputs)``, twice that for queries and keys.

    With the default initialisation attention is so weak that a wrong cache gives the right tokens.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            if tensor.dim() < 2:
                continue
            sharper = 2.0 if any(part in name for part in _SHARP) else 1.0
            inputs = tensor.shape[0] if "c_attn" in name or "c_proj" in name or "c_fc" in name else tensor.shape[1]
            tensor.copy_(torch.randn(tensor.shape, generator=generator) * sharper / inputs**0.5)
    return model.eval()


def words_of(vocabulary: int) -> Any:
    """A tokenizer whose words are the numbers of its tokens."""
    tokenizer = Tokenizer(WordLevel({str(token): token for token in range(vocabulary)}, unk_token="0"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="0", eos_token="1")


def medium(layers: int = 12, width: int = 768, heads: int = 12, kv_heads: int = 4, longest: int = 8192) -> Any:
    """A Llama of 88 million parameters, by default."""
    config = transformers.LlamaConfig(
        vocab_size=8192,
        hidden_size=width,
        intermediate_size=width * 8 // 3,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=kv_heads,
        max_position_embeddings=longest,
        bos_token_id=1,
        eos_token_id=None,
    )
    return strongly(transformers.LlamaForCausalLM(config))


def tokens(count: int, vocabulary: int = 8192, seed: int = 0) -> list[int]:
    """Random token ids."""
    return [int(one) for one in torch.randint(3, vocabulary, (count,), generator=torch.Generator().manual_seed(seed))]
