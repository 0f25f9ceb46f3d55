#!/bin/sh
# Makes the prompts in this folder: espeak-ng speaks, sox brings it to what a telephone carries (8 kHz, A-law,
# 300 to 3,400 Hz). Nothing here comes from a recorded voice. Needs: espeak-ng, sox, python3. The same versions give the
# same files.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# prompt FILE VOICE SPEED TEXT
prompt() {
    espeak-ng -v "$2" -s "$3" -w "$work/spoken.wav" "$4"
    # Trimmed at both ends, a fifth of a second of silence before and after, 6 dB of headroom.
    sox "$work/spoken.wav" -r 8000 -c 1 -e a-law -b 8 -R "$1" \
        silence 1 0.02 0.5% reverse silence 1 0.02 0.5% reverse \
        sinc 300-3400 norm -6 pad 0.2 0.2
}

# Mandarin in pinyin: espeak-ng's own table of characters reads them out as English syllables and digits.
# 您好，市民热线。通话将被录音，正在为您接通。
prompt greeting.wav    cmn-latn-pinyin 200 \
    'nin2 hao3, shi4 min2 re4 xian4. tong1 hua4 jiang1 bei4 lu4 yin1, zheng4 zai4 wei4 nin2 jie1 tong1.'
prompt greeting_en.wav en-gb 170 'Welcome to the city hotline. This call is recorded. We are connecting you.'
# 很抱歉，坐席全忙，请您稍后再拨。再见。
prompt no_agent.wav    cmn-latn-pinyin 180 \
    'hen3 bao4 qian4, zuo4 xi2 quan2 mang2, qing3 nin2 shao1 hou4 zai4 bo1. zai4 jian4.'
prompt no_agent_en.wav en-gb 165 'We are sorry, all our agents are busy. Please call again later. Goodbye.'

# 请为本次服务评分：很满意请按1，满意请按2，基本满意请按3，不满意请按4，很不满意请按5。
prompt rating.wav      cmn-latn-pinyin 190 \
    'qing3 wei4 ben3 ci4 fu2 wu4 ping2 fen1. hen3 man3 yi4, qing3 an4 yi1. man3 yi4, qing3 an4 er4. ji1 ben3 man3 yi4, qing3 an4 san1. bu4 man3 yi4, qing3 an4 si4. hen3 bu4 man3 yi4, qing3 an4 wu3.'
prompt rating_en.wav   en-gb 165 \
    'Please rate this call. For very satisfied press 1, satisfied 2, fairly satisfied 3, dissatisfied 4, very dissatisfied 5.'
# 感谢您的评价，再见。
prompt thanks.wav      cmn-latn-pinyin 180 'gan3 xie4 nin2 de5 ping2 jia4, zai4 jian4.'
prompt thanks_en.wav   en-gb 165 'Thank you for your rating. Goodbye.'

# What is heard in the queue, over and over: no gap at its end.
python3 music.py "$work/music.wav"
sox "$work/music.wav" -e a-law -b 8 -R music.wav
