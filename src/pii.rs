//! Keeps people's data out of the logs: numbers, names and words of callers are logged only inside [`Pii`],
//! which prints nothing of them.

use std::fmt;

/// A caller's number, name or words. Prints as `‹pii›`, whatever it holds and however it is printed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Pii<T>(pub T);

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹pii›")
    }
}

impl<T> fmt::Display for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹pii›")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_value_is_printed() {
        let number = Pii("13800006921");
        for text in [format!("{number}"), format!("{number:?}"), format!("{:#?}", Some(&number))] {
            assert!(!text.contains("1380"), "{text}");
        }
    }
}
