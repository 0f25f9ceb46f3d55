//! The one range of bytes that a player asks for (RFC 9110 §14).

/// What of `len` bytes is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ByteRange {
    /// All: nothing was asked, or what we do not serve in parts (several ranges, another unit).
    Whole,
    /// From the first to the last, both included.
    Part { first: u64, last: u64 },
    /// Nothing of it is there.
    Outside,
}

impl ByteRange {
    /// Reads the header `Range`.
    pub(super) fn parse(range: Option<&str>, len: u64) -> Self {
        let Some((first, last)) = range
            .and_then(|range| range.trim().strip_prefix("bytes="))
            .and_then(|range| range.trim().split_once('-'))
        else {
            return Self::Whole;
        };
        let (first, last) = (number(first), number(last));
        match (first, last) {
            (Some(Some(first)), Some(last)) => {
                if last.is_some_and(|last| last < first) {
                    return Self::Whole;
                }
                if first >= len {
                    return Self::Outside;
                }
                Self::Part { first, last: last.unwrap_or(u64::MAX).min(len - 1) }
            }
            (Some(None), Some(Some(0))) => Self::Outside,
            (Some(None), Some(Some(_))) if len == 0 => Self::Outside,
            (Some(None), Some(Some(suffix))) => Self::Part { first: len - suffix.min(len), last: len - 1 },
            (Some(None), Some(None)) | (None, _) | (_, None) => Self::Whole,
        }
    }
}

/// A number, nothing where nothing stands; `None` where it is neither.
fn number(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Some(text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::ByteRange::{Outside, Part, Whole};
    use super::*;

    #[test]
    fn the_forms_of_rfc_9110() {
        for (range, expected) in [
            ("bytes=0-499", Part { first: 0, last: 499 }),
            ("bytes=500-", Part { first: 500, last: 999 }),
            ("bytes=-200", Part { first: 800, last: 999 }),
            ("bytes=-5000", Part { first: 0, last: 999 }),
            ("bytes=900-99999999999999999999999", Part { first: 900, last: 999 }),
            ("bytes=1000-", Outside),
            ("bytes=-0", Outside),
            ("bytes=5-2", Whole),
            ("bytes=0-1,5-6", Whole),
            ("bytes=-", Whole),
            ("lines=0-1", Whole),
            ("bytes=a-b", Whole),
        ] {
            assert_eq!(ByteRange::parse(Some(range), 1_000), expected, "{range}");
        }
        assert_eq!(ByteRange::parse(None, 1_000), Whole);
        assert_eq!(ByteRange::parse(Some("bytes=-1"), 0), Outside);
    }
}
