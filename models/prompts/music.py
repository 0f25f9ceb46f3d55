"""Makes what a caller in the queue hears: a slow pattern of plucked notes, made here and nobody's work.

Usage: python3 music.py OUT.wav   Needs nothing but Python. Always the same file: 8 kHz, 16 bits, 32 s, to be repeated.
"""

import math
import struct
import sys
import wave

RATE_HZ = 8_000
BEAT_S = 0.5
RING_S = 2.4  # how long a note is heard
PEAK = 5_000  # of 32,768: softer than a voice
A4 = 69  # as MIDI counts keys
# Four beats a row: a bass note, then the broken chord; the pentatonic scale on F.
BARS = [
    (41, (65, 69, 72)), (41, (67, 69, 74)), (46, (65, 70, 74)), (48, (64, 67, 72)),
    (38, (65, 69, 74)), (43, (67, 70, 74)), (48, (67, 72, 76)), (41, (65, 69, 72)),
    (41, (69, 72, 77)), (45, (69, 72, 76)), (46, (65, 70, 74)), (46, (67, 70, 74)),
    (38, (65, 69, 72)), (43, (65, 67, 70)), (48, (64, 67, 70)), (41, (65, 69, 77)),
]  # fmt: skip


def add_note(sound: list[float], start: int, key: int, loudness: float) -> None:
    """Adds a plucked string at a sample; what reaches beyond the end goes on at the beginning, so that it repeats."""
    hz = 440 * 2 ** ((key - A4) / 12)
    for sample in range(int(RING_S * RATE_HZ)):
        t = sample / RATE_HZ
        attack = min(1.0, t / 0.01)
        harmonics = sum(
            math.sin(2 * math.pi * n * hz * t) * math.exp(-t * (1.2 + 0.9 * n)) / n
            for n in range(1, 5)
            if n * hz < 3_400
        )
        sound[(start + sample) % len(sound)] += loudness * attack * harmonics


def main() -> None:
    beat = int(BEAT_S * RATE_HZ)
    sound = [0.0] * (beat * 4 * len(BARS))
    for bar, (bass, chord) in enumerate(BARS):
        add_note(sound, bar * 4 * beat, bass + 12, 0.8)
        for place, key in enumerate(chord, 1):
            add_note(sound, (bar * 4 + place) * beat, key, 0.6)
    loudest = max(map(abs, sound))
    with wave.open(sys.argv[1], "wb") as file:
        file.setparams((1, 2, RATE_HZ, len(sound), "NONE", ""))
        file.writeframes(b"".join(struct.pack("<h", round(value / loudest * PEAK)) for value in sound))


if __name__ == "__main__":
    main()
