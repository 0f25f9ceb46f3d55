//! Whether the caller wants to be called back with the result.

use super::asked_for::{Wording, asked_for};
use super::found::Found;
use super::transcript::Transcript;

const WORDING: Wording = Wording {
    asks: &[
        "回个电话",
        "回个话",
        "回我电话",
        "回电话",
        "给我回电",
        "给我回话",
        "给个回话",
        "给个答复",
        "给我个答复",
        "给我答复",
        "给我一个答复",
        "给我一个回复",
        "给我个回复",
        "给个回复",
        "回复我",
        "答复我",
        "有结果告诉我",
        "有结果了告诉我",
        "有结果通知我",
        "通知我一声",
        "告诉我一声",
        "告诉我结果",
        "给我来个电话",
        "给我打电话",
        "给我打个电话",
        "打给我",
        "call me back",
        "ring me back",
        "let me know",
        "get back to me",
    ],
    declines: &[
        "不用回电话",
        "不用回电",
        "不用给我回电",
        "不用给我回电话",
        "不用回复",
        "不用给我回复",
        "不用给我打电话",
        "不用再打电话",
        "不用打电话",
        "不需要回电",
        "不需要回复",
        "不需要答复",
        "不必回复",
        "不必回电",
        "不用回访",
        "不用答复",
        "别给我打电话",
        "别打电话",
        "no need to call",
        "don't call me",
        "do not call me",
    ],
    questions: &["回电", "回访", "回复您", "答复您", "给您打电话", "给您回", "call you back", "call-back"],
    yes: &["方便", "行", "好", "有结果"],
};

/// `true` where it was asked for, `false` where it was declined.
pub(super) fn call_back(transcript: &Transcript<'_>) -> Option<Found> {
    asked_for(transcript, &WORDING).map(|(_, found)| found)
}
