"""Other models than the bundled one: exported without torch as sentence-transformers computes them, or refused."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.builders.embedding_models import make_model
from warmline_memory.embedding import Embedder, ensure_exported, open_embedder
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings

KINDS = {"bert": "cls", "roberta": "mean", "xlm-roberta": "mean", "camembert": "cls"}
TEXTS = [
    "",
    "charged twice",
    "Die Kundin möchte ihr Geld zurück: 299,00 €",
    "请求退款一百美元",
    "order W1 was shipped late and the parcel is damaged " * 40,
]
ENCODE = """
import json, sys
import numpy as np
from sentence_transformers import SentenceTransformer
folder, kinds, texts = json.loads(sys.argv[1])
vectors = {kind: SentenceTransformer(f"{folder}/{kind}", device="cpu").encode(texts) for kind in kinds}
np.savez(f"{folder}/vectors.npz", **vectors)
"""


def opened(model: Path, tmp_path: Path, **given: Any) -> Embedder:
    settings = Settings(model_dir=tmp_path / "exported", embedding_model=str(model), **given)
    ensure_exported(settings)
    return open_embedder(settings)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of every kind, and with what sentence-transformers makes of ``TEXTS`` with each."""
    folder = tmp_path_factory.mktemp("models")
    for kind, pooling in KINDS.items():
        make_model(folder / kind, kind, pooling)
    asked = json.dumps([str(folder), list(KINDS), TEXTS])
    subprocess.run([sys.executable, "-c", ENCODE, asked], check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_an_exported_model_gives_the_vectors_of_sentence_transformers(kind: str, models: Path, tmp_path: Path) -> None:
    original = np.load(models / "vectors.npz")[kind]
    with closing(opened(models / kind, tmp_path)) as embedder:
        cosines = np.sum(embedder.embed(TEXTS) * original, axis=1)
    assert cosines == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert np.sum(original[1] * original[3]) < 0.99, "vectors that are all alike would show nothing"


def test_a_models_own_prompts_are_known(tmp_path: Path) -> None:
    with closing(opened(make_model(tmp_path / "model"), tmp_path)) as embedder:
        assert (embedder.prompts.query, embedder.prompts.text) == ("query: ", "passage: ")
        assert embedder.name == str(tmp_path / "model")


def test_prompts_of_the_settings_go_before_the_models_own_and_make_it_another_model(tmp_path: Path) -> None:
    with closing(opened(make_model(tmp_path / "model"), tmp_path, embedding_text_prompt="Text: ")) as embedder:
        assert (embedder.prompts.query, embedder.prompts.text) == ("query: ", "Text: ")
        assert embedder.name == f"{tmp_path / 'model'} behind 'Text: '"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"kind": "deberta-v2"}, "its encoder is deberta-v2, not one of bert, roberta"),
        ({"pooling": "max"}, "its pooling is max, not one of mean, cls"),
        ({"hidden_act": "relu"}, "its hidden_act is relu, not gelu"),
        ({"position_embedding_type": "relative_key"}, "its position_embedding_type is relative_key"),
        ({"num_hidden_layers": 3}, r"its weights have no encoder\.layer\.2\."),
        ({"num_hidden_layers": 1}, r"its encoder has parts that are not known here, such as encoder\.layer\.1\."),
    ],
)
def test_a_model_that_cannot_be_exported_is_refused_with_the_reason_and_the_other_engine(
    changed: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    model = make_model(tmp_path / "model", **changed)
    with pytest.raises(SetupError, match=rf"cannot be exported \({reason}.*ENGINE to sentence-transformers"):
        opened(model, tmp_path)


def test_a_model_with_a_further_step_is_refused(tmp_path: Path) -> None:
    file = make_model(tmp_path / "model") / "modules.json"
    steps = json.loads(file.read_text())
    dense = {"idx": 3, "name": "3", "path": "3_Dense", "type": "sentence_transformers.models.Dense"}
    file.write_text(json.dumps([*steps, dense]))
    with pytest.raises(SetupError, match="its steps are Transformer, Pooling, Normalize, Dense"):
        opened(tmp_path / "model", tmp_path)


def test_a_folder_without_weights_is_refused_with_the_files_name(tmp_path: Path) -> None:
    (make_model(tmp_path / "model") / "model.safetensors").unlink()
    with pytest.raises(SetupError, match=r"cannot be exported \(.*model\.safetensors"):
        opened(tmp_path / "model", tmp_path)
