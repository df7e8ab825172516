"""Exports a sentence-transformers model for ONNX Runtime, in a process of its own, because it imports torch.

``python -m warmline_memory.embedding.export NAME SOURCE FOLDER`` fills an empty folder. Where that fails, the last line
of stderr says why, and the exit code is not 0.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from sentence_transformers import SentenceTransformer

from warmline_memory.embedding.export_check import check_texts
from warmline_memory.embedding.manifests import MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE, Manifest, write_manifest
from warmline_memory.embedding.onnx_engine import OnnxEmbedder

OPSET = 17
"""The first opset with LayerNormalization: https://onnx.ai/onnx/operators/onnx__LayerNormalization.html."""
MIN_COSINE = 0.9999
"""The least cosine of each exported vector with the original. Rounding in another order of operations stays above it; a
wrong pooling or a missing layer falls far below."""


class _Pipeline(torch.nn.Module):
    """A whole model with pooling and normalisation, from token ids to vectors."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        features = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
        return torch.nn.functional.normalize(features["sentence_embedding"])


def export(name: str, source: str, folder: Path) -> None:
    """Write the model, its tokenizer and its manifest. Raises ``ValueError`` where the export differs."""
    model = SentenceTransformer(source, device="cpu", model_kwargs={"attn_implementation": "eager"}).eval()
    manifest = Manifest(
        name=name,
        dimension=int(model.encode(["warm"]).shape[1]),
        max_tokens=int(model.max_seq_length or model.tokenizer.model_max_length),
        pad_token=int(model.tokenizer.pad_token_id),
    )
    model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))
    _write_graph(model, folder)
    _check(model, folder, manifest)
    write_manifest(folder, manifest)


def _write_graph(model: SentenceTransformer, folder: Path) -> None:
    """Write the graph, and its weights apart: ONNX Runtime maps them into memory instead of copying them."""
    example = model.tokenizer(["warm", "a longer one"], padding=True, return_tensors="pt")
    texts = {0: "texts", 1: "tokens"}
    inline = folder / "inline.onnx"
    torch.onnx.export(
        _Pipeline(model),
        (example["input_ids"], example["attention_mask"]),
        inline,
        input_names=["input_ids", "attention_mask"],
        output_names=["embedding"],
        dynamic_axes={"input_ids": texts, "attention_mask": texts, "embedding": {0: "texts"}},
        opset_version=OPSET,
        dynamo=False,  # the other exporter needs onnxscript
    )
    onnx.save(onnx.load(inline), folder / MODEL_FILE, save_as_external_data=True, location=WEIGHTS_FILE)
    inline.unlink()
    (folder / WEIGHTS_FILE).chmod((folder / MODEL_FILE).stat().st_mode)  # onnx lets only the writer read it


def _check(model: SentenceTransformer, folder: Path, manifest: Manifest) -> None:
    texts = check_texts()
    exported = OnnxEmbedder(folder, manifest, threads=torch.get_num_threads())
    original = model.encode(texts, normalize_embeddings=True)
    cosines = np.sum(exported.embed(texts) * original, axis=1)
    exported.close()
    worst = int(np.argmin(cosines))
    if not cosines[worst] >= MIN_COSINE:
        raise ValueError(
            f"the export differs from the model: cosine {cosines[worst]:.6f} for the text {texts[worst][:60]!r}"
        )


if __name__ == "__main__":
    export(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
