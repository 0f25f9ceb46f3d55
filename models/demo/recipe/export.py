"""Writes the trained recogniser as a file of whisper.cpp: ggml, matrices in q8_0.

Usage: python export.py WORK FILE.bin
"""

import struct
import sys
from pathlib import Path

import numpy as np
import torch

import features
import tokens as vocabulary
from model import MAX_POSITIONS, MAX_TOKENS, Shape, Whisper, sinusoids

MAGIC = 0x67676D6C
F32, F16, Q8_0 = 0, 1, 8
FTYPE_Q8_0 = 7
BLOCK = 32  # values of a row that share a scale
NEVER = -60.0  # the bias of a token that is not in use


def q8_0(rows: np.ndarray) -> bytes:
    """Blocks of a 16-bit scale and 32 signed bytes."""
    blocks = rows.reshape(-1, BLOCK)
    scale = np.abs(blocks).max(axis=1, keepdims=True) / 127
    rounded = np.round(blocks / np.where(scale > 0, scale, 1)).astype(np.int8)
    return np.concatenate([scale.astype(np.float16).view(np.int8).reshape(-1, 2), rounded], axis=1).tobytes()


class File:
    def __init__(self, file):
        self.file = file

    def integers(self, *values: int) -> None:
        self.file.write(struct.pack(f"<{len(values)}i", *values))

    def tensor(self, name: str, values: np.ndarray, kind: int) -> None:
        values = np.ascontiguousarray(values, dtype=np.float32)
        self.integers(values.ndim, len(name.encode()), kind, *values.shape[::-1])
        self.file.write(name.encode())
        self.file.write({F32: values.tobytes, F16: values.astype(np.float16).tobytes, Q8_0: lambda: q8_0(values)}[kind]())

    def header(self, shape: Shape, texts: list[str]) -> None:
        self.integers(MAGIC, vocabulary.WHISPER_VOCABULARY, MAX_POSITIONS, shape.width, shape.heads, shape.encoder_layers)
        self.integers(MAX_TOKENS, shape.width, shape.heads, shape.decoder_layers, features.MELS, FTYPE_Q8_0)
        self.integers(*features.FILTERS.shape)
        self.file.write(features.FILTERS.astype(np.float32).tobytes())
        self.integers(len(texts))
        for text in texts:
            self.integers(len(text.encode()))
            self.file.write(text.encode())


def embeddings(model: Whisper, tokens) -> np.ndarray:
    """A row for each of Whisper's tokens; those never trained are never chosen, for the first value is a bias."""
    rows = np.zeros((vocabulary.WHISPER_VOCABULARY, model.shape.width), np.float32)
    rows[:, 0] = NEVER
    rows[tokens.rows] = model.embedding.weight.detach().numpy()
    return rows


def write(model: Whisper, tokens, file: File) -> None:
    values = {name: value.detach().numpy() for name, value in model.named_parameters()}
    file.header(model.shape, tokens.texts)
    width = model.shape.width
    file.tensor("encoder.positional_embedding", sinusoids(MAX_POSITIONS, width).numpy(), F32)
    for conv in ("conv1", "conv2"):
        file.tensor(f"encoder.{conv}.weight", values[f"{conv}.weight"], F16)
        file.tensor(f"encoder.{conv}.bias", values[f"{conv}.bias"][:, None], F32)
    for name, value in values.items():
        stack, _, rest = name.partition(".")
        if stack in ("encoder", "decoder"):
            number, _, inner = rest.partition(".")
            kind = Q8_0 if value.ndim == 2 else F32
            file.tensor(f"{stack}.blocks.{number}.{inner}", value, kind)
    for ours, theirs in (("ln_post", "encoder.ln_post"), ("ln", "decoder.ln")):
        weight, bias = values[f"{ours}.weight"].copy(), values[f"{ours}.bias"].copy()
        if ours == "ln":
            weight[0], bias[0] = 0.0, 1.0  # the first dimension is always 1: see Whisper.states
        file.tensor(f"{theirs}.weight", weight, F32)
        file.tensor(f"{theirs}.bias", bias, F32)
    file.tensor("decoder.token_embedding.weight", embeddings(model, tokens), Q8_0)
    file.tensor("decoder.positional_embedding", values["places"], F32)


def load(work: Path) -> tuple[Whisper, vocabulary.Tokens]:
    state = torch.load(work / "checkpoint.pt", weights_only=True)
    model = Whisper(Shape(**state["shape"]))
    model.load_state_dict(state["model"])
    return model.eval(), vocabulary.load(work / "tokens.json")


def main() -> None:
    work, path = Path(sys.argv[1]), Path(sys.argv[2])
    model, tokens = load(work)
    with path.open("wb") as file:
        write(model, tokens, File(file))
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
