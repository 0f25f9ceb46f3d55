//! Whether a text was said at all. Whisper writes sentences over noise, most often those it read most often: the
//! credits of films. Enters: a final's text as the recogniser wrote it, how sure it was, how much voice there was.
//! Leaves: whether it is suppressed: kept and marked, and read by nothing.

use std::ops::Range;

use crate::domain::SamplePosition;

use super::protocol::Transcript;

/// Of its sound, so much must be voice; the silence at both ends of a turn counts too.
const MIN_VOICED_SHARE: f32 = 0.25;
/// Less voice is a click or a cough.
const MIN_VOICED_MS: u64 = 150;
/// OpenAI's own bars: above the one and below the other, nobody spoke.
const NO_SPEECH: f32 = 0.6;
const DOUBTFUL: f32 = -1.0;
/// Below this mean log-probability the recogniser takes its words by lot.
const GUESSED: f32 = -2.0;
/// Syllables in a second of voice; the fastest speakers say nine.
const MAX_SYLLABLES_PER_S: u64 = 15;
/// Voice is found a little late and lost a little early; for so long at least a text was spoken.
const MIN_SPOKEN_MS: u64 = 400;
/// Letters of a Latin word that make a syllable.
const LETTERS_PER_SYLLABLE: usize = 3;
/// Among the pairs of characters of a text, so many must differ; a text of a few is not looked at.
const MIN_DIFFERENT_PAIRS: f32 = 0.35;
const MIN_PAIRS: usize = 16;
/// What Whisper read at the end of films, in small letters without spaces and punctuation. Whoever calls a hotline
/// hardly says so, but may: it is suppressed only where the sound is weak too.
const FILM_CREDITS: [&str; 22] = [
    "谢谢观看",
    "感谢观看",
    "谢谢大家观看",
    "谢谢收看",
    "感谢收看",
    "谢谢大家收看",
    "感谢您的观看",
    "谢谢您的观看",
    "下期再见",
    "请不吝点赞",
    "点赞订阅",
    "订阅转发",
    "打赏支持",
    "字幕由",
    "字幕志愿者",
    "字幕组",
    "中文字幕",
    "amaraorg",
    "thankyouforwatching",
    "thanksforwatching",
    "pleasesubscribe",
    "subtitlesby",
];

/// How much was to be heard of a turn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sound {
    voiced_ms: u64,
    whole_ms: u64,
}

impl Sound {
    /// The sound of `span`, of which `voiced` is voice.
    pub(super) fn new(voiced: &[Range<SamplePosition>], span: Range<SamplePosition>) -> Self {
        let ms = |run: &Range<SamplePosition>| SamplePosition(run.end.0.saturating_sub(run.start.0)).as_ms();
        Self { voiced_ms: voiced.iter().map(ms).sum(), whole_ms: ms(&span) }
    }

    fn is_weak(self) -> bool {
        let share = self.voiced_ms as f32 / self.whole_ms.max(1) as f32;
        self.voiced_ms < MIN_VOICED_MS || share < MIN_VOICED_SHARE
    }
}

/// True where the text was most likely never said.
pub(super) fn is_misheard(heard: &Transcript, sound: Sound) -> bool {
    let text = letters(&heard.text);
    let sure = heard.mean_log_probability;
    let silent = heard.no_speech_probability.is_some_and(|probability| probability > NO_SPEECH);
    let doubtful = sure.is_some_and(|mean| mean < DOUBTFUL);
    let weak = sound.is_weak() || silent || doubtful;
    (silent && doubtful)
        || sure.is_some_and(|mean| mean < GUESSED)
        || too_fast(&text, sound)
        || (weak && (repeats(&text) || is_film_credit(&text)))
}

/// A text's letters, digits and characters, in small ones.
fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// More than anybody can say in the time.
fn too_fast(text: &[char], sound: Sound) -> bool {
    let latin = text.iter().filter(|character| character.is_ascii_alphabetic()).count();
    let syllables = (text.len() - latin + latin / LETTERS_PER_SYLLABLE) as u64;
    syllables * 1_000 > MAX_SYLLABLES_PER_S * sound.voiced_ms.max(MIN_SPOKEN_MS)
}

/// The same again and again.
fn repeats(text: &[char]) -> bool {
    let pairs: Vec<&[char]> = text.windows(2).collect();
    let mut different = pairs.clone();
    different.sort_unstable();
    different.dedup();
    pairs.len() >= MIN_PAIRS && (different.len() as f32) < MIN_DIFFERENT_PAIRS * pairs.len() as f32
}

/// Made of the words of film credits, by half at least.
fn is_film_credit(text: &[char]) -> bool {
    let whole: String = text.iter().collect();
    let credits: usize = FILM_CREDITS
        .iter()
        .filter(|credit| whole.contains(*credit))
        .map(|credit| credit.chars().count())
        .sum();
    whole.starts_with("字幕") || (credits > 0 && credits * 2 >= text.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    const CLEAR: Sound = Sound { voiced_ms: 1_800, whole_ms: 2_400 };
    const WEAK: Sound = Sound { voiced_ms: 300, whole_ms: 2_400 };

    fn heard(text: &str, mean_log_probability: f32, no_speech_probability: f32) -> Transcript {
        Transcript {
            text: text.to_owned(),
            confidence: 0.8,
            mean_log_probability: Some(mean_log_probability),
            no_speech_probability: Some(no_speech_probability),
            ..Transcript::default()
        }
    }

    #[test]
    fn film_credits_are_suppressed_where_the_sound_is_weak_and_only_there() {
        for text in
            ["谢谢观看！", "字幕由 某某 提供", "请不吝点赞 订阅 转发 打赏支持", "Thank you for watching!"]
        {
            assert!(!is_misheard(&heard(text, -0.3, 0.05), CLEAR), "{text}");
            assert!(is_misheard(&heard(text, -1.2, 0.05), CLEAR), "{text}");
            assert!(is_misheard(&heard(text, -0.3, 0.7), CLEAR), "{text}");
        }
        assert!(is_misheard(&heard("谢谢观看", -0.3, 0.05), WEAK));
    }

    #[test]
    fn weak_sound_alone_suppresses_nothing() {
        assert!(!is_misheard(&heard("喂？", -0.3, 0.1), WEAK));
        assert!(!is_misheard(&heard("路灯坏了", -1.3, 0.2), CLEAR));
        assert!(
            !is_misheard(&heard("路灯坏了", -0.3, 0.9), CLEAR),
            "sure of its words, whatever it says of speech"
        );
        let in_passing = "我打电话不是为了谢谢观看，是楼下的路灯坏了";
        assert!(!is_misheard(&heard(in_passing, -1.2, 0.1), Sound { voiced_ms: 4_000, whole_ms: 4_500 }));
    }

    #[test]
    fn what_the_recogniser_did_not_believe_itself_is_suppressed() {
        assert!(is_misheard(&heard("好的", -1.2, 0.8), CLEAR), "no speech, and doubtful");
        assert!(is_misheard(&heard("好的", -2.5, 0.0), CLEAR), "taken by lot");
        let without = Transcript { text: "好的".to_owned(), ..Transcript::default() };
        assert!(!is_misheard(&without, CLEAR), "a recogniser that gives no figures");
    }

    #[test]
    fn nobody_speaks_so_fast() {
        let long = "我想反映一下我们小区楼下的路灯已经坏了三个星期了没有人来修";
        assert!(is_misheard(&heard(long, -0.2, 0.0), Sound { voiced_ms: 900, whole_ms: 1_000 }));
        assert!(!is_misheard(&heard(long, -0.2, 0.0), Sound { voiced_ms: 3_500, whole_ms: 4_000 }));
        let english = "The street lamp in front of our building has been broken";
        assert!(!is_misheard(&heard(english, -0.2, 0.0), Sound { voiced_ms: 3_000, whole_ms: 4_000 }));
        assert!(is_misheard(&heard(english, -0.2, 0.0), Sound { voiced_ms: 500, whole_ms: 4_000 }));
    }

    #[test]
    fn what_repeats_itself_over_weak_sound_is_suppressed() {
        let again = "谢谢大家谢谢大家谢谢大家谢谢大家谢谢大家";
        let long = Sound { voiced_ms: 4_000, whole_ms: 5_000 };
        assert!(is_misheard(&heard(again, -1.1, 0.1), long));
        assert!(!is_misheard(&heard(again, -0.2, 0.1), long), "said so clearly, it was said");
        assert!(!is_misheard(&heard("对对对对对对", -1.1, 0.1), long));
    }

    #[test]
    fn voice_is_counted_over_all_its_stretches() {
        let run = |start, end| SamplePosition::from_ms(start)..SamplePosition::from_ms(end);
        let sound = Sound::new(&[run(100, 300), run(500, 900)], run(0, 2_000));
        assert_eq!((sound.voiced_ms, sound.whole_ms), (600, 2_000));
        assert!(!sound.is_weak());
        assert!(Sound::new(&[], run(0, 2_000)).is_weak());
    }
}
