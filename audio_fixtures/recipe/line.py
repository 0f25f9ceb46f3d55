"""What a telephone line does to sound, at 8 kHz: band, noise, hold music, A-law, and the WAV file."""

import struct

import numpy as np
from scipy.signal import butter, sosfilt

RATE_HZ = 8_000
WAVE_FORMAT_ALAW = 6


def telephone_band(samples: np.ndarray) -> np.ndarray:
    """300 to 3,400 Hz."""
    return sosfilt(butter(2, [300, 3_400], "bandpass", fs=RATE_HZ, output="sos"), samples)


def noise(kind: str, count: int, level_db: float, seed: int) -> np.ndarray:
    """`count` samples of a kind of noise with an RMS of `level_db` of full scale."""
    random = np.random.Generator(np.random.PCG64(seed))
    white = random.standard_normal(count)
    if kind == "hiss":
        sound = telephone_band(white)
    elif kind == "hum":
        time = np.arange(count) / RATE_HZ
        sound = sum(np.sin(2 * np.pi * 50 * k * time + k) / k for k in (1, 2, 3, 5)) + 0.3 * telephone_band(white)
    elif kind == "street":
        # Traffic: low rumble that swells and falls within seconds.
        rumble = sosfilt(butter(2, [80, 700], "bandpass", fs=RATE_HZ, output="sos"), white)
        knots = np.arange(0, count + 2 * RATE_HZ, 2 * RATE_HZ)
        swell = np.interp(np.arange(count), knots, random.uniform(0.3, 1.0, len(knots)))
        sound = rumble * swell
    elif kind == "crackle":
        clicks = np.where(random.random(count) < 0.0006, random.standard_normal(count) * 12, 0)
        sound = telephone_band(clicks) + 0.15 * telephone_band(white)
    else:
        raise ValueError(f"no noise named {kind}")
    return at_level(sound, level_db)


def at_level(sound: np.ndarray, level_db: float) -> np.ndarray:
    """The sound scaled to an RMS of `level_db` of full scale."""
    return sound * (10 ** (level_db / 20) / max(float(np.sqrt(np.mean(sound**2))), 1e-9))


# A little waltz for the one who waits, written for this recipe: MIDI note and length in beats.
HOLD_TUNE = [
    (67, 1), (72, 1), (76, 1), (79, 2), (76, 1), (77, 1), (74, 1), (71, 1), (72, 3),
    (69, 1), (72, 1), (77, 1), (76, 2), (72, 1), (74, 1), (71, 1), (67, 1), (72, 3),
]  # fmt: skip
HOLD_BASS = [48, 53, 55, 48, 53, 48, 55, 48]
BEAT_S = 0.36


def hold_music(count: int) -> np.ndarray:
    """`count` samples of the tune above, over and over, plucked."""
    sound = np.zeros(count + RATE_HZ * 3)
    beat = 0
    while beat * BEAT_S * RATE_HZ < count:
        start = beat
        for note, beats in HOLD_TUNE:
            pluck(sound, start * BEAT_S, note, beats * BEAT_S * 1.6, 1.0)
            start += beats
        for bar, note in enumerate(HOLD_BASS):
            pluck(sound, (beat + bar * 3) * BEAT_S, note, BEAT_S * 3, 0.8)
            for offbeat in (1, 2):
                pluck(sound, (beat + bar * 3 + offbeat) * BEAT_S, note + 16, BEAT_S, 0.3)
        beat = start
    sound = sound[:count]
    fade = min(count, RATE_HZ // 5)
    sound[-fade:] *= np.linspace(1, 0, fade)
    return at_level(telephone_band(sound), -24.0)


def pluck(sound: np.ndarray, start_s: float, note: int, length_s: float, loudness: float) -> None:
    """Adds a decaying tone with three overtones."""
    begin = int(start_s * RATE_HZ)
    time = np.arange(max(min(int(length_s * RATE_HZ), len(sound) - begin), 0)) / RATE_HZ
    pitch_hz = 440 * 2 ** ((note - 69) / 12)
    tone = sum(np.sin(2 * np.pi * pitch_hz * k * time) / k**1.6 for k in (1, 2, 3, 4))
    sound[begin : begin + len(time)] += loudness * tone * np.exp(-3.2 * time / length_s)


def alaw(samples: np.ndarray) -> np.ndarray:
    """G.711 A-law bytes of samples within -1..1."""
    pcm = np.clip(np.round(samples * 32_767), -32_768, 32_767).astype(np.int32) >> 3
    sign = np.where(pcm >= 0, 0xD5, 0x55)
    magnitude = np.minimum(np.where(pcm >= 0, pcm, -pcm - 1), 0xFFF)
    # The segment is the place of the highest bit; below 32 the scale is linear.
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int32) - 4, 0)
    mantissa = np.where(segment <= 1, magnitude >> 1, magnitude >> segment) & 0x0F
    return ((segment << 4 | mantissa) ^ sign).astype(np.uint8)


def write_wav(path, *channels: np.ndarray) -> None:
    """An A-law file of one channel, or of two: caller left, agent right."""
    count = len(channels)
    frames = np.stack([alaw(channel) for channel in channels], axis=1).tobytes()
    fmt = struct.pack("<HHIIHHH", WAVE_FORMAT_ALAW, count, RATE_HZ, RATE_HZ * count, count, 8, 0)
    fact = struct.pack("<I", len(frames) // count)
    chunks = b"".join(
        name + struct.pack("<I", len(body)) + body for name, body in ((b"fmt ", fmt), (b"fact", fact), (b"data", frames))
    )
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
