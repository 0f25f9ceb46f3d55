//! How long it takes to pick the names of a city that a final may hold, of fifty thousand. Limit: 5 ms, so that no
//! final waits for it. Beside it, in the same run, the least that a comparison with every name costs: looking for
//! each of them, letter by letter, in the same text.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiesu::speech::NameIndex;

const NAMES: usize = 50_000;
const STEMS: [char; 60] = [
    '东', '南', '西', '北', '中', '新', '大', '小', '长', '福', '春', '华', '建', '国', '安', '平', '和',
    '光', '明', '海', '河', '湖', '江', '山', '石', '金', '玉', '龙', '凤', '鹤', '松', '柏', '梅', '兰',
    '桂', '柳', '杨', '云', '泰', '康', '宁', '顺', '兴', '隆', '昌', '盛', '荣', '文', '武', '德', '义',
    '信', '仁', '爱', '塘', '港', '津', '滨', '曙', '庭',
];
const ENDINGS: [&str; 10] = ["路", "街", "道", "里", "园", "小区", "花园", "大街", "家园", "公寓"];
const SAID: &str =
    "我在大港街道叔光里三号楼二单元，下水道堵了，污水都流到东停路和黄海路的交口，希望有关部门尽快处理一下。";

/// Different names of two or three characters and an ending, as a city has them.
fn names() -> Vec<String> {
    let name = |n: usize| {
        let stems = STEMS.len();
        let letters = [n % stems, n / stems % stems, n / stems / stems % stems];
        let long = n / stems / stems > 0;
        let stem: String =
            letters.iter().take(if long { 3 } else { 2 }).map(|letter| STEMS[*letter]).collect();
        format!("{stem}{}", ENDINGS[n % ENDINGS.len()])
    };
    (0..NAMES - 2).map(name).chain(["曙光里".to_owned(), "洞庭路".to_owned()]).collect()
}

fn pick(criterion: &mut Criterion) {
    let names = names();
    let index = NameIndex::new(names.clone());
    let picked = index.pick(SAID);
    assert!(["曙光里", "洞庭路"].iter().all(|name| picked.iter().any(|picked| picked == name)), "{picked:?}");
    let mut group = criterion.benchmark_group("a city of 50,000 names");
    group
        .bench_function("pick by sound (limit 5 ms)", |bencher| bencher.iter(|| index.pick(black_box(SAID))));
    group.bench_function("find each in the text, unchanged", |bencher| {
        bencher.iter(|| names.iter().filter(|name| black_box(SAID).contains(name.as_str())).count());
    });
    group.sample_size(10);
    group.bench_function("take in the names, once", |bencher| bencher.iter(|| NameIndex::new(names.clone())));
    group.finish();
}

criterion_group!(benches, pick);
criterion_main!(benches);
