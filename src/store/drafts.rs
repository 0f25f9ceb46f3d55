//! Drafts as last shown, and the edits that lie over them.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::columns::{from_integer, from_json, from_ns, from_text, to_integer, to_json, to_ns, to_text};
use super::{Store, StoreError, access};
use crate::domain::{Call, CallId, Draft, Edit, FieldKey, Turn, Viewer};

/// All that is needed to go on writing a draft, also after a restart.
#[derive(Debug)]
pub struct StoredDraft {
    /// The call.
    pub call: Call,
    /// What was said so far.
    pub turns: Vec<Turn>,
    /// The draft as last shown, if there was one.
    pub shown: Option<Draft>,
    /// A person's changes in their order.
    pub edits: Vec<Edit>,
    /// The revision of the last edit; the draft's own may be older where the service stopped between them.
    pub last_edit_revision: u64,
    /// Whether it is a ticket already.
    pub confirmed: bool,
}

impl Store {
    /// The draft as last shown; an empty one of revision 0 where nothing was said yet.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for departments and administrators, or where the database fails.
    pub async fn draft(&self, viewer: &Viewer, call_id: CallId) -> Result<Draft, StoreError> {
        access::calls(viewer)?;
        let body: Option<String> = sqlx::query_scalar("select body from drafts where call_id = $1")
            .bind(call_id.to_string())
            .fetch_optional(&self.readers)
            .await?;
        match body {
            Some(body) => from_json("drafts.body", &body),
            None => Ok(Draft {
                call_id,
                revision: 0,
                fields: BTreeMap::new(),
                categories: Vec::new(),
                questions: Vec::new(),
            }),
        }
    }

    /// Whether the viewer may correct and confirm the draft of a call.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] where not, or where the database fails.
    pub async fn may_write(&self, viewer: &Viewer, call_id: CallId) -> Result<(), StoreError> {
        access::writing(&self.readers, viewer, call_id).await
    }

    /// Keeps an edit and the draft that it gives. The same edit again changes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] unless the viewer writes drafts, [`StoreError::EditConflict`] where the identity
    /// belongs to another change, [`StoreError::AlreadyConfirmed`], or where the database fails.
    pub async fn put_edit(&self, viewer: &Viewer, edit: &Edit, result: &Draft) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin_with("begin immediate").await?;
        access::writing(&mut *transaction, viewer, edit.call_id).await?;
        let known = sqlx::query("select * from edits where id = $1")
            .bind(edit.id.to_string())
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some(row) = known {
            return same_change(&self::edit(&row)?, edit);
        }
        let ticket: Option<i64> = sqlx::query_scalar("select 1 from tickets where call_id = $1")
            .bind(edit.call_id.to_string())
            .fetch_optional(&mut *transaction)
            .await?;
        if ticket.is_some() {
            return Err(StoreError::AlreadyConfirmed(edit.call_id));
        }
        sqlx::query(
            "insert into edits (id, call_id, on_revision, revision, field, value, by_user, at_ns)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(edit.id.to_string())
        .bind(edit.call_id.to_string())
        .bind(to_integer(edit.on_revision))
        .bind(to_integer(result.revision))
        .bind(to_text("edits.field", &edit.field)?)
        .bind(&edit.value)
        .bind(edit.by.to_string())
        .bind(to_ns(edit.at))
        .execute(&mut *transaction)
        .await?;
        put_draft(&mut transaction, result).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Whether a repeated identity is the repeated request, or a mistake.
fn same_change(known: &Edit, again: &Edit) -> Result<(), StoreError> {
    let same = known.call_id == again.call_id && known.field == again.field && known.value == again.value;
    if same { Ok(()) } else { Err(StoreError::EditConflict(again.id)) }
}

pub(super) fn edit(row: &SqliteRow) -> Result<Edit, StoreError> {
    Ok(Edit {
        id: from_text("edits.id", row.try_get("id")?)?,
        call_id: from_text("edits.call_id", row.try_get("call_id")?)?,
        on_revision: from_integer(row.try_get("on_revision")?),
        field: from_text("edits.field", row.try_get("field")?)?,
        value: row.try_get("value")?,
        by: from_text("edits.by_user", row.try_get("by_user")?)?,
        at: from_ns(row.try_get("at_ns")?),
    })
}

/// Writes a draft as now shown, unless a newer one is there.
pub(super) async fn put_draft(connection: &mut SqliteConnection, draft: &Draft) -> Result<(), StoreError> {
    let value = |key| draft.fields.get(&key).map(|field| field.value.as_str());
    sqlx::query(
        "insert into drafts (call_id, revision, title, category, body) values ($1, $2, $3, $4, $5)
         on conflict (call_id) do update set revision = excluded.revision, title = excluded.title,
             category = excluded.category, body = excluded.body
         where excluded.revision >= drafts.revision",
    )
    .bind(draft.call_id.to_string())
    .bind(to_integer(draft.revision))
    .bind(value(FieldKey::Title))
    .bind(value(FieldKey::Category))
    .bind(to_json("drafts.body", draft)?)
    .execute(connection)
    .await?;
    Ok(())
}
