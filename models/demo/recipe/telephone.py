"""What training hears: pieces of utterances put together, with another pace, room, noise, level and telephone line
each time. All at 8 kHz until the features."""

import json
import sys
from pathlib import Path

import numpy as np
from scipy.signal import fftconvolve, resample_poly

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[2] / "audio_fixtures" / "recipe"))

import features
import line
from splice import Splicer
from tokens import EOT, LANGUAGES, NO_SPEECH, NO_TIMESTAMPS, SOT, SPECIAL, TRANSCRIBE, Tokens

RATE_HZ = 8_000
LONGEST_S = 11.8
PER_POSITION = RATE_HZ // 50
PAUSE = RATE_HZ // 20  # a shorter one is no comma
NOISES = ("hiss", "hum", "street", "crackle")
MARKS = "，。？"
# How often a piece is a part of a sentence, parts of several (so that what is heard decides, not what usually follows),
# two sentences, words put together from single characters, or no speech.
PART, MIXED, JOINED, SPLICED, NOTHING = 0.12, 0.08, 0.15, 0.30, 0.03
MIXED_LONGEST = 9  # characters
MISTAKEN = 0.04  # of the characters before, so that one wrong one does not spoil the rest


class Said:
    """All that was said, by shard, in memory."""

    def __init__(self, work: Path):
        self.folder, self.seen, self.utterances = work / "sound", set(), []
        self.splicer = Splicer(work / "words.json")

    def look(self) -> int:
        """Takes new shards in; tells how many utterances there are."""
        for path in sorted(self.folder.glob("[0-9]*.npz")):
            if path.name in self.seen or ".part" in path.name:
                continue
            self.seen.add(path.name)
            shard = np.load(path)
            pcm = shard["pcm"]
            for about in json.loads(str(shard["utterances"])):
                sound = pcm[about["start"] : about["end"]]
                if len(sound) <= LONGEST_S * RATE_HZ:
                    self.utterances.append((sound, about))
                    self.splicer.learn(sound, about)
        return len(self.utterances)


class Piece:
    """Sound with what is said in it: a text, and for each of its characters `[start, end, phones]` where known."""

    def __init__(self, sound, text, language, sounds):
        self.sound, self.text, self.language, self.sounds = sound, text, language, sounds

    def positions(self) -> int:
        """How many of the encoder's."""
        return len(self.sound) // PER_POSITION + 2

    def part(self, chance: np.random.Generator, longest: int = 100) -> "Piece":
        """From one character to another, cut where they are said; the marks between them stay."""
        places = [at for at, character in enumerate(self.text) if character not in MARKS]
        if self.sounds is None or len(places) != len(self.sounds) or len(places) < 4:
            return self
        count = int(chance.integers(2, min(len(places), longest) + 1))
        first = 0 if chance.random() < 0.5 else int(chance.integers(0, len(places) - count + 1))
        last = first + count - 1
        start, end = self.sounds[first][0], self.sounds[last][1]
        start = max(start - int(chance.uniform(0.0, 0.03) * RATE_HZ), 0)
        end = min(end + int(chance.uniform(0.0, 0.03) * RATE_HZ), len(self.sound))
        sounds = [[a - start, b - start, [[p, e - start] for p, e in phones]] for a, b, phones in self.sounds[first : last + 1]]
        text = self.text[places[first] : places[last] + 1]
        if last == len(places) - 1:
            text = self.text[places[first] :]
        return Piece(self.sound[start:end], text, self.language, sounds)

    def then(self, other: "Piece", pause: int) -> "Piece":
        shift = len(self.sound) + pause
        later = other.sounds and [[a + shift, b + shift, [[p, e + shift] for p, e in phones]] for a, b, phones in other.sounds]
        sounds = self.sounds + later if self.sounds and later else None
        parted = self.text[-1:] in MARKS or self.language == "en" or pause < PAUSE
        text = self.text if parted else self.text + "，"
        joint = " " if self.language == "en" else ""
        silence = np.zeros(pause, np.float32)
        return Piece(np.concatenate([self.sound, silence, other.sound]), text + joint + other.text, self.language, sounds)


def chosen(said: Said, chance: np.random.Generator) -> Piece:
    """A piece to train on."""

    def one() -> Piece:
        sound, about = said.utterances[chance.integers(len(said.utterances))]
        return Piece(sound.astype(np.float32) / 32_768, about["text"], about["language"], about["sounds"])

    roll = chance.random()
    if roll < NOTHING:
        return Piece(np.zeros(int(chance.uniform(0.4, 6) * RATE_HZ), np.float32), "", "zh", [])
    if roll < NOTHING + SPLICED:
        spliced = said.splicer.piece(chance)
        if spliced and len(spliced[0]) < LONGEST_S * RATE_HZ:
            sound, text, sounds = spliced
            return Piece(sound, text, "zh", sounds)
    roll -= SPLICED
    piece = one()
    if roll < NOTHING + PART:
        return piece.part(chance)
    if roll < NOTHING + PART + MIXED:
        piece = piece.part(chance, MIXED_LONGEST)
        for _ in range(int(chance.integers(1, 4))):
            piece = joined(piece, one().part(chance, MIXED_LONGEST), chance.uniform(0.0, 0.15))
    elif roll < NOTHING + PART + MIXED + JOINED:
        piece = joined(piece, one(), chance.uniform(0.05, 0.6))
    return piece


def joined(piece: Piece, other: Piece, pause_s: float) -> Piece:
    """One after the other; the first alone where they do not fit."""
    pause = int(pause_s * RATE_HZ)
    fits = len(piece.sound) + pause + len(other.sound) < LONGEST_S * RATE_HZ
    return piece.then(other, pause) if other.language == piece.language and fits else piece


def paced(piece: Piece, chance: np.random.Generator) -> Piece:
    """A few percent faster and higher, or slower and lower."""
    factor = chance.uniform(0.94, 1.06)
    places = np.arange(0, len(piece.sound) - 1, factor)
    sound = np.interp(places, np.arange(len(piece.sound)), piece.sound).astype(np.float32)
    scale = lambda at: int(at / factor)
    sounds = piece.sounds and [[scale(a), scale(b), [[p, scale(e)] for p, e in phones]] for a, b, phones in piece.sounds]
    return Piece(sound, piece.text, piece.language, sounds)


def over_the_line(piece: Piece, said: Said, chance: np.random.Generator) -> Piece:
    """With silence around it, in a room, with noise, through the telephone."""
    before, after = (int(chance.uniform(0.02, most) * RATE_HZ) for most in (0.5, 0.6))
    sound = np.concatenate([np.zeros(before, np.float32), piece.sound, np.zeros(after, np.float32)])
    if chance.random() < 0.3:
        length = int(chance.uniform(0.05, 0.35) * RATE_HZ)
        echo = chance.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length) * chance.uniform(0.02, 0.15)
        echo[0] = 1.0
        sound = fftconvolve(sound, echo)[: len(sound)].astype(np.float32)
    spoken = sound[np.abs(sound) > 0.003]
    level = float(np.sqrt(np.mean(spoken**2))) if len(spoken) else 0.0
    wanted_db = chance.uniform(-32, -12)
    sound = sound * (10 ** (wanted_db / 20) / level if level > 0 else 1.0)
    if chance.random() < 0.8 or not piece.text:
        ratio_db = chance.uniform(8, 35) if piece.text else chance.uniform(-3, 30)
        sound = sound + noise(said, len(sound), wanted_db - ratio_db, chance)
    if chance.random() < 0.7:
        sound = line.telephone_band(sound)
    if chance.random() < 0.85:
        sound = decoded(line.alaw(np.clip(sound, -1, 1)))
    shift = lambda at: at + before
    sounds = piece.sounds and [[shift(a), shift(b), [[p, shift(e)] for p, e in phones]] for a, b, phones in piece.sounds]
    return Piece(np.clip(sound, -1, 1).astype(np.float32), piece.text, piece.language, sounds)


def noise(said: Said, count: int, level_db: float, chance: np.random.Generator) -> np.ndarray:
    kind = chance.integers(len(NOISES) + 3)
    if kind < len(NOISES):
        return line.noise(NOISES[kind], count, level_db, int(chance.integers(1 << 31)))
    if kind == len(NOISES):
        # People talking behind: four others at once.
        voices = np.zeros(count)
        for _ in range(4):
            other = said.utterances[chance.integers(len(said.utterances))][0]
            voices += np.resize(other, count)
        return line.at_level(voices, level_db)
    if kind == len(NOISES) + 1:
        music = line.hold_music(min(count + RATE_HZ, 8 * RATE_HZ))
        start = int(chance.integers(0, RATE_HZ))
        return line.at_level(np.resize(music[start:], count), level_db)
    return line.at_level(chance.standard_normal(count), level_db)


def alaw_table() -> np.ndarray:
    """What each A-law byte means, -1..1."""
    codes = np.arange(256) ^ 0x55
    segment, mantissa = codes >> 4 & 7, codes & 15
    magnitude = np.where(segment == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(segment - 1, 0))
    return (np.where(codes & 0x80, magnitude, -magnitude) / 32_768).astype(np.float32)


ALAW = alaw_table()


def decoded(codes: np.ndarray) -> np.ndarray:
    return ALAW[codes]


def mel_of(sound_8k: np.ndarray) -> tuple[np.ndarray, float]:
    return features.log_mel(resample_poly(sound_8k, 2, 1).astype(np.float32))


def collated(pieces: list[Piece], tokens: Tokens, phone_rows: dict[str, int], positions: int, chance) -> dict:
    """A batch as numpy arrays; all padded to T = `positions` of the encoder, as a fitted context is.

    mel [B, 80, 2 T] · rows [B, S] the decoder's input · targets [B, S], -1 where nothing is asked ·
    phones [B, T], -1 where unknown, 0 for silence · spans [B, S, T], true where a target's character is said.
    """
    mels = [mel_of(piece.sound) for piece in pieces]
    prompt = [SOT, None, TRANSCRIBE, NO_TIMESTAMPS]
    encoded = [tokens.encode(piece.text) for piece in pieces]
    length = -(-(len(prompt) + max(map(len, encoded))) // 8) * 8
    size = len(pieces)
    mel = np.zeros((size, positions * 2, features.MELS), np.float32)
    rows = np.full((size, length), tokens.row[EOT])
    targets = np.full((size, length), -1)
    phones = np.full((size, positions), -1)
    spans = np.zeros((size, length, positions), bool)
    for at, (piece, text, (heard, silence)) in enumerate(zip(pieces, encoded, mels)):
        mel[at] = silence
        mel[at, : len(heard)] = heard
        language = tokens.row[LANGUAGES[piece.language]]
        start = [language if number is None else tokens.row[number] for number in prompt]
        mistaken = chance.random(len(text)) < MISTAKEN
        before = np.where(mistaken, chance.integers(len(SPECIAL), len(tokens.rows), len(text)), text)
        rows[at, : len(start) + len(text)] = [*start, *before]
        if text:
            targets[at, 0] = language
            targets[at, len(start) - 1 : len(start) + len(text)] = [*text, tokens.row[EOT]]
        else:
            # Where no language is spoken there is no speech; and no text.
            targets[at, 0] = tokens.row[NO_SPEECH]
            targets[at, len(start) - 1] = tokens.row[EOT]
        if piece.sounds is None:
            continue
        phones[at, : len(heard) // 2] = 0
        targeted = [j for j, row in enumerate(text) if tokens.decode([row]) not in MARKS]
        for j, (start_sample, end_sample, parts) in zip(targeted, piece.sounds):
            first, last = start_sample // PER_POSITION, -(-end_sample // PER_POSITION)
            spans[at, len(start) - 1 + j, max(first - 2, 0) : last + 2] = True
            begin = first
            for phone, end in parts:
                until = max(round(end / PER_POSITION), begin + 1)
                phones[at, begin:until] = phone_rows.get(phone, -1)
                begin = until
    return {"mel": mel.transpose(0, 2, 1), "rows": rows, "targets": targets, "phones": phones, "spans": spans}
