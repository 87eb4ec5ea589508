"""One memory as text, as keys and values, and as an adapter: the same answer in LangChain, LangGraph and LlamaIndex.

    python examples/three_forms.py
    python examples/three_forms.py --model path/to/a/causal/model

Without a model of your own a tiny one is trained first, which takes some seconds: it reads what people say of
themselves and answers questions about it. Then Alice's memories are stored once and put into each form; a host gets a
handle.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

import torch
import transformers
from langchain_core.messages import AnyMessage, SystemMessage
from langchain_core.prompts import ChatPromptTemplate
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.chat_engine import SimpleChatEngine
from tokenizers import Tokenizer, models, pre_tokenizers

from langchain_memos import MemosChatModel
from llama_index_memos import MemosLLM, MemosMemory
from memos_adapters.peft_lora import ENGLISH, PeftLoraEngine
from memos_adapters.transformers_kv import TransformersEngine
from memos_core import Activation, LocalModelRuntime, MemCube, MemoryOS
from memos_core.domain.parametric import Parametric, Recipe

QUESTION = "What is the place of residence of Alice?"
ROUNDS = 5
TOLD = ("I live in Leeds.", "I work as a pilot.", "My favourite color is teal.")

# ── a model that reads ──

VALUES = {
    "place of residence": ("I live in {}.", ("Leeds", "York", "Bonn", "Lyon", "Oslo", "Riga", "Turin", "Porto")),
    "occupation": ("I work as a {}.", ("nurse", "pilot", "baker", "tailor", "farmer", "sailor")),
    "favourite color": ("My favourite color is {}.", ("teal", "red", "amber", "green", "blue", "pink")),
}
NAMES = (
    "Alice Ben Cleo Dina Eric Fay Gus Hal Ida Jon Leo Ada Novak Bela Okoro Carl Lindqvist Dana Moreau Emil Sato "
    "Farah Costa Goran Petit Hana Weiss Igor Almeida Jana Kowalski Kofi Larsen Lena Haddad Milo Ferrari Nora Kim Otto "
    "Silva Petra Nguyen"
)
FORMS = (*ENGLISH.questions, ENGLISH.validation, *ENGLISH.held_out)
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}"
    "Question: {{ message['content'] }} Answer:{% else %}{{ message['content'] }} {% endif %}{% endfor %}"
)
"""A question looks as it does where it is taught."""


def words() -> Any:
    """A tokenizer with a token for each word; a full stop ends the reply."""
    said = [*FORMS, *ENGLISH.statements, NAMES, *(" ".join([form, *known]) for form, known in VALUES.values())]
    split = pre_tokenizers.Whitespace()
    text = " ".join([*said, *VALUES, "- : ."]).replace("{subject}", " ").replace("{relation}", " ")
    vocabulary = ["<unk>", "<bos>", *sorted({word for word, _ in split.pre_tokenize_str(text)})]
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(vocabulary)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = split
    made = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<bos>", eos_token=".", pad_token="<unk>"
    )
    made.chat_template = TEMPLATE
    return made


def page(rng: random.Random) -> tuple[str, str]:
    """What somebody says of themselves, or is said of them, and a question about it with its answer."""
    person = " ".join(rng.sample(NAMES.split(), rng.choice((1, 2))))
    known = {relation: rng.choice(several) for relation, (_, several) in VALUES.items()}
    told = [f"- {person}: {VALUES[relation][0].format(value)}" for relation, value in known.items()]
    relation = rng.choice(list(VALUES))
    if rng.random() < 0.3:
        form = rng.choice(ENGLISH.statements)
        told = [f"{form.format(subject=person, relation=relation)} {known[relation]}."]
    rng.shuffle(told)
    asked = rng.choice(FORMS).format(subject=person, relation=relation)
    return f"{' '.join(told)} {asked}", f" {known[relation]}."


def reading_model(tokenizer: Any, steps: int = 150) -> Any:
    """A Llama of two layers that has learnt to answer from its prompt."""
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=160, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=256, bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id, initializer_range=0.08,
    )  # fmt: skip
    model, rng = transformers.LlamaForCausalLM(config), random.Random(0)
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(steps):
        pages = [page(rng) for _ in range(32)]
        rows = [tokenizer.encode(f"<bos>{prompt}{answer}") for prompt, answer in pages]
        longest = max(map(len, rows))
        ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
        labels = torch.tensor([[-100] * (len(row) - 2) + row[-2:] + [-100] * (longest - len(row)) for row in rows])
        loss = model(input_ids=ids, labels=labels).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return model.eval()


def loaded(path: str) -> tuple[Any, Any]:
    """Your own model."""
    model = transformers.AutoModelForCausalLM.from_pretrained(path)
    return model.eval(), transformers.AutoTokenizer.from_pretrained(path)


# ── three hosts ──


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A reply, and what it took."""

    text: str
    tokens: int
    """Of the prompt."""
    read: int
    """Of these, read from stored keys and values."""
    first: float
    """Seconds to the first token."""


def langchain_chain(memory: MemoryOS, handle: str, text: str) -> Said:
    """A prompt and a model, with the handle bound to the model."""
    model = MemosChatModel(memory=memory, vault="alice", max_tokens=16)
    told = [("system", text)] if text else []
    chain = ChatPromptTemplate.from_messages([*told, ("user", "{question}")]) | model.bind(memos_handle=handle)
    pieces, first = _timed(lambda: chain.stream({"question": QUESTION}))
    return _of_chunks(pieces, first)


class State(TypedDict):
    """What the graph's nodes share; a handle is a string, so that it can be checkpointed."""

    messages: Annotated[list[AnyMessage], add_messages]
    handle: str


def langgraph_node(memory: MemoryOS, handle: str, text: str) -> Said:
    """A node that finds the handle in the graph's state."""
    model = MemosChatModel(memory=memory, vault="alice", max_tokens=16)

    def answer(state: State) -> dict[str, Any]:
        return {"messages": [model.invoke(state["messages"], memos_handle=state["handle"])]}

    builder = StateGraph(State)
    builder.add_node("answer", answer)
    builder.add_edge(START, "answer")
    graph = builder.compile()
    told = [SystemMessage(text)] if text else []
    asked: Any = {"messages": [*told, ("user", QUESTION)], "handle": handle}
    pieces, first = _timed(lambda: (piece for piece, _ in graph.stream(asked, stream_mode="messages")))
    return _of_chunks(pieces, first)


def llama_index_engine(memory: MemoryOS, handle: str, text: str) -> Said:
    """A chat engine whose memory carries the handle."""
    llm = MemosLLM(memory, vault="alice", max_tokens=16)
    told = [ChatMessage(text, role="system")] if text else []
    engine = SimpleChatEngine.from_defaults(
        llm=llm, memory=MemosMemory(memory, vault="alice", activation=handle, budget=0), prefix_messages=told
    )
    pieces, first = _timed(lambda: engine.stream_chat(QUESTION).response_gen)
    # Engines keep to themselves what the model has counted: it is asked again, by the same messages.
    raw = llm.chat([*told, ChatMessage(QUESTION)], memos_handle=handle).raw
    return Said(text="".join(pieces), tokens=raw["prompt_tokens"], read=raw["cache_read"], first=first)


HOSTS: dict[str, Callable[[MemoryOS, str, str], Said]] = {
    "LangChain chain": langchain_chain,
    "LangGraph node": langgraph_node,
    "LlamaIndex engine": llama_index_engine,
}


def _of_chunks(pieces: list[Any], first: float) -> Said:
    whole = pieces[0]
    for piece in pieces[1:]:
        whole += piece
    usage = whole.usage_metadata
    read = usage["input_token_details"]["cache_read"]
    return Said(text=str(whole.text), tokens=usage["input_tokens"], read=read, first=first)


def _timed(stream: Callable[[], Any]) -> tuple[list[Any], float]:
    """All pieces, and the seconds to the first of them."""
    begun, first, pieces = time.perf_counter(), 0.0, []
    for piece in stream():
        first = first or time.perf_counter() - begun
        pieces.append(piece)
    return pieces, first


# ── three forms ──


def forms_of(memory: MemoryOS, recipe: Recipe) -> tuple[MemCube, MemCube]:
    """Alice's memories as keys and values, and taught to an adapter by a process of its own."""
    vault = memory.vault("alice")
    cubes = vault.remember(list(TOLD), speaker="Alice")
    stored = vault.transform(cubes, to="activation")
    ordered = vault.transform(cubes, to="parametric", recipe=recipe)
    vault.settle()
    return stored, vault.get(ordered.id)


def main() -> None:
    """Ask the same question of every form in every host."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="", help="a folder that transformers can load")
    path = parser.parse_args().model
    if path:
        (model, tokenizer), recipe = loaded(path), Recipe()
    else:
        tokenizer = words()
        model, recipe = reading_model(tokenizer), Recipe(rank=8, most_steps=300, own_texts=128, own_length=16)
    runtime = LocalModelRuntime(TransformersEngine(model, tokenizer), adapters=PeftLoraEngine(model, tokenizer))
    with (
        tempfile.TemporaryDirectory() as folder,
        MemoryOS.open(f"sqlite:///{folder}/m.db", embedder=None, local_model=runtime) as memory,
    ):
        begun = time.perf_counter()
        stored, learnt = forms_of(memory, recipe)
        kept, known = stored.payload, learnt.payload
        assert isinstance(kept, Activation) and isinstance(known, Parametric)
        print(f"put into other forms in {time.perf_counter() - begun:.0f} s; the gate on the adapter:")
        print(known.manifest and known.manifest.gate)
        text = "\n".join(f"- Alice: {one}" for one in TOLD)
        forms = {
            "text": ("", text, len(text.encode())),
            "keys and values": (stored.id, "", kept.bytes),
            "adapter": (learnt.id, "", known.bytes),
        }
        print(f"\n{QUESTION}\n\n{'host':<18} {'memory as':<16} {'answer':<8} tokens  computed  first token    bytes")
        for host, ask in HOSTS.items():
            for name, (handle, told, size) in forms.items():
                said = min((ask(memory, handle, told) for _ in range(ROUNDS)), key=lambda one: one.first)
                print(
                    f"{host:<18} {name:<16} {said.text:<8} {said.tokens:>6} {said.tokens - said.read:>9} "
                    f"{1000 * said.first:>9.1f} ms {size:>8,}"
                )


if __name__ == "__main__":
    main()
