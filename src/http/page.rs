//! A page of a list: how long it is, and where the next begins.

/// Items of a page unless said.
const DEFAULT_LIMIT: u32 = 50;
/// Items of a page at most.
const MAX_LIMIT: u32 = 200;

/// The number of items asked for, held within bounds.
pub(super) fn limit(asked: Option<u32>) -> u32 {
    asked.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)
}

/// One item beyond the page tells whether there is a next.
pub(super) const fn one_more(limit: u32) -> u32 {
    limit + 1
}

/// The page's items, and the identity of its last where more follow.
pub(super) fn cut<T, I>(mut items: Vec<T>, limit: u32, id: impl Fn(&T) -> I) -> (Vec<T>, Option<I>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(id) } else { None };
    (items, next)
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn the_last_page_has_no_next() {
        assert_eq!(cut(vec![3, 2], 2, |id| *id), (vec![3, 2], None));
        assert_eq!(cut(vec![3, 2, 1], 2, |id| *id), (vec![3, 2], Some(2)));
        assert_eq!(cut(Vec::<u8>::new(), 2, |id| *id), (vec![], None));
    }
}
