//! Two tickets that are one matter, or are not, one pair at a time.

use jiesu::domain::{CategoryCode, Matter};
use jiesu::ticket::repeat::likeness;

fn matter((place, category, words): (&str, &str, &str)) -> Matter {
    Matter {
        place: place.to_owned(),
        category: Some(CategoryCode::from(category)),
        words: words.to_owned(),
        ..Matter::default()
    }
}

#[test]
fn the_same_matter_told_otherwise_is_the_same() {
    for (one, other) in [
        (
            ("津塘公路14号附近", "04-04", "违停太多，人只能走机动车道"),
            ("津塘攻路十四号", "03-04", "大货车占道停，把路堵了一半"),
        ),
        (
            ("杭州道街道杭州道", "04-06", "底商的抽油烟机对着居民楼吹"),
            ("杭州道35号", "04-06", "饭馆油烟直接往外排"),
        ),
        (("曙光里3号楼", "04-02", "下水道堵了"), ("书光里三号楼", "04-02", "污水井冒出来了")),
        (
            ("福春里小区30号楼", "03-01", "楼下消防通道被堵死了"),
            ("大港街道福春里", "03-01", "有人把车停在消防通道上"),
        ),
    ] {
        let found = likeness(&matter(one), &matter(other));
        assert!(found.is_some(), "{one:?} {other:?}");
    }
}

#[test]
fn another_matter_or_another_place_is_another() {
    for (one, other) in [
        (("曙光里3号楼", "04-02", "下水道堵了"), ("曙光里3号楼", "04-02", "停水了，没有水用")),
        (("曙光里3号楼", "04-02", "下水道堵了"), ("福春里3号楼", "04-02", "下水道堵了")),
        (("曙光里3号楼", "04-01", "电梯坏了"), ("曙光里5号楼", "04-01", "电梯坏了")),
        (("春晖里", "04-03", "暖气不热"), ("晨晖里", "04-03", "暖气不热")),
    ] {
        assert_eq!(likeness(&matter(one), &matter(other)), None, "{one:?} {other:?}");
    }
}
