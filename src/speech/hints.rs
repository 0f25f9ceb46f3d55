//! Which names each final of a call is recognised with. Enters: the texts of partials, by turn. Leaves: the names
//! for the turn's final; and, where no partial came before it, the wish to hear it once more with the names that
//! its first pass suggests.

use std::collections::HashMap;
use std::sync::Arc;

use super::bias::NameIndex;
use super::protocol::Transcript;
use crate::domain::TurnId;

/// A call's turns on their way to their finals.
#[derive(Debug)]
pub(super) struct Hints {
    names: Arc<NameIndex>,
    /// The newest text of each turn that has no final yet.
    partials: HashMap<TurnId, String>,
    /// What the first pass made of the turns that are being heard once more.
    first_passes: HashMap<TurnId, Transcript>,
}

impl Hints {
    pub(super) fn new(names: Arc<NameIndex>) -> Self {
        Self { names, partials: HashMap::new(), first_passes: HashMap::new() }
    }

    /// A partial said this.
    pub(super) fn partial(&mut self, turn: TurnId, text: &str) {
        if !self.names.is_empty() {
            self.partials.insert(turn, text.to_owned());
        }
    }

    /// The names for a turn's final.
    pub(super) fn for_final(&self, turn: TurnId) -> Vec<String> {
        self.partials.get(&turn).map(|text| self.names.pick(text)).unwrap_or_default()
    }

    /// A final came back. Names to hear it with once more, where no partial had suggested any, `may_repeat`, and
    /// the text has something that only sounds like a name; its first pass is kept until then.
    pub(super) fn again(
        &mut self,
        turn: TurnId,
        transcript: Option<&Transcript>,
        may_repeat: bool,
    ) -> Option<Vec<String>> {
        let had_partial = self.partials.remove(&turn).is_some();
        let transcript = transcript.filter(|_| may_repeat && !had_partial)?;
        if self.first_passes.contains_key(&turn) {
            return None;
        }
        let names = self.names.pick(&transcript.text);
        if names.iter().all(|name| transcript.text.contains(name.as_str())) {
            return None;
        }
        self.first_passes.insert(turn, transcript.clone());
        Some(names)
    }

    /// What a final is in the end: where its second pass failed, the first one's words.
    pub(super) fn settled(&mut self, turn: TurnId, transcript: Option<Transcript>) -> Option<Transcript> {
        let first = self.first_passes.remove(&turn);
        transcript.or(first)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn hints() -> Hints {
        Hints::new(Arc::new(NameIndex::new(["洞庭路", "曙光里"])))
    }

    fn heard(text: &str) -> Transcript {
        Transcript { text: text.to_owned(), ..Transcript::default() }
    }

    #[test]
    fn the_newest_partial_names_what_its_final_may_have_meant() {
        let (mut hints, turn) = (hints(), TurnId::new());
        hints.partial(turn, "东停");
        hints.partial(turn, "东停路那边");
        assert_eq!(hints.for_final(turn), ["洞庭路"]);
        assert_eq!(hints.for_final(TurnId::new()), [""; 0], "a turn without a partial");
        assert_eq!(hints.again(turn, Some(&heard("叔光里")), true), None, "the partial has spoken");
    }

    #[test]
    fn without_a_partial_the_first_pass_asks_for_a_second_and_only_one() {
        let (mut hints, turn) = (hints(), TurnId::new());
        let first = heard("在东停路");
        assert_eq!(hints.again(turn, Some(&first), true).unwrap(), ["洞庭路"]);
        assert_eq!(hints.again(turn, Some(&heard("在东庭路")), true), None);
        assert_eq!(hints.settled(turn, None), Some(first), "a second pass that fails loses no words");
        assert_eq!(hints.settled(turn, None), None, "and is forgotten after that");
    }

    #[test]
    fn nothing_is_heard_twice_for_a_name_that_is_there_or_while_others_wait() {
        let (mut hints, turn) = (hints(), TurnId::new());
        assert_eq!(hints.again(turn, Some(&heard("在洞庭路")), true), None);
        assert_eq!(hints.again(turn, Some(&heard("下水道堵了")), true), None);
        assert_eq!(hints.again(turn, Some(&heard("在东停路")), false), None);
        assert_eq!(hints.again(turn, None, true), None);
        assert_eq!(hints.settled(turn, Some(heard("在洞庭路"))), Some(heard("在洞庭路")));
    }
}
