"""The models, loaded by importing this: by the process that those which write briefs are forked from."""

from contextlib import suppress

from pydantic import ValidationError

from warmline_memory import salience
from warmline_memory.settings import Settings
from warmline_memory.summarising import load_models

load_models()
# What is wrong with the settings is said by the worker, in a sentence.
with suppress(ValidationError):
    salience.keep_rows_in(Settings().model_dir)
