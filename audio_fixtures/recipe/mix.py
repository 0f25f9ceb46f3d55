"""A script of a call mixed into two channels, and the moments at which each part was said."""

import re
from dataclasses import dataclass, field

import numpy as np
from scipy.signal import resample_poly

import line
from speech import RATE_HZ as SPEECH_RATE_HZ
from voices import VOICES, Speakers, Voice

RATE_HZ = line.RATE_HZ
# The service's greeting plays and the agent's phone rings before anyone speaks.
LEAD_MS = 5_000
TAIL_MS = 1_000
# Silence after a clause, where the script does not say `{ms}` itself.
PAUSE_MS = {"，": 150, "、": 120, "。": 420, "！": 380, "？": 400, "…": 450, ",": 140, ".": 420, "?": 400, "!": 380}
# What of a synthesised clause counts as sound: 40 dB under its loudest 10 ms.
SILENCE_RATIO = 0.01


@dataclass
class Part:
    """A stretch of a turn said without a pause."""

    text: str
    start: int
    end: int


@dataclass
class Turn:
    """What one side says at a time; `music` holds no words."""

    channel: str
    text: str
    parts: list[Part] = field(default_factory=list)


@dataclass
class Mixed:
    """The finished channels, within -1..1 at 8 kHz, and who said what when."""

    caller: np.ndarray
    agent: np.ndarray
    turns: list[Turn]
    music: list[tuple[int, int]]


def mix(script: dict, speakers: Speakers) -> Mixed:
    """Places each turn after the one before it, by its `pause_ms`; a negative one makes both speak at once."""
    voices = {who: VOICES[script["voices"][who]] for who in script["voices"]}
    now = samples_of(LEAD_MS)
    sounds, turns, music = [], [], []
    for entry in script["turn"]:
        who = entry["who"]
        begin = now + samples_of(entry.get("pause_ms", 600))
        if "music_ms" in entry:
            end = begin + samples_of(entry["music_ms"])
            sounds.append((who, begin, line.hold_music(end - begin)))
            music.append((begin, end))
        elif "silence_ms" in entry:
            end = begin + samples_of(entry["silence_ms"])
        else:
            sound, parts = say(speakers, voices[who], entry)
            turns.append(Turn(who, "".join(part.text for part in parts), shift(parts, begin)))
            sounds.append((who, begin, sound))
            end = begin + len(sound)
        now = max(now, end) if entry.get("pause_ms", 600) < 0 else end
    total = now + samples_of(script.get("tail_ms", TAIL_MS))
    channels = {who: np.zeros(total) for who in ("caller", "agent")}
    for who, begin, sound in sounds:
        channels[who][begin : begin + len(sound)] += sound
    for seed, bed in enumerate(script.get("noise", [])):
        channels[bed["who"]] += line.noise(bed["kind"], total, bed["level_db"], seed + 1)
    turns.sort(key=lambda turn: turn.parts[0].start)
    return Mixed(channels["caller"], channels["agent"], turns, music)


def say(speakers: Speakers, voice: Voice, entry: dict) -> tuple[np.ndarray, list[Part]]:
    """One turn: its clauses said one by one, with their pauses, at 8 kHz."""
    sounds, parts, at = [], [], 0
    for text, pause_ms in clauses(entry["text"]):
        spoken = speakers.say(voice, text.replace("…", "，"), entry.get("stretch", 1.0), entry.get("take", 1))
        sound = resample_poly(spoken, 1, SPEECH_RATE_HZ // RATE_HZ)
        begin, end = voiced(sound)
        if voice.level_db is not None:
            sound, begin, end = sound[begin:end], 0, end - begin
        parts.append(Part(text, at + begin, at + end))
        silence = np.zeros(samples_of(pause_ms))
        sounds += [sound, silence]
        at += len(sound) + len(silence)
    whole = np.concatenate(sounds[:-1])
    if voice.level_db is not None:
        whole = line.telephone_band(whole)
        loud = np.concatenate([whole[part.start : part.end] for part in parts])
        whole = whole * 10 ** (voice.level_db / 20) / float(np.sqrt(np.mean(loud**2)))
    return np.clip(whole, -0.98, 0.98), parts


def clauses(text: str) -> list[tuple[str, int]]:
    """A turn's text cut after its punctuation; `{900}` sets the pause before it to 900 ms and is not said."""
    found = []
    for clause, pause_ms in re.findall(r"([^，、。！？…,.?!{}]+(?:[，、。！？…,.?!]+\s*)?)(?:\{(\d+)\}\s*)?", text):
        mark = clause.strip()[-1]
        found.append((clause, int(pause_ms) if pause_ms else PAUSE_MS.get(mark, 0)))
    return found


def voiced(sound: np.ndarray) -> tuple[int, int]:
    """Where the sound begins and ends without the synthesiser's silence around it, but for 20 ms."""
    frame = RATE_HZ // 100
    levels = np.array([np.sqrt(np.mean(sound[at : at + frame] ** 2)) for at in range(0, len(sound) - frame, frame)])
    loud = np.flatnonzero(levels > SILENCE_RATIO * levels.max())
    return max(int(loud[0]) - 2, 0) * frame, min((int(loud[-1]) + 3) * frame, len(sound))


def shift(parts: list[Part], by: int) -> list[Part]:
    """The parts as they lie in the call."""
    return [Part(part.text, part.start + by, part.end + by) for part in parts]


def samples_of(ms: int) -> int:
    """Milliseconds as samples of the recording."""
    return ms * RATE_HZ // 1_000
