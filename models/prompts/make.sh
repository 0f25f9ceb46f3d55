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

# What callers who wait are told, by language: `src/call/phrases.rs` puts it together.
mkdir -p zh en
# zh NAME PINYIN, en NAME TEXT
zh() { prompt "zh/$1.wav" cmn-latn-pinyin 190 "$2"; }
en() { prompt "en/$1.wav" en-gb 165 "$2"; }

# 您是下一位。您前面还有一位（……十位以上）。
zh next 'nin2 shi4 xia4 yi1 wei4.'
en next 'You are next.'
set -- yi1 one liang3 two san1 three si4 four wu3 five liu4 six qi1 seven ba1 eight jiu3 nine
for number in 1 2 3 4 5 6 7 8 9; do
    zh "ahead_$number" "nin2 qian2 mian4 hai2 you3 $1 wei4."
    en "ahead_$number" "There $([ "$number" = 1 ] && echo 'is one caller' || echo "are $2 callers") before you."
    shift 2
done
zh ahead_many 'nin2 qian2 mian4 hai2 you3 shi2 wei4 yi3 shang4.'
en ahead_many 'There are more than nine callers before you.'
# 预计等待不到一分钟（两分钟……三十分钟以上）。
zh wait_1 'yu4 ji4 deng3 dai4 bu2 dao4 yi1 fen1 zhong1.'
en wait_1 'You will be answered within a minute.'
set -- 2 liang3 two 3 san1 three 5 wu3 five 10 shi2 ten 15 shi2wu3 fifteen 20 er4shi2 twenty 30 san1shi2 thirty
while [ $# -gt 0 ]; do
    zh "wait_$1" "yu4 ji4 deng3 dai4 $2 fen1 zhong1."
    en "wait_$1" "You will be answered in about $3 minutes."
    shift 3
done
zh wait_long 'yu4 ji4 deng3 dai4 san1shi2 fen1 zhong1 yi3 shang4.'
en wait_long 'You will be answered in more than thirty minutes.'
# 如需我们给您回电，请按1。
zh call_back 'ru2 xu1 wo3 men5 gei3 nin2 hui2 dian4, qing3 an4 yi1.'
en call_back 'To be called back, press 1.'
# 好的，我们会尽快给您回电。再见。
zh call_back_noted 'hao3 de5, wo3 men5 hui4 jin4 kuai4 gei3 nin2 hui2 dian4. zai4 jian4.'
en call_back_noted 'Thank you. We will call you back as soon as we can. Goodbye.'
# 您好，市民热线。现在不是服务时间。通话将被录音。
zh closed 'nin2 hao3, shi4 min2 re4 xian4. xian4 zai4 bu2 shi4 fu2 wu4 shi2 jian1. tong1 hua4 jiang1 bei4 lu4 yin1.'
en closed 'Welcome to the city hotline. We are closed now. This call is recorded.'
# 请在服务时间再拨。再见。
zh call_again 'qing3 zai4 fu2 wu4 shi2 jian1 zai4 bo1. zai4 jian4.'
en call_again 'Please call again when we are open. Goodbye.'
# 很抱歉，坐席全忙。
zh busy 'hen3 bao4 qian4, zuo4 xi2 quan2 mang2.'
en busy 'We are sorry, all our agents are busy.'
# 请在提示音后留言。说完请按井号键，或者挂机。
zh leave_message 'qing3 zai4 ti2 shi4 yin1 hou4 liu2 yan2. shuo1 wan2 qing3 an4 jing3 hao4 jian4, huo4 zhe3 gua4 ji1.'
en leave_message 'Please leave a message after the tone. When you have finished, press hash, or hang up.'
# 留言已收到，我们会尽快处理。再见。
zh message_kept 'liu2 yan2 yi3 shou1 dao4, wo3 men5 hui4 jin4 kuai4 chu3 li3. zai4 jian4.'
en message_kept 'We have your message, and will see to it as soon as we can. Goodbye.'

# What is heard in the queue, over and over: no gap at its end.
python3 music.py "$work/music.wav"
sox "$work/music.wav" -e a-law -b 8 -R music.wav
