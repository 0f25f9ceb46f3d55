//! How numbers are said, in Chinese and English: digits one by one (幺三八, `double two`), whole numbers
//! (三千五, `five hundred and two`). In: characters, folded to half width and small letters. Out: what was meant.
//! Shared by the words on the screen (`speech::text`), the ticket (`understanding`) and what a department may
//! not read (`store`), so that all three read a number the same way.

mod chinese;
mod english;
mod groups;
pub(crate) mod identity;
mod identity_across;

pub(crate) use chinese::{cardinal, digit, is_numeral};
pub(crate) use english::{english_cardinal, is_digit_word, word_at};
pub(crate) use groups::{DigitGroup, MOBILE_DIGITS, digit_groups, is_mobile};
pub(crate) use identity_across::without_identities_across;
