"""The sentences the recogniser is trained on: text/*.txt with their slots filled, addresses and numbers of many kinds,
and runs of common words. Nothing that shares six characters in a row with the held-out sentences is among them.

Usage: python sentences.py WORK   → WORK/sentences.json: a list of {"text", "language"}
"""

import json
import random
import re
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
PLACES = HERE.parents[1] / "places" / "binhai.toml"
SOURCES = ("agents", "callers_city", "callers_services", "everyday", "stories")
FILLINGS = 4  # of a line with slots
SHARED = 6  # so many characters in a row make a training sentence too like a held-out one
WORD_RUNS = 900
ADDRESSES = 700
NUMBERS = 700

DIGITS = "零一二三四五六七八九"
TELEPHONE = "零幺二三四五六七八九"


def cardinal(number: int) -> str:
    """A number below ten thousand as it is said."""
    if number < 10:
        return DIGITS[number]
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            if gap:
                text += "零"
            text += ("两" if digit == 2 and unit >= 100 else DIGITS[digit]) + name
            gap = False
        elif text:
            gap = True
    return text.removeprefix("一") if text.startswith("一十") else text


class Words:
    """What goes into slots; the same seed gives the same words."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.lists = {name: text.split() for name, text in tomllib.loads((HERE / "words.toml").read_text("utf-8")).items()}
        places = tomllib.loads(PLACES.read_text("utf-8"))
        chinese = lambda names: [name for name in names if re.fullmatch(r"[\u4e00-\u9fff]+", name)]
        self.lists["road"] += [name for names in places["road"] for name in chinese(names)]
        self.lists["estate"] += [name for names in places["estate"] for name in chinese(names)]
        self.lists["place"] += [name for names in places["landmark"] for name in chinese(names)]
        self.lists["street"] = [name for unit in places["unit"] for name in chinese([unit["name"], *unit["aliases"]])]

    def one(self, name: str) -> str:
        return self.random.choice(self.lists[name])

    def name(self) -> str:
        return self.one("surname") + self.one("given")

    def digits(self, count: int) -> str:
        return "".join(self.random.choice(TELEPHONE) for _ in range(count))

    def phone(self) -> str:
        kind = self.random.random()
        if kind < 0.7:
            return "幺" + self.random.choice("三五七八九") + self.digits(9)
        return self.random.choice(["二五", "六六", "六三", "五九", "六七"]) + self.digits(6)

    def number(self) -> str:
        return cardinal(self.random.choice([self.random.randint(1, 30), self.random.randint(1, 300)]))

    def money(self) -> str:
        amount = self.random.choice([self.random.randint(5, 99), self.random.randint(1, 99) * 100, self.random.randint(100, 9999)])
        text = self.random.choice([cardinal(amount), self.random.choice("一两三五六八") + "万" + self.random.choice(["", "二", "五", "八"])])
        return text + self.random.choice(["块钱", "元", "块", "多块钱"])

    def time(self) -> str:
        day = self.random.choice(["今天", "昨天", "前天", "每天", "上周三", "星期天", "前几天", "大前天", "周五", "这两天", "上个礼拜", ""])
        part, low, high = self.random.choice([("早上", 5, 9), ("上午", 8, 11), ("中午", 11, 12), ("下午", 1, 6), ("晚上", 6, 11), ("半夜", 1, 3), ("凌晨", 1, 5)])
        minute = self.random.choice(["点", "点半", "点多", "点左右", "点钟", f"点{cardinal(self.random.randint(11, 59))}分", "点一刻", "点零五"])
        hour = self.random.randint(low, high)
        return day + part + ("两" if hour == 2 else cardinal(hour)) + minute

    def date(self) -> str:
        year = self.random.choice(["", "", "", "二零二五年", "二零二四年", "去年", "今年", "二零一八年"])
        return f"{year}{cardinal(self.random.randint(1, 12))}月{cardinal(self.random.randint(1, 31))}{self.random.choice('号号日')}"

    def duration(self) -> str:
        count = self.random.choice(["两", "三", "四", "五", "六", "七八", "十", "十来", "半", "好几", "二十多", "一"])
        unit = self.random.choice(["天", "个月", "个星期", "年", "个小时", "周", "个礼拜"])
        return count + unit if not (count == "半" and unit in ("周", "个礼拜")) else "半个多月"

    def fill(self, line: str) -> str:
        def value(match):
            slot = match[1]
            return getattr(self, slot)() if hasattr(self, slot) else self.one(slot)

        return re.sub(r"\{(\w+)\}", value, line)


def addresses(words: Words):
    """Where something is, in the ways people say it."""
    number, pick = words.number, words.random.choice
    small = lambda most: cardinal(words.random.randint(1, most))
    door = lambda: pick(TELEPHONE[1:]) + "零" + pick(TELEPHONE[1:]) if words.random.random() < 0.6 else words.digits(3)
    forms = [
        lambda: f"{words.one('street')}{words.one('estate')}{small(40)}号楼{small(6)}单元{door()}。",
        lambda: f"我住{words.one('estate')}{small(30)}号楼{small(9)}门{door()}。",
        lambda: f"在{words.one('road')}和{words.one('road')}交口，往{pick('东西南北')}{pick(['五十米', '一百米', '两百多米'])}。",
        lambda: f"{words.one('road')}{number()}号，{words.one('place')}{pick(['旁边', '对面', '后面', '门口', '附近'])}。",
        lambda: f"地址是{words.one('street')}{words.one('road')}{number()}号{words.one('estate')}。",
        lambda: f"{words.one('estate')}{pick(['东门', '南门', '西门', '北门', '地下车库', '三期', '二期', '小广场'])}。",
        lambda: f"您说的是{words.one('street')}{words.one('road')}吗？",
        lambda: f"{words.one('community')}，{words.one('road')}{number()}号院{small(20)}栋。",
        lambda: f"从{words.one('place')}到{words.one('place')}这一段{words.one('road')}。",
        lambda: f"我姓{words.one('surname')}，叫{words.name()}，住在{words.one('estate')}。",
    ]
    return [pick(forms)() for _ in range(ADDRESSES)]


def numbers(words: Words):
    """Telephone numbers, times, sums, ages and the like, and taking them back."""
    pick = words.random.choice
    forms = [
        lambda: f"{pick(['我的电话是', '手机号', '您记一下，', '联系电话', '打这个号，', ''])}{words.phone()}。",
        lambda: f"{words.phone()}，对吗？",
        lambda: f"{words.digits(3)}，{words.digits(4)}，{words.digits(4)}。",
        lambda: f"不对，是{words.phone()}。",
        lambda: f"{words.time()}，{words.time()}。",
        lambda: f"{words.date()}{pick(['开始', '到期', '交的钱', '报的修', '下午'])}，到现在{words.duration()}了。",
        lambda: f"一共{words.money()}，退了{words.money()}。",
        lambda: f"我今年{cardinal(words.random.randint(18, 92))}岁，{pick(['老伴', '母亲', '父亲', '孩子'])}{cardinal(words.random.randint(3, 95))}岁。",
        lambda: f"身份证号{words.digits(6)}，{words.digits(4)}，{words.digits(4)}，{words.digits(4)}。",
        lambda: f"{cardinal(words.random.randint(1, 999))}路公交车，{words.random.choice(['等了', '晚了'])}{cardinal(words.random.randint(10, 90))}分钟。",
        lambda: f"说错了，应该是{words.number()}号，不是{words.number()}号。",
        lambda: f"百分之{cardinal(words.random.randint(1, 99))}，{cardinal(words.random.randint(20, 180))}平米，{words.number()}米。",
    ]
    return [pick(forms)() for _ in range(NUMBERS)]


def word_runs(words: Words, known: set[str]):
    """Common words after one another, so that each is known apart from any sentence (jieba's list of frequencies)."""
    import jieba

    lines = (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines()
    counted = [(word, int(count)) for word, count, _ in map(str.split, lines)]
    usual = [(word, count) for word, count in counted if 2 <= len(word) <= 4 and count >= 300 and set(word) <= known]
    chosen, weights = zip(*((word, count**0.4) for word, count in usual))
    runs = []
    for _ in range(WORD_RUNS):
        run = words.random.choices(chosen, weights, k=words.random.randint(5, 8))
        at = words.random.randint(2, len(run) - 1)
        runs.append("".join(run[:at]) + "，" + "".join(run[at:]) + "。")
    return runs


def characters(text: str) -> str:
    return re.sub(r"[^\w]", "", text)


def main() -> None:
    work = Path(sys.argv[1])
    work.mkdir(parents=True, exist_ok=True)
    words = Words(seed=1)
    lines = lambda name: (HERE / "text" / f"{name}.txt").read_text("utf-8").split("\n")
    written = [line.strip() for name in SOURCES for line in lines(name) if line.strip()]
    mandarin = [words.fill(line) for line in written for _ in range(FILLINGS if "{" in line else 1)]
    mandarin += addresses(words) + numbers(words)
    held_out = [characters(line) for line in lines("heldout")]
    mandarin += word_runs(words, {character for line in mandarin for character in line})
    forbidden = {line[at : at + SHARED] for line in held_out for at in range(len(line) - SHARED + 1)}
    shares = lambda text: any(text[at : at + SHARED] in forbidden for at in range(len(text) - SHARED + 1))
    kept = [line for line in dict.fromkeys(mandarin) if not shares(characters(line)) and characters(line) not in held_out]
    english = [line.strip() for line in lines("english") if line.strip()]
    sentences = [{"text": text, "language": "zh"} for text in kept] + [{"text": text, "language": "en"} for text in english]
    random.Random(2).shuffle(sentences)
    (work / "sentences.json").write_text(json.dumps(sentences, ensure_ascii=False, indent=0), "utf-8")
    known = {character for line in kept for character in line}
    unknown = sorted({character for line in held_out for character in line} - known)
    print(f"{len(kept)} Mandarin sentences of {len(mandarin)}, {len(known)} characters; {len(english)} English ones")
    print(f"held out: {len(held_out)} sentences; characters never trained: {''.join(unknown)}")


if __name__ == "__main__":
    main()
