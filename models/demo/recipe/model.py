"""Whisper's architecture, small, and the losses it is trained with."""

from dataclasses import asdict, dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

ALIGNED_HEADS = 2  # of the last decoder layer: they are taught to look where a character is said
MAX_TOKENS = 448
MAX_POSITIONS = 1_500


@dataclass(frozen=True)
class Shape:
    """How large."""

    tokens: int
    phones: int
    width: int = 256
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 3

    def as_dict(self) -> dict:
        return asdict(self)


def sinusoids(length: int, width: int) -> torch.Tensor:
    step = np.log(10_000) / (width // 2 - 1)
    angle = np.arange(length)[:, None] * np.exp(-step * np.arange(width // 2))[None]
    return torch.tensor(np.concatenate([np.sin(angle), np.cos(angle)], axis=1), dtype=torch.float32)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.query, self.value, self.out = (nn.Linear(width, width) for _ in range(3))
        self.key = nn.Linear(width, width, bias=False)

    def split(self, x):
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x, source, causal=False, weights=False):
        query, key, value = self.split(self.query(x)), self.split(self.key(source)), self.split(self.value(source))
        # Written out: on a CPU without AMX this is ten times as fast in bfloat16 as PyTorch's fused attention.
        scores = query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5
        if causal:
            scores = scores + torch.full(scores.shape[-2:], -1e4, dtype=scores.dtype).triu(1)
        looked = scores.float().softmax(-1) if weights else scores.softmax(-1)
        mixed = looked.to(value.dtype) @ value
        return self.out(mixed.transpose(1, 2).flatten(2)), looked if weights else None


class Block(nn.Module):
    def __init__(self, width: int, heads: int, cross: bool):
        super().__init__()
        self.attn, self.attn_ln = Attention(width, heads), nn.LayerNorm(width)
        if cross:
            self.cross_attn, self.cross_attn_ln = Attention(width, heads), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.mlp_ln = nn.LayerNorm(width)

    def forward(self, x, source=None, weights=False, drop=0.0):
        normed = self.attn_ln(x)
        x = x + F.dropout(self.attn(normed, normed, causal=source is not None)[0], drop, self.training)
        looked = None
        if source is not None:
            seen, looked = self.cross_attn(self.cross_attn_ln(x), source, weights=weights)
            x = x + F.dropout(seen, drop, self.training)
        return x + F.dropout(self.mlp(self.mlp_ln(x)), drop, self.training), looked


class Whisper(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        width, heads = shape.width, shape.heads
        self.conv1, self.conv2 = nn.Conv1d(80, width, 3, padding=1), nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.encoder = nn.ModuleList(Block(width, heads, cross=False) for _ in range(shape.encoder_layers))
        self.ln_post = nn.LayerNorm(width)
        self.decoder = nn.ModuleList(Block(width, heads, cross=True) for _ in range(shape.decoder_layers))
        self.ln = nn.LayerNorm(width)
        self.embedding = nn.Embedding(shape.tokens, width)
        self.places = nn.Parameter(torch.randn(MAX_TOKENS, width) * 0.01)
        self.phones = nn.Linear(width, shape.phones)  # thrown away after training
        self.register_buffer("positions", sinusoids(MAX_POSITIONS, width), persistent=False)
        nn.init.normal_(self.embedding.weight, std=0.05)
        for block in [*self.encoder, *self.decoder]:
            nn.init.zeros_(block.mlp[2].weight)
            nn.init.zeros_(block.attn.out.weight)

    def encode(self, mel):
        """[batch, 80, 2 T] → [batch, T, width]."""
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        x = x + self.positions[: x.shape[1]].to(x.dtype)
        for block in self.encoder:
            x, _ = block(x)
        return self.ln_post(x)

    def states(self, rows, heard, weights=False):
        """Hidden states of the decoder, [batch, tokens, width], and where its last layer looked."""
        x = self.embedding(rows) + self.places[: rows.shape[1]]
        looked = None
        for number, block in enumerate(self.decoder):
            last = number == len(self.decoder) - 1
            x, looked = block(x, heard, weights=weights and last, drop=0.1)
        # The first dimension is always 1: what stands there in a token's row is its bias. Rows of tokens never used
        # get a large negative one, so that whisper.cpp never picks them.
        x = self.ln(x)
        return torch.cat([torch.ones_like(x[..., :1]), x[..., 1:]], dim=-1), looked

    def logits(self, states):
        return states @ self.embedding.weight.T.to(states.dtype)


def losses(model: Whisper, batch: dict) -> dict:
    """Cross-entropy of the tokens; of the phone in each position; and of looking where the character is."""
    heard = model.encode(batch["mel"])
    states, looked = model.states(batch["rows"], heard, weights=True)
    wanted = batch["targets"].flatten()
    logits = model.logits(states).flatten(0, 1).float()
    text = F.cross_entropy(logits, wanted, label_smoothing=0.05, ignore_index=-1)
    right = ((logits.argmax(-1) == wanted).sum() / (wanted >= 0).sum()).detach()
    phones = F.cross_entropy(model.phones(heard).flatten(0, 1).float(), batch["phones"].flatten(), ignore_index=-1)
    found = (looked[:, :ALIGNED_HEADS].mean(1) * batch["spans"]).sum(-1)
    placed = batch["spans"].any(-1)
    aligned = -(found[placed] + 1e-4).log().mean() if placed.any() else text * 0
    loss = text + 0.5 * phones.nan_to_num() + 0.2 * aligned
    return {"loss": loss, "text": text, "right": right, "phones": phones, "aligned": aligned}
