//! How a surname is written, said by its parts: 弓长张, 耳东陈, 木子李. What the speaker says of it counts more
//! than how the recogniser wrote it: one who says 立早章 is no 张.

use super::transcript::{Line, Span};

/// The parts and the surname they make.
const SPELLED: [(&str, char); 38] = [
    ("弓长", '张'),
    ("立早", '章'),
    ("耳东", '陈'),
    ("木子", '李'),
    ("十八子", '李'),
    ("口天", '吴'),
    ("双口", '吕'),
    ("草头", '黄'),
    ("三横", '王'),
    ("三横一竖", '王'),
    ("三画", '王'),
    ("三点水", '汪'),
    ("言午", '许'),
    ("双人", '徐'),
    ("双人旁", '徐'),
    ("双木", '林'),
    ("干勾", '于'),
    ("干钩", '于'),
    ("人禾", '余'),
    ("人未", '余'),
    ("人可", '何'),
    ("古月", '胡'),
    ("禾呈", '程'),
    ("禾口王", '程'),
    ("关耳", '郑'),
    ("走肖", '赵'),
    ("卯金刀", '刘'),
    ("文刀", '刘'),
    ("木土", '杜'),
    ("木易", '杨'),
    ("子小", '孙'),
    ("西早", '覃'),
    ("言西早", '谭'),
    ("雨田", '雷'),
    ("山今", '岑'),
    ("登耳", '邓'),
    ("又耳", '邓'),
    ("宝盖", '宋'),
];

/// A surname spelled in a line.
pub(super) struct Spelling {
    /// The parts and the character said after them.
    pub(super) span: Span,
    /// The surname the parts make.
    pub(super) surname: char,
    /// The character that the recogniser wrote after the parts.
    pub(super) written: char,
}

/// The spelling that begins at `start`, if one does: parts, and a Chinese character after them.
pub(super) fn spelling_at(line: &Line<'_>, index: usize, start: usize) -> Option<Spelling> {
    let (parts, surname) = (SPELLED.iter().filter(|(parts, _)| line.has_at(start, parts)))
        .max_by_key(|(parts, _)| parts.chars().count())?;
    let end = start + parts.chars().count();
    // 草头黄, 草字头的黄: a 的 may stand between.
    let at = if line.has_at(end, "的") { end + 1 } else { end };
    let written = *line.chars.get(at).filter(|char| super::transcript::is_chinese(**char))?;
    Some(Spelling { span: Span { line: index, start, end: at + 1 }, surname: *surname, written })
}
