//! The ticket while it is being written: fields the machine filled from the words, and what a person changed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::audio::{Channel, SamplePosition};
use super::ids::{CallId, CategoryCode, EditId, TurnId, UserId};

/// A ticket in the making. The machine's part is a pure fold of a call's turns; edits lie on top.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Draft {
    /// The call it is written from.
    pub call_id: CallId,
    /// Counts every change, the machine's and the agent's.
    pub revision: u64,
    /// The fields that have a value.
    pub fields: BTreeMap<FieldKey, Field>,
    /// The most likely categories, best first, at most three.
    pub categories: Vec<CategoryGuess>,
    /// What is still to be asked of the caller, the most needed first.
    #[serde(default)]
    pub questions: Vec<Question>,
}

/// A part of a field that is missing, for the agent to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Question {
    /// The field that lacks it.
    pub field: FieldKey,
    /// What is missing.
    pub missing: MissingPart,
    /// What it is a part of, as it was said: the estate whose building is missing. Empty where it is of nothing.
    pub about: String,
}

/// A part of an address that a caller can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingPart {
    /// Everything: where it is.
    Place,
    /// Which school, which hospital.
    LandmarkName,
    /// The other road of a crossing.
    OtherRoad,
    /// The road or estate in a street or town.
    Area,
    /// The number in a road, or what is near.
    Number,
    /// The building in an estate.
    Building,
    /// The entrance and the room in a building.
    Room,
    /// The street office, town or zone.
    Unit,
}

/// A field of the ticket's form. The order is the form's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKey {
    /// One line that says what the matter is.
    Title,
    /// Kind of request: a `RequestKind` in snake case, such as `complaint`.
    Kind,
    /// A code of the taxonomy.
    Category,
    /// An `Urgency` in snake case.
    Urgency,
    /// Where it is, as the caller said it.
    Place,
    /// Whom the caller complains about: a shop, a company, an office, a neighbour's door.
    Against,
    /// The caller's name; where only the surname is known, with 先生 or 女士.
    Person,
    /// The number to call back; digits.
    Phone,
    /// The caller's identity number, its middle hidden: `120***********1234`. The whole of it is never a value.
    IdNumber,
    /// The number of an earlier ticket of the same matter; capitals and digits.
    EarlierTicket,
    /// When it happened, as the caller said it, and the moment that is: `昨天晚上8点（2026-11-21 20:00）`.
    Time,
    /// What happened.
    Subject,
    /// What the caller wants.
    Wish,
    /// The ticket in one paragraph, composed of the other fields.
    Summary,
    /// A department's code of the taxonomy.
    Department,
    /// `true` where the caller asked for confidentiality: name, number, voice and words stay in the hotline.
    Confidential,
    /// `true` where the caller does not want to be named; treated as confidential.
    Anonymous,
    /// `true` where the caller wants to be called back with the result, `false` where not.
    CallBack,
}

/// One field's value and where it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Field {
    /// The value: text, or a code for kind, category, urgency and department.
    pub value: String,
    /// How sure the machine is, 0 to 1; 1 for a person's.
    pub confidence: f32,
    /// Who filled it.
    pub filled_by: FilledBy,
    /// The words it came from, in the order of the call; empty for a person's.
    pub evidence: Vec<Evidence>,
    /// Why, for the agent to read: the rule or the normalisation that gave the value. A message code of the
    /// web's message files with its argument, such as `keyword:下水道` or `digits:幺三八`.
    pub reason: String,
}

/// Who filled a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FilledBy {
    /// The machine, from the words.
    Machine,
    /// A person; the machine never overwrites it.
    Agent,
}

/// Words of the transcript that a value came from, and the moment they were said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Evidence {
    /// The turn that holds them.
    pub turn_id: TurnId,
    /// Who said them.
    pub channel: Channel,
    /// The words.
    pub text: String,
    /// First character in the turn's text, counted in Unicode scalar values.
    pub start_char: u32,
    /// One past the last character.
    pub end_char: u32,
    /// Where they begin in the recording.
    pub start_sample: SamplePosition,
    /// Where they end.
    pub end_sample: SamplePosition,
}

/// A category that may fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CategoryGuess {
    /// Its code in the taxonomy.
    pub code: CategoryCode,
    /// How likely, 0 to 1.
    pub confidence: f32,
    /// The words that speak for it.
    pub evidence: Vec<Evidence>,
}

/// A person's change of one field. An empty value clears it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Edit {
    /// Its identity, made by the client, so that a repeated request is one edit.
    pub id: EditId,
    /// The draft it changes.
    pub call_id: CallId,
    /// The revision the person saw.
    pub on_revision: u64,
    /// The field.
    pub field: FieldKey,
    /// The new value.
    pub value: String,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}
