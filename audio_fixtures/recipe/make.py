"""Makes the calls of `calls/*.toml`: for each a two-channel A-law WAV and a JSON that says who said what when.

Usage: python make.py [--out DIRECTORY] [ID ...]
"""

import argparse
import json
import tomllib
from pathlib import Path

import line
from mix import Mixed, mix
from voices import Speakers

HERE = Path(__file__).parent


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("ids", nargs="*", help="calls to make; all of them when none is named")
    arguments.add_argument("--out", type=Path, default=HERE.parent, help="where the files go")
    chosen = arguments.parse_args()
    speakers = Speakers()
    for path in sorted((HERE / "calls").glob("*.toml")):
        if chosen.ids and path.stem not in chosen.ids:
            continue
        script = tomllib.loads(path.read_text(encoding="utf-8"))
        mixed = mix(script, speakers)
        line.write_wav(chosen.out / f"{path.stem}.wav", mixed.caller, mixed.agent)
        text = json.dumps(described(path.stem, script, mixed), ensure_ascii=False, indent=2)
        (chosen.out / f"{path.stem}.json").write_text(text + "\n", encoding="utf-8")
        print(f"{path.stem}: {len(mixed.caller) / line.RATE_HZ:.1f} s, {len(mixed.turns)} turns", flush=True)


def described(name: str, script: dict, mixed: Mixed) -> dict:
    """The JSON beside a call."""
    return {
        "id": name,
        "language": script["language"],
        "voice": script["voices"],
        "caller_number": script["caller_number"],
        "duration_ms": ms(len(mixed.caller)),
        "turns": [
            {
                "channel": turn.channel,
                "start_ms": ms(turn.parts[0].start),
                "end_ms": ms(turn.parts[-1].end),
                "text": turn.text,
                "parts": [
                    {"start_ms": ms(part.start), "end_ms": ms(part.end), "text": part.text} for part in turn.parts
                ],
            }
            for turn in mixed.turns
        ],
        "music": [{"channel": "agent", "start_ms": ms(start), "end_ms": ms(end)} for start, end in mixed.music],
        "ticket": script.get("ticket"),
        "notes": script["notes"],
    }


def ms(samples: int) -> int:
    """Samples as milliseconds, rounded down."""
    return samples * 1_000 // line.RATE_HZ


if __name__ == "__main__":
    main()
