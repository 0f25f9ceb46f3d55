//! How a day went at the hotline: calls that came to be answered, how long they waited and lasted, and what the agents'
//! time was spent on. Calls and spans of seats enter; the figures of each interval, agent and the whole day leave.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::call::EndCause;
use super::ids::UserId;
use super::seat::SeatState;

/// A call answered within so long was answered in time.
const IN_TIME: SignedDuration = SignedDuration::from_secs(15);

/// What the figures need of a call that a citizen made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallTimes {
    /// When it came to be answered by an agent.
    pub queued_at: Timestamp,
    /// When an agent answered it.
    pub bridged_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    pub end_cause: Option<EndCause>,
    /// Who talked.
    pub agent: Option<UserId>,
    /// How it was rated.
    pub rating: Option<u8>,
}

/// A seat in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatSpan {
    /// Who sits there.
    pub agent: UserId,
    /// That person's name.
    pub agent_name: Option<String>,
    /// Which state.
    pub state: SeatState,
    /// Since when.
    pub since: Timestamp,
    /// Until when; nothing where it lasts.
    pub until: Option<Timestamp>,
}

/// How calls went in some time. Each counts where it came.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CallFigures {
    /// Calls that came to be answered by an agent, in the opening hours.
    pub offered: u32,
    /// Those that an agent answered.
    pub answered: u32,
    /// Those answered within 15 s, the greeting included.
    pub in_time: u32,
    /// Those whose caller gave up before, however soon.
    pub abandoned: u32,
    /// Those whose caller left a message or is called back.
    pub followed_up: u32,
    /// Mean wait of those answered, seconds.
    pub mean_wait_s: Option<f64>,
    /// The longest wait of all, seconds.
    pub longest_wait_s: Option<f64>,
    /// Mean talk of those that are over, seconds.
    pub mean_talk_s: Option<f64>,
    /// The part of the agents' time at the ready that they talked or wrote, 0 to 1.
    pub occupancy: Option<f64>,
}

/// A part of the day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IntervalFigures {
    /// When it begins.
    pub from: Timestamp,
    /// How its calls went.
    pub calls: CallFigures,
}

/// One agent's day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgentFigures {
    /// Who.
    pub agent: UserId,
    /// That person's name.
    pub agent_name: Option<String>,
    /// Calls that the agent answered.
    pub answered: u32,
    /// In talks, seconds.
    pub talking_s: f64,
    /// Writing after talks, seconds.
    pub wrap_up_s: f64,
    /// Waiting for calls, or rung, seconds.
    pub ready_s: f64,
    /// In breaks, seconds.
    pub break_s: f64,
    /// Talking and writing, as a part of that and waiting, 0 to 1.
    pub occupancy: Option<f64>,
    /// The mean of the callers' ratings, 1 (very satisfied) to 5.
    pub mean_rating: Option<f64>,
}

/// A day's figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Figures {
    /// The whole day.
    pub whole: CallFigures,
    /// Its parts, up to now.
    pub intervals: Vec<IntervalFigures>,
    /// The agents who were there, by name.
    pub agents: Vec<AgentFigures>,
}

/// Seconds that a person spent in each state.
#[derive(Debug, Clone, Copy, Default)]
struct Spent {
    talking: f64,
    wrap_up: f64,
    ready: f64,
    pause: f64,
}

impl Figures {
    /// The figures of the time from `begin` to `end`, in parts of `interval`, as they are known `now`.
    #[must_use]
    pub fn of(
        calls: &[CallTimes],
        spans: &[SeatSpan],
        (begin, end): (Timestamp, Timestamp),
        interval: SignedDuration,
        now: Timestamp,
    ) -> Self {
        let end = end.min(now.max(begin));
        let starts = std::iter::successors(Some(begin), |from| from.checked_add(interval).ok());
        let starts = starts.take_while(|from| interval.is_positive() && *from < end);
        let figures = |from, to| part(calls, spans, (from, to), now);
        let interval = |from: Timestamp| {
            let to = from.checked_add(interval).map_or(end, |to| to.min(end));
            IntervalFigures { from, calls: figures(from, to) }
        };
        Self {
            whole: figures(begin, end),
            intervals: starts.map(interval).collect(),
            agents: agents(calls, spans, (begin, end)),
        }
    }
}

fn part(
    calls: &[CallTimes],
    spans: &[SeatSpan],
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> CallFigures {
    let calls: Vec<_> = calls.iter().filter(|call| from <= call.queued_at && call.queued_at < to).collect();
    let count = |is: &dyn Fn(&CallTimes) -> bool| {
        u32::try_from(calls.iter().filter(|call| is(call)).count()).unwrap_or(u32::MAX)
    };
    let ended_by = |causes: &'static [EndCause]| {
        move |call: &CallTimes| {
            call.bridged_at.is_none() && call.end_cause.is_some_and(|cause| causes.contains(&cause))
        }
    };
    let waits = || calls.iter().filter_map(|call| Some(call.bridged_at?.duration_since(call.queued_at)));
    let in_vain = calls
        .iter()
        .filter(|call| call.bridged_at.is_none())
        .map(|call| call.ended_at.unwrap_or(now).duration_since(call.queued_at));
    let talks = calls.iter().filter_map(|call| Some(call.ended_at?.duration_since(call.bridged_at?)));
    let mut spent = Spent::default();
    for span in spans {
        spent.add(span, (from, to));
    }
    CallFigures {
        offered: count(&|_| true),
        answered: count(&|call| call.bridged_at.is_some()),
        in_time: u32::try_from(waits().filter(|wait| *wait <= IN_TIME).count()).unwrap_or(u32::MAX),
        abandoned: count(&ended_by(&[EndCause::Abandoned])),
        followed_up: count(&ended_by(&[EndCause::MessageLeft, EndCause::CallBackWished])),
        mean_wait_s: mean(waits().map(|wait| wait.as_secs_f64())),
        longest_wait_s: waits().chain(in_vain).max().map(|wait| wait.as_secs_f64()),
        mean_talk_s: mean(talks.map(|talk| talk.as_secs_f64())),
        occupancy: spent.occupancy(),
    }
}

fn agents(
    calls: &[CallTimes],
    spans: &[SeatSpan],
    (begin, end): (Timestamp, Timestamp),
) -> Vec<AgentFigures> {
    let mut people: BTreeMap<UserId, (Option<String>, Spent)> = BTreeMap::new();
    for span in spans {
        let (name, spent) = people.entry(span.agent).or_default();
        *name = name.take().or_else(|| span.agent_name.clone());
        spent.add(span, (begin, end));
    }
    let agent = |(agent, (agent_name, spent)): (UserId, (Option<String>, Spent))| {
        let own = || {
            calls.iter().filter(move |call| {
                call.agent == Some(agent)
                    && call.bridged_at.is_some()
                    && begin <= call.queued_at
                    && call.queued_at < end
            })
        };
        AgentFigures {
            agent,
            agent_name,
            answered: u32::try_from(own().count()).unwrap_or(u32::MAX),
            talking_s: spent.talking,
            wrap_up_s: spent.wrap_up,
            ready_s: spent.ready,
            break_s: spent.pause,
            occupancy: spent.occupancy(),
            mean_rating: mean(own().filter_map(|call| call.rating).map(f64::from)),
        }
    };
    let mut agents: Vec<_> = people.into_iter().map(agent).collect();
    agents.retain(|agent| agent.answered > 0 || agent.occupancy.is_some() || agent.break_s > 0.0);
    agents.sort_by(|one, other| one.agent_name.cmp(&other.agent_name));
    agents
}

impl Spent {
    /// The part of a span that lies in some time.
    fn add(&mut self, span: &SeatSpan, (from, to): (Timestamp, Timestamp)) {
        let lasted = span.until.unwrap_or(to).min(to).duration_since(span.since.max(from));
        if !lasted.is_positive() {
            return;
        }
        let seconds = lasted.as_secs_f64();
        match span.state {
            SeatState::Talking => self.talking += seconds,
            SeatState::WrapUp => self.wrap_up += seconds,
            SeatState::Ready | SeatState::Ringing => self.ready += seconds,
            SeatState::Break => self.pause += seconds,
            SeatState::Offline => {}
        }
    }

    fn occupancy(self) -> Option<f64> {
        let busy = self.talking + self.wrap_up;
        let there = busy + self.ready;
        (there > 0.0).then(|| busy / there)
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0_u32, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    /// A moment of one day.
    fn at(time: &str) -> Timestamp {
        format!("2026-11-23T{time}Z").parse().unwrap()
    }

    fn call(queued_at: &str, bridged_at: Option<&str>, ended_at: Option<&str>, cause: EndCause) -> CallTimes {
        CallTimes {
            queued_at: at(queued_at),
            bridged_at: bridged_at.map(at),
            ended_at: ended_at.map(at),
            end_cause: ended_at.map(|_| cause),
            agent: None,
            rating: None,
        }
    }

    fn span(agent: UserId, state: SeatState, since: &str, until: Option<&str>) -> SeatSpan {
        SeatSpan { agent, agent_name: Some("甲".to_owned()), state, since: at(since), until: until.map(at) }
    }

    const HALF_HOUR: SignedDuration = SignedDuration::from_mins(30);

    #[test]
    fn calls_count_where_they_came_and_only_answered_ones_have_waited_for_an_answer() {
        let calls = [
            call("08:00:00", Some("08:00:15"), Some("08:02:15"), EndCause::CallerHungUp),
            call("08:10:00", Some("08:10:45"), Some("08:14:45"), EndCause::AgentHungUp),
            call("08:20:00", None, Some("08:21:30"), EndCause::Abandoned),
            call("08:29:59", Some("08:30:09"), None, EndCause::Failed),
            call("08:30:00", None, Some("08:30:20"), EndCause::MessageLeft),
            call("08:40:00", None, Some("08:40:05"), EndCause::CallBackWished),
            call("08:59:00", None, None, EndCause::Failed),
        ];
        let figures = Figures::of(&calls, &[], (at("08:00:00"), at("10:00:00")), HALF_HOUR, at("09:02:00"));
        let [first, second, third] = &figures.intervals[..] else { panic!("{figures:?}") };
        let CallFigures { offered, answered, in_time, abandoned, followed_up, .. } = first.calls;
        assert_eq!((offered, answered, in_time, abandoned, followed_up), (4, 3, 2, 1, 0));
        assert_eq!(first.calls.mean_wait_s, Some((15.0 + 45.0 + 10.0) / 3.0));
        assert_eq!(first.calls.longest_wait_s, Some(90.0), "who gave up has waited, too");
        assert_eq!(first.calls.mean_talk_s, Some(180.0), "a talk that goes on has no length yet");
        let CallFigures { offered, answered, abandoned, followed_up, longest_wait_s, .. } = second.calls;
        assert_eq!((offered, answered, abandoned, followed_up, longest_wait_s), (3, 0, 0, 2, Some(180.0)));
        assert_eq!((third.from, third.calls.offered), (at("09:00:00"), 0), "up to now");
        assert_eq!((figures.whole.offered, figures.whole.answered, figures.whole.in_time), (7, 3, 2));
    }

    #[test]
    fn an_agents_time_is_cut_at_the_bounds_and_breaks_do_not_count_as_waiting() {
        let one = UserId::new();
        let spans = [
            span(one, SeatState::Ready, "07:30:00", Some("08:10:00")),
            span(one, SeatState::Talking, "08:10:00", Some("08:35:00")),
            span(one, SeatState::WrapUp, "08:35:00", Some("08:40:00")),
            span(one, SeatState::Break, "08:40:00", Some("08:50:00")),
            span(one, SeatState::Ringing, "08:50:00", None),
        ];
        let answered = CallTimes {
            agent: Some(one),
            rating: Some(2),
            ..call("08:09:00", Some("08:10:00"), Some("08:35:00"), EndCause::CallerHungUp)
        };
        let figures =
            Figures::of(&[answered], &spans, (at("08:00:00"), at("09:00:00")), HALF_HOUR, at("12:00:00"));
        let minutes = |minutes: f64| 60.0 * minutes;
        let [agent] = &figures.agents[..] else { panic!("{figures:?}") };
        assert_eq!((agent.talking_s, agent.wrap_up_s), (minutes(25.0), minutes(5.0)));
        assert_eq!((agent.ready_s, agent.break_s), (minutes(20.0), minutes(10.0)));
        assert_eq!((agent.answered, agent.mean_rating, agent.occupancy), (1, Some(2.0), Some(30.0 / 50.0)));
        let occupancy: Vec<_> = figures.intervals.iter().map(|part| part.calls.occupancy.unwrap()).collect();
        assert_eq!(occupancy, [20.0 / 30.0, 10.0 / 20.0]);
    }

    #[test]
    fn a_day_to_come_and_an_interval_of_nothing_give_no_parts() {
        let day = (at("08:00:00"), at("10:00:00"));
        assert_eq!(Figures::of(&[], &[], day, HALF_HOUR, at("07:00:00")), Figures::default());
        assert_eq!(Figures::of(&[], &[], day, SignedDuration::ZERO, at("12:00:00")).intervals, []);
    }
}
