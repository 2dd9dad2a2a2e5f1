"""Serves a GGUF model with llama.cpp's server on this machine, prints the server's address when it answers, and ends when
its standard input does, so that no engine outlives who started it.

Usage: serve.py MODEL [--port 8090] [--slots 8] [--threads 1] [--context 8192] [--name NAME]
"""

import argparse
import socket
import sys

import xllamacpp


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("model")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--slots", type=int, default=8, help="requests that are served at once")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--context", type=int, default=8192, help="tokens of context, shared by the slots")
    parser.add_argument("--name", default="model", help="the model's name for clients")
    options = parser.parse_args()

    settings = xllamacpp.CommonParams()
    settings.model.path = options.model
    settings.model_alias = {options.name}
    settings.port = options.port or free_port()
    settings.n_ctx = options.context
    settings.n_parallel = options.slots
    settings.cpuparams.n_threads = options.threads
    settings.cpuparams_batch.n_threads = options.threads
    settings.endpoint_metrics = True
    server = xllamacpp.Server(settings)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
