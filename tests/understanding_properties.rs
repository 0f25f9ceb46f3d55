//! What holds for every call, whatever was said in it: evidence is the turn's own text, values come from it,
//! the same turns give the same draft, and nothing that anybody says ends the service.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/city.rs"]
mod city;
#[path = "support/generated_call.rs"]
mod generated_call;

use std::sync::LazyLock;

use jiesu::domain::{Call, Channel, Draft, Evidence, FieldKey, SamplePosition, Turn, TurnStatus, Word};
use jiesu::pinyin::Sound;
use jiesu::speech::text::normalise;
use jiesu::understanding::Understanding;
use proptest::prelude::*;

static UNDERSTANDING: LazyLock<Understanding> = LazyLock::new(city::understanding);
static CALL: LazyLock<Call> = LazyLock::new(city::call);

/// Pieces that the rules look for, thrown together in any order.
const PIECES: &[&str] = &[
    "我在",
    "大港街道",
    "曙光里",
    "书光里",
    "东停路",
    "三号楼",
    "二单元",
    "五零二",
    "黄海路",
    "和",
    "洞庭路",
    "交口",
    "下水道堵了",
    "停水了",
    "，",
    "。",
    "不对",
    "不是",
    "是",
    "幺三八",
    "二零零幺",
    "二三四五",
    "幺三五零零幺幺二二三三",
    "后四位",
    "尾号",
    "我姓",
    "王",
    "叫",
    "李建国",
    "女士",
    "我叫",
    "希望",
    "尽快处理",
    "请你们派人来",
    "昨天晚上",
    "三天前",
    "从周一",
    "保密",
    "不用",
    "对",
    "嗯",
    "我的电话是",
    "您的电话是",
    "对吗",
    "请问您贵姓",
    "需要保密吗",
    "燃气有味道",
    "电梯坏了",
    "我要投诉",
    "举报",
    "附近",
    "门口",
    "学校",
    "医院",
    "中心",
    "路口",
    "村",
    "一共",
    "栋楼",
    "万一",
    "着火了",
    " ",
    "my name is ",
    "John Smith",
    "double ",
    "two ",
    "one three eight ",
    "since ",
    "Monday",
    "street lights ",
    "Yingbin Street ",
    "building ",
    "three ",
    "please ",
    "I would like ",
    "13820012345",
    "１３８",
    "三个八",
    "十",
    "百",
    "号",
    "里",
    "小区",
    "路",
    "的",
    "\u{1F525}",
    "é",
    "\u{0301}",
    "ﬀ",
    "İ",
];

/// What a summary adds to the words of the fields.
const TEMPLATE: [&str; 26] = [
    "市民来电",
    "市民咨询",
    "市民求助",
    "市民投诉",
    "市民举报",
    "市民建议",
    "市民表扬",
    "时间：",
    "地点：",
    "被反映方：",
    "情况：",
    "诉求：",
    "此前工单：",
    "Inquiry",
    "Request for help",
    "Complaint",
    "Report",
    "Suggestion",
    "Praise",
    "When: ",
    "Where: ",
    "About: ",
    "What: ",
    "Wish: ",
    "Earlier ticket: ",
    "Call.",
];
/// Surnames that are said by their parts, and the parts.
const SPELLED_AS: &str = "张章陈李吴吕黄王汪许徐林于余何胡程郑赵刘杜杨孙覃谭雷岑邓岳江宋曾姜";
const SPELLING_PARTS: &str = "弓立耳木十口双草三言干人古禾关走卯文又子西雨山登宝美";

/// How each digit may be said.
const DIGIT_WORDS: [&[&str]; 10] = [
    &["0", "０", "零", "〇", "洞", "zero", "oh", "hundred", "ten", "ty", "o "],
    &["1", "１", "一", "幺", "壹", "要", "约", "腰", "one", "teen", "ten"],
    &["2", "２", "二", "两", "贰", "俩", "two", "twe"],
    &["3", "３", "三", "叁", "three", "thir"],
    &["4", "４", "四", "肆", "four", "forty"],
    &["5", "５", "五", "伍", "five", "fif"],
    &["6", "６", "六", "陆", "six"],
    &["7", "７", "七", "柒", "拐", "seven"],
    &["8", "８", "八", "捌", "eight"],
    &["9", "９", "九", "玖", "勾", "nine"],
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::collection::vec(prop::sample::select(PIECES), 0..14).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
        1 => "\\PC{0,60}",
        // As the service writes it.
        4 => prop::collection::vec(prop::sample::select(PIECES), 0..14)
            .prop_map(|pieces| normalise(&pieces.concat(), &[], "").text),
    ]
}

fn turn(index: usize, text: String, caller: bool, worded: bool, recognised: bool) -> Turn {
    let start_ms = 4_000 * index as u64;
    let chars: Vec<char> = text.chars().collect();
    let words = chars.chunks(2).enumerate().map(|(at, chunk)| Word {
        text: chunk.iter().collect(),
        start_sample: SamplePosition::from_ms(start_ms + at as u64 * 20),
        end_sample: SamplePosition::from_ms(start_ms + at as u64 * 20 + 20),
        biased: false,
    });
    let channel = if caller { Channel::Caller } else { Channel::Agent };
    Turn {
        words: if worded { words.collect() } else { Vec::new() },
        confidence: 0.8,
        status: match (recognised, index % 2) {
            (true, _) => TurnStatus::Recognised,
            (false, 0) => TurnStatus::Unrecognised,
            (false, _) => TurnStatus::Suppressed,
        },
        ..city::said(CALL.id, channel, start_ms, start_ms + 3_500, &text)
    }
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    prop::collection::vec(
        (text(), prop::bool::weighted(0.7), any::<bool>(), prop::bool::weighted(0.95)),
        0..9,
    )
    .prop_map(|turns| {
        (turns.into_iter().enumerate())
            .map(|(index, (text, caller, worded, recognised))| turn(index, text, caller, worded, recognised))
            .collect()
    })
}

fn check_evidence(turns: &[Turn], evidence: &Evidence) -> Result<(), TestCaseError> {
    let turn = turns.iter().find(|turn| turn.id == evidence.turn_id).unwrap();
    prop_assert_eq!(turn.status, TurnStatus::Recognised);
    prop_assert_eq!(turn.channel, evidence.channel);
    prop_assert!(evidence.start_char < evidence.end_char);
    let chars: Vec<char> = turn.text.chars().collect();
    let said: String = chars[evidence.start_char as usize..evidence.end_char as usize].iter().collect();
    // Of an identity number stars are shown, each in its digit's place.
    let shown = said.chars().zip(evidence.text.chars()).all(|(said, shown)| said == shown || shown == '*');
    prop_assert!(shown && said.chars().count() == evidence.text.chars().count(), "{said}: {}", evidence.text);
    prop_assert!(evidence.start_sample <= evidence.end_sample);
    prop_assert!(evidence.start_sample >= turn.start_sample && evidence.end_sample <= turn.end_sample);
    Ok(())
}

fn kept(text: &str) -> String {
    text.chars().filter(|char| char.is_alphanumeric()).collect()
}

/// Whether a field's value stands in its words, or follows from them by the rule it names.
fn check_value(draft: &Draft, key: FieldKey) -> Result<(), TestCaseError> {
    let field = &draft.fields[&key];
    let said: String = field.evidence.iter().map(|evidence| evidence.text.as_str()).collect();
    match key {
        FieldKey::Place
        | FieldKey::Against
        | FieldKey::Person
        | FieldKey::Time
        | FieldKey::Subject
        | FieldKey::Wish
        | FieldKey::Summary
        | FieldKey::Title => {
            // Every word of the value was said in one of its pieces of evidence; what was added is named.
            let mut value = field.value.clone();
            if field.reason.starts_with("spelled:") {
                let name = value.chars().next().unwrap();
                prop_assert!(SPELLED_AS.contains(name), "{name} is no spelled surname");
                prop_assert!(said.chars().any(|char| SPELLING_PARTS.contains(char)));
                return Ok(());
            }
            if let Some((_, moment)) = draft
                .fields
                .get(&FieldKey::Time)
                .filter(|time| time.reason.starts_with("resolved:"))
                .and_then(|time| time.value.split_once(['（', '(']))
            {
                value = value.replace(moment, "");
                let digits = moment.chars().filter(char::is_ascii_digit).count();
                prop_assert!(key != FieldKey::Time || (4..=16).contains(&digits), "{moment}");
            }
            if key == FieldKey::Summary {
                for words in TEMPLATE {
                    value = value.replacen(words, "", 1);
                }
            }
            let mut rest = kept(&value);
            // Or is a name of the gazetteer, where the reason says what was heard in its place. The title has it too.
            let place =
                draft.fields.get(&FieldKey::Place).map(|place| place.reason.as_str()).unwrap_or_default();
            let heard = place.strip_prefix("sounds_like:").map(|heard| heard.split('/').collect::<Vec<_>>());
            let named = matches!(key, FieldKey::Place | FieldKey::Title | FieldKey::Summary);
            let mut pieces: Vec<String> =
                field.evidence.iter().map(|evidence| kept(&evidence.text)).collect();
            for heard in heard.into_iter().flatten().filter(|_| named) {
                let Some(piece) =
                    pieces.iter_mut().filter(|piece| piece.contains(heard)).min_by_key(|piece| piece.len())
                else {
                    continue;
                };
                let length = heard.chars().count();
                let sounds = |name: &&str| {
                    name.chars().count() == length
                        && name.chars().zip(heard.chars()).all(|(one, other)| {
                            let sounds = Sound::of(one).zip(Sound::of(other));
                            one == other || sounds.is_some_and(|(one, other)| one.is_like(&other))
                        })
                };
                let name = UNDERSTANDING.place_names().filter(sounds).find(|name| rest.contains(*name));
                // A title may have words of the caller's beside the place's name.
                prop_assert!(
                    name.is_some() || key == FieldKey::Title,
                    "{}: {} for {heard}",
                    place,
                    field.value
                );
                let Some(name) = name else { continue };
                // Said several times, any of them may be the one that was meant.
                let put =
                    |(at, _): (usize, &str)| format!("{}{name}{}", &piece[..at], &piece[at + heard.len()..]);
                let put: Vec<String> = piece.match_indices(heard).map(put).collect();
                let meant = put.iter().find(|put| rest.contains(put.as_str())).or(put.first());
                let as_heard = std::mem::replace(piece, meant.cloned().unwrap_or_default());
                // A summary may have the same words as they were heard too, for whom it is about.
                pieces.extend((key == FieldKey::Summary).then_some(as_heard));
            }
            pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
            for piece in pieces {
                // Two fields of a summary may come from the same words.
                let times = if key == FieldKey::Summary { usize::MAX } else { 1 };
                rest = rest.replacen(&piece, "", times);
            }
            if let Some(ticket) =
                draft.fields.get(&FieldKey::EarlierTicket).filter(|_| key == FieldKey::Summary)
            {
                rest = rest.replacen(&kept(&ticket.value), "", 1);
            }
            prop_assert_eq!(&rest, "", "{:?}: {} is not in {}", key, field.value, said);
        }
        FieldKey::Phone => {
            prop_assert!(field.value.len() >= 8 && field.value.bytes().all(|byte| byte.is_ascii_digit()));
            prop_assert!(field.reason.contains(':'));
            // No digit that was not said, in figures or in words of either language.
            let told = said.to_lowercase();
            for digit in field.value.chars() {
                let words = DIGIT_WORDS[digit as usize - '0' as usize];
                prop_assert!(
                    words.iter().any(|word| told.contains(word)),
                    "{digit} of {} is not in {said}",
                    field.value
                );
            }
        }
        FieldKey::Category => {
            let taxonomy = UNDERSTANDING.taxonomy();
            prop_assert!(taxonomy.categories().any(|category| category.code.0 == field.value));
        }
        FieldKey::Department => {
            let category = &draft.fields[&FieldKey::Category].value;
            let taxonomy = UNDERSTANDING.taxonomy();
            let known = taxonomy.categories().find(|known| known.code.0 == *category).unwrap();
            prop_assert_eq!(&known.department.0, &field.value);
        }
        FieldKey::Kind => {
            let kinds = ["inquiry", "help", "complaint", "report", "suggestion", "praise"];
            prop_assert!(kinds.contains(&field.value.as_str()));
        }
        FieldKey::Urgency => prop_assert!(["ordinary", "urgent", "critical"].contains(&field.value.as_str())),
        FieldKey::Confidential | FieldKey::Anonymous => prop_assert_eq!(&field.value, "true"),
        FieldKey::CallBack => prop_assert!(["true", "false"].contains(&field.value.as_str())),
        FieldKey::IdNumber => {
            let hidden = field.value.len() == 18 && field.value[3..14].bytes().all(|byte| byte == b'*');
            prop_assert!(hidden && said.contains('*'), "{} of {said}", field.value);
        }
        FieldKey::EarlierTicket => {
            let told = said.to_lowercase();
            for char in field.value.to_lowercase().chars() {
                let known = match char.to_digit(10) {
                    Some(digit) => DIGIT_WORDS[digit as usize].iter().any(|word| told.contains(word)),
                    None => char == '-' || told.contains(char) || !char.is_ascii(),
                };
                prop_assert!(known, "{char} of {} is not in {said}", field.value);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_field_stands_in_the_words(turns in turns()) {
        let draft = UNDERSTANDING.draft(&CALL, &turns);
        for (key, field) in &draft.fields {
            prop_assert!(!field.evidence.is_empty());
            prop_assert!((0.0..=1.0).contains(&field.confidence));
            for evidence in &field.evidence {
                check_evidence(&turns, evidence)?;
            }
            check_value(&draft, *key)?;
        }
        prop_assert!(draft.categories.len() <= 3);
        for guess in &draft.categories {
            for evidence in &guess.evidence {
                check_evidence(&turns, evidence)?;
            }
        }
        let total: f32 = draft.categories.iter().map(|guess| guess.confidence).sum();
        prop_assert!(total <= 1.001);
    }

    #[test]
    fn folding_again_gives_the_same_and_more_turns_a_higher_revision(turns in turns()) {
        let whole = UNDERSTANDING.draft(&CALL, &turns);
        prop_assert_eq!(&whole, &UNDERSTANDING.draft(&CALL, &turns));
        let mut last = None;
        for length in 0..=turns.len() {
            let revision = UNDERSTANDING.draft(&CALL, &turns[..length]).revision;
            prop_assert!(last.is_none_or(|last| revision > last));
            last = Some(revision);
        }
        prop_assert_eq!(whole.revision, turns.len() as u64);
    }

    #[test]
    fn any_characters_at_all_give_a_draft(texts in prop::collection::vec(any::<String>(), 0..6)) {
        let turns: Vec<Turn> = texts
            .into_iter()
            .enumerate()
            .map(|(index, text)| turn(index, text, index % 2 == 0, index % 3 == 0, true))
            .collect();
        prop_assert_eq!(UNDERSTANDING.draft(&CALL, &turns).revision, turns.len() as u64);
    }
}

#[test]
fn the_callers_own_number_is_never_taken_for_a_spoken_one() {
    let call = Call { caller_number: "13820012345".to_owned(), ..CALL.clone() };
    let turns = [turn(0, "就打我这个电话吧，停水了。".to_owned(), true, false, true)];
    assert!(!UNDERSTANDING.draft(&call, &turns).fields.contains_key(&FieldKey::Phone));
}

/// As many calls as are made up; the same ones each time.
const GENERATED_CALLS: u64 = 2_400;

#[test]
fn generated_calls_give_what_was_meant_and_nothing_that_was_not_said() {
    let (mut meant, mut wrong) = (0, Vec::new());
    let mut filled = std::collections::BTreeMap::new();
    for seed in 0..GENERATED_CALLS {
        let generated = generated_call::GeneratedCall::new(seed);
        let said: Vec<Turn> = (generated.lines.iter().enumerate())
            .map(|(index, (caller, text))| turn(index, text.clone(), *caller, seed % 3 == 0, true))
            .collect();
        // As they are said, and as the service writes them.
        let turns = if seed % 2 == 0 { said } else { said.into_iter().map(city::written).collect() };
        let draft = UNDERSTANDING.draft(&CALL, &turns);
        for (key, field) in &draft.fields {
            assert!(!field.evidence.is_empty() && !field.reason.is_empty());
            for evidence in &field.evidence {
                check_evidence(&turns, evidence).unwrap();
            }
            check_value(&draft, *key).unwrap_or_else(|error| panic!("{:?}: {error}", generated.lines));
            *filled.entry(*key).or_insert(0) += 1;
        }
        let id_number =
            generated.id_number.as_ref().map(|id| format!("{}***********{}", &id[..3], &id[14..]));
        if let Some(id) = &generated.id_number {
            assert!(!serde_json::to_string(&draft).unwrap().contains(id.as_str()), "{id} is shown");
        }
        for (key, expected) in [
            (FieldKey::Phone, &generated.phone),
            (FieldKey::IdNumber, &id_number),
            (FieldKey::EarlierTicket, &generated.earlier_ticket),
        ] {
            let found = draft.fields.get(&key).map(|field| &field.value);
            meant += 1;
            if found != expected.as_ref() {
                wrong.push(format!("{key:?} {found:?}, not {expected:?}: {:?}", generated.lines));
            }
        }
    }
    assert_eq!(filled.len(), 18, "every field is filled by some call: {filled:?}");
    let examples = wrong.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.len() * 1_000 <= meant, "{} of {meant} wrong:\n{examples}", wrong.len());
}
