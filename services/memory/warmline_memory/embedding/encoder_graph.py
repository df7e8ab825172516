"""The graph of a BERT-like encoder, from token ids to vectors, written down for ONNX Runtime without torch.

The encoder is that of Devlin et al., 2018 (https://arxiv.org/abs/1810.04805): embeddings, layers of attention and of a
feed-forward network, each with a sum and a normalisation behind it. BERT, RoBERTa and XLM-RoBERTa differ only in their
vocabularies and in where their positions begin.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from warmline_memory.embedding.manifests import WORDS

OPSET = 17
"""The first opset with LayerNormalization: https://onnx.ai/onnx/operators/onnx__LayerNormalization.html."""
IR_VERSION = 8
"""The file format that came with this opset, so that every ONNX Runtime with the opset reads the file."""
MASKED = -1e9
"""What a padding token's attention is lowered by before the softmax: it becomes 0 in float32."""

Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Encoder:
    """What a graph needs to know beside the weights."""

    layers: int
    heads: int
    epsilon: float
    """What a normalisation adds to the variance, so that nothing is divided by 0."""
    first_position: int
    """The row of the position embeddings that belongs to the first token."""
    pools_first_token: bool
    """Whether the first token's vector is the text's. Otherwise it is the mean over the tokens."""


def encoder_graph(encoder: Encoder, weights: Weights) -> onnx.ModelProto:
    """The graph with its weights: ``input_ids`` and ``attention_mask`` of shape (texts, tokens) become ``embedding``,
    float32 of shape (texts, dimension), each row of length 1. Raises ``KeyError`` for a weight that is missing."""
    graph = _Graph(weights)
    hidden = _embedded(graph, encoder)
    bias = _attention_bias(graph)
    for number in range(encoder.layers):
        hidden = _layer(graph, encoder, hidden, bias, f"encoder.layer.{number}")
    _finish(graph, _first_token(graph, hidden) if encoder.pools_first_token else _mean_of_tokens(graph, hidden))
    return graph.model()


class _Graph:
    """A graph that grows by one operation at a time. Every result has a name of its own, which is what is returned."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._tensors: dict[str, onnx.TensorProto] = {}

    def weight(self, name: str) -> NDArray[np.float32]:
        return self._weights[name]

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self._tensors[name] = numpy_helper.from_array(np.array(value, order="C"), name)
        return name

    def number(self, value: float) -> str:
        return self.constant(f"number {value!r}", np.array(value, np.float32))

    def whole_numbers(self, *values: int) -> str:
        return self.constant(f"numbers {values}", np.array(values, np.int64))

    def add(self, operation: str, *inputs: str, **attributes: Any) -> str:
        return self.named(f"{operation} {len(self._nodes)}", operation, *inputs, **attributes)

    def named(self, name: str, operation: str, *inputs: str, **attributes: Any) -> str:
        self._nodes.append(helper.make_node(operation, inputs, [name], name=name, **attributes))
        return name

    def dense(self, hidden: str, name: str, scale: float = 1.0) -> str:
        """A fully connected layer, its result multiplied by ``scale``."""
        weight = self.constant(f"{name}.weight", self.weight(f"{name}.weight").T * np.float32(scale))
        bias = self.constant(f"{name}.bias", self.weight(f"{name}.bias") * np.float32(scale))
        return self.add("Add", self.add("MatMul", hidden, weight), bias)

    def normalised(self, hidden: str, name: str, epsilon: float) -> str:
        weight = self.constant(f"{name}.weight", self.weight(f"{name}.weight"))
        bias = self.constant(f"{name}.bias", self.weight(f"{name}.bias"))
        return self.add("LayerNormalization", hidden, weight, bias, axis=-1, epsilon=epsilon)

    def model(self) -> onnx.ModelProto:
        tokens = ["texts", "tokens"]
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, tokens) for name in _INPUTS]
        output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["texts", None])
        graph = helper.make_graph(self._nodes, "encoder", inputs, [output], list(self._tensors.values()))
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)


_INPUTS = ("input_ids", "attention_mask")


def _embedded(graph: _Graph, encoder: Encoder) -> str:
    words = graph.constant(WORDS, graph.weight("embeddings.word_embeddings.weight"))
    positions = graph.weight("embeddings.position_embeddings.weight")[encoder.first_position :]
    # All tokens are of the first type: the second one is for pairs of texts.
    places = graph.constant("embeddings.places", positions + graph.weight("embeddings.token_type_embeddings.weight")[0])
    length = graph.add("Slice", graph.add("Shape", "input_ids"), graph.whole_numbers(1), graph.whole_numbers(2))
    here = graph.add("Slice", places, graph.whole_numbers(0), length, graph.whole_numbers(0))
    summed = graph.add("Add", graph.add("Gather", words, "input_ids"), here)
    return graph.normalised(summed, "embeddings.LayerNorm", encoder.epsilon)


def _attention_bias(graph: _Graph) -> str:
    """0 for tokens, very low for padding: shape (texts, 1, 1, tokens), for all heads and all tokens that look."""
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    padding = graph.add("Sub", graph.number(1.0), mask)
    return graph.add("Unsqueeze", graph.add("Mul", padding, graph.number(MASKED)), graph.whole_numbers(1, 2))


def _layer(graph: _Graph, encoder: Encoder, hidden: str, bias: str, name: str) -> str:
    attended = _attention(graph, encoder, hidden, bias, f"{name}.attention.self")
    looked = graph.dense(attended, f"{name}.attention.output.dense")
    hidden = graph.normalised(graph.add("Add", looked, hidden), f"{name}.attention.output.LayerNorm", encoder.epsilon)
    widened = _gelu(graph, graph.dense(hidden, f"{name}.intermediate.dense"))
    narrowed = graph.dense(widened, f"{name}.output.dense")
    return graph.normalised(graph.add("Add", narrowed, hidden), f"{name}.output.LayerNorm", encoder.epsilon)


def _attention(graph: _Graph, encoder: Encoder, hidden: str, bias: str, name: str) -> str:
    """Each token's mean over the tokens it looks at, in every head; the heads stand side by side again."""
    size, heads = graph.weight(f"{name}.query.weight").shape[0], encoder.heads
    apart = graph.whole_numbers(0, 0, heads, size // heads)

    def by_head(part: str, order: list[int], scale: float = 1.0) -> str:
        split = graph.add("Reshape", graph.dense(hidden, f"{name}.{part}", scale), apart)
        return graph.add("Transpose", split, perm=order)

    # The scores are divided by the root of a head's size; the weights of the query take that in once for all.
    query = by_head("query", [0, 2, 1, 3], 1 / sqrt(size / heads))
    scores = graph.add("Add", graph.add("MatMul", query, by_head("key", [0, 2, 3, 1])), bias)
    means = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), by_head("value", [0, 2, 1, 3]))
    return graph.add("Reshape", graph.add("Transpose", means, perm=[0, 2, 1, 3]), graph.whole_numbers(0, 0, size))


def _gelu(graph: _Graph, hidden: str) -> str:
    """Hendrycks and Gimpel, 2016 (https://arxiv.org/abs/1606.08415), in its exact form."""
    below = graph.add("Erf", graph.add("Div", hidden, graph.number(sqrt(2.0))))
    doubled = graph.add("Mul", hidden, graph.add("Add", below, graph.number(1.0)))
    return graph.add("Mul", doubled, graph.number(0.5))


def _first_token(graph: _Graph, hidden: str) -> str:
    return graph.add("Gather", hidden, graph.constant("first", np.array(0, np.int64)), axis=1)


def _mean_of_tokens(graph: _Graph, hidden: str) -> str:
    mask = graph.add("Cast", graph.add("Unsqueeze", "attention_mask", graph.whole_numbers(2)), to=TensorProto.FLOAT)
    summed = graph.add("ReduceSum", graph.add("Mul", hidden, mask), graph.whole_numbers(1), keepdims=0)
    return graph.add("Div", summed, graph.add("ReduceSum", mask, graph.whole_numbers(1), keepdims=0))


def _finish(graph: _Graph, vector: str) -> None:
    length = graph.add("ReduceL2", vector, axes=[1], keepdims=1)
    # A vector of zeros has no direction; it stays what it is.
    graph.named("embedding", "Div", vector, graph.add("Max", length, graph.number(1e-12)))
