//! Who hears whom in a talk, and whose words are kept: one table for two people, for three, and for a supervisor.

use crate::domain::SupervisionMode;

/// Somebody in a talk; as a number, the place in the mixer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Person {
    Caller,
    Agent,
    /// Whom the agent called.
    Third,
    Supervisor,
}

impl Person {
    pub(super) const ALL: [Self; 4] = [Self::Caller, Self::Agent, Self::Third, Self::Supervisor];
}

/// Some of the people in a talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct People(u8);

impl People {
    /// This person, too, where `there`.
    const fn with(self, person: Person, there: bool) -> Self {
        if there { Self(self.0 | 1 << person as u8) } else { self }
    }

    const fn without(self, person: Person) -> Self {
        Self(self.0 & !(1 << person as u8))
    }

    /// Whether nobody else is among them.
    pub(super) fn is_only(self, person: Person) -> bool {
        self == Self::default().with(person, true)
    }

    /// Whether their sound is a sum.
    pub(super) const fn are_several(self) -> bool {
        self.0.count_ones() > 1
    }

    /// Each of them.
    pub(super) fn each(self) -> impl Iterator<Item = Person> {
        Person::ALL.into_iter().filter(move |person| self.with(*person, true) == self)
    }
}

#[cfg(test)]
impl<const N: usize> From<[Person; N]> for People {
    fn from(people: [Person; N]) -> Self {
        people.into_iter().fold(Self::default(), |all, person| all.with(person, true))
    }
}

/// Who is in the talk.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hearing {
    /// The agent's phone was picked up.
    pub(super) agent: bool,
    /// Whom the agent called picked up.
    pub(super) third: bool,
    /// The caller hears music.
    pub(super) held: bool,
    /// What the supervisor does, where one is there.
    pub(super) supervisor: Option<SupervisionMode>,
}

impl Hearing {
    /// Whose words are the hotline's side of the recording. What an agent says while nobody hears it is nobody's
    /// business, and what is whispered stays between the two.
    pub(super) fn kept(self) -> People {
        let joined = self.supervisor == Some(SupervisionMode::Join);
        People::default()
            .with(Person::Agent, self.agent && (self.third || !self.held))
            .with(Person::Third, self.third)
            .with(Person::Supervisor, joined && !self.held)
    }

    /// Whom a person hears.
    pub(super) fn heard_by(self, listener: Person) -> People {
        let speaks_to_agent =
            matches!(self.supervisor, Some(SupervisionMode::Whisper | SupervisionMode::Join));
        let others = People::default()
            .with(Person::Caller, !self.held)
            .with(Person::Agent, self.agent)
            .with(Person::Third, self.third)
            .with(Person::Supervisor, self.supervisor == Some(SupervisionMode::Join))
            .without(listener);
        match listener {
            Person::Caller if !self.held => others,
            Person::Agent if self.agent => others.with(Person::Supervisor, speaks_to_agent),
            Person::Third if self.third => others,
            Person::Supervisor if self.supervisor.is_some() => others,
            // On hold, or not there.
            Person::Caller | Person::Agent | Person::Third | Person::Supervisor => People::default(),
        }
    }

    /// Whether anybody hears, or the recording keeps, several people at once.
    pub(super) fn is_mixed(self) -> bool {
        self.kept().are_several() || Person::ALL.into_iter().any(|person| self.heard_by(person).are_several())
    }
}

#[cfg(test)]
mod tests {
    use super::Person::{Agent, Caller, Supervisor, Third};
    use super::*;

    const TALK: Hearing = Hearing { agent: true, third: false, held: false, supervisor: None };

    /// Who is heard by caller, agent, third and supervisor, and who is kept.
    fn table(hearing: Hearing) -> [People; 5] {
        let [caller, agent, third, supervisor] = Person::ALL.map(|person| hearing.heard_by(person));
        [caller, agent, third, supervisor, hearing.kept()]
    }

    fn nobody() -> People {
        People::default()
    }

    #[test]
    fn two_hear_each_other_and_nothing_is_mixed() {
        let [caller, agent, .., kept] = table(TALK);
        assert_eq!([caller, agent, kept], [[Agent].into(), [Caller].into(), [Agent].into()]);
        assert!(!TALK.is_mixed());
    }

    #[test]
    fn a_caller_on_hold_hears_nobody_and_is_heard_by_nobody() {
        let held = Hearing { held: true, ..TALK };
        let [caller, agent, .., kept] = table(held);
        assert_eq!([caller, agent, kept], [nobody(), nobody(), nobody()]);
        let asked = Hearing { third: true, ..held };
        let [caller, agent, third, _, kept] = table(asked);
        assert_eq!([caller, agent, third], [nobody(), [Third].into(), [Agent].into()]);
        assert_eq!(kept, [Agent, Third].into());
        assert!(asked.is_mixed(), "two are on one channel of the recording");
    }

    #[test]
    fn three_hear_each_other() {
        let joined = Hearing { third: true, ..TALK };
        let [caller, agent, third, _, kept] = table(joined);
        let wanted: [People; 4] =
            [[Agent, Third].into(), [Caller, Third].into(), [Caller, Agent].into(), kept];
        assert_eq!([caller, agent, third, kept], wanted);
        assert!(joined.is_mixed());
    }

    #[test]
    fn who_listens_changes_nothing_for_the_others() {
        for talk in [TALK, Hearing { held: true, ..TALK }, Hearing { third: true, ..TALK }] {
            let listened = Hearing { supervisor: Some(SupervisionMode::Listen), ..talk };
            let (before, now) = (table(talk), table(listened));
            assert_eq!((&before[..3], before[4]), (&now[..3], now[4]));
        }
        let listened = Hearing { supervisor: Some(SupervisionMode::Listen), ..TALK };
        assert_eq!(listened.heard_by(Supervisor), [Caller, Agent].into());
    }

    #[test]
    fn what_is_whispered_is_heard_by_the_agent_alone_and_not_kept() {
        let talk = Hearing { third: true, supervisor: Some(SupervisionMode::Whisper), ..TALK };
        let [caller, agent, third, supervisor, kept] = table(talk);
        assert_eq!(agent, [Caller, Third, Supervisor].into());
        assert_eq!(caller, [Agent, Third].into());
        assert_eq!(third, [Caller, Agent].into());
        assert_eq!(supervisor, [Caller, Agent, Third].into());
        assert_eq!(kept, [Agent, Third].into());
    }

    #[test]
    fn a_supervisor_who_joins_is_heard_by_all_and_kept() {
        let talk = Hearing { supervisor: Some(SupervisionMode::Join), ..TALK };
        let [caller, agent, _, supervisor, kept] = table(talk);
        assert_eq!(caller, [Agent, Supervisor].into());
        assert_eq!(agent, [Caller, Supervisor].into());
        assert_eq!(supervisor, [Caller, Agent].into());
        assert_eq!(kept, [Agent, Supervisor].into());
    }
}
