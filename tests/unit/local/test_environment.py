"""The environment of the local stack's programs: they load the very settings that the stack was given."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from warmline_local.stack import environment_of
from warmline_memory.settings import EmbeddingEngine, Settings


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(llm_url="https://llm.example/v1", llm_api_key=SecretStr("key"), llm_price_input=0.1, llm_retries=0),
        Settings(home=Path("/srv/warmline"), database_prepare=False, embedding_engine=EmbeddingEngine.ONNX),
    ],
)
def test_a_program_loads_the_settings_of_the_stack(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings
