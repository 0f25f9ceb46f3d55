-- The index of spoken words: the one part that is SQLite's own (see src/store/word_index.rs).
-- The tokens are made in Rust; `ascii` keeps every character beyond ASCII as part of its token.
-- `indexed_turns` gives each turn the number that FTS5 wants, so that a turn said anew is found to be replaced.
create table indexed_turns (
    row_id  integer primary key,
    turn_id text    not null unique references turns (id)
);

create virtual table word_index using fts5 (
    tokens,
    tokenize = 'ascii',
    prefix = '1 2'
);
