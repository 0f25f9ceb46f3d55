"""Sound as the encoder sees it: Whisper's log-mel spectrogram, made as whisper.cpp makes it."""

import numpy as np

RATE_HZ = 16_000
WINDOW, HOP, MELS = 400, 160, 80
FRAMES_PER_POSITION = 2  # the encoder halves their number: 20 ms each


def mel_filters() -> np.ndarray:
    """80 triangles over 201 bins, equal in mel (Slaney's scale), each of unit area: [80, 201]."""
    linear, logarithmic = 200 / 3, np.log(6.4) / 27
    to_mel = lambda hz: np.where(hz < 1_000, hz / linear, 15 + np.log(np.maximum(hz, 1e-9) / 1_000) / logarithmic)
    to_hz = lambda mel: np.where(mel < 15, mel * linear, 1_000 * np.exp(logarithmic * (mel - 15)))
    edges = to_hz(np.linspace(0, to_mel(np.float64(RATE_HZ / 2)), MELS + 2))
    bins = np.linspace(0, RATE_HZ / 2, WINDOW // 2 + 1)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return (np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


FILTERS = mel_filters()
HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)


def log_mel(samples: np.ndarray) -> tuple[np.ndarray, float]:
    """[frames, 80] of 16 kHz samples within -1..1, and what silence after them is."""
    padded = np.pad(np.concatenate([samples, np.zeros(WINDOW)]).astype(np.float32), WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][: len(samples) // HOP + 1]
    power = np.abs(np.fft.rfft(frames * HANN, axis=1)).astype(np.float32) ** 2
    mel = np.log10(np.maximum(power @ FILTERS.T, 1e-10))
    floor = mel.max() - 8.0
    return (np.maximum(mel, floor) + 4.0) / 4.0, float((max(floor, -10.0) + 4.0) / 4.0)
