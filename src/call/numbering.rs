//! Callers' numbers as the city writes them. A trunk may send `+8613800006921`, `008613800006921`, `8613800006921` or
//! `013800006921`, and means one person. Applied once, when a call comes in.

/// How the city writes numbers (the national plan of China: trunk prefix 0, mobile numbers of eleven digits).
#[derive(Debug, Clone, Default)]
pub struct Numbering {
    /// The country code, without `+`; with an empty one numbers stay as they come.
    pub country_code: String,
    /// The city's area code with its 0; with an empty one local numbers stay as they come.
    pub area_code: String,
    /// What stands before the country code of a foreign number.
    pub international_prefix: String,
}

/// What stands before an area code.
const TRUNK_PREFIX: char = '0';
/// Digits of a number behind its country code, where the code stands without `+` or prefix: ten (a landline of a
/// short area code) or eleven. Fewer, and the code is the beginning of a local number.
const NATIONAL_DIGITS: std::ops::RangeInclusive<usize> = 10..=11;
/// Digits of a landline's number within its city.
const LOCAL_DIGITS: std::ops::RangeInclusive<usize> = 7..=8;

impl Numbering {
    /// The number as the city writes it. What is no telephone number stays as it is.
    pub(super) fn written(&self, number: &str) -> String {
        let unspaced: String = number.chars().filter(|char| !matches!(char, '-' | '.')).collect();
        let (international, digits) = match unspaced.strip_prefix('+') {
            Some(digits) => (true, digits),
            None => match Some(self.international_prefix.as_str()).filter(|prefix| !prefix.is_empty()) {
                Some(prefix) => {
                    unspaced.strip_prefix(prefix).map_or((false, &*unspaced), |rest| (true, rest))
                }
                None => (false, &*unspaced),
            },
        };
        let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        if self.country_code.is_empty() || !is_number {
            return number.to_owned();
        }
        match (international, digits.strip_prefix(&self.country_code)) {
            (true, Some(national)) => nationally(national),
            (true, None) => format!("{}{digits}", self.international_prefix),
            (false, Some(national)) if NATIONAL_DIGITS.contains(&national.len()) => nationally(national),
            (false, _) => match digits.strip_prefix(TRUNK_PREFIX) {
                Some(mobile) if is_mobile(mobile) => mobile.to_owned(),
                _ if self.is_local(digits) => format!("{}{digits}", self.area_code),
                _ => digits.to_owned(),
            },
        }
    }

    /// Numbers that begin with 0 or 1 are dialled alike everywhere, and those with 95 are of banks and services.
    fn is_local(&self, digits: &str) -> bool {
        LOCAL_DIGITS.contains(&digits.len()) && !digits.starts_with(['0', '1']) && !digits.starts_with("95")
    }
}

/// A number without its country code, as it is dialled within the country.
fn nationally(national: &str) -> String {
    let is_landline = NATIONAL_DIGITS.contains(&national.len())
        && !is_mobile(national)
        && !["400", "800"].iter().any(|service| national.starts_with(service));
    if is_landline && !national.starts_with(TRUNK_PREFIX) {
        format!("{TRUNK_PREFIX}{national}")
    } else {
        national.to_owned()
    }
}

/// Eleven digits, and the second says that it is none of Beijing's landlines.
fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && !digits.starts_with("10")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::*;

    fn tianjin() -> Numbering {
        let [country_code, area_code, international_prefix] = ["86", "022", "00"].map(str::to_owned);
        Numbering { country_code, area_code, international_prefix }
    }

    #[test]
    fn one_person_has_one_number_however_the_trunk_writes_it() {
        for (written, ways) in [
            (
                "13800006921",
                &["+8613800006921", "008613800006921", "8613800006921", "013800006921", "138-0000-6921"][..],
            ),
            ("02225301234", &["+862225301234", "00862225301234", "862225301234", "02225301234", "25301234"]),
            ("01088001234", &["+861088001234", "861088001234", "010-88001234"]),
            ("0044207946000", &["+44207946000", "0044207946000"]),
        ] {
            for way in ways {
                assert_eq!(tianjin().written(way), written, "{way}");
            }
        }
    }

    #[test]
    fn short_and_service_numbers_and_names_stay() {
        for same in ["", "8001", "110", "12345", "95588", "4001234567", "alice", "*72", "+", "+x"] {
            assert_eq!(tianjin().written(same), same);
        }
        assert_eq!(tianjin().written("+864001234567"), "4001234567");
        assert_eq!(
            tianjin().written("86301234"),
            "02286301234",
            "a local number that begins like the country"
        );
        assert_eq!(Numbering::default().written("+8613800006921"), "+8613800006921");
    }

    proptest! {
        #[test]
        fn what_is_written_once_stays(number in "[+]?[0-9*a-z.-]{0,32}") {
            let once = tianjin().written(&number);
            prop_assert_eq!(tianjin().written(&once), once);
        }
    }
}
