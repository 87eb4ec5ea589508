"""The forward pass of all-MiniLM-L6-v2 as an ONNX graph, from token ids to a unit vector.

A BERT encoder of six layers (Devlin et al. 2019; Wang et al. 2020, MiniLM), the mean of the last layer's tokens,
divided by its length. The graph takes one text at a time, so that there is no padding, hence no mask, and a text's
vector cannot depend on its neighbours. Operators of ONNX Runtime's own domain stand where they are faster.
"""

from collections.abc import Mapping
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from memos_adapters._minilm import DIMENSIONS, MAX_TOKENS
from memos_adapters.onnx_minilm.quantize import quantize_columns, quantize_rows
from memos_core.ports import Floats

LAYERS = 6
HEADS = 12
INPUT, OUTPUT = "ids", "vector"

Site: TypeAlias = Literal["query and key", "value", "attention output", "intermediate", "output"]
"""The kinds of matrix product in a layer."""

_OWN = "com.microsoft"
_EPSILON = 1e-12
_GELU_MINIMUM = 0.17
"""GELU is nowhere below -0.17."""


class Product(Protocol):
    """Adds ``x · matrix + bias`` to a graph and returns the name of the result."""

    def __call__(self, graph: "Graph", name: str, x: str, matrix: Floats, bias: Floats, site: Site) -> str: ...


class Graph:
    """Nodes and constants under construction."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Add a constant once; return its name."""
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.asarray(value, order="C"), name)
        return name

    def __call__(self, op: str, *inputs: str, outputs: int = 1, own: bool = False, **attributes: Any) -> Any:
        """Add a node; return the name of its output, or a list of names."""
        number = len(self.nodes)
        names = [f"{op}_{number}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, domain=_OWN if own else "", **attributes))
        return names[0] if outputs == 1 else names


def int8_model(tensors: Mapping[str, Floats]) -> bytes:
    """The serialised graph with 8-bit weights (23 MB)."""
    return _model(tensors, _integers, _embedding_of_integers)


def fp32_model(tensors: Mapping[str, Floats]) -> bytes:
    """The serialised graph in full precision (90 MB)."""
    return _model(tensors, _floats, _embedding_of_floats)


def _model(tensors: Mapping[str, Floats], product: Product, embedding: Any) -> bytes:
    graph = Graph()
    x = _normalized(graph, tensors, "embeddings", graph("Add", embedding(graph, tensors), _positions(graph, tensors)))
    for layer in range(LAYERS):
        x = _layer(graph, tensors, f"encoder.layer.{layer}", x, product)
    mean = graph("ReduceMean", x, graph.constant("tokens", np.array([1])), keepdims=0)
    length = graph("ReduceL2", mean, graph.constant("last", np.array([-1])), keepdims=1)
    graph.nodes.append(helper.make_node("Div", [mean, length], [OUTPUT]))
    made = helper.make_graph(
        graph.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info(INPUT, TensorProto.INT64, [1, "length"])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, DIMENSIONS])],
        list(graph.constants.values()),
    )
    # The oldest versions that have these operators, so that older runtimes take the graph.
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(_OWN, 1)]
    model: bytes = helper.make_model(made, opset_imports=opsets, ir_version=8).SerializeToString(deterministic=True)
    return model


def _layer(graph: Graph, tensors: Mapping[str, Floats], name: str, x: str, product: Product) -> str:
    def dense(x: str, site: Site, *parts: str) -> str:
        matrix = np.concatenate([tensors[f"{name}.{part}.weight"].T for part in parts], axis=1)
        bias = np.concatenate([tensors[f"{name}.{part}.bias"] for part in parts])
        return product(graph, f"{name}.{site}", x, matrix, bias, site)

    both = dense(x, "query and key", "attention.self.query", "attention.self.key")
    query, key = graph("Split", both, outputs=2, axis=2, num_outputs=2)
    value = dense(x, "value", "attention.self.value")
    attended = graph("MultiHeadAttention", query, key, value, own=True, num_heads=HEADS)
    total = graph("Add", dense(attended, "attention output", "attention.output.dense"), x)
    # The next product takes what is normalised before its weight and bias, which go into the matrix: without a few
    # channels of great weight the values share their range more evenly (as in SmoothQuant, Xiao et al. 2023).
    even = graph("LayerNormalization", total, *_neutral(graph), axis=-1, epsilon=_EPSILON)
    weight, shift = (tensors[f"{name}.attention.output.LayerNorm.{part}"] for part in ("weight", "bias"))
    scaled = graph("Mul", even, graph.constant(f"{name}.attention weight", weight))
    x = graph("Add", scaled, graph.constant(f"{name}.attention shift", shift))
    matrix = tensors[f"{name}.intermediate.dense.weight"].T
    bias = tensors[f"{name}.intermediate.dense.bias"] + shift @ matrix
    inner = product(graph, f"{name}.intermediate", even, weight[:, None] * matrix, bias, "intermediate")
    outer = dense(graph("Gelu", inner, own=True), "output", "output.dense")
    return _normalized(graph, tensors, f"{name}.output", graph("Add", outer, x))


def _neutral(graph: Graph) -> tuple[str, str]:
    """Weight and bias that change nothing."""
    weight, bias = np.ones(DIMENSIONS, np.float32), np.zeros(DIMENSIONS, np.float32)
    return graph.constant("ones", weight), graph.constant("zeros", bias)


def _normalized(graph: Graph, tensors: Mapping[str, Floats], name: str, x: str) -> str:
    weight, bias = (
        graph.constant(f"{name}.LayerNorm.{part}", tensors[f"{name}.LayerNorm.{part}"]) for part in ("weight", "bias")
    )
    normalized: str = graph("LayerNormalization", x, weight, bias, axis=-1, epsilon=_EPSILON)
    return normalized


def _positions(graph: Graph, tensors: Mapping[str, Floats]) -> str:
    """Embeddings of the positions 0 to length - 1, and of the only segment."""
    positions = tensors["embeddings.position_embeddings.weight"][:MAX_TOKENS]
    table = graph.constant("positions", positions + tensors["embeddings.token_type_embeddings.weight"][0])
    zero = graph.constant("first", np.array([0]))
    sliced: str = graph("Slice", table, zero, graph("Shape", INPUT, start=1), zero)
    return sliced


# ── full precision ──────────────────────────────────────────────────────────────────────────────


def _embedding_of_floats(graph: Graph, tensors: Mapping[str, Floats]) -> str:
    embedded: str = graph("Gather", graph.constant("words", tensors["embeddings.word_embeddings.weight"]), INPUT)
    return embedded


def _floats(graph: Graph, name: str, x: str, matrix: Floats, bias: Floats, site: Site) -> str:
    product = graph("MatMul", x, graph.constant(f"{name}.weight", matrix))
    total: str = graph("Add", product, graph.constant(f"{name}.bias", bias))
    return total


# ── 8-bit integers ──────────────────────────────────────────────────────────────────────────────


def _embedding_of_integers(graph: Graph, tensors: Mapping[str, Floats]) -> str:
    values, scales = quantize_rows(tensors["embeddings.word_embeddings.weight"])
    rows = graph("Cast", graph("Gather", graph.constant("words", values), INPUT), to=TensorProto.FLOAT)
    embedded: str = graph("Mul", rows, graph("Gather", graph.constant("words.scale", scales), INPUT))
    return embedded


def _integers(graph: Graph, name: str, x: str, matrix: Floats, bias: Floats, site: Site) -> str:
    values, scales = quantize_columns(matrix)
    weight, scale = graph.constant(f"{name}.weight", values), graph.constant(f"{name}.scale", scales)
    added = graph.constant(f"{name}.bias", bias)
    if site == "output":
        return _scaled_by_token(graph, x, weight, scale, added)
    if site == "value":
        return _in_two_terms(graph, x, weight, scale, added)
    total: str = graph("DynamicQuantizeMatMul", x, weight, scale, "", added, own=True)
    return total


def _in_two_terms(graph: Graph, x: str, weight: str, scale: str, bias: str) -> str:
    """Rounds ``x``, then what the rounding left over.

    The values pass on what they lose: it is alike in all tokens, so the mean over these does not cancel it. With one
    term they would cause half of the whole error.
    """
    rounded, size, zero = graph("DynamicQuantizeLinear", x, outputs=3)
    rest = graph("Sub", x, graph("DequantizeLinear", rounded, size, zero))
    first = graph("MatMulIntegerToFloat", rounded, weight, size, scale, zero, "", bias, own=True)
    total: str = graph("Add", first, graph("DynamicQuantizeMatMul", rest, weight, scale, own=True))
    return total


def _scaled_by_token(graph: Graph, x: str, weight: str, scale: str, bias: str) -> str:
    """Rounds with a scale per token: a few tokens are so large after GELU that they would leave the rest no digits.

    GELU hardly goes below zero: three quarters of the range are for what is above.
    """
    zero = 64
    largest = graph("ReduceMax", x, graph.constant("last", np.array([-1])), keepdims=1)
    spread = graph("Mul", largest, graph.constant("spread", np.array(1 / (255 - zero), np.float32)))
    size = graph("Max", spread, graph.constant("least", np.array(_GELU_MINIMUM / zero, np.float32)))
    one, middle = graph.constant("one", np.array(1, np.float32)), graph.constant("middle", np.array(zero, np.uint8))
    rounded = graph("QuantizeLinear", graph("Mul", x, graph("Reciprocal", size)), one, middle)
    product = graph("MatMulIntegerToFloat", rounded, weight, one, scale, middle, own=True)
    total: str = graph("Add", graph("Mul", product, size), bias)
    return total
