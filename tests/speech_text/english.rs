//! English numbers.

use crate::check;

#[test]
fn numbers_are_written_with_digits() {
    check(
        "en",
        &[
            ("My flat is number five hundred and two", "My flat is number 502"),
            (
                "I live in building three, unit two, room five oh two",
                "I live in building 3, unit 2, room 502",
            ),
            ("It's one three eight, double zero one, two three four five six", "It's 138, 001, 23456"),
            (
                "my number is one three eight zero zero one two three four five six",
                "my number is 13800123456",
            ),
            ("one three eight, eight hundred, one two three four five", "138, 800, 12345"),
            ("Third Avenue in Teda, number sixty eight", "Third Avenue in Teda, number 68"),
            ("the power went off at seven thirty", "the power went off at 7:30"),
            ("it began at seven pm", "it began at 7 pm"),
            ("since seven o'clock", "since 7 o'clock"),
            ("I paid three thousand five hundred yuan", "I paid 3500 yuan"),
            ("twenty percent", "20%"),
            ("twenty five hundred yuan", "2500 yuan"),
            ("three point five", "three point five"),
            ("twelve point five kilometres", "12.5 kilometres"),
            ("in twenty twenty six", "in 2026"),
            ("fifteen minutes", "15 minutes"),
            ("call one two three four five", "call 12345"),
        ],
    );
}

#[test]
fn words_stay() {
    for text in [
        "One of them came, no one else",
        "within five working days",
        "two weeks ago somebody broke it",
        "Second Avenue and Third Avenue",
        "oh one moment please",
        "until two in the morning",
        "for the last two days",
        "a hundred people",
        "on the twenty second of November",
        "at ten to eight",
    ] {
        check("en", &[(text, text)]);
    }
}
