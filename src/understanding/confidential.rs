//! Whether the caller asked for confidentiality, and whether not to be named at all. Who does not want to be
//! named wants confidentiality too.

use super::asked_for::{Wording, asked_for};
use super::found::Found;
use super::transcript::Transcript;

const CONFIDENTIAL: Wording = Wording {
    asks: &[
        "保密",
        "不要透露",
        "别透露",
        "不能透露",
        "不想透露",
        "不要告诉",
        "别告诉",
        "不要公开",
        "别公开",
        "不要说是我",
        "别说是我",
        "不方便透露",
        "别让他们知道",
        "别让他知道",
        "不要让他们知道",
        "不能让他们知道",
        "怕报复",
        "怕打击报复",
        "confidential",
        "don't tell",
        "do not tell",
    ],
    declines: &["不用保密", "不需要保密", "不必保密", "可以公开"],
    questions: &["保密", "confidential"],
    yes: &["保密", "请保密"],
};
const ANONYMOUS: Wording = Wording {
    asks: &[
        "匿名",
        "不想留名",
        "不留名",
        "不留姓名",
        "不想留姓名",
        "不方便留姓名",
        "不想说姓名",
        "不想说名字",
        "不想说我是谁",
        "不想留名字",
        "不留名字",
        "不愿意留名",
        "anonymous",
        "anonymously",
        "don't give my name",
        "do not give my name",
        "don't want to give my name",
        "rather not give my name",
        "rather not say my name",
        "not to be named",
    ],
    declines: &["不用匿名", "不需要匿名", "不必匿名", "实名举报", "我实名"],
    questions: &["匿名", "anonymous"],
    yes: &["匿名"],
};

/// `true`, where confidentiality was asked for.
pub(super) fn confidential(transcript: &Transcript<'_>) -> Option<Found> {
    wanted(transcript, &CONFIDENTIAL).or_else(|| anonymous(transcript))
}

/// `true`, where the caller does not want to be named.
pub(super) fn anonymous(transcript: &Transcript<'_>) -> Option<Found> {
    wanted(transcript, &ANONYMOUS)
}

fn wanted(transcript: &Transcript<'_>, wording: &Wording) -> Option<Found> {
    asked_for(transcript, wording).filter(|(wanted, _)| *wanted).map(|(_, found)| found)
}
