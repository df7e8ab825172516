"""The models, loaded by importing this: by the process that those which write briefs are forked from."""

from warmline_memory.summarising import load_models

load_models()
