//! The site's examples: every confirmed ticket of the store that can be learnt from, read page by page.

use std::collections::HashSet;

use super::redact::Known;
use super::{Example, example};
use crate::store::{Store, StoreError};
use crate::understanding::Understanding;

/// Tickets read at once.
const PAGE: u32 = 200;

/// The examples of all confirmed tickets whose category the taxonomy still has; the same words count once.
///
/// # Errors
/// Where the database fails.
pub async fn gather(store: &Store, city: &Understanding) -> Result<Vec<Example>, StoreError> {
    let known = Known::new(city.place_names());
    let mut examples = Vec::new();
    let mut seen = HashSet::new();
    let mut after = None;
    loop {
        let page = store.for_service().confirmed_tickets(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(examples) };
        after = Some(last.id);
        let of_taxonomy = page.iter().filter(|ticket| city.taxonomy().category(&ticket.category).is_some());
        let new = of_taxonomy.filter_map(|ticket| example(ticket, city, &known));
        examples.extend(new.filter(|example| seen.insert(example.body.clone())));
    }
}
