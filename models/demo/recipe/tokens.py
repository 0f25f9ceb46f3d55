"""The recogniser's vocabulary: a Chinese character or mark is a token, English is cut into its commonest words and
letters. Whisper's special tokens keep their numbers, so that whisper.cpp finds them.
"""

import json
import re
from collections import Counter
from pathlib import Path

WHISPER_VOCABULARY = 51_865
EOT, SOT, EN, ZH, TRANSCRIBE, NO_SPEECH, NO_TIMESTAMPS = 50_257, 50_258, 50_259, 50_260, 50_359, 50_362, 50_363
SPECIAL = [EOT, SOT, EN, ZH, TRANSCRIBE, NO_SPEECH, NO_TIMESTAMPS]
LANGUAGES = {"en": EN, "zh": ZH}
# whisper.cpp looks for the first three by their text.
BASIC = [" ", " -", " '", "，", "。", "？", ".", ",", "?", "'", *"abcdefghijklmnopqrstuvwxyz"]
COMMON = 3  # an English word said so often is a token


class Tokens:
    """Texts to token numbers and back. Training counts the tokens in use without gaps: `rows` says whose they are."""

    def __init__(self, texts: list[str]):
        self.texts = texts
        self.numbers = {text: number for number, text in enumerate(texts)}
        self.rows = SPECIAL + list(range(len(texts)))
        self.row = {number: row for row, number in enumerate(self.rows)}

    def encode(self, text: str) -> list[int]:
        """Rows of a text; the longest English pieces first."""
        rows = []
        for piece in re.findall(r"[\u4e00-\u9fff，。？]| ?[a-z']+| ?[.,?]", text):
            if piece in self.numbers:
                rows.append(self.row[self.numbers[piece]])
            else:
                rows += [self.row[self.numbers[letter]] for letter in piece]
        return rows

    def decode(self, rows) -> str:
        return "".join(self.texts[self.rows[row]] for row in rows if row >= len(SPECIAL))

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.texts, ensure_ascii=False), "utf-8")


def made(sentences: list[dict]) -> Tokens:
    """The vocabulary of the sentences."""
    english = [sentence["text"] for sentence in sentences if sentence["language"] == "en"]
    words = Counter(word for text in english for word in re.findall(r" ?[a-z']+", " " + text))
    words.update(word.strip() for text in english for word in re.findall(r"^[a-z']+", text))
    common = sorted(word for word, count in words.items() if count >= COMMON and len(word) > 1)
    characters = Counter(c for s in sentences if s["language"] == "zh" for c in s["text"] if "\u4e00" <= c <= "\u9fff")
    return Tokens(BASIC + common + [character for character, _ in sorted(characters.items(), key=lambda x: (-x[1], x[0]))])


def load(path: Path) -> Tokens:
    return Tokens(json.loads(path.read_text("utf-8")))
