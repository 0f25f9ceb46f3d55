"""Words that no sentence has: common ones, put together from the sounds of single characters wherever a voice said
them. What the decoder learns of words is then not only what the sentences have."""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np

RATE_HZ = 8_000
FADE = RATE_HZ // 250
WORDS = (2, 6)
COMMA, COMMA_S = 0.25, (0.08, 0.3)
TRIES = 20


class Splicer:
    """Words with the phones of their characters, and where each voice said such phones."""

    def __init__(self, words: Path):
        listed = json.loads(words.read_text("utf-8"))
        self.words = [(word, [tuple(phones) for phones in characters]) for word, _, characters in listed]
        weights = np.array([weight for _, weight, _ in listed])
        self.shares = np.cumsum(weights) / weights.sum()
        self.units = defaultdict(lambda: defaultdict(list))  # voice → phones → (utterance's sound, start, end)

    def learn(self, sound: np.ndarray, about: dict) -> None:
        """Takes in an utterance."""
        for start, end, phones in about["sounds"] or []:
            self.units[str(about["voice"])][tuple(phone for phone, _ in phones)].append((sound, start, end, phones))

    def piece(self, chance: np.random.Generator):
        """(sound, text, sounds) of a few words in one voice, as telephone.Piece has them."""
        voices = list(self.units)
        units = self.units[voices[chance.integers(len(voices))]]
        text, sounds, parts, at = "", [], [], 0
        wanted, tries = int(chance.integers(*WORDS, endpoint=True)), TRIES
        while wanted and tries:
            tries -= 1
            word, characters = self.words[int(np.searchsorted(self.shares, chance.random()))]
            if not all(phones in units for phones in characters):
                continue
            if text and chance.random() < COMMA:
                text += "，"
                pause = int(chance.uniform(*COMMA_S) * RATE_HZ)
                parts.append(np.zeros(pause, np.float32))
                at += pause
            for phones in characters:
                said = units[phones]
                sound, start, end, timed = said[chance.integers(len(said))]
                cut = sound[start:end].astype(np.float32) / 32_768
                fade = min(FADE, len(cut) // 2)
                if fade:
                    cut[:fade] *= np.linspace(0, 1, fade)
                    cut[-fade:] *= np.linspace(1, 0, fade)
                sounds.append([at, at + len(cut), [[phone, at + until - start] for phone, until in timed]])
                parts.append(cut)
                at += len(cut)
            text += word
            wanted -= 1
        return (np.concatenate(parts), text + "。", sounds) if text else None
