"""Exports a sentence-transformers model for ONNX Runtime from its folder, without torch.

What is read here is what sentence-transformers writes: ``modules.json`` lists the steps from a text to its vector, and
each step has a configuration of its own. A model with other steps, or with an encoder that is not like BERT, is
refused: an export that differs from its model would give wrong distances without any sign of it.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from onnx.external_data_helper import ExternalDataInfo
from safetensors import safe_open

from warmline_memory.embedding.encoder_graph import Encoder, encoder_graph
from warmline_memory.embedding.manifests import (
    GIVEN_WORDS_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    WEIGHTS_FILE,
    WORDS,
    Manifest,
    write_manifest,
)
from warmline_memory.embedding.prompts import Prompts

FIRST_POSITION_AFTER_PADDING = {"bert": False, "roberta": True, "xlm-roberta": True, "camembert": True}
"""The encoders that can be exported, and whether their positions begin behind the padding token's number."""
POOLINGS = {"mean": False, "cls": True}
"""The poolings that can be exported, and whether they take the first token's vector."""

Config = dict[str, Any]


def export(name: str, source: Path, folder: Path) -> None:
    """Write the model, its tokenizer and its manifest into an empty folder.

    Raises ``ValueError`` with the reason where the model cannot be exported, ``OSError`` where a file is missing.
    """
    config = _read(source / "config.json")
    pooling, prompts = _pooling(source), _prompts(source)
    encoder = _encoder(config, pooling)
    weights = _Weights(source / "model.safetensors")
    try:
        model = encoder_graph(encoder, weights)
    except KeyError as error:
        raise ValueError(f"its weights have no {error.args[0]}") from error
    if strange := weights.unused():
        raise ValueError(f"its encoder has parts that are not known here, such as {strange[0]}")
    onnx.save(model, folder / MODEL_FILE, save_as_external_data=True, location=WEIGHTS_FILE)
    (folder / WEIGHTS_FILE).chmod((folder / MODEL_FILE).stat().st_mode)  # onnx lets only the writer read it
    (folder / TOKENIZER_FILE).write_bytes((source / TOKENIZER_FILE).read_bytes())
    manifest = Manifest(
        name=name,
        dimension=int(config["hidden_size"]),
        words_at=_write_given_words(folder),
        max_tokens=_max_tokens(source, int(config["max_position_embeddings"]) - encoder.first_position),
        pad_token=int(config["pad_token_id"]),
        query_prompt=prompts.query,
        text_prompt=prompts.text,
    )
    write_manifest(folder, manifest)


def _write_given_words(folder: Path) -> int:
    """Write the graph once more, with its table of pieces of words as an input; the byte at which the table begins in
    the file of the weights, which both graphs share."""
    model = onnx.load(folder / MODEL_FILE, load_external_data=False)
    [table] = [one for one in model.graph.initializer if one.name == WORDS]
    model.graph.initializer.remove(table)
    model.graph.input.append(helper.make_tensor_value_info(WORDS, TensorProto.FLOAT, ["rows", table.dims[1]]))
    (folder / GIVEN_WORDS_FILE).write_bytes(model.SerializeToString())
    return int(ExternalDataInfo(table).offset or 0)


class _Weights(dict[str, NDArray[np.float32]]):
    """The encoder's weights by their names in BERT, and which of them a graph has asked for."""

    def __init__(self, file: Path) -> None:
        with safe_open(file, "np") as tensors:
            names = list(tensors.keys())
            # Models that were trained with a head for words have all of their encoder's names below one.
            prefix = next((name.partition("embeddings.")[0] for name in names if "embeddings." in name), "")
            kept = [name for name in names if name.startswith((f"{prefix}embeddings.", f"{prefix}encoder."))]
            super().__init__({name.removeprefix(prefix): tensors.get_tensor(name).astype(np.float32) for name in kept})
        self._asked: set[str] = {"embeddings.position_ids"}  # 0, 1, 2, …, which some models store

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        self._asked.add(name)
        return super().__getitem__(name)

    def unused(self) -> list[str]:
        return sorted(set(self) - self._asked)


def _encoder(config: Config, pooling: str) -> Encoder:
    kind = config["model_type"]
    if kind not in FIRST_POSITION_AFTER_PADDING:
        raise ValueError(f"its encoder is {kind}, not one of {', '.join(FIRST_POSITION_AFTER_PADDING)}")
    expected = {"hidden_act": "gelu", "position_embedding_type": "absolute"}
    for name, value in expected.items():
        if config.get(name, value) != value:
            raise ValueError(f"its {name} is {config[name]}, not {value}")
    return Encoder(
        layers=int(config["num_hidden_layers"]),
        heads=int(config["num_attention_heads"]),
        epsilon=float(config["layer_norm_eps"]),
        first_position=int(config["pad_token_id"]) + 1 if FIRST_POSITION_AFTER_PADDING[kind] else 0,
        pools_first_token=POOLINGS[pooling],
    )


def _pooling(source: Path) -> str:
    """The name of the model's pooling; its other steps must be the encoder before and a normalisation after it."""
    modules = {str(module["type"]).rpartition(".")[2]: module["path"] for module in _read(source / "modules.json")}
    if list(modules) not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise ValueError(f"its steps are {', '.join(modules)}, not Transformer, Pooling and perhaps Normalize")
    config = _read(source / modules["Pooling"] / "config.json")
    if not config.get("include_prompt", True):
        raise ValueError("its pooling leaves out the prompt")
    pooling = config.get("pooling_mode") or _pooling_of_older_models(config)
    if pooling not in POOLINGS:
        raise ValueError(f"its pooling is {pooling}, not one of {', '.join(POOLINGS)}")
    return str(pooling)


def _pooling_of_older_models(config: Config) -> str:
    """The pooling where each has a switch of its own, as sentence-transformers before 6 wrote it."""
    prefix = "pooling_mode_"
    chosen = [name.removeprefix(prefix) for name, chosen in config.items() if name.startswith(prefix) and chosen]
    return " and ".join(chosen).removesuffix("_tokens").removesuffix("_token")


def _prompts(source: Path) -> Prompts:
    file = source / "config_sentence_transformers.json"
    return Prompts.of_model(_read(file).get("prompts") or {}) if file.exists() else Prompts()


def _max_tokens(source: Path, positions: int) -> int:
    """How many tokens the model reads: what it was set to, and no more than it has positions for."""
    if (source / "sentence_bert_config.json").exists() and _read(source / "sentence_bert_config.json").get(
        "do_lower_case"
    ):
        raise ValueError("it reads lower-case letters only")
    settings = (("sentence_bert_config.json", "max_seq_length"), ("tokenizer_config.json", "model_max_length"))
    given = (_read(source / file).get(name) for file, name in settings if (source / file).exists())
    return min([positions, *(int(length) for length in given if length)])


def _read(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))
