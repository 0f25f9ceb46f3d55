//! What of a confidential ticket a department may read: the matter, never who called. Name, number, the
//! caller's words and their place in the sound stay in the hotline.

use crate::domain::{Field, FieldKey, Ticket};
use crate::numerals::{digit, is_digit_word};

/// What stands where something was taken out.
const MASK: &str = "***";
/// So many digits in a row may be somebody's number; a house number is shorter.
const MIN_NUMBER_DIGITS: usize = 7;
/// A name of one character would mask half the text.
const MIN_NAME_CHARS: usize = 2;
/// What stands after a surname.
const TITLES: [&str; 10] = ["先生", "女士", "小姐", "师傅", "老师", "阿姨", "大爷", "大妈", "奶奶", "同志"];

/// The fields that say who called. An earlier ticket leads to its caller.
pub const IDENTITY: [FieldKey; 4] =
    [FieldKey::Person, FieldKey::Phone, FieldKey::IdNumber, FieldKey::EarlierTicket];

/// The ticket as its department may read it. One that is not confidential stays as it is. `identities` are the
/// names and numbers that the caller had while the ticket was written, also those that a person changed.
pub(super) fn for_department(mut ticket: Ticket, identities: &[String]) -> Ticket {
    if !ticket.confidential {
        return ticket;
    }
    let mut secrets = identities.to_vec();
    for key in IDENTITY {
        secrets.extend(ticket.draft.fields.remove(&key).into_iter().flat_map(said));
    }
    let forms: Vec<String> = secrets.iter().flat_map(|secret| other_forms(secret)).collect();
    secrets.extend(forms);
    secrets.retain(|secret| secret.trim().chars().count() >= MIN_NAME_CHARS);
    // The longest first, so that a part does not spoil the whole.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    for field in ticket.draft.fields.values_mut() {
        field.evidence.clear();
        field.reason.clear();
        for secret in &secrets {
            field.value = field.value.replace(secret.trim(), MASK);
        }
        field.value = without_numbers(&field.value);
    }
    for guess in &mut ticket.draft.categories {
        guess.evidence.clear();
    }
    ticket
}

/// What stands for the caller in a field: its value, and the words it came from.
pub fn said(field: Field) -> impl Iterator<Item = String> {
    std::iter::once(field.value).chain(field.evidence.into_iter().map(|evidence| evidence.text))
}

/// How else a name may stand in what was said: by the surname alone (姓宋, 宋女士), or by one word of an English one.
fn other_forms(name: &str) -> Vec<String> {
    let name = name.trim();
    let words: Vec<&str> = name.split_whitespace().collect();
    if words.len() > 1 && words.iter().all(|word| word.starts_with(|c: char| c.is_ascii_uppercase())) {
        return words.into_iter().map(str::to_owned).collect();
    }
    match name.chars().next() {
        Some(surname) if !surname.is_ascii() => {
            let titled = TITLES.iter().map(|title| format!("{surname}{title}"));
            titled.chain([format!("姓{surname}")]).collect()
        }
        Some(_) | None => Vec::new(),
    }
}

/// The text with every run of digits masked that is long enough to be a telephone number, however it is written:
/// `138 1234-5678`, `１３８…`, 幺三八…, one three eight….
fn without_numbers(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut run = String::new();
    let mut digits = 0;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(letters.max(character.len_utf8()));
        rest = after;
        let spoken = is_digit_word(piece);
        if spoken || is_digit(character) {
            digits += 1;
            run.push_str(piece);
        } else if digits > 0 && matches!(character, ' ' | '-' | '－' | '—' | '　' | '，' | ',' | '、') {
            run.push_str(piece);
        } else {
            close(&mut result, &mut run, &mut digits);
            result.push_str(piece);
        }
    }
    close(&mut result, &mut run, &mut digits);
    result
}

fn close(result: &mut String, run: &mut String, digits: &mut usize) {
    if *digits >= MIN_NUMBER_DIGITS {
        result.push_str(MASK)
    } else {
        result.push_str(run)
    }
    run.clear();
    *digits = 0;
}

fn is_digit(character: char) -> bool {
    matches!(character, '\u{FF10}'..='\u{FF19}') || digit(character).is_some()
}

#[cfg(test)]
mod tests {
    use super::{other_forms, without_numbers};

    #[test]
    fn a_number_is_masked_however_it_is_written() {
        for number in ["13812345678", "138 1234-5678", "１３８１２３４５６７８", "幺三八一二三四五六七八"]
        {
            assert_eq!(without_numbers(&format!("电话{number}。")), "电话***。");
        }
        let said = "Call one three eight, double zero one two three four.";
        assert_eq!(without_numbers(said), "Call ***.");
    }

    #[test]
    fn a_house_number_stays() {
        assert_eq!(without_numbers("三号楼2单元501"), "三号楼2单元501");
        assert_eq!(without_numbers("number sixty eight, one of two"), "number sixty eight, one of two");
    }

    #[test]
    fn a_name_is_also_known_by_its_parts() {
        assert!(other_forms("宋").contains(&"姓宋".to_owned()));
        assert!(other_forms("王小明").contains(&"王女士".to_owned()));
        assert_eq!(other_forms("Daniel Carter"), ["Daniel", "Carter"]);
        assert_eq!(other_forms("my name is Carter"), Vec::<String>::new());
    }
}
