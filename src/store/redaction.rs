//! What of a confidential ticket a department may read: the matter, never who called. Name, number, the
//! caller's words and their place in the sound stay in the hotline.

use crate::domain::{FieldKey, Ticket};

/// What stands where something was taken out.
const MASK: &str = "***";
/// So many digits in a row may be somebody's number; a house number is shorter.
const MIN_NUMBER_DIGITS: usize = 7;
/// A name of one character would mask half the text.
const MIN_NAME_CHARS: usize = 2;

/// The ticket as its department may read it. One that is not confidential stays as it is.
pub(super) fn for_department(mut ticket: Ticket) -> Ticket {
    if !ticket.confidential {
        return ticket;
    }
    let identity = [FieldKey::Person, FieldKey::Phone];
    let mut secrets: Vec<String> = Vec::new();
    for key in identity {
        if let Some(field) = ticket.draft.fields.remove(&key) {
            secrets.extend(field.evidence.into_iter().map(|evidence| evidence.text));
            secrets.push(field.value);
        }
    }
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

/// The text with every run of digits masked that is long enough to be a telephone number, however it is written:
/// `138 1234-5678`, `１３８…`, 幺三八….
fn without_numbers(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut run = String::new();
    let mut digits = 0;
    for character in text.chars() {
        if is_digit(character) {
            digits += 1;
            run.push(character);
        } else if digits > 0 && matches!(character, ' ' | '-' | '－' | '—' | '　' | '，' | ',' | '、') {
            run.push(character);
        } else {
            close(&mut result, &mut run, &mut digits);
            result.push(character);
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

const fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
        || matches!(character, '\u{FF10}'..='\u{FF19}')
        || matches!(
            character,
            '零' | '〇' | '幺' | '一' | '二' | '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九'
        )
}

#[cfg(test)]
mod tests {
    use super::without_numbers;

    #[test]
    fn a_number_is_masked_however_it_is_written() {
        for number in ["13812345678", "138 1234-5678", "１３８１２３４５６７８", "幺三八一二三四五六七八"]
        {
            assert_eq!(without_numbers(&format!("电话{number}。")), "电话***。");
        }
    }

    #[test]
    fn a_house_number_stays() {
        assert_eq!(without_numbers("三号楼2单元501"), "三号楼2单元501");
    }
}
