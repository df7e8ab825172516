"""Small embedding models with random weights, in folders such as sentence-transformers writes."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from warmline_memory.embedding.model_sources import model_source

POSITIONS = 130
LAYERS = 2


def make_model(folder: Path, kind: str = "bert", pooling: str = "mean", dimension: int = 48, **changed: Any) -> Path:
    """Write a model with an encoder of that kind, the bundled model's tokenizer, and prompts for queries and passages.

    ``changed`` goes into the encoder's configuration. Returns the folder.
    """
    bundled = Path(model_source("all-MiniLM-L6-v2"))
    (folder / "1_Pooling").mkdir(parents=True)
    for file in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        shutil.copy(bundled / file, folder / file)
    config = {**json.loads((bundled / "config.json").read_text()), **_shape(kind, dimension), **changed}
    _write(folder / "config.json", config)
    modules = ["Transformer", "Pooling", "Normalize"]
    paths = ["", "1_Pooling", "2_Normalize"]
    kinds = [f"sentence_transformers.models.{module}" for module in modules]
    listed = [{"idx": i, "name": str(i), "path": paths[i], "type": kinds[i]} for i in range(len(modules))]
    _write(folder / "modules.json", listed)
    _write(folder / "sentence_bert_config.json", {"max_seq_length": 100, "do_lower_case": False})
    _write(folder / "config_sentence_transformers.json", {"prompts": {"query": "query: ", "passage": "passage: "}})
    _write(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": dimension, **_switches(pooling)})
    save_file(_weights(int(config["vocab_size"]), dimension), folder / "model.safetensors", {"format": "pt"})
    return folder


def _shape(kind: str, dimension: int) -> dict[str, Any]:
    return {
        "model_type": kind,
        "architectures": [{"bert": "BertModel", "roberta": "RobertaModel"}.get(kind, "XLMRobertaModel")],
        "hidden_size": dimension,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 4,
        "intermediate_size": 2 * dimension,
        "max_position_embeddings": POSITIONS,
        "type_vocab_size": 2,
    }


def _switches(pooling: str) -> dict[str, bool]:
    return {f"pooling_mode_{name}": pooling in name for name in ("cls_token", "mean_tokens", "max_tokens")}


def _weights(words: int, dimension: int) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    random = np.random.default_rng(7)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (words, dimension),
        "embeddings.position_embeddings.weight": (POSITIONS, dimension),
        "embeddings.token_type_embeddings.weight": (2, dimension),
        **_normalisation("embeddings.LayerNorm", dimension),
    }
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            shapes |= _dense(f"{layer}.attention.{part}", dimension, dimension)
        shapes |= _normalisation(f"{layer}.attention.output.LayerNorm", dimension)
        shapes |= _dense(f"{layer}.intermediate.dense", 2 * dimension, dimension)
        shapes |= _dense(f"{layer}.output.dense", dimension, 2 * dimension)
        shapes |= _normalisation(f"{layer}.output.LayerNorm", dimension)
    weights = {name: random.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    for name in weights:  # as in trained models; strong biases would make the vectors of all texts alike
        if name.endswith("bias"):
            weights[name] *= 0.1
        elif "LayerNorm" in name:
            weights[name] += 1
    return weights


def _dense(name: str, out: int, into: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out, into), f"{name}.bias": (out,)}


def _normalisation(name: str, dimension: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (dimension,), f"{name}.bias": (dimension,)}


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content))
