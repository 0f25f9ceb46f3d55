//! Tickets: confirmed in one transaction with their place in the outbox, read as each viewer may.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};
use utoipa::ToSchema;

use super::access::TicketScope;
use super::columns::{from_json, from_ns, from_text, like_pattern, to_integer, to_json, to_ns, to_text};
use super::drafts::put_draft;
use super::matters::put_matter;
use super::suggestions::{SuggestionOutcome, put_outcomes};
use super::{Store, StoreError, access, redaction};
use crate::domain::{
    CallId, CategoryCode, DepartmentCode, Draft, FieldKey, Matter, RequestKind, Ticket, TicketId,
    TicketState, Urgency, UserId, Viewer,
};

/// A ticket's title taken from what happened is no longer than a line.
const TITLE_CHARS: usize = 40;

/// What is confirmed; the number and the identity are given by the store.
#[derive(Debug, Clone)]
pub struct NewTicket {
    /// The category.
    pub category: CategoryCode,
    /// The department.
    pub department: DepartmentCode,
    /// How urgent.
    pub urgency: Urgency,
    /// Whether the caller asked for confidentiality.
    pub confidential: bool,
    /// The draft as confirmed.
    pub draft: Draft,
    /// What later calls are compared with.
    pub matter: Matter,
    /// The keys under which that is found.
    pub keys: Vec<String>,
    /// Every name and number that the caller had while it was written: what a confidential ticket masks.
    pub identities: Vec<String>,
    /// What became of each field's suggestion.
    pub outcomes: BTreeMap<FieldKey, SuggestionOutcome>,
    /// When.
    pub confirmed_at: Timestamp,
    /// The day of its number, where the hotline is.
    pub day: Date,
}

/// Which tickets a list holds.
#[derive(Debug, Default)]
pub struct TicketFilter {
    /// Only in this state.
    pub state: Option<TicketState>,
    /// Only sent to this department.
    pub department: Option<DepartmentCode>,
    /// Only with this number or these words in what the viewer may read.
    pub words: Option<String>,
    /// Only older than this one.
    pub before: Option<TicketId>,
    /// At most so many.
    pub limit: u32,
}

/// A line of the ticket list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TicketSummary {
    /// Identity.
    pub id: TicketId,
    /// The number people say.
    pub number: String,
    /// The call it came from.
    pub call_id: CallId,
    /// Where it stands.
    pub state: TicketState,
    /// What the matter is, in a line.
    pub title: String,
    /// Where it is.
    pub place: Option<String>,
    /// What kind of request it is.
    pub kind: Option<RequestKind>,
    /// Its category.
    pub category: CategoryCode,
    /// The department it was sent to.
    pub department: DepartmentCode,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Whether the caller asked for confidentiality.
    pub confidential: bool,
    /// When it was confirmed.
    pub confirmed_at: Timestamp,
    /// The name shown of who confirmed it.
    pub confirmed_by_name: String,
    /// When the department had it.
    pub delivered_at: Option<Timestamp>,
}

const SELECT: &str = "select t.*, coalesce(u.display_name, '') as confirmed_by_name
    from tickets t left join users u on u.id = t.confirmed_by where 1 = 1";

impl Store {
    /// Makes the ticket of a call: its number, its row and its place in the outbox, in one transaction.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] unless the viewer confirms tickets, [`StoreError::AlreadyConfirmed`],
    /// [`StoreError::NotFound`] where the call is not stored, or where the database fails.
    pub async fn confirm(&self, viewer: &Viewer, new: NewTicket) -> Result<Ticket, StoreError> {
        let call_id = new.draft.call_id;
        let mut transaction = self.writer.begin_with("begin immediate").await?;
        access::writing(&mut *transaction, viewer, call_id).await?;
        let known: Option<Option<String>> = sqlx::query_scalar(
            "select t.id from calls c left join tickets t on t.call_id = c.id where c.id = $1",
        )
        .bind(call_id.to_string())
        .fetch_optional(&mut *transaction)
        .await?;
        match known {
            None => return Err(StoreError::NotFound),
            Some(Some(_)) => return Err(StoreError::AlreadyConfirmed(call_id)),
            Some(None) => {}
        }
        let day = new.day.strftime("%Y%m%d").to_string();
        let running: i64 = sqlx::query_scalar(
            "insert into ticket_numbers (day, last) values ($1, 1)
             on conflict (day) do update set last = ticket_numbers.last + 1 returning last",
        )
        .bind(&day)
        .fetch_one(&mut *transaction)
        .await?;
        let (identities, outcomes) = (new.identities.clone(), new.outcomes.clone());
        let (matter, keys) = (new.matter.clone(), new.keys.clone());
        let ticket = numbered(format!("{day}-{running:04}"), viewer.user, new);
        insert(&mut transaction, &ticket, &identities).await?;
        put_outcomes(&mut transaction, &ticket, &outcomes).await?;
        put_matter(&mut transaction, ticket.id, ticket.confirmed_at, &matter, &keys).await?;
        put_draft(&mut transaction, &ticket.draft).await?;
        sqlx::query("insert into outbox (ticket_id, attempts, next_attempt_at_ns) values ($1, 0, $2)")
            .bind(ticket.id.to_string())
            .bind(to_ns(ticket.confirmed_at))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(ticket)
    }

    /// Tickets, newest first; for a clerk those delivered to the clerk's department.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for administrators, or where the database fails.
    pub async fn tickets(
        &self,
        viewer: &Viewer,
        filter: &TicketFilter,
    ) -> Result<Vec<TicketSummary>, StoreError> {
        let scope = access::tickets(viewer)?;
        let mut query = scoped(&scope);
        if let Some(state) = &filter.state {
            query.push(" and t.state = ").push_bind(to_text("tickets.state", state)?);
        }
        if let Some(department) = &filter.department {
            query.push(" and t.department = ").push_bind(department.0.clone());
        }
        if let Some(before) = &filter.before {
            query.push(" and t.id < ").push_bind(before.to_string());
        }
        if let Some(words) = filter.words.as_deref().map(str::trim).filter(|words| !words.is_empty()) {
            // A department must not learn by searching what it may not read.
            query.push(match scope {
                TicketScope::All => " and t.all_words like ",
                TicketScope::Delivered(_) => " and t.open_words like ",
            });
            query.push_bind(like_pattern(words)).push(" escape '\\'");
        }
        query.push(" order by t.id desc limit ").push_bind(i64::from(filter.limit));
        query
            .build()
            .fetch_all(&self.readers)
            .await?
            .iter()
            .map(|row| Ok(summary(readable(&scope, row)?, row.try_get("confirmed_by_name")?)))
            .collect()
    }

    /// One ticket, and the name shown of who confirmed it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for administrators, [`StoreError::NotFound`] also where it is another department's,
    /// or where the database fails.
    pub async fn ticket(&self, viewer: &Viewer, id: TicketId) -> Result<(Ticket, String), StoreError> {
        let scope = access::tickets(viewer)?;
        let mut query = scoped(&scope);
        query.push(" and t.id = ").push_bind(id.to_string());
        let row = query.build().fetch_optional(&self.readers).await?.ok_or(StoreError::NotFound)?;
        Ok((readable(&scope, &row)?, row.try_get("confirmed_by_name")?))
    }

    /// The ticket of a call, if it has one.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for departments and administrators, or where the database fails.
    pub async fn ticket_of_call(&self, viewer: &Viewer, id: CallId) -> Result<Option<Ticket>, StoreError> {
        access::calls(viewer)?;
        sqlx::query("select t.* from tickets t where t.call_id = $1")
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await?
            .map(|row| ticket(&row))
            .transpose()
    }
}

fn scoped(scope: &TicketScope) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(SELECT);
    if let TicketScope::Delivered(department) = scope {
        query.push(" and t.delivered_at_ns is not null and t.department = ").push_bind(department.0.clone());
    }
    query
}

/// The ticket as the viewer may read it.
fn readable(scope: &TicketScope, row: &SqliteRow) -> Result<Ticket, StoreError> {
    let ticket = ticket(row)?;
    match scope {
        TicketScope::All => Ok(ticket),
        TicketScope::Delivered(_) => {
            let identities: Vec<String> = from_json("tickets.identities", row.try_get("identities")?)?;
            Ok(redaction::for_department(ticket, &identities))
        }
    }
}

fn numbered(number: String, confirmed_by: UserId, new: NewTicket) -> Ticket {
    Ticket {
        id: TicketId::new(),
        number,
        call_id: new.draft.call_id,
        state: TicketState::ToDispatch,
        category: new.category,
        department: new.department,
        urgency: new.urgency,
        confidential: new.confidential,
        draft: new.draft,
        confirmed_by,
        confirmed_at: new.confirmed_at,
        delivered_at: None,
    }
}

async fn insert(
    connection: &mut sqlx::SqliteConnection,
    ticket: &Ticket,
    identities: &[String],
) -> Result<(), StoreError> {
    let open_words = words(&redaction::for_department(ticket.clone(), identities));
    sqlx::query(
        "insert into tickets (id, number, call_id, state, category, department, urgency, confidential, draft,
             all_words, open_words, identities, confirmed_by, confirmed_at_ns, delivered_at_ns)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, null)",
    )
    .bind(ticket.id.to_string())
    .bind(&ticket.number)
    .bind(ticket.call_id.to_string())
    .bind(to_text("tickets.state", &ticket.state)?)
    .bind(&ticket.category.0)
    .bind(&ticket.department.0)
    .bind(to_text("tickets.urgency", &ticket.urgency)?)
    .bind(to_integer(u64::from(ticket.confidential)))
    .bind(to_json("tickets.draft", &ticket.draft)?)
    .bind(words(ticket))
    .bind(open_words)
    .bind(to_json("tickets.identities", &identities)?)
    .bind(ticket.confirmed_by.to_string())
    .bind(to_ns(ticket.confirmed_at))
    .execute(connection)
    .await?;
    Ok(())
}

/// What a search looks in: the number and each field, a line each.
fn words(ticket: &Ticket) -> String {
    std::iter::once(ticket.number.as_str())
        .chain(ticket.draft.fields.values().map(|field| field.value.as_str()))
        .collect::<Vec<_>>()
        .join("\n")
}

pub(super) fn ticket(row: &SqliteRow) -> Result<Ticket, StoreError> {
    Ok(Ticket {
        id: from_text("tickets.id", row.try_get("id")?)?,
        number: row.try_get("number")?,
        call_id: from_text("tickets.call_id", row.try_get("call_id")?)?,
        state: from_text("tickets.state", row.try_get("state")?)?,
        category: CategoryCode(row.try_get("category")?),
        department: DepartmentCode(row.try_get("department")?),
        urgency: from_text("tickets.urgency", row.try_get("urgency")?)?,
        confidential: row.try_get::<i64, _>("confidential")? != 0,
        draft: from_json("tickets.draft", row.try_get("draft")?)?,
        confirmed_by: from_text("tickets.confirmed_by", row.try_get("confirmed_by")?)?,
        confirmed_at: from_ns(row.try_get("confirmed_at_ns")?),
        delivered_at: row.try_get::<Option<i64>, _>("delivered_at_ns")?.map(from_ns),
    })
}

fn summary(ticket: Ticket, confirmed_by_name: String) -> TicketSummary {
    let value = |key| ticket.draft.fields.get(&key).map(|field| field.value.clone());
    let title = value(FieldKey::Title)
        .or_else(|| value(FieldKey::Subject).map(|text| text.chars().take(TITLE_CHARS).collect()));
    TicketSummary {
        title: title.unwrap_or_default(),
        place: value(FieldKey::Place),
        kind: value(FieldKey::Kind).and_then(|kind| from_text("tickets.kind", kind).ok()),
        id: ticket.id,
        number: ticket.number,
        call_id: ticket.call_id,
        state: ticket.state,
        category: ticket.category,
        department: ticket.department,
        urgency: ticket.urgency,
        confidential: ticket.confidential,
        confirmed_at: ticket.confirmed_at,
        confirmed_by_name,
        delivered_at: ticket.delivered_at,
    }
}
