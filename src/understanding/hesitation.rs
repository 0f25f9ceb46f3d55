//! What is said between digits and means nothing.

use super::transcript::{Line, is_pause};

/// Whether only pauses and hesitations lie between two places of a line.
pub(super) fn only_hesitation(line: &Line<'_>, start: usize, end: usize) -> bool {
    const HESITATIONS: [&str; 16] = [
        "嗯", "呃", "额", "啊", "那个", "然后", "哦", "诶", "是", "uh", "um", "er", "erm", "then", "and",
        "嗯嗯",
    ];
    let mut at = start;
    while at < end {
        if is_pause(line.chars[at]) {
            at += 1;
        } else if let Some((_, length)) = line.longest_at(at, &HESITATIONS) {
            at += length;
        } else {
            return false;
        }
    }
    at <= end
}
