//! The endings, counters and joining words by which an address is known where the gazetteer is silent.

use super::parts::Part;

pub(super) const ESTATE_ENDINGS: [&str; 24] = [
    "工业园",
    "工业区",
    "产业园",
    "物流园",
    "园区",
    "商业街",
    "步行街",
    "小区",
    "社区",
    "花园",
    "家园",
    "公寓",
    "大厦",
    "新村",
    "佳园",
    "嘉园",
    "雅园",
    "新苑",
    "雅苑",
    "佳苑",
    "豪庭",
    "新城",
    "别墅",
    "佳苑小区",
];
pub(super) const LANDMARK_ENDINGS: [&str; 16] = [
    "小学",
    "中学",
    "幼儿园",
    "医院",
    "市场",
    "超市",
    "公园",
    "广场",
    "车站",
    "地铁站",
    "公交站",
    "商场",
    "大学",
    "学校",
    "体育馆",
    "菜市场",
];
pub(super) const ROAD_ENDINGS: [&str; 6] = ["大街", "大道", "公路", "路", "街", "道"];
/// Words that end like a road and are none.
pub(super) const NO_ROADS: [&str; 34] = [
    "街道", "通道", "管道", "车道", "过道", "便道", "盲道", "味道", "水道", "行道", "楼道", "马路", "道路",
    "线路", "电路", "铁路", "走路", "修路", "岔路", "字路", "小路", "夜路", "知道", "业街", "行街", "吃街",
    "条街", "地道", "轨道", "渠道", "报道", "隧道", "跑道", "条路",
];
pub(super) const NO_ESTATES: [&str; 14] = [
    "居民", "附近", "老旧", "新建", "隔壁", "旁边", "封闭", "周边", "整体", "一个", "高档", "门口", "大型",
    "其他",
];
/// Characters that no name of a road or estate has inside; a name begins after one.
pub(super) const FUNCTION: &str = "我你您他她它们在是到的了这那个有去从住就被把和跟与也都又还很不没说来给让叫想要对往向整每某各哪咱俺自己于靠进出过呢啊吧嗯请问姓像比几因为所以今明昨天";
pub(super) const COUNTERS: [(&str, Part); 19] = [
    ("号楼", Part::Building),
    ("楼栋", Part::Building),
    ("栋楼", Part::Building),
    ("栋", Part::Building),
    ("幢", Part::Building),
    ("座", Part::Building),
    ("号院", Part::Building),
    ("单元", Part::Entrance),
    ("号门", Part::Entrance),
    ("门洞", Part::Entrance),
    ("门", Part::Entrance),
    ("层", Part::Floor),
    ("楼", Part::Floor),
    ("室", Part::Room),
    ("号房", Part::Room),
    ("户", Part::Room),
    ("号", Part::Number),
    ("弄", Part::Number),
    ("期", Part::Building),
];
/// Words beside a place.
pub(super) const BESIDE: [&str; 31] = [
    "底商", "地下室", "附近", "旁边", "对面", "门口", "门前", "楼下", "路口", "北侧", "南侧", "东侧", "西侧",
    "北门", "南门", "东门", "西门", "前门", "后门", "正门", "侧门", "大门口", "后院", "后身", "门外", "后面",
    "前面", "地下车库", "里面", "院内", "周边",
];
/// A landmark that is said without its name, and where at it: 学校后门.
pub(super) const UNNAMED_LANDMARKS: [&str; 16] = [
    "学校", "小学", "中学", "幼儿园", "医院", "菜市场", "市场", "超市", "公园", "广场", "商场", "车站", "地铁站",
    "加油站", "派出所", "银行",
];
/// Which gate or side of it; 学校门口 alone says less than a place should.
pub(super) const GATES: [&str; 11] =
    ["后门", "前门", "正门", "侧门", "东门", "西门", "南门", "北门", "对面", "后面", "旁边"];
pub(super) const CROSSINGS: [&str; 12] = [
    "交叉路口",
    "十字路口",
    "交汇处",
    "交叉口",
    "交界处",
    "丁字路口",
    "的交口",
    "交口",
    "路口",
    "交界",
    "intersection",
    "crossing",
];
pub(super) const ENGLISH_COUNTERS: [(&str, Part); 9] = [
    ("building", Part::Building),
    ("block", Part::Building),
    ("unit", Part::Entrance),
    ("entrance", Part::Entrance),
    ("floor", Part::Floor),
    ("room", Part::Room),
    ("flat", Part::Room),
    ("apartment", Part::Room),
    ("number", Part::Number),
];
pub(super) const ENGLISH_ENDINGS: [(&str, bool); 10] = [
    ("road", true),
    ("street", true),
    ("avenue", true),
    ("lane", true),
    ("highway", true),
    ("estate", false),
    ("community", false),
    ("garden", false),
    ("gardens", false),
    ("village", false),
];
pub(super) const ENGLISH_STOPS: [&str; 36] = [
    "the",
    "this",
    "that",
    "our",
    "my",
    "on",
    "in",
    "at",
    "of",
    "a",
    "an",
    "is",
    "and",
    "to",
    "from",
    "near",
    "by",
    "your",
    "their",
    "every",
    "street",
    "road",
    "whole",
    "live",
    "i",
    "same",
    "residential",
    "main",
    "for",
    "me",
    "it",
    "with",
    "side",
    "which",
    "what",
    "dark",
];
